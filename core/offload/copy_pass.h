// SPDX-License-Identifier: Apache-2.0
// One pass over source files: each is read once, hashed in flight and written to every target that wants it.
// Promises: at most kRingBlocks blocks of memory however slow a target is. No final name before size, fsync and close
//           are good. A target that fails or fills up never stops the others.
// Threads: blocks its caller, who reads; one writer thread a target, joined before it returns.
// Errors: per file and target in Placed, per file in SourceRead.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/file_system.h"
#include "core/jobs/progress.h"
#include "core/model/file_record.h"
#include "core/offload/journal.h"

namespace rollproof::offload {

inline constexpr std::size_t kBlockBytes = 4U << 20U;
inline constexpr std::size_t kRingBlocks = 16;

struct SourceRead {
  bool whole = false;
  bool pastCache = false;
  std::vector<model::Digest> digests;  // in the order of the formats asked for
  std::string proof;                   // xxh128: what every read-back is held against
  std::optional<Error> error;
};

enum class PlacedState { absent, existing, written, failed };

struct Placed {
  PlacedState state = PlacedState::absent;
  bool superseded = false;  // the card's own chain file, which this copy's longer chain continues
  bool mayRetry = false;    // failed in a way that rewriting from the source may heal
  std::string code, text;   // when failed
};

struct CopyTarget {
  std::string root;
  std::optional<Journal> journal;
  jobs::Meter* meter = nullptr;
  std::optional<Error> stoppedBy;  // set: this target takes nothing more
  std::vector<Placed> placed;      // one a file
};

struct PassInput {
  FileSystem& fs;
  const std::string& source;
  const std::vector<model::FileRecord>& files;
  const std::vector<model::HashFormat>& formats;
  const std::set<std::string>& inventory;  // paths of all files, to keep part names off them
};

// Reads files[which...] in order and writes each to the targets where it is `absent`.
void copyPass(const PassInput& input, const std::vector<std::size_t>& which, std::vector<SourceRead>& reads,
              std::vector<CopyTarget>& targets, jobs::Progress& progress, jobs::Meter& readMeter, std::stop_token stop);

// The part name for a file, never one that the card itself uses.
[[nodiscard]] std::string partPathFor(const std::string& path, const std::set<std::string>& inventory);

}  // namespace rollproof::offload
