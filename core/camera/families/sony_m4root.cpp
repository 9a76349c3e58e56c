// SPDX-License-Identifier: Apache-2.0
// Sony's XAVC S and XAVC HS cards: [PRIVATE/]M4ROOT with CLIP, SUB, THMBNL, GENERAL and MEDIAPRO.XML.
#include <algorithm>

#include "core/base/path.h"
#include "core/camera/families.h"
#include "core/camera/families/sony_side.h"

namespace rollproof::camera {
namespace {

bool isEssence(const CardFile& file) { return file.extension == "mp4"; }

bool isClipFolder(const Reading& reading, const std::string& folder, const std::vector<CardFile*>& files) {
  if (path::fileName(folder) != "clip") return false;
  const std::string root = path::parent(folder);
  const std::string name = path::lowerAscii(path::fileName(root.empty() ? reading.root : root));
  if (name == "m4root") return true;
  // A copy under another name: the same folders, and none of the MXF of the larger cameras.
  const bool folders =
      reading.folders.contains(path::join(root, "thmbnl")) || reading.folders.contains(path::join(root, "general"));
  return folders && std::any_of(files.begin(), files.end(), [](const CardFile* file) { return isEssence(*file); }) &&
         std::none_of(files.begin(), files.end(), [](const CardFile* file) { return file->extension == "mxf"; });
}

void claimClip(Reading& reading, CardFile& file, const std::vector<std::string>& sideFolders,
               std::vector<Record>& out) {
  Record record;
  record.clip.name = file.stem;
  claim(record, file, model::FileRole::essence);
  for (const std::string& folder : sideFolders) claimSonySideFiles(reading, record, folder, file.lowerStem);
  out.push_back(std::move(record));
}

}  // namespace

std::vector<Record> groupSonyM4root(Reading& reading) {
  std::vector<Record> out;
  for (auto& [folder, files] : reading.folders) {
    if (!isClipFolder(reading, folder, files)) continue;
    const std::string root = path::parent(folder);
    const std::vector<std::string> sides{folder, path::join(root, "sub"), path::join(root, "thmbnl")};
    for (CardFile* file : files) {
      if (!file->claimed && isEssence(*file)) claimClip(reading, *file, sides, out);
    }
    for (const std::string& side : sides) warnSonyOrphans(reading, side);
    if (reading.depth == Depth::metadata) readMediaProfile(reading, root, out);
  }
  // Clips copied out of the structure, with the metadata file beside the MP4. XDCAM EX does the same, and groups its
  // files by an SMI.
  for (auto& [folder, files] : reading.folders) {
    if (std::any_of(files.begin(), files.end(), [](const CardFile* file) { return file->extension == "smi"; }))
      continue;
    for (CardFile* file : files) {
      if (file->claimed || !isEssence(*file) || !reading.find(folder, file->lowerStem + "m01.xml")) continue;
      claimClip(reading, *file, {folder}, out);
    }
  }
  return out;
}

}  // namespace rollproof::camera
