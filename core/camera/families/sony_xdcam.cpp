// SPDX-License-Identifier: Apache-2.0
// Sony's older structures: XDCAM EX (BPAV/CLPR, a folder a clip, parts of 4 GB numbered _01, _02) and the optical disc
// (INDEX.XML, DISCMETA.XML, Clip, Sub; what lies in Edit are edits, not clips).
#include <fmt/format.h>

#include <map>

#include "core/base/path.h"
#include "core/camera/families.h"
#include "core/camera/families/sony_side.h"
#include "core/camera/names.h"

namespace rollproof::camera {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

struct PartName {
  std::string base;
  int number = 0;  // 0: the name has none
};
// "766_0001_02" -> 766_0001 and 2.
PartName partOf(const std::string& stem) {
  const std::size_t n = stem.size();
  if (n < 4 || stem[n - 3] != '_' || !isDigit(stem[n - 2]) || !isDigit(stem[n - 1])) return {stem, 0};
  return {stem.substr(0, n - 3), std::stoi(stem.substr(n - 2))};
}

bool isClprFolder(const Reading& reading, const std::string& folder) {
  const std::string above = path::parent(folder);
  const std::string name = path::lowerAscii(path::fileName(above.empty() ? reading.root : above));
  return name == "clpr" && !folder.empty();
}

}  // namespace

std::vector<Record> groupSonyXdcamEx(Reading& reading) {
  // Parts of one clip lie in folders beside each other.
  std::map<std::pair<std::string, std::string>, std::map<int, CardFile*>> clips;
  for (auto& [folder, files] : reading.folders) {
    if (!isClprFolder(reading, folder)) continue;
    for (CardFile* file : files) {
      if (file->claimed || (file->extension != "mp4" && file->extension != "avi")) continue;
      const PartName part = partOf(file->lowerStem);
      clips[{path::parent(folder), part.base}].emplace(part.number, file);
    }
  }
  std::vector<Record> out;
  for (auto& [key, parts] : clips) {
    Record record;
    const CardFile& first = *parts.begin()->second;
    record.clip.name = parts.size() > 1 ? partOf(first.stem).base : first.stem;
    int expected = 1;
    for (auto& [number, file] : parts) {
      claim(record, *file, model::FileRole::essence);
      for (; number > 0 && expected < number; ++expected)
        record.warn("missing_segment", fmt::format("Part _{:02} of the clip is not on the card.", expected));
      expected = number + 1;
    }
    for (auto& [number, file] : parts) {
      const std::string folder = path::lowerAscii(file->directory);
      claimSonySideFiles(reading, record, folder, file->lowerStem);
      CardFile* smil = reading.find(folder, file->lowerStem + ".smi");
      if (smil && !smil->claimed) claim(record, *smil, model::FileRole::sidecar);
    }
    out.push_back(std::move(record));
  }
  for (const auto& [folder, files] : reading.folders) {
    if (isClprFolder(reading, folder)) warnSonyOrphans(reading, folder);
    if (path::fileName(folder) == "bpav" && reading.depth == Depth::metadata) readMediaProfile(reading, folder, out);
  }
  return out;
}

std::vector<Record> groupSonyXdcam(Reading& reading) {
  std::vector<Record> out;
  std::vector<std::string> roots;
  for (const auto& [folder, files] : reading.folders) {
    if (path::fileName(folder) != "clip") continue;
    const std::string root = path::parent(folder);
    if (reading.find(root, "index.xml") || reading.find(root, "discmeta.xml")) roots.push_back(root);
  }
  for (const std::string& root : roots) {
    const std::string clips = path::join(root, "clip");
    for (CardFile* file : reading.folders.at(clips)) {
      if (file->claimed || file->extension != "mxf") continue;
      Record record;
      record.clip.name = file->stem;
      claim(record, *file, model::FileRole::essence);
      for (const char* folder : {"clip", "sub", "thmbnl"})
        claimSonySideFiles(reading, record, path::join(root, folder), file->lowerStem);
      out.push_back(std::move(record));
    }
    warnSonyOrphans(reading, clips);
  }
  return out;
}

}  // namespace rollproof::camera
