// SPDX-License-Identifier: Apache-2.0
// What no camera's structure explains: every movie, raw or unnumbered picture file is a clip of its own, with the files
// of the same name beside it.
#include <algorithm>
#include <unordered_map>

#include "core/base/path.h"
#include "core/camera/families.h"
#include "core/camera/names.h"

namespace rollproof::camera {
namespace {

template <std::size_t N>
bool oneOf(const std::string& word, const std::string_view (&list)[N]) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

constexpr std::string_view kMovies[] = {"mov",  "mp4", "m4v", "mxf", "avi", "mkv",  "mts",  "m2ts", "mpg", "mpeg",
                                        "braw", "r3d", "nev", "crm", "krw", "insv", "cine", "webm", "3gp", "dv"};
constexpr std::string_view kPictures[] = {"dpx", "exr", "tif", "tiff", "cin", "ari", "arx", "arc", "dng"};
constexpr std::string_view kSounds[] = {"aif", "aiff", "flac", "mp3", "m4a"};

model::FileRole sideRole(const CardFile& file) {
  static constexpr std::string_view kSidecars[] = {"xml", "srt", "sidecar", "rmd",  "cdl", "cc",  "cif",
                                                   "bim", "smi", "rtn",     "cube", "amf", "xmp", "aae"};
  static constexpr std::string_view kProxies[] = {"lrv", "lrf"};
  static constexpr std::string_view kThumbnails[] = {"thm", "jpg", "jpeg", "png", "bmp"};
  if (oneOf(file.extension, kSidecars)) return model::FileRole::sidecar;
  if (oneOf(file.extension, kProxies)) return model::FileRole::proxy;
  if (oneOf(file.extension, kThumbnails)) return model::FileRole::thumbnail;
  if (file.extension == "wav") return model::FileRole::audio;
  return model::FileRole::other;
}

bool isEssence(const CardFile& file) {
  return isMoviePath(file) || oneOf(file.extension, kPictures) || oneOf(file.extension, kSounds);
}

}  // namespace

bool isMoviePath(const CardFile& file) { return oneOf(file.extension, kMovies); }

std::vector<Record> groupMovies(Reading& reading) {
  std::vector<Record> out;
  for (auto& [folder, files] : reading.folders) {
    std::unordered_map<std::string_view, std::vector<CardFile*>> byStem;
    for (CardFile* file : files) byStem[file->lowerStem].push_back(file);
    for (CardFile* file : files) {
      if (file->claimed || !isEssence(*file)) continue;
      Record record;
      record.clip.name = file->stem;
      claim(record, *file, model::FileRole::essence);
      for (CardFile* side : byStem[file->lowerStem]) {
        if (side->claimed) continue;
        const model::FileRole role = sideRole(*side);
        if (role != model::FileRole::other) claim(record, *side, role);
      }
      out.push_back(std::move(record));
    }
  }
  return out;
}

void describeMovie(Record& record, Reading& reading) {
  if (reading.depth != Depth::metadata) return;
  describeContainer(record, reading);
  if (oneOf(path::extension(record.clip.files.front().path), kPictures)) describeAttributes(record);
  describeFromAle(record, reading, path::parent(record.clip.files.front().path));
}

}  // namespace rollproof::camera
