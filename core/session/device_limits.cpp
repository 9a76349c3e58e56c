// SPDX-License-Identifier: Apache-2.0
#include "core/session/device_limits.h"

#include <algorithm>

#include "core/base/path.h"

namespace rollproof::session {

namespace {

const model::Volume* volumeUnder(const std::string& path, const std::vector<model::Volume>& mounted) {
  const model::Volume* holds = nullptr;
  for (const auto& volume : mounted) {
    if (path::isWithin(path, volume.mountPoint) && (!holds || volume.mountPoint.size() >= holds->mountPoint.size()))
      holds = &volume;
  }
  return holds;
}

}  // namespace

std::vector<jobs::Resource> deviceResources(const std::vector<std::string>& paths,
                                            const std::vector<model::Volume>& mounted) {
  std::vector<jobs::Resource> all;
  const auto add = [&](const std::string& name, int limit) {
    const auto known = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
    if (known == all.end())
      all.push_back({name, limit});
    else
      known->limit = std::min(known->limit, limit);
  };
  for (const auto& path : paths) {
    const auto* volume = volumeUnder(path, mounted);
    if (!volume) {
      add(path, 1);
      continue;
    }
    const int limit = volume->device.rotational || volume->removable ? 1 : 2;
    if (volume->device.members.empty()) add(volume->device.id, limit);
    for (const auto& member : volume->device.members) add(member, limit);
  }
  return all;
}

}  // namespace rollproof::session
