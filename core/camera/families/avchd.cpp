// SPDX-License-Identifier: Apache-2.0
// AVCHD: BDMV/STREAM/00000.MTS, cut at 2 or 4 GB; the playlists tell which files are one take.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/path.h"
#include "core/camera/families.h"
#include "core/camera/readers/playlist.h"

namespace rollproof::camera {
namespace {

constexpr std::uint64_t kMaxPlaylistBytes = 1u << 20;

// Folder of BDMV for each ".../BDMV/STREAM".
std::vector<std::string> roots(const Reading& reading) {
  std::vector<std::string> out;
  for (const auto& [folder, files] : reading.folders) {
    if (path::fileName(folder) != "stream") continue;
    const std::string root = path::parent(folder);
    const std::string name = path::lowerAscii(path::fileName(root.empty() ? reading.root : root));
    if (name == "bdmv" || reading.folders.contains(path::join(root, "clipinf"))) out.push_back(root);
  }
  return out;
}

bool isStream(const CardFile& file) { return file.extension == "mts" || file.extension == "m2ts"; }

CardFile* streamOf(Reading& reading, const std::string& root, const std::string& stem) {
  for (const char* extension : {".mts", ".m2ts"}) {
    CardFile* file = reading.find(path::join(root, "stream"), path::lowerAscii(stem) + extension);
    if (file) return file;
  }
  return nullptr;
}

Record recordOf(Reading& reading, const std::string& root, const std::vector<CardFile*>& streams) {
  Record record;
  record.clip.name = streams.front()->stem;
  for (CardFile* stream : streams) claim(record, *stream, model::FileRole::essence);
  for (const CardFile* stream : streams) {
    for (const char* extension : {".cpi", ".clpi"}) {
      CardFile* side = reading.find(path::join(root, "clipinf"), stream->lowerStem + extension);
      if (side && !side->claimed) claim(record, *side, model::FileRole::sidecar);
    }
  }
  return record;
}

void readPlaylists(Reading& reading, const std::string& root, std::vector<Record>& out) {
  const auto found = reading.folders.find(path::join(root, "playlist"));
  if (found == reading.folders.end()) return;
  for (const CardFile* list : found->second) {
    if (list->extension != "mpl" && list->extension != "mpls") continue;
    const auto bytes = readSmallFile(*reading.fs, reading.absolutePath(*list), kMaxPlaylistBytes);
    const auto items = bytes ? readPlaylist(*bytes) : std::vector<PlayItem>();
    if (items.empty() && list->bytes > 0) {
      reading.warn("unreadable_sidecar", fmt::format("{} is no playlist that can be read.", path::display(list->path)));
    }
    std::vector<CardFile*> take;
    const auto finish = [&] {
      if (!take.empty()) out.push_back(recordOf(reading, root, take));
      take.clear();
    };
    for (const PlayItem& item : items) {
      if (!item.seamless) finish();
      CardFile* stream = streamOf(reading, root, item.stream);
      if (!stream) {
        reading.warn("manifest_without_file", fmt::format("{} lists STREAM/{}, which is not on the card.",
                                                          path::display(list->name), path::display(item.stream)));
        continue;
      }
      if (!stream->claimed && std::find(take.begin(), take.end(), stream) == take.end()) take.push_back(stream);
    }
    finish();
  }
}

}  // namespace

std::vector<Record> groupAvchd(Reading& reading) {
  std::vector<Record> out;
  for (const std::string& root : roots(reading)) {
    if (reading.depth == Depth::metadata) readPlaylists(reading, root, out);
    for (CardFile* file : reading.folders.at(path::join(root, "stream"))) {
      if (!file->claimed && isStream(*file)) out.push_back(recordOf(reading, root, {file}));
    }
    const auto sides = reading.folders.find(path::join(root, "clipinf"));
    if (sides == reading.folders.end()) continue;
    for (const CardFile* side : sides->second) {
      if (side->claimed || (side->extension != "cpi" && side->extension != "clpi")) continue;
      reading.warn("orphan_sidecar",
                   fmt::format("{} belongs to a stream that is not on the card.", path::display(side->path)));
    }
  }
  return out;
}

void describeAvchd(Record& record, Reading& reading) {
  if (reading.depth == Depth::metadata) describeSegments(record, reading);
}

}  // namespace rollproof::camera
