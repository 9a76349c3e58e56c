// SPDX-License-Identifier: Apache-2.0
// Insta360: VID_20240512_101530_00_042.insv is the front lens, ..._10_042.insv the back one, LRV_..._11_042 a small
// copy of both.
#include <fmt/format.h>

#include <map>

#include "core/base/path.h"
#include "core/camera/families.h"
#include "core/camera/names.h"

namespace rollproof::camera {
namespace {

constexpr From kName{Rank::name, "file_name"};

struct Lens {
  std::string moment, number;  // "20240512_101530", "042"
  std::string lens;            // "00", "10", "11"
  bool small = false;          // a copy of low resolution
};

std::optional<Lens> lensOf(const CardFile& file) {
  const bool video = fitsShape(file.stem, "VID_00000000_000000_00_000");
  if (!video && !fitsShape(file.stem, "LRV_00000000_000000_00_000")) return std::nullopt;
  return Lens{file.stem.substr(4, 15), file.stem.substr(23), file.stem.substr(20, 2), !video};
}

bool isMovie(const CardFile& file) {
  return file.extension == "insv" || file.extension == "mp4" || file.extension == "lrv";
}

}  // namespace

std::vector<Record> groupInsta360(Reading& reading) {
  std::vector<Record> out;
  for (auto& [folder, files] : reading.folders) {
    std::map<std::string, std::map<std::string, CardFile*>> clips;  // by moment and number, then by lens
    std::map<std::string, std::vector<CardFile*>> copies;
    for (CardFile* file : files) {
      const auto facts = !file->claimed && isMovie(*file) ? lensOf(*file) : std::nullopt;
      if (!facts) continue;
      const std::string key = facts->moment + facts->number;
      if (facts->small || file->extension == "lrv") {
        copies[key].push_back(file);
      } else {
        clips[key].emplace(facts->lens, file);
      }
    }
    for (auto& [key, lenses] : clips) {
      Record record;
      record.clip.name = lenses.begin()->second->stem;
      for (auto& [lens, file] : lenses) claim(record, *file, model::FileRole::essence);
      for (CardFile* file : copies[key]) claim(record, *file, model::FileRole::proxy);
      copies.erase(key);
      // A single file of both lenses is "00" as well, so only the back one alone is odd.
      if (!lenses.contains("00") && lenses.contains("10"))
        record.warn("missing_segment", "The file of the front lens (_00_) is not on the card.");
      out.push_back(std::move(record));
    }
    for (const auto& [key, left] : copies) {
      for (const CardFile* file : left)
        reading.warn("orphan_sidecar",
                     fmt::format("{} is a copy of a clip that is not on the card.", path::display(file->path)));
    }
  }
  return out;
}

void describeInsta360(Record& record, Reading& reading) {
  record.text("camera.make", kName, record.clip.name, "Insta360");
  if (record.clip.name.size() >= 19) {
    const std::string moment = record.clip.name.substr(4, 15);
    record.text("recorded_at", kName, moment,
                fmt::format("{}-{}-{}T{}:{}:{}", moment.substr(0, 4), moment.substr(4, 2), moment.substr(6, 2),
                            moment.substr(9, 2), moment.substr(11, 2), moment.substr(13, 2)));
  }
  if (reading.depth == Depth::metadata) describeContainer(record, reading);
}

}  // namespace rollproof::camera
