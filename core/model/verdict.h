// SPDX-License-Identifier: Apache-2.0
// Safe or NotSafe, derived from evidence and never set; the zero value is NotSafe. Threads: plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rollproof::model {

enum class VerdictKind { notSafe, safe };

struct Reason {
  std::string code;  // stable snake_case word
  std::string text;  // one sentence for people
};

struct Verdict {
  VerdictKind kind = VerdictKind::notSafe;
  std::vector<Reason> reasons;  // what speaks against it; for safe: what it rests on
};

// How one copy of one roll stands.
enum class CopyState { unknown, verified, cacheVerified, defect, incomplete, failed };

struct CopyReport {
  std::string root;         // absolute folder of the roll on that volume, raw bytes
  std::string volumeLabel;  // what a person calls it: the label, else the destination folder
  std::string deviceId;     // model::DeviceIdentity::id
  std::string deviceText;
  CopyState state = CopyState::unknown;
  std::uint64_t filesVerified = 0;
  std::uint64_t filesFailed = 0;
  std::uint64_t bytes = 0;
  std::string manifest;   // absolute path of the sealed manifest, "" if none
  std::string classic{};  // and of the classic MHL this run wrote beside it, or found there
};

// One value a file had when it was read, to be held against the others: who differs is who is to blame.
struct Reading {
  std::string what;    // "card, first read", "card, second read", "in flight", or a copy's name
  std::string digest;  // comparable only with the others of the same problem; "" = could not be read
};

struct FileProblem {
  std::string path;   // relative
  std::string where;  // "source" or a copy's root
  std::string code;   // stable word: "unreadable", "mismatch", "write_failed", "not_regular", "conflict", ...
  std::string text;
  std::string culprit{};  // "card_or_reader", "memory_or_bus", "drive"; "" = it cannot be told
  std::string device{};   // of the culprit or of where it happened, for people
  std::vector<Reading> readings{};
  int sysErrno = 0;               // what the system said, 0 if nothing
  std::int64_t offsetBytes = -1;  // where in the file, -1 if it cannot be told
};

}  // namespace rollproof::model
