// SPDX-License-Identifier: Apache-2.0
#include "core/dailies/target.h"

#include "core/base/path.h"

namespace rollproof::dailies {

std::string renderMark(const OpenedClip& clip, const Preset& preset) {
  // Percent-encoded, because headers hold text and names are bytes; short, because DPX gives it 200 characters.
  return "rollproof:" + preset.name + ":" + path::percentEncode(clip.fileName).substr(0, 120);
}

bool carriesMark(const std::string& path, const std::string& mark) {
  const auto info = media::probe(path);
  if (!info) return false;
  for (const auto& [key, value] : info->tags) {
    if (value == mark) return true;
  }
  if (info->video) {
    for (const auto& [key, value] : info->video->tags) {
      if (value == mark) return true;
    }
  }
  return false;
}

Status syncFile(FileSystem& fs, const std::string& path) {
  auto file = fs.openForUpdate(path);
  if (!file) return tl::unexpected(file.error());
  if (auto synced = (*file)->sync(); !synced) return synced;
  return (*file)->close();
}

}  // namespace rollproof::dailies
