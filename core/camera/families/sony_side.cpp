// SPDX-License-Identifier: Apache-2.0
#include "core/camera/families/sony_side.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/path.h"
#include "core/camera/names.h"
#include "core/camera/readers/media_profile.h"
#include "core/camera/xml.h"

namespace rollproof::camera {
namespace {

model::FileRole roleOf(char kind) {
  if (kind == 'S') return model::FileRole::proxy;
  if (kind == 'T') return model::FileRole::thumbnail;
  return model::FileRole::sidecar;
}

// The list is written when the clip is closed; what lies beside the clip says more, so the list fills gaps.
void sayMaterial(Record& record, const MediaProfile& profile, const MediaProfile::Material& material) {
  constexpr From kList{Rank::ale, "mediapro"};
  record.text("umid", kList, material.umid);
  record.frameRate(kList, material.fps, videoFormatRate(material.fps));
  const auto whole = [&record, &kList](const char* field, const std::string& raw) {
    const auto number = wholeNumber(raw);
    if (number && *number > 0 && *number <= 1'000'000'000) record.whole(field, kList, raw, *number);
  };
  whole("duration_frames", material.duration);
  whole("audio.channels", material.channels);
  record.text("picture.codec", kList, material.videoType);
  record.text("camera.model", kList, profile.model);
  record.text("camera.firmware", kList, profile.version);
  const auto keep = [&record](const char* key, const std::string& value) {
    if (!value.empty()) record.clip.raw[key] = value;
  };
  keep("mediapro:mediaId", profile.mediaId);
  keep("mediapro:mediaName", profile.mediaName);
  keep("mediapro:status", material.status);
  keep("mediapro:audioType", material.audioType);
}

}  // namespace

void claimSonySideFiles(Reading& reading, Record& record, const std::string& folder, const std::string& lowerStem) {
  const auto found = reading.folders.find(folder);
  if (found == reading.folders.end()) return;
  for (CardFile* file : found->second) {
    if (file->claimed) continue;
    const auto side = sonySideFile(file->name);
    if (side && path::lowerAscii(side->base) == lowerStem) {
      claim(record, *file, roleOf(side->kind));
    } else if (file->extension == "bim" && file->lowerStem == lowerStem) {
      claim(record, *file, model::FileRole::sidecar);
    }
  }
}

void warnSonyOrphans(Reading& reading, const std::string& folder) {
  const auto found = reading.folders.find(folder);
  if (found == reading.folders.end()) return;
  for (const CardFile* file : found->second) {
    const auto side = file->claimed ? std::nullopt : sonySideFile(file->name);
    if (side) {
      reading.warn("orphan_sidecar", fmt::format("{} belongs to {}, which is not on the card.",
                                                 path::display(file->path), path::display(side->base)));
    }
  }
}

void readMediaProfile(Reading& reading, const std::string& root, std::vector<Record>& records) {
  const CardFile* list = reading.find(root, "mediapro.xml");
  if (!list) return;
  auto bytes = readSmallFile(*reading.fs, reading.absolutePath(*list), kMaxXmlBytes);
  const auto profile = bytes ? parseMediaProfile(*bytes) : tl::unexpected<Error>(bytes.error());
  if (!profile) {
    reading.warn("unreadable_sidecar", fmt::format("{}: {}.", path::display(list->path), profile.error().message));
    return;
  }
  std::map<std::string, Record*> byEssence;
  for (Record& record : records) {
    for (const model::ClipFile& file : record.clip.files) {
      if (file.role == model::FileRole::essence) byEssence.emplace(path::lowerAscii(file.path), &record);
    }
  }
  const auto fileOf = [&](const std::string& relative) {
    const std::string whole = path::join(root, relative);
    return relative.empty() ? nullptr : reading.find(path::parent(whole), path::lowerAscii(path::fileName(whole)));
  };
  const auto recordOf = [&](const CardFile* file) {
    const auto found = file ? byEssence.find(path::lowerAscii(file->path)) : byEssence.end();
    return found == byEssence.end() ? nullptr : found->second;
  };
  std::vector<std::string> missing;
  for (const MediaProfile::Material& material : profile->materials) {
    const CardFile* file = fileOf(material.path);
    if (!material.path.empty() && !file) {
      missing.push_back(material.path);
      continue;  // what belongs to it need not be told as well
    }
    if (Record* record = recordOf(file)) sayMaterial(*record, *profile, material);
    for (const std::string& side : material.sideFiles) {
      if (!fileOf(side)) missing.push_back(side);
    }
    const auto absent = std::count_if(material.parts.begin(), material.parts.end(),
                                      [&](const std::string& part) { return !fileOf(part); });
    for (const std::string& part : material.parts) {
      Record* record = recordOf(fileOf(part));
      if (!record) continue;
      if (absent == 0) {
        sayMaterial(*record, *profile, material);
        break;
      }
      record->warn("chain_to_other_card",
                   fmt::format("{} of the clip's {} parts are not on this card.", absent, material.parts.size()));
      break;
    }
  }
  constexpr std::size_t kNamed = 100;  // an emptied card need not fill pages
  for (std::size_t i = 0; i < std::min(missing.size(), kNamed); ++i) {
    reading.warn("manifest_without_file",
                 fmt::format("MEDIAPRO.XML lists {}, which is not on the card.", path::display(missing[i])));
  }
  if (missing.size() > kNamed) {
    reading.warn("manifest_without_file",
                 fmt::format("MEDIAPRO.XML lists {} more files that are not on the card.", missing.size() - kNamed));
  }
}

}  // namespace rollproof::camera
