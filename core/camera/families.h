// SPDX-License-Identifier: Apache-2.0
// One camera family = one row of the table in signatures.cpp and one file in families/. Private to this folder.
// To add one: write a group function that takes its files out of the pool, a describe function that says what its
// sources know, and a row in the table.
// Threads: one reading belongs to one thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/error.h"
#include "core/base/file_system.h"
#include "core/camera/camera.h"
#include "core/camera/readers/wav.h"
#include "core/camera/record.h"
#include "core/interchange/ale.h"
#include "core/media/media.h"
#include "core/model/card.h"

namespace rollproof::camera {

struct CardFile {
  std::string path;       // relative to the card's root
  std::string directory;  // "" for the root itself
  std::string name, lower, stem, lowerStem, extension;
  std::uint64_t bytes = 0;
  bool claimed = false;
};

// The card as its families see it: files that may belong to clips, junk left out.
class Reading {
 public:
  const FileSystem* fs = nullptr;
  std::string root;
  Depth depth = Depth::names;
  std::vector<CardFile> files;  // sorted by path
  std::vector<model::Warning> warnings;

  // Folder (lower case, relative) -> its files.
  std::map<std::string, std::vector<CardFile*>> folders;
  void index();
  // The file of that name in that folder whatever its case; nullptr if there is none.
  [[nodiscard]] CardFile* find(const std::string& folder, const std::string& lowerName) const;
  [[nodiscard]] CardFile* at(const std::string& path) const;  // by its exact path
  [[nodiscard]] std::string absolutePath(const CardFile& file) const;
  void warn(std::string code, std::string text) { warnings.push_back({std::move(code), std::move(text)}); }

  // Side files, read once.
  [[nodiscard]] const interchange::Ale* ale(const CardFile& file);
  [[nodiscard]] const WavInfo* wav(const CardFile& file);

 private:
  std::unordered_map<std::string, CardFile*> m_byLowerPath, m_byPath;
  std::map<std::string, std::unique_ptr<interchange::Ale>> m_ales;
  std::map<std::string, std::unique_ptr<WavInfo>> m_wavs;
};

// Adds a file to a clip and takes it out of the pool.
void claim(Record& record, CardFile& file, model::FileRole role);

using Group = std::vector<Record> (*)(Reading&);
using Describe = void (*)(Record&, Reading&);

struct Family {
  const char* name;
  Group group;
  Describe describe;
};

// In the order they may take files from a card.
[[nodiscard]] const std::vector<Family>& families();

std::vector<Record> groupArri(Reading& reading);
void describeArri(Record& record, Reading& reading);
std::vector<Record> groupSonyXdroot(Reading& reading);
void describeSony(Record& record, Reading& reading);
std::vector<Record> groupSonyM4root(Reading& reading);  // described as Sony's others
std::vector<Record> groupBraw(Reading& reading);
void describeBraw(Record& record, Reading& reading);
std::vector<Record> groupCanonCrm(Reading& reading);
std::vector<Record> groupCanonXfvc(Reading& reading);
void describeCanon(Record& record, Reading& reading);
std::vector<Record> groupNikon(Reading& reading);
void describeNikon(Record& record, Reading& reading);
std::vector<Record> groupP2(Reading& reading);
void describeP2(Record& record, Reading& reading);
std::vector<Record> groupPanasonicSd(Reading& reading);
void describePanasonicSd(Record& record, Reading& reading);
std::vector<Record> groupAvchd(Reading& reading);
void describeAvchd(Record& record, Reading& reading);
std::vector<Record> groupSonyXdcamEx(Reading& reading);  // described as Sony's others
std::vector<Record> groupSonyXdcam(Reading& reading);
std::vector<Record> groupCanonXf(Reading& reading);
void describeCanonXf(Record& record, Reading& reading);
std::vector<Record> groupRed(Reading& reading);
void describeRed(Record& record, Reading& reading);
std::vector<Record> groupGoPro(Reading& reading);
void describeGoPro(Record& record, Reading& reading);
std::vector<Record> groupInsta360(Reading& reading);
void describeInsta360(Record& record, Reading& reading);
std::vector<Record> groupDji(Reading& reading);
std::vector<Record> groupApple(Reading& reading);
std::vector<Record> groupAtomos(Reading& reading);
std::vector<Record> groupZcam(Reading& reading);
std::vector<Record> groupKinefinity(Reading& reading);
std::vector<Record> groupPhantom(Reading& reading);
void describeFlat(Record& record, Reading& reading);  // of the six above
std::vector<Record> groupArriSequence(Reading& reading);
std::vector<Record> groupCinemaDng(Reading& reading);
std::vector<Record> groupSequences(Reading& reading);
void describeSequence(Record& record, Reading& reading);
std::vector<Record> groupMovies(Reading& reading);
void describeMovie(Record& record, Reading& reading);
std::vector<Record> groupSound(Reading& reading);
void describeSound(Record& record, Reading& reading);

// Probes the clip's first essence and says what the container knows; warns about what cannot be read.
void describeContainer(Record& record, Reading& reading);
// The same for a clip whose essence files follow each other in time: it is as long as all of them.
void describeSegments(Record& record, Reading& reading);
// What a picture file's header says beyond its pixels; after describeContainer.
void describeAttributes(Record& record);
// A non-real-time metadata file beside the essence; `laterFrames` are those of the clip's further parts.
void describeNonRealTime(Record& record, const std::string& xmlBytes, std::int64_t laterFrames = 0);
// How long such a file says its part is; nullopt if it does not.
[[nodiscard]] std::optional<std::int64_t> nonRealTimeFrames(const std::string& xmlBytes);
// The row of a card log that is about this clip, matched by name, source file or the truncated Uuid.
void describeFromAle(Record& record, Reading& reading, const std::string& folder);
// The density or factor forms that logs use, as stops.
void sayDensity(Record& record, From from, const std::string& raw);
[[nodiscard]] bool isMoviePath(const CardFile& file);

}  // namespace rollproof::camera
