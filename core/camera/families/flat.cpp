// SPDX-License-Identifier: Apache-2.0
// Cameras and recorders whose cards are flat: a clip is one file told by its name, its folder or its kind, with what
// has the same name beside it. Names that several makers use are nobody's: those files stay generic, and what is in
// them says who made them.
#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "core/base/path.h"
#include "core/camera/families.h"
#include "core/camera/names.h"

namespace rollproof::camera {
namespace {

constexpr From kName{Rank::name, "file_name"};

struct Flat {
  std::initializer_list<std::string_view> essence;  // extensions
  bool (*takes)(const Reading& reading, const CardFile& file);
  std::initializer_list<std::pair<std::string_view, model::FileRole>> sides;  // extensions of the same name
};

std::string folderName(const Reading& reading, const CardFile& file) {
  return path::fileName(file.directory.empty() ? reading.root : file.directory);
}

std::vector<Record> groupFlat(Reading& reading, const Flat& kind) {
  std::vector<Record> out;
  for (CardFile& file : reading.files) {
    if (file.claimed || std::find(kind.essence.begin(), kind.essence.end(), file.extension) == kind.essence.end())
      continue;
    if (!kind.takes(reading, file)) continue;
    Record record;
    record.clip.name = file.stem;
    claim(record, file, model::FileRole::essence);
    for (const auto& [extension, role] : kind.sides) {
      CardFile* side = reading.find(file.directory, fmt::format("{}.{}", file.lowerStem, extension));
      if (side && !side->claimed) claim(record, *side, role);
    }
    out.push_back(std::move(record));
  }
  return out;
}

bool always(const Reading&, const CardFile&) { return true; }

// "DJI_0001", "DJI_20240512101530_0001_D".
bool isDji(const Reading&, const CardFile& file) {
  return fitsShape(file.stem, "DJI_0000") || file.lowerStem.starts_with("dji_2") ||
         (file.lowerStem.starts_with("dji_") && file.directory.find("DCIM") != std::string::npos);
}

bool isApple(const Reading& reading, const CardFile& file) {
  const bool named = fitsShape(file.stem, "IMG_0000") || fitsShape(file.stem, "IMG_A0000");
  return named && fitsShape(folderName(reading, file), "000APPLE");
}

// The unit's name, then scene, shot and take: "ALPHA_S001_S001_T001".
std::size_t atomosUnit(const CardFile& file) {
  constexpr std::string_view kEnd = "_S000_S000_T000";
  const std::string_view stem = file.stem;
  if (stem.size() <= kEnd.size() || !fitsShape(stem.substr(stem.size() - kEnd.size()), kEnd)) return 0;
  return stem.size() - kEnd.size();
}
bool isAtomos(const Reading&, const CardFile& file) { return atomosUnit(file) > 0; }

bool isZcam(const Reading&, const CardFile& file) {
  return fitsShape(std::string_view(file.stem).substr(0, 10), "A000C0000_");
}

}  // namespace

std::vector<Record> groupDji(Reading& reading) {
  std::vector<Record> out = groupFlat(reading, {{"mp4", "mov"},
                                                isDji,
                                                {{"srt", model::FileRole::sidecar},
                                                 {"lrf", model::FileRole::proxy},
                                                 {"thm", model::FileRole::thumbnail},
                                                 {"scr", model::FileRole::thumbnail},
                                                 {"wav", model::FileRole::audio}}});
  for (const CardFile& file : reading.files) {
    if (file.claimed || (file.extension != "srt" && file.extension != "lrf") || !isDji(reading, file)) continue;
    reading.warn("orphan_sidecar",
                 fmt::format("{} belongs to a clip that is not on the card.", path::display(file.path)));
  }
  return out;
}

std::vector<Record> groupApple(Reading& reading) {
  return groupFlat(reading, {{"mov", "mp4"}, isApple, {{"aae", model::FileRole::sidecar}}});
}

std::vector<Record> groupAtomos(Reading& reading) {
  return groupFlat(reading, {{"mov"}, isAtomos, {{"wav", model::FileRole::audio}, {"xml", model::FileRole::sidecar}}});
}

std::vector<Record> groupKinefinity(Reading& reading) {
  return groupFlat(reading, {{"krw", "kmv"},
                             always,
                             {{"wav", model::FileRole::audio},
                              {"mov", model::FileRole::proxy},
                              {"cube", model::FileRole::sidecar},
                              {"xml", model::FileRole::sidecar}}});
}

std::vector<Record> groupPhantom(Reading& reading) {
  return groupFlat(reading, {{"cine"}, always, {{"xml", model::FileRole::sidecar}, {"wav", model::FileRole::audio}}});
}

// "A001C0004_20240512101530_0001": what is longer than a file may be goes on in _0002.
std::vector<Record> groupZcam(Reading& reading) {
  std::vector<Record> parts = groupFlat(reading, {{"mov", "mp4"}, isZcam, {{"wav", model::FileRole::audio}}});
  std::vector<Record> out;
  for (Record& part : parts) {
    const std::string& name = part.clip.name;
    const bool numbered = name.size() > 5 && fitsShape(std::string_view(name).substr(name.size() - 5), "_0000");
    const std::string base = numbered ? name.substr(0, name.size() - 5) : name;
    const int number = numbered ? std::stoi(name.substr(name.size() - 4)) : 1;
    const bool goesOn = numbered && !out.empty() && out.back().clip.name == base &&
                        path::parent(out.back().clip.files.front().path) == path::parent(part.clip.files.front().path);
    if (!goesOn) {
      part.clip.name = base;
      if (number > 1) part.warn("missing_segment", fmt::format("The clip begins with part {}.", number));
      out.push_back(std::move(part));
      continue;
    }
    Record& whole = out.back();
    const auto essences = std::count_if(whole.clip.files.begin(), whole.clip.files.end(),
                                        [](const model::ClipFile& f) { return f.role == model::FileRole::essence; });
    const auto lastNumber = [&whole](std::ptrdiff_t count) {
      const std::string stem = path::stem(path::fileName(whole.clip.files[static_cast<std::size_t>(count - 1)].path));
      return std::stoi(stem.substr(stem.size() - 4));
    };
    if (number != lastNumber(essences) + 1)
      whole.warn("missing_segment", fmt::format("Before part {} at least one is not on the card.", number));
    // Segments first, in order.
    for (const model::ClipFile& file : part.clip.files) {
      const bool essence = file.role == model::FileRole::essence;
      whole.clip.files.insert(essence ? whole.clip.files.begin() + essences : whole.clip.files.end(), file);
    }
  }
  return out;
}

void describeFlat(Record& record, Reading& reading) {
  const std::string stem = path::stem(path::fileName(record.clip.files.front().path));
  const std::string& family = record.clip.family;
  if (family == "dji") record.text("camera.make", kName, stem, "DJI");
  if (family == "apple") record.text("camera.make", kName, stem, "Apple");
  if (family == "kinefinity") record.text("camera.make", kName, stem, "Kinefinity");
  if (family == "phantom") record.text("camera.make", kName, stem, "Vision Research");
  if (family == "atomos") {
    CardFile file;
    file.stem = stem;
    record.text("reel", kName, stem, stem.substr(0, atomosUnit(file)));
  }
  if (family == "zcam") {
    record.text("camera.make", kName, stem, "Z CAM");
    record.text("reel", kName, stem, stem.substr(0, 4));
    record.text("camera_letter", kName, stem, stem.substr(0, 1));
  }
  if (reading.depth != Depth::metadata) return;
  describeSegments(record, reading);
  describeFromAle(record, reading, path::parent(record.clip.files.front().path));
}

}  // namespace rollproof::camera
