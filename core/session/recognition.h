// SPDX-License-Identifier: Apache-2.0
// A card held against what the library knows: the comparison, without the catalog.
// Threads: plain functions. Errors: lookAtCard as the file system says; Errc::cancelled when stopped.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/file_system.h"
#include "core/catalog/catalog.h"
#include "core/model/file_record.h"
#include "core/session/session.h"

namespace rollproof::session {

// Names, sizes and times of a card; nothing is opened but its folders.
struct CardLook {
  std::string path;                      // absolute
  std::string name;                      // of the roll, as the card suggests
  std::vector<model::FileRecord> files;  // sorted by path, without digests
  std::string inventory;                 // offload::inventoryFingerprint without times
  std::string cardId;                    // cardIdentity(); "" = a folder
};
[[nodiscard]] Result<CardLook> lookAtCard(const FileSystem& fs, const std::string& path, const std::stop_token& stop);

// Worth comparing file by file: the same card, inventory, or name in the project, or one of the roll's copies.
[[nodiscard]] bool mayBe(const CardLook& card, const catalog::RollRow& roll, const std::string& project);

struct Difference {
  std::uint64_t same = 0;
  std::vector<std::string> added, gone, changed;  // paths
  [[nodiscard]] bool none() const { return added.empty() && gone.empty() && changed.empty(); }
};
// Both sorted by path. A shift of all times by whole quarters of an hour is how a file system that keeps local time
// looks in another season or zone: it is no change.
[[nodiscard]] Difference difference(const std::vector<model::FileRecord>& then,
                                    const std::vector<model::FileRecord>& now);

struct Candidate {
  catalog::RollRow roll;
  std::vector<model::FileRecord> files;  // as its latest offload recorded them
  std::vector<std::string> broken;       // brokenCopies() of it
};
// What the candidates say about the card, the nearest one deciding. `project`: where a name must be unique.
[[nodiscard]] Recognition recogniseAmong(const CardLook& card, const std::vector<Candidate>& candidates,
                                         const std::string& project, WallTime now);

// "14:35" on the day itself, else "2026-05-02 14:35", in local time.
[[nodiscard]] std::string whenText(const std::string& isoUtcText, WallTime now);

}  // namespace rollproof::session
