// SPDX-License-Identifier: Apache-2.0
// GoPro: one press of record is chapters of 4 GB with the clip's number last: GX010042, GX020042; cameras up to the
// HERO5 write GOPR0042, GP010042. Small copies (.LRV) and pictures (.THM) go with their chapter.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "core/base/path.h"
#include "core/camera/families.h"
#include "core/camera/names.h"

namespace rollproof::camera {
namespace {

constexpr From kName{Rank::name, "file_name"};
constexpr From kVersion{Rank::sidecar, "version.txt"};
constexpr std::uint64_t kMaxVersionBytes = 64u << 10;

struct Chapter {
  char kind = 0;     // 'X' HEVC, 'H' AVC, 'S' 360 degrees, 'P' before the HERO6
  int chapter = 0;   // the first of a clip is 1, or 0 in GOPR
  std::string clip;  // four digits
};

std::optional<Chapter> chapterOf(const CardFile& file) {
  if (fitsShape(file.stem, "GOPR0000")) return Chapter{'P', 0, file.stem.substr(4)};
  if (!fitsShape(file.stem, "GA000000")) return std::nullopt;
  const char kind = path::lowerAscii(file.stem)[1];
  if (std::string_view("xhspl").find(kind) == std::string_view::npos) return std::nullopt;
  return Chapter{static_cast<char>(kind - 'a' + 'A'), std::stoi(file.stem.substr(2, 2)), file.stem.substr(4)};
}

bool isEssence(const CardFile& file) { return file.extension == "mp4" || file.extension == "360"; }

using Chapters = std::map<int, CardFile*>;

void claimSides(Record& record, const std::vector<CardFile*>& files, const Chapter& clip) {
  for (CardFile* file : files) {
    if (file->claimed) continue;
    const auto facts = chapterOf(*file);
    if (!facts || facts->clip != clip.clip) continue;
    // A small copy is called GL whatever its original's letter.
    if (facts->kind != clip.kind && facts->kind != 'L') continue;
    if (file->extension == "lrv" || (facts->kind == 'L' && file->extension == "mp4")) {
      claim(record, *file, model::FileRole::proxy);
    } else if (file->extension == "thm") {
      claim(record, *file, model::FileRole::thumbnail);
    } else if (file->extension == "wav") {
      claim(record, *file, model::FileRole::audio);
    }
  }
}

void warnGaps(Record& record, const Chapters& chapters, char kind) {
  int expected = kind == 'P' ? 0 : 1;
  std::string missing;
  for (const auto& [number, file] : chapters) {
    for (; expected < number; ++expected) missing += fmt::format("{}{}", missing.empty() ? "" : ", ", expected);
    expected = number + 1;
  }
  if (!missing.empty()) record.warn("missing_segment", fmt::format("Chapters that are not on the card: {}.", missing));
}

// `"camera type":"HERO9 Black",` a line: nearly JSON, with a comma behind the last.
std::string valueOf(const std::string& text, std::string_view key) {
  const std::string quoted = fmt::format("\"{}\"", key);
  std::size_t at = text.find(quoted);
  if (at == std::string::npos) return {};
  at = text.find('"', text.find(':', at + quoted.size()));
  if (at == std::string::npos) return {};
  const std::size_t end = text.find('"', at + 1);
  return end == std::string::npos ? std::string() : text.substr(at + 1, end - at - 1);
}

void sayVersion(Record& record, Reading& reading) {
  // MISC stands beside DCIM, wherever the card was copied to.
  std::string folder = path::parent(record.clip.files.front().path);
  for (int up = 0; up < 3; ++up) {
    const CardFile* file = reading.find(path::join(folder, "misc"), "version.txt");
    if (!file) {
      if (folder.empty()) return;
      folder = path::parent(folder);
      continue;
    }
    const auto text = readSmallFile(*reading.fs, reading.absolutePath(*file), kMaxVersionBytes);
    if (!text) return;
    record.text("camera.model", kVersion, valueOf(*text, "camera type"));
    record.text("camera.serial", kVersion, valueOf(*text, "camera serial number"));
    record.text("camera.firmware", kVersion, valueOf(*text, "firmware version"));
    return;
  }
}

}  // namespace

std::vector<Record> groupGoPro(Reading& reading) {
  std::vector<Record> out;
  for (auto& [folder, files] : reading.folders) {
    std::map<std::tuple<char, std::string>, Chapters> clips;
    for (CardFile* file : files) {
      const auto facts = !file->claimed && isEssence(*file) ? chapterOf(*file) : std::nullopt;
      if (facts && facts->kind != 'L') clips[{facts->kind, facts->clip}].emplace(facts->chapter, file);
    }
    for (auto& [key, chapters] : clips) {
      Record record;
      record.clip.name = chapters.begin()->second->stem;
      for (auto& [number, file] : chapters) claim(record, *file, model::FileRole::essence);
      claimSides(record, files, {std::get<0>(key), 0, std::get<1>(key)});
      warnGaps(record, chapters, std::get<0>(key));
      out.push_back(std::move(record));
    }
    for (const CardFile* file : files) {
      if (file->claimed || (file->extension != "lrv" && file->extension != "thm") || !chapterOf(*file)) continue;
      reading.warn("orphan_sidecar",
                   fmt::format("{} belongs to a clip that is not on the card.", path::display(file->path)));
    }
  }
  return out;
}

void describeGoPro(Record& record, Reading& reading) {
  record.text("camera.make", kName, record.clip.name, "GoPro");
  if (reading.depth != Depth::metadata) return;
  describeSegments(record, reading);
  sayVersion(record, reading);
}

}  // namespace rollproof::camera
