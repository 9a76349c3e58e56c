// SPDX-License-Identifier: Apache-2.0
// Words burnt into the picture: where they stand, how they look and what they say, as data that people write; drawn
// into the encoder's own planes.
// Threads: templates are plain data; a BurnIns belongs to one thread. Errors: Errc::usage for an unknown word, member
// or template, by its name, and for an open brace. Source: none.
//
// Words: {clip} {reel} {tc} source timecode, {rectc} that of the file made, {frame} from 0, {scene} {take} {date}
// {show} {camera} {look} {recipient} {free1} to {free9}. An item none of whose words says anything is not drawn, but
// for a timecode that is not known, which shows dashes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/dailies/dailies.h"
#include "core/dailies/stamp.h"
#include "core/model/clip.h"

namespace rollproof::dailies {

// Read along rows: the place's row is place / 3 from the top, its column place % 3.
enum class Place { topLeft, top, topRight, left, centre, right, bottomLeft, bottom, bottomRight };

struct BurnInItem {
  std::string text;             // with words in braces
  Place place = Place::bottom;  // several at one place stand below each other in their order
  double size = 0.034;          // of the letters' em, as a fraction of the picture's shorter side
  double margin = 0.03;         // from the picture's edge, the same
  Rgb8 colour{235, 235, 235};
  double opacity = 1, box = 0.55;  // of the letters; of the dark box behind them
  bool watermark = false;          // under the others, across the middle, never wider than the picture
  bool tiled = false;              // a watermark that is repeated all over the picture
  double angle = 0;                // of a watermark, degrees anticlockwise
  bool operator==(const BurnInItem&) const = default;
};
struct BurnInTemplate {
  std::string name, description;
  std::vector<BurnInItem> items;
  [[nodiscard]] bool empty() const { return items.empty(); }
  // Is that word anywhere in it?
  [[nodiscard]] bool says(std::string_view word) const;
  bool operator==(const BurnInTemplate&) const = default;
};

// Those that come with the program (resources/burnins).
[[nodiscard]] const std::vector<BurnInTemplate>& burnIns();
// {"name", "description", "items": [{"text", "place": "bottom_left", "size", "margin", "colour", "opacity", "box",
//  "watermark", "tiled", "angle"}]}
[[nodiscard]] Result<BurnInTemplate> parseBurnIn(std::string_view json);
[[nodiscard]] std::string burnInJson(const BurnInTemplate& burnin);
// What a person says: "" = none, the name of a shipped template, a template's JSON, or a pattern for one line at the
// bottom ("{clip}  {tc}"). One plain word that is no template's name is refused rather than burnt in.
[[nodiscard]] Result<BurnInTemplate> burnInFor(const std::string& said);

// What the words say for a whole clip.
struct BurnInWords {
  std::string clip, reel, scene, take, date, show, camera, look, recipient;
  std::vector<std::string> free;  // {free1} first
};
[[nodiscard]] BurnInWords wordsOf(const model::Clip& clip);
// The same with what the caller adds, and the look that is in the picture.
[[nodiscard]] BurnInWords wordsOf(const model::Clip& clip, const BurnInExtras& extras, const std::string& look);

// What they say for one frame.
struct BurnInMoment {
  std::optional<Timecode> timecode, recordTimecode;
  std::int64_t frame = 0;
};
// "" where nothing is to be drawn.
[[nodiscard]] std::string burnInText(const BurnInItem& item, const BurnInWords& words, const BurnInMoment& moment);

// A template in a picture of one size. Letters shrink until lines fit beside each other, then stand below each other;
// they are never cut. Nothing moves from frame to frame up to the last.
class BurnIns {
 public:
  [[nodiscard]] static Result<BurnIns> make(const BurnInTemplate& burnin, const BurnInWords& words, int width,
                                            int height, std::int64_t lastFrame);
  BurnIns(BurnIns&&) noexcept;
  BurnIns& operator=(BurnIns&&) noexcept;
  ~BurnIns();
  // Limited-range YCbCr of that size.
  [[nodiscard]] Status draw(const media::PlanarRoom& picture, const BurnInMoment& moment);

 private:
  struct Parts;
  explicit BurnIns(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> m_parts;
};

}  // namespace rollproof::dailies
