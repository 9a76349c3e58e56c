// SPDX-License-Identifier: Apache-2.0
// RED: magazines (.RDM) hold clip folders (.RDC) hold segments of 2 or 4 GB (_001.R3D ...) with proxies and side files.
// Copies lose the folders and get names before the camera's, so a clip is what stands before the segment's number.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/path.h"
#include "core/camera/families.h"
#include "core/camera/names.h"
#include "core/camera/readers/movie.h"
#include "core/camera/readers/r3d.h"

namespace rollproof::camera {
namespace {

constexpr From kName{Rank::name, "file_name"};

struct Segment {
  std::string base;  // lower case, without the number
  int number = 0;    // 0: none
};

// "a106_c037_0118g5_002" -> a106_c037_0118g5 and 2.
Segment segmentOf(const std::string& lowerStem) {
  const std::size_t at = lowerStem.size() < 4 ? std::string::npos : lowerStem.size() - 4;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (at == std::string::npos || at == 0 || lowerStem[at] != '_' ||
      !std::all_of(lowerStem.begin() + static_cast<std::ptrdiff_t>(at) + 1, lowerStem.end(), digit))
    return {lowerStem, 0};
  return {lowerStem.substr(0, at), std::stoi(lowerStem.substr(at + 1))};
}

void claimSides(Reading& reading, Record& record, const std::string& folder, const std::string& base) {
  const auto found = reading.folders.find(folder);
  if (found == reading.folders.end()) return;
  for (CardFile* file : found->second) {
    if (file->claimed || !file->lowerStem.starts_with(base) || file->extension == "r3d") continue;
    const std::string rest = file->lowerStem.substr(base.size());
    if (!rest.empty() && rest.front() != '_' && rest.front() != '.') continue;
    const std::string& extension = file->extension;
    if (extension == "rmd" || extension == "rtn" || extension == "xmp" || extension == "cdl" || extension == "xml") {
      claim(record, *file, model::FileRole::sidecar);
    } else if (extension == "mov" || extension == "mxf" || extension == "mp4") {
      claim(record, *file, model::FileRole::proxy);
    } else if (extension == "wav") {
      claim(record, *file, model::FileRole::audio);
    } else if (extension == "jpg" || extension == "png" || extension == "tif") {
      claim(record, *file, model::FileRole::thumbnail);
    }
  }
}

void warnGaps(Record& record, const std::map<int, CardFile*>& segments) {
  const int last = segments.rbegin()->first;
  std::string missing;
  for (int number = 1; number <= last; ++number) {
    if (!segments.contains(number)) missing += fmt::format("{}_{:03}", missing.empty() ? "" : ", ", number);
  }
  if (missing.empty()) return;
  record.warn("missing_segment",
              fmt::format("Of segments _001 to _{:03} these are not on the card: {}.", last, missing));
}

// Nikon's newer cameras call their raw movies .R3D as well; inside they are MP4.
bool isNikons(const Record& record, Reading& reading) {
  const CardFile* file = reading.at(record.clip.files.front().path);
  auto content = file ? Content::open(*reading.fs, reading.absolutePath(*file)) : fail(Errc::notFound, {});
  return content && part(content->head(), 4, 8) == "ftypniko";
}

void countFrames(Record& record, Reading& reading) {
  const auto& warnings = record.clip.warnings;
  if (std::any_of(warnings.begin(), warnings.end(),
                  [](const model::Warning& warning) { return warning.code == "missing_segment"; }))
    return;
  std::int64_t frames = 0;
  for (const model::ClipFile& file : record.clip.files) {
    if (file.role != model::FileRole::essence) continue;
    auto content = Content::open(*reading.fs, path::join(reading.root, file.path));
    const auto counted = content ? r3dFrames(*content) : std::nullopt;
    if (!counted) return;
    frames += *counted;
  }
  if (frames > 0) record.whole("duration_frames", {Rank::file, "r3d"}, fmt::format("{} frames", frames), frames);
}

}  // namespace

std::vector<Record> groupRed(Reading& reading) {
  std::vector<Record> out;
  for (auto& [folder, files] : reading.folders) {
    std::map<std::string, std::map<int, CardFile*>> clips;
    for (CardFile* file : files) {
      if (file->claimed || file->extension != "r3d") continue;
      const Segment segment = segmentOf(file->lowerStem);
      clips[segment.base].emplace(segment.number, file);
    }
    for (auto& [base, segments] : clips) {
      Record record;
      record.clip.name = segments.begin()->second->stem.substr(0, base.size());
      for (auto& [number, file] : segments) claim(record, *file, model::FileRole::essence);
      claimSides(reading, record, folder, base);
      warnGaps(record, segments);
      out.push_back(std::move(record));
    }
    if (!folder.ends_with(".rdc")) continue;
    for (const CardFile* file : files) {
      if (!file->claimed && (file->extension == "rmd" || file->extension == "rtn")) {
        reading.warn("orphan_sidecar",
                     fmt::format("{} belongs to a clip that is not on the card.", path::display(file->path)));
      }
    }
  }
  return out;
}

void describeRed(Record& record, Reading& reading) {
  const std::string& name = record.clip.name;
  if (reading.depth == Depth::metadata && isNikons(record, reading)) {
    record.clip.family = "nikon_nraw";
    return describeNikon(record, reading);
  }
  if (const auto facts = redClipName(name)) {
    record.text("reel", kName, name, facts->reel);
    record.text("camera_letter", kName, name, facts->letter);
  }
  record.text("camera.make", kName, name, "RED");
  if (reading.depth != Depth::metadata) return;
  describeContainer(record, reading);
  // How long a clip is stands in no header: the camera's own proxy has a picture for each of its frames, and without
  // one they are counted.
  for (const model::ClipFile& file : record.clip.files) {
    if (file.role != model::FileRole::proxy || path::extension(file.path) == "mxf") continue;
    const auto frames = movieFrames(*reading.fs, path::join(reading.root, file.path));
    if (!frames || *frames <= 0) continue;
    record.whole("duration_frames", {Rank::sidecar, "proxy"}, path::display(path::fileName(file.path)), *frames);
    return;
  }
  countFrames(record, reading);
}

}  // namespace rollproof::camera
