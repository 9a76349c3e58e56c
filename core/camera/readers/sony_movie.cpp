// SPDX-License-Identifier: Apache-2.0
// XAVC S and XAVC HS. Sources: Sony's NonRealTimeMeta in the `xml ` box of a `meta` box; the head of a sample of the
// real-time metadata track (`rtmd`) as FFmpeg reads it; SMPTE RDD 18 for what follows. Not verified on real media.
#include <fmt/format.h>

#include "core/camera/families.h"
#include "core/camera/readers/acquisition.h"
#include "core/camera/readers/movie.h"

namespace rollproof::camera {
namespace {

constexpr From kRtmd{Rank::file, "rtmd"};

void sayRealTime(Record& record, std::string_view sample) {
  constexpr std::uint16_t kHeadBytes = 28;
  const std::uint16_t head = be16(sample, 0);
  if (head < 18 || head > 4 * kHeadBytes || sample.size() < head) return;
  const int hours = u8(sample, 13), minutes = u8(sample, 14), seconds = u8(sample, 15), frames = u8(sample, 17);
  if (hours < 24 && minutes < 60 && seconds < 60 && frames < 120) {
    const bool dropFrame = u8(sample, 16) != 0;
    record.startText(kRtmd, hexUnlessZero(sample.substr(13, 5)), "rtmd",
                     fmt::format("{:02}:{:02}:{:02}{}{:02}", hours, minutes, seconds, dropFrame ? ';' : ':', frames));
  }
  describeAcquisition(record, sample.substr(head), kRtmd);
}

}  // namespace

void describeSonyMovie(Record& record, Content& content, const Movie& movie) {
  if (movie.metaXml.find("NonRealTimeMeta") != std::string::npos) describeNonRealTime(record, movie.metaXml);
  if (const Track* track = movie.withEntry("rtmd")) {
    constexpr std::uint64_t kMostBytes = 128u << 10;
    sayRealTime(record, firstSample(content, *track, kMostBytes));
  }
}

}  // namespace rollproof::camera
