// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/path.h"
#include "core/camera/families.h"
#include "core/camera/families/sony_side.h"
#include "core/camera/names.h"
#include "core/camera/xml.h"

namespace rollproof::camera {
namespace {

constexpr From kName{Rank::name, "file_name"};

bool isEssence(const CardFile& file) { return file.extension == "mxf" || file.extension == "mp4"; }

// Folder (lower case) of the structure's root -> itself, for each ".../Clip" that looks like Sony's.
std::vector<std::string> roots(const Reading& reading) {
  std::vector<std::string> out;
  for (const auto& [folder, files] : reading.folders) {
    if (path::fileName(folder) != "clip" || std::count(folder.begin(), folder.end(), '/') > 3) continue;
    const std::string root = path::parent(folder);
    auto has = [&](const std::string& name) {
      const auto found = reading.folders.find(root);
      return found != reading.folders.end() && std::any_of(found->second.begin(), found->second.end(),
                                                           [&](const CardFile* f) { return f->lower == name; });
    };
    // The optical disc layout has the same folders but other rules.
    if (has("index.xml") || has("discmeta.xml")) continue;
    const bool named = path::fileName(root) == "xdroot" ||
                       (root.empty() && path::lowerAscii(path::fileName(reading.root)) == "xdroot");
    if (named || has("mediapro.xml") || reading.folders.contains(path::join(root, "thmbnl")) ||
        reading.folders.contains(path::join(root, "sub"))) {
      out.push_back(root);
    }
  }
  return out;
}

bool groupFolder(Reading& reading, const std::string& root, const std::string& folder, bool needSidecar,
                 std::vector<Record>& out) {
  bool any = false;
  for (CardFile* file : reading.folders.at(folder)) {
    if (file->claimed || !isEssence(*file)) continue;
    if (needSidecar && !reading.find(folder, file->lowerStem + "m01.xml")) continue;
    any = true;
    Record record;
    record.clip.name = file->stem;
    claim(record, *file, model::FileRole::essence);
    claimSonySideFiles(reading, record, folder, file->lowerStem);
    if (!needSidecar) {
      claimSonySideFiles(reading, record, path::join(root, "sub"), file->lowerStem);
      claimSonySideFiles(reading, record, path::join(root, "thmbnl"), file->lowerStem);
    }
    out.push_back(std::move(record));
  }
  return any;
}

}  // namespace

std::vector<Record> groupSonyXdroot(Reading& reading) {
  std::vector<Record> out;
  for (const std::string& root : roots(reading)) {
    const std::string clips = path::join(root, "clip");
    groupFolder(reading, root, clips, false, out);
    for (const std::string& folder : {clips, path::join(root, "sub"), path::join(root, "thmbnl")}) {
      warnSonyOrphans(reading, folder);
    }
    if (reading.depth == Depth::metadata) readMediaProfile(reading, root, out);
  }
  // AXS reels and single clips: the essence beside its own metadata file.
  std::vector<std::string> folders;
  for (const auto& [folder, files] : reading.folders) folders.push_back(folder);
  for (const std::string& folder : folders) groupFolder(reading, folder, folder, true, out);
  return out;
}

void describeSony(Record& record, Reading& reading) {
  if (const auto facts = sonyClipName(record.clip.name)) {
    const std::string& stem = record.clip.name;
    record.text("reel", kName, stem, facts->reel);
    record.text("camera_letter", kName, stem, facts->letter);
    record.text("recorded_at", kName, stem, facts->date);
  }
  if (reading.depth != Depth::metadata) return;
  describeSegments(record, reading);
  // A clip in parts has such a file beside each: the first describes the clip, the others make it longer.
  std::string first;
  bool described = false;
  std::int64_t later = 0;
  for (const model::ClipFile& file : record.clip.files) {
    const auto side = sonySideFile(path::fileName(file.path));
    if (file.role != model::FileRole::sidecar || !side || side->kind != 'M' || path::extension(file.path) != "xml") {
      continue;
    }
    auto bytes = readSmallFile(*reading.fs, path::join(reading.root, file.path), kMaxXmlBytes);
    if (!bytes) {
      record.warn("unreadable_sidecar",
                  fmt::format("{}: {}.", path::display(path::fileName(file.path)), bytes.error().message));
    } else if (!std::exchange(described, true)) {
      first = std::move(*bytes);
    } else {
      later += nonRealTimeFrames(*bytes).value_or(0);
    }
  }
  if (described) describeNonRealTime(record, first, later);
  if (!described) record.warn("no_sidecar", "The camera's metadata file for this clip is missing.");
}

}  // namespace rollproof::camera
