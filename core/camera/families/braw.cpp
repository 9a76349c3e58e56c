// SPDX-License-Identifier: Apache-2.0
// Blackmagic RAW: flat files, with what a grade or the camera put beside them.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/path.h"
#include "core/camera/families.h"
#include "core/camera/names.h"

namespace rollproof::camera {
namespace {

void claimSides(Reading& reading, Record& record, const std::string& folder, const std::string& lowerStem) {
  const auto take = [&](const std::string& where, const char* extension, model::FileRole role) {
    CardFile* file = reading.find(where, fmt::format("{}.{}", lowerStem, extension));
    if (file && !file->claimed) claim(record, *file, role);
  };
  take(folder, "sidecar", model::FileRole::sidecar);
  take(folder, "wav", model::FileRole::audio);
  for (const char* extension : {"mp4", "mov"}) take(path::join(folder, "proxy"), extension, model::FileRole::proxy);
}

void warnOrphans(Reading& reading, const std::string& folder, const std::vector<CardFile*>& files, bool clips) {
  for (const CardFile* file : files) {
    const bool proxy = clips && (file->extension == "mp4" || file->extension == "mov") &&
                       path::fileName(folder) == "proxy" && !file->claimed;
    if (file->claimed || (file->extension != "sidecar" && !proxy)) continue;
    reading.warn("orphan_sidecar", fmt::format("{} belongs to {}.braw, which is not on the card.",
                                               path::display(file->path), path::display(file->stem)));
  }
}

}  // namespace

std::vector<Record> groupBraw(Reading& reading) {
  std::vector<Record> out;
  for (auto& [folder, files] : reading.folders) {
    for (CardFile* file : files) {
      if (file->claimed || (file->extension != "braw" && file->extension != "braw2")) continue;
      // The half from the second card is taken with the first, if that is here.
      if (file->extension == "braw2" && reading.find(folder, file->lowerStem + ".braw")) continue;
      Record record;
      record.clip.name = file->stem;
      claim(record, *file, model::FileRole::essence);
      CardFile* second = reading.find(folder, file->lowerStem + ".braw2");
      if (second && !second->claimed) claim(record, *second, model::FileRole::essence);
      claimSides(reading, record, folder, file->lowerStem);
      out.push_back(std::move(record));
    }
  }
  for (auto& [folder, files] : reading.folders) warnOrphans(reading, folder, files, !out.empty());
  return out;
}

void describeBraw(Record& record, Reading& reading) {
  constexpr From kName{Rank::name, "file_name"};
  model::Clip& clip = record.clip;
  if (const auto facts = blackmagicClipName(clip.name)) {
    record.text("reel", kName, clip.name, facts->reel);
    record.text("camera_letter", kName, clip.name, facts->letter);
  }
  record.text("camera.make", kName, path::fileName(clip.files.front().path), "Blackmagic Design");
  if (reading.depth == Depth::metadata) describeContainer(record, reading);
  const bool first = path::extension(clip.files.front().path) == "braw";
  const bool both = first && clip.files.size() > 1 && path::extension(clip.files[1].path) == "braw2";
  const auto chained = [](const model::Warning& warning) { return warning.code == "chain_to_other_card"; };
  if (both) {
    std::erase_if(clip.warnings, chained);
  } else if (!first && std::none_of(clip.warnings.begin(), clip.warnings.end(), chained)) {
    record.warn("chain_to_other_card", "This is the half from the second card; the first is not here.");
  }
}

}  // namespace rollproof::camera
