// SPDX-License-Identifier: Apache-2.0
#include "core/qc/timecode_span.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <string>

namespace rollproof::qc {

namespace {

constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::int64_t kLatest = 1'000'000'000'000;  // frames; no clock goes there, and adding to it does not overflow
constexpr int kFastest = 1'000;                      // frames a second that a timecode clock can count in
constexpr std::int64_t kFinest = 1'000'000'000'000;  // units a second: a day of them still fits

struct Piece {
  std::int64_t begin = 0, end = 0;  // in units of the clock
  std::size_t span = 0;             // index
};

}  // namespace

std::int64_t labelNumber(const Timecode& timecode) {
  // The text is what people and editing systems compare, and the one place that knows how drop-frame counts.
  const std::string text = timecode.text();
  std::int64_t fields[4] = {};
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  for (auto& field : fields) {
    const auto read = std::from_chars(at, end, field);
    at = read.ptr == end ? end : read.ptr + 1;
  }
  return ((fields[0] * 60 + fields[1]) * 60 + fields[2]) * timecode.rate.nominal() + fields[3];
}

std::vector<Overlap> overlaps(const std::vector<Span>& spans) {
  std::int64_t unit = 1;  // of a second: a whole number of units for each frame of every rate
  std::vector<std::size_t> counted;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const int nominal = spans[i].start.rate.nominal();
    if (nominal <= 0 || nominal > kFastest || spans[i].start.frames < 0 || spans[i].start.frames > kLatest) continue;
    const std::int64_t finer = std::lcm(unit, std::int64_t{nominal});
    if (finer > kFinest / kDaySeconds) continue;
    unit = finer;
    counted.push_back(i);
  }
  const std::int64_t day = kDaySeconds * unit;
  std::vector<Piece> pieces;
  for (const std::size_t i : counted) {
    const Timecode& start = spans[i].start;
    const std::int64_t nominal = start.rate.nominal();
    const std::int64_t begin = labelNumber(start) * (unit / nominal);
    const std::int64_t dayFrames = kDaySeconds * nominal;  // of drop-frame a little less, which makes no clip longer
    if (spans[i].frames >= dayFrames) {
      pieces.push_back({0, day, i});
      continue;
    }
    // The last frame is the last one that was recorded: it lasts one frame, whatever number would come after it.
    const std::int64_t length = std::max<std::int64_t>(1, spans[i].frames) - 1;
    const std::int64_t end = (labelNumber(start.plus(length)) + 1) * (unit / nominal);
    if (end > begin) {
      pieces.push_back({begin, end, i});
    } else {
      pieces.push_back({begin, day, i});
      pieces.push_back({0, end, i});
    }
  }
  std::sort(pieces.begin(), pieces.end(),
            [](const Piece& a, const Piece& b) { return a.begin != b.begin ? a.begin < b.begin : a.span < b.span; });
  // Sorted by where they begin, a piece overlaps an earlier one exactly if it overlaps the one that lasts longest.
  std::vector<bool> told(spans.size(), false);
  std::vector<Overlap> found;
  auto tell = [&](std::size_t one, std::size_t other) {
    if (told[one]) return;
    told[one] = true;
    const bool same =
        spans[one].start.rate == spans[other].start.rate && spans[one].start.text() == spans[other].start.text();
    found.push_back({spans[one].owner, spans[other].owner, same});
  };
  const Piece* longest = nullptr;
  for (const Piece& piece : pieces) {
    if (longest && longest->end > piece.begin && longest->span != piece.span) {
      tell(piece.span, longest->span);
      tell(longest->span, piece.span);
    }
    if (!longest || piece.end > longest->end) longest = &piece;
  }
  return found;
}

}  // namespace rollproof::qc
