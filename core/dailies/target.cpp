// SPDX-License-Identifier: Apache-2.0
#include "core/dailies/target.h"

#include <algorithm>

#include "core/base/path.h"

namespace rollproof::dailies {

std::string renderMark(const OpenedClip& clip, const Preset& preset) {
  // Percent-encoded, because headers hold text and names are bytes; short, because DPX gives it 200 characters.
  return "rollproof:" + preset.name + ":" + path::percentEncode(clip.fileName).substr(0, 90);
}

std::string fullMark(const TargetOptions& options) {
  return renderMark(*options.clip, *options.preset) + "#" + options.settings;
}

bool carriesMark(const std::string& path, const std::string& mark) {
  const auto info = media::probe(path);
  if (!info) return false;
  const auto any = [&](const std::map<std::string, std::string>& tags) {
    return std::any_of(tags.begin(), tags.end(), [&](const auto& tag) {
      return tag.second == mark || (tag.second.starts_with(mark) && tag.second[mark.size()] == '#');
    });
  };
  return any(info->tags) || (info->video && any(info->video->tags));
}

Status syncFile(FileSystem& fs, const std::string& path) {
  auto file = fs.openForUpdate(path);
  if (!file) return tl::unexpected(file.error());
  if (auto synced = (*file)->sync(); !synced) return synced;
  return (*file)->close();
}

}  // namespace rollproof::dailies
