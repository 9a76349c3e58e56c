// SPDX-License-Identifier: Apache-2.0
// What rollproof-inspect and inspectCard say to each other: JSON lines. Private to this folder.
// "ready" when the reader has confined itself, then "card", a "clip" for each in any order, "end"; or "error". The
// samples of a picture follow the line of their clip as they are. Threads: plain values.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/model/clip.h"

namespace rollproof::camera {

inline constexpr const char* kReaderProgram = "rollproof-inspect";
inline constexpr const char* kNamesFlag = "--group-by-names";
inline constexpr const char* kFramesFlag = "--check-frames";
inline constexpr const char* kWorkersFlag = "--workers";
inline constexpr const char* kPictureFlag = "--picture-width";
inline constexpr const char* kPerClipFlag = "--per-clip-ms";

[[nodiscard]] nlohmann::ordered_json warningsJson(const std::vector<model::Warning>& warnings);
[[nodiscard]] std::vector<model::Warning> warningsFrom(const nlohmann::json& list);

}  // namespace rollproof::camera
