// SPDX-License-Identifier: Apache-2.0
// Nikon's raw movies: DCIM/nnnNCZ_*/X.NEV with the MP4 of the same name as proxy. Newer bodies write the same movies as
// .R3D: in such a folder they are Nikon's, and by content anywhere.
#include <algorithm>

#include "core/base/path.h"
#include "core/camera/families.h"

namespace rollproof::camera {
namespace {

// "100NCZ_9": three digits, N and four more characters, which is how the camera file system standard (DCF) names a
// maker's folders.
bool isNikonFolder(const Reading& reading, const std::string& folder) {
  const std::string name = path::lowerAscii(path::fileName(folder.empty() ? reading.root : folder));
  return name.size() == 8 && std::all_of(name.begin(), name.begin() + 3, [](char c) { return c >= '0' && c <= '9'; }) &&
         name[3] == 'n';
}

}  // namespace

std::vector<Record> groupNikon(Reading& reading) {
  std::vector<Record> out;
  for (auto& [folder, files] : reading.folders) {
    const bool nikon = isNikonFolder(reading, folder);
    for (CardFile* file : files) {
      if (file->claimed || (file->extension != "nev" && !(nikon && file->extension == "r3d"))) continue;
      Record record;
      record.clip.name = file->stem;
      claim(record, *file, model::FileRole::essence);
      for (const char* extension : {".mp4", ".mov"}) {
        CardFile* proxy = reading.find(folder, file->lowerStem + extension);
        if (proxy && !proxy->claimed) claim(record, *proxy, model::FileRole::proxy);
      }
      CardFile* sound = reading.find(folder, file->lowerStem + ".wav");
      if (sound && !sound->claimed) claim(record, *sound, model::FileRole::audio);
      out.push_back(std::move(record));
    }
  }
  return out;
}

void describeNikon(Record& record, Reading& reading) {
  record.text("camera.make", {Rank::name, "file_name"}, path::fileName(record.clip.files.front().path), "NIKON");
  if (reading.depth == Depth::metadata) describeContainer(record, reading);
}

}  // namespace rollproof::camera
