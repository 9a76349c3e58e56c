// SPDX-License-Identifier: Apache-2.0
// A card to N places with proof: plan, copy once-read, read back past the page cache, read the source again, recount,
// seal, and derive the verdict from that evidence.
//
//   auto plan = planOffload(fs, request);                 // pure look, nothing written: --dry-run
//   auto outcome = runOffload(fs, *plan, clock, progress, stop);
//
// Promises: the source is only read. Nothing carries its final name before it is whole and synced. Existing different
// files are a conflict, never overwritten. Killed at any point, the next run of the same request goes on and each copy
// ends with one complete manifest and no part files.
// Threads: run blocks its caller; it owns its helper threads and joins them before it returns. A stop is obeyed within
// a
//          block, and within a second where a drive does not answer: its thread is parked then (see parkedThreads).
//          Between files the run waits while its progress is paused.
// Errors: planOffload fails with one sentence when the request cannot be carried out at all. runOffload always gives an
//         outcome; per-file trouble is in problems, never stops the other files.
// Source: reference behaviour of open/rename/fsync, ASC MHL v2.0 for the seal.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/file_system.h"
#include "core/jobs/progress.h"
#include "core/model/file_record.h"
#include "core/model/verdict.h"
#include "core/model/volume.h"
#include "core/offload/evidence.h"

namespace rollproof::offload {

// What to do where a different file stands under a name the card uses; nothing is ever overwritten.
// skip: it is left, named, and that copy lacks the file. numberedFolder: where planning meets one already, all copies
// of the roll go to "<folder>_2" (_3, ...).
enum class OnConflict { skip, numberedFolder };

struct Request {
  std::string source;                     // absolute path of the card's root, raw bytes
  std::vector<std::string> destinations;  // absolute paths of existing folders
  std::string folder;  // the roll's folder below each destination, already filled in: "P/2026-05-02/A001"
  std::vector<model::HashFormat> hashes{model::HashFormat::xxh64};
  VerifyMode verify = VerifyMode::both;
  OnConflict onConflict = OnConflict::skip;
  Policy policy;
  bool resume = true;   // false: what an interrupted run left is not trusted, every file is copied or re-proved anew
  std::string comment;  // for the manifest; "" = one is made
  // A classic MHL 1.1 of the copied files in each sealed roll's folder too; its seal leaves that file out. One that
  // cannot be written is a problem that is told, and takes nothing from the copy.
  bool classicMhl = false;
  // A destination that costs the others more than half their speed for so long is set aside and catches up by itself.
  std::chrono::milliseconds stallPatience{2000};
  // A drive whose call has not come back for so long, with nothing else moving either, is given up.
  std::chrono::milliseconds giveUpAfter{180'000};
  // Looks up the device under a path; replaceable in tests. Default: volumes::volumeOf.
  std::function<Result<model::Volume>(const std::string&)> volumeOf;
  // May this user make entries in the folder; replaceable in tests. Default: what the system says of the real disks.
  std::function<bool(const std::string&)> mayWrite;
};

struct PlannedCopy {
  std::string destination;  // as asked
  std::string root;         // destination + folder
  model::Volume volume;
};

struct Plan {
  Request request;
  model::Volume sourceVolume;
  std::vector<model::FileRecord> files;     // without digests, sorted by path
  std::vector<std::string> directories;     // all, relative, sorted; empty ones are copied too
  std::vector<model::FileProblem> skipped;  // FIFOs, links, devices, unreadable folders: named, never silently left out
  std::uint64_t bytes = 0;
  std::vector<PlannedCopy> copies;
  std::vector<model::FileProblem> conflicts;  // what stands at a destination already and has another size or kind
  std::vector<model::Reason> notes;  // what a person should know before: one physical device, memory disk, little space
};

struct Outcome {
  model::Verdict verdict;
  Evidence evidence;  // what the verdict was derived from
  bool cancelled = false;
  std::vector<model::FileRecord> files;  // with digests as read from the source in flight
  std::vector<std::string> directories;
  std::uint64_t bytes = 0;  // of the source inventory
  std::vector<model::CopyReport> copies;
  std::vector<model::FileProblem> problems;
  std::uint64_t resumedFiles = 0;  // found whole and proven by hash from an earlier run
  bool sourceRereadDone = false;
  std::string inventoryFingerprint;  // hash over (path, size) of the source, hex
  WallTime startedAt{}, finishedAt{};
};

[[nodiscard]] Result<Plan> planOffload(const FileSystem& fs, Request request);
[[nodiscard]] Outcome runOffload(FileSystem& fs, Plan plan, const Clock& clock, jobs::Progress& progress,
                                 std::stop_token stop);
// Threads of earlier runs that a drive still holds in a call: 0 but after such a stop. Both fs and clock must live
// until it is 0.
[[nodiscard]] std::size_t parkedThreads();

// "{project}/{day}/{roll}" with the values put in; characters a file system may refuse become '_'. Errc::usage for an
// unknown {token} or a result that would leave the destination.
[[nodiscard]] Result<std::string> fillFolderTemplate(const std::string& folderTemplate, const std::string& project,
                                                     const std::string& day, const std::string& roll);

}  // namespace rollproof::offload
