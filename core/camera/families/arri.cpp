// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "core/base/path.h"
#include "core/camera/families.h"
#include "core/camera/names.h"

namespace rollproof::camera {
namespace {

constexpr From kName{Rank::name, "file_name"};

bool isEssence(const CardFile& file) { return file.extension == "mov" || file.extension == "mxf"; }

bool isReelFolder(const Reading& reading, const std::string& folder, const std::vector<CardFile*>& files) {
  const std::string name = path::fileName(folder.empty() ? reading.root : folder);
  if (isArriReelName(name)) return true;
  return std::any_of(files.begin(), files.end(),
                     [](const CardFile* file) { return file->lower.ends_with("_avid.ale"); });
}

// Rows of the card log whose clip is not on the card.
void checkManifest(Reading& reading, const std::vector<CardFile*>& files) {
  for (const CardFile* log : files) {
    if (!log->lower.ends_with("_avid.ale")) continue;
    const interchange::Ale* ale = reading.ale(*log);
    for (std::size_t row = 0; ale && row < ale->rows.size(); ++row) {
      const std::string name = path::lowerAscii(path::fileName(ale->value(row, "Name")));
      if (name.empty()) continue;
      const bool present = std::any_of(files.begin(), files.end(), [&name](const CardFile* file) {
        return isEssence(*file) &&
               (file->lower == name || file->lowerStem == name || file->lowerStem == path::stem(name));
      });
      if (!present) {
        reading.warn("manifest_without_file", fmt::format("{} lists {}, which is not on the card.",
                                                          path::display(log->name), path::display(name)));
      }
    }
  }
}

}  // namespace

std::vector<Record> groupArri(Reading& reading) {
  std::vector<Record> out;
  for (auto& [folder, files] : reading.folders) {
    const bool reelFolder = isReelFolder(reading, folder, files);
    bool any = false;
    for (CardFile* file : files) {
      if (file->claimed || !isEssence(*file)) continue;
      const auto facts = arriClipName(file->stem);
      // A clip's name is proof enough: reels are copied into folders of other names.
      if (!facts && !reelFolder) continue;
      any = true;
      Record record;
      record.clip.name = file->stem;
      claim(record, *file, model::FileRole::essence);
      for (CardFile* side : files) {
        if (side->claimed || side->lowerStem != file->lowerStem) continue;
        if (side->extension == "wav") claim(record, *side, model::FileRole::audio);
        if (side->extension == "xml" || side->extension == "cdl" || side->extension == "aml" ||
            side->extension == "alf4") {
          claim(record, *side, model::FileRole::sidecar);
        }
      }
      if (!facts) {
        record.warn("renamed_by_hand",
                    fmt::format("{} is not a name that the camera gives.", path::display(file->name)));
      }
      out.push_back(std::move(record));
    }
    if (any && reading.depth == Depth::metadata) checkManifest(reading, files);
  }
  return out;
}

void describeArri(Record& record, Reading& reading) {
  if (const auto facts = arriClipName(record.clip.name)) {
    const std::string& stem = record.clip.name;
    record.text("camera.make", kName, stem, "ARRI");
    record.text("reel", kName, stem, facts->reel);
    record.text("camera_letter", kName, stem, facts->letter);
    record.text("camera.id", kName, stem, facts->cameraId);
    record.text("recorded_at", kName, stem, facts->date);
  }
  if (reading.depth != Depth::metadata) return;
  describeContainer(record, reading);
  for (const auto& [key, value] : record.clip.raw) {
    // Lets the log's shortened form be matched.
    if (path::lowerAscii(key) == "com.arri.camera.uuid") record.clip.uuid = value;
  }
  describeFromAle(record, reading, path::parent(record.clip.files.front().path));
}

}  // namespace rollproof::camera
