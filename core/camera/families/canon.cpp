// SPDX-License-Identifier: Apache-2.0
// Canon's cine structures of today: Cinema RAW Light (CRM/REEL_nnn, CONTENTS/CLIPSnnn) and XF-AVC S, XF-HEVC S
// (XFVC/REEL_nnnn). Long takes are cut into numbered segments.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/path.h"
#include "core/camera/families.h"
#include "core/camera/names.h"

namespace rollproof::camera {
namespace {

// "reel_001": what the folder of a reel is called in both structures.
bool isReelFolder(const Reading& reading, const std::string& folder) {
  const std::string name = path::lowerAscii(path::fileName(folder.empty() ? reading.root : folder));
  constexpr std::string_view kPrefix = "reel_";
  return name.size() >= kPrefix.size() + 3 && name.starts_with(kPrefix) &&
         std::all_of(name.begin() + kPrefix.size(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// People call folders REEL_001 too, so the one above counts; out of it the clips' own names tell.
bool isXfvcFolder(const Reading& reading, const std::string& folder) {
  if (!isReelFolder(reading, folder)) return false;
  const std::string above = folder.empty() ? path::parent(reading.root) : path::parent(folder);
  return path::lowerAscii(path::fileName(above.empty() ? reading.root : above)) == "xfvc";
}

struct Segment {
  CardFile* file;
  int number;
};

void warnGaps(Record& record, const std::vector<Segment>& segments) {
  // A take of one file has no number; the first of several may have none either.
  int expected = segments.front().number == 0 && segments.size() > 1 ? std::min(segments[1].number, 2) : 1;
  for (const Segment& segment : segments) {
    if (segment.number == 0) continue;
    for (; expected < segment.number; ++expected) {
      record.warn("missing_segment", fmt::format("Segment {:02} of {} is missing.", expected, record.clip.name));
      if (segment.number - expected > 99) expected = segment.number;  // one sentence is enough for a wild number
    }
    expected = segment.number + 1;
  }
}

void claimSides(Reading& reading, Record& record, const std::string& folder, const std::string& lowerBase) {
  for (CardFile* file : reading.folders.at(folder)) {
    if (file->claimed) continue;
    const auto name = canonClipName(file->stem);
    const bool proxyName = name && name->proxy;
    const std::string base = name ? path::lowerAscii(name->base) : file->lowerStem;
    if (base != lowerBase) continue;
    if (proxyName && (file->extension == "mp4" || file->extension == "mxf"))
      claim(record, *file, model::FileRole::proxy);
    if (file->extension == "xml" || file->extension == "cif" || file->extension == "cpf") {
      claim(record, *file, model::FileRole::sidecar);
    }
    if (file->extension == "jpg" || file->extension == "thm") claim(record, *file, model::FileRole::thumbnail);
    if (file->extension == "wav") claim(record, *file, model::FileRole::audio);
  }
}

// Proxies may lie in another folder, as the camera writes them to a second slot.
void claimDistantProxies(Reading& reading, std::vector<Record>& records) {
  std::map<std::string, Record*> byName;
  for (Record& record : records) byName.emplace(path::lowerAscii(record.clip.name), &record);
  for (CardFile& file : reading.files) {
    if (file.claimed || (file.extension != "mp4" && file.extension != "mxf")) continue;
    const auto name = canonClipName(file.stem);
    const auto found = name && name->proxy ? byName.find(path::lowerAscii(name->base)) : byName.end();
    if (found != byName.end()) claim(*found->second, file, model::FileRole::proxy);
  }
}

template <class IsEssence>
void groupFolder(Reading& reading, const std::string& folder, IsEssence isEssence, std::vector<Record>& out) {
  std::map<std::string, std::vector<Segment>> takes;
  std::map<std::string, std::string> names;
  for (CardFile* file : reading.folders.at(folder)) {
    if (file->claimed || !isEssence(*file)) continue;
    const auto name = canonClipName(file->stem);
    if (name && name->proxy) continue;
    const std::string base = name ? name->base : file->stem;
    names.emplace(path::lowerAscii(base), base);
    takes[path::lowerAscii(base)].push_back({file, name ? name->segment : 0});
  }
  for (auto& [lowerBase, segments] : takes) {
    std::stable_sort(segments.begin(), segments.end(),
                     [](const Segment& a, const Segment& b) { return a.number < b.number; });
    Record record;
    record.clip.name = names[lowerBase];
    for (const Segment& segment : segments) claim(record, *segment.file, model::FileRole::essence);
    warnGaps(record, segments);
    claimSides(reading, record, folder, lowerBase);
    out.push_back(std::move(record));
  }
}

}  // namespace

std::vector<Record> groupCanonCrm(Reading& reading) {
  std::vector<Record> out;
  for (auto& [folder, files] : reading.folders) {
    groupFolder(
        reading, folder, [](const CardFile& file) { return file.extension == "crm"; }, out);
  }
  claimDistantProxies(reading, out);
  return out;
}

std::vector<Record> groupCanonXfvc(Reading& reading) {
  std::vector<Record> out;
  for (auto& [folder, files] : reading.folders) {
    const bool structure = isXfvcFolder(reading, folder);
    groupFolder(
        reading, folder,
        [structure](const CardFile& file) {
          return file.extension == "mp4" && (structure || canonClipName(file.stem));
        },
        out);
  }
  claimDistantProxies(reading, out);
  return out;
}

void describeCanon(Record& record, Reading& reading) {
  constexpr From kName{Rank::name, "file_name"}, kFolder{Rank::name, "folder_name"};
  const model::Clip& clip = record.clip;
  if (const auto name = canonClipName(clip.name)) {
    record.text("reel", kName, clip.name, name->facts.reel);
    record.text("camera_letter", kName, clip.name, name->facts.letter);
    record.text("recorded_at", kName, clip.name, name->facts.date);
  }
  const std::string folder = path::parent(clip.files.front().path);
  if (isReelFolder(reading, folder)) {
    record.text("reel", kFolder, path::fileName(folder.empty() ? reading.root : folder));
  }
  record.text("camera.make", kName, path::fileName(clip.files.front().path), "Canon");
  if (reading.depth != Depth::metadata) return;
  describeSegments(record, reading);
}

}  // namespace rollproof::camera
