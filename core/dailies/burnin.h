// SPDX-License-Identifier: Apache-2.0
// Words burnt into the picture: {clip} {tc} {reel} {frame} {scene} {take} {date}.
// Threads: a BurnIn belongs to one thread. Errors: Errc::usage for an unknown word or an open brace.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/media/planar.h"
#include "core/model/clip.h"

namespace rollproof::dailies {

class BurnIn {
 public:
  [[nodiscard]] static Result<BurnIn> parse(const std::string& pattern);
  [[nodiscard]] bool empty() const { return m_parts.empty(); }
  [[nodiscard]] std::string text(const model::Clip& clip, const std::optional<Timecode>& timecode,
                                 std::int64_t frame) const;

 private:
  struct Part {
    bool word = false;
    std::string text;
  };
  std::vector<Part> m_parts;
};

// White letters on a half-opaque box at the bottom of a limited-range YCbCr picture, never wider than the picture.
[[nodiscard]] Status drawLine(const media::PlanarRoom& frame, const std::string& text);

}  // namespace rollproof::dailies
