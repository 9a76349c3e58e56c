// SPDX-License-Identifier: Apache-2.0
// Canon XF: CONTENTS/CLIPSnnn/AA0001/ holds one clip: AA000101.MXF, AA000102.MXF ... and side files of the clip's name.
// What is longer than a card goes on on another with the next numbers.
#include <fmt/format.h>

#include <map>

#include "core/base/path.h"
#include "core/camera/families.h"
#include "core/camera/names.h"

namespace rollproof::camera {
namespace {

bool isClipsFolder(const Reading& reading, const std::string& folder) {
  const std::string name = path::lowerAscii(path::fileName(folder.empty() ? reading.root : folder));
  return fitsShape(name, "clips000");
}

model::FileRole sideRole(const std::string& extension) {
  if (extension == "jpg" || extension == "thm") return model::FileRole::thumbnail;
  if (extension == "wav") return model::FileRole::audio;
  return model::FileRole::sidecar;
}

}  // namespace

std::vector<Record> groupCanonXf(Reading& reading) {
  std::vector<Record> out;
  for (auto& [folder, files] : reading.folders) {
    if (folder.empty() || !isClipsFolder(reading, path::parent(folder))) continue;
    const std::string clip = path::fileName(folder);
    std::map<int, CardFile*> segments;
    for (CardFile* file : files) {
      const std::string& stem = file->lowerStem;
      const bool numbered = stem.size() == clip.size() + 2 && stem.starts_with(clip) &&
                            fitsShape(std::string_view(stem).substr(clip.size()), "00");
      if (!file->claimed && file->extension == "mxf" && numbered)
        segments.emplace(std::stoi(stem.substr(clip.size())), file);
    }
    if (segments.empty()) {
      if (!files.empty() && !files.front()->claimed && fitsShape(clip, "AA0000"))
        reading.warn("orphan_sidecar",
                     fmt::format("{} holds no MXF of its clip.", path::display(files.front()->directory)));
      continue;
    }
    Record record;
    record.clip.name = path::fileName(segments.begin()->second->directory);
    int expected = 1;
    for (auto& [number, file] : segments) {
      claim(record, *file, model::FileRole::essence);
      if (expected == 1 && number > 1) {
        record.warn("chain_to_other_card",
                    fmt::format("The clip begins with segment {:02}: the ones before it are not here.", number));
      } else {
        for (; expected < number; ++expected)
          record.warn("missing_segment", fmt::format("Segment {:02} of the clip is not on the card.", expected));
      }
      expected = number + 1;
    }
    for (CardFile* file : files) {
      if (!file->claimed && file->lowerStem.starts_with(clip)) claim(record, *file, sideRole(file->extension));
    }
    out.push_back(std::move(record));
  }
  return out;
}

void describeCanonXf(Record& record, Reading& reading) {
  record.text("camera.make", {Rank::name, "folder"}, path::parent(record.clip.files.front().path), "Canon");
  if (reading.depth == Depth::metadata) describeSegments(record, reading);
}

}  // namespace rollproof::camera
