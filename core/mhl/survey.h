// SPDX-License-Identifier: Apache-2.0
// What histories say, and where they and the disk differ, without reading a byte of media.
//
//   auto survey = surveyHistory(fs, "/media/RAID-A/2026-05-02/A001");     // generations, counts, roots, references
//   auto folder = compareWithFolder(fs, "/media/RAID-A/2026-05-02/A001"); // by names and sizes
//   auto copies = compareRecorded(fs, "/media/RAID-A/A001", "/media/RAID-B/A001@1");  // by recorded hashes
//
// Kinds of difference: missing (in the first and not in the second) · new (the other way round) · altered (size or a
// hash differs) · renamed (same hash, other name) · not_comparable (no format in common) · not_regular (a link or
// special file) · unreadable. Findings are those of mhl.h.
// Promises: nothing is written, no link is followed.
// Threads: plain functions. Errors: Errc::notFound, Errc::corrupt, Errc::usage.
// Source: ASC MHL Specification v1.0.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/mhl/mhl.h"

namespace rollproof::mhl {

struct GenerationInfo {
  int number = 0;
  std::string fileName, c4;
  bool proven = false;
  Creator creator;
  WallTime startedAt{};
  Process process = Process::unknown;
  std::uint64_t files = 0, directories = 0, bytes = 0, renamed = 0;
  std::uint64_t original = 0, verified = 0, failed = 0;  // files, by the action of their hashes
  std::map<std::string, std::uint64_t> formats;          // files with a hash in this format
  std::optional<DirectoryEntryHash> root;
  std::vector<Reference> references;
};

struct HistoryInfo {
  std::string path;  // of its scope, relative to the one asked for; "" itself
  std::vector<GenerationInfo> generations;
  std::vector<std::string> ignorePatterns;  // of all generations
  std::vector<Finding> findings;            // paths relative to the scope asked for
};

// What a list of hashes that is no history says (classic.h, sum_file.h).
struct ListInfo {
  bool isClassic = false;  // else a checksum file
  std::uint64_t files = 0, bytes = 0, withoutHash = 0;
  std::map<std::string, std::uint64_t> formats;  // files with a hash in this format
  std::vector<std::string> refused;              // entries that name no place in its folder
};

struct Survey {
  std::string scope;                   // absolute
  std::vector<HistoryInfo> histories;  // its own, then those its references lead to
  std::optional<ListInfo> list;        // the file asked for is one, and there are no histories
};

// A folder with a history, its ascmhl folder, one manifest (which then stands alone: `proven` says only that a chain
// beside it vouches for it), a classic MHL or a checksum file.
[[nodiscard]] Result<Survey> surveyHistory(const FileSystem& fs, const std::string& path);
[[nodiscard]] const char* name(Process process);  // as the standard writes it; "unknown"

struct Difference {
  std::string kind, path;
  std::string otherPath;  // of a rename: the name in the second
  std::string text;
};

struct Comparison {
  std::uint64_t same = 0;
  std::vector<Difference> differences;  // sorted by path
  std::vector<Finding> findings;        // breaches of the histories compared
};

// What the history records against the names and sizes in its folder. Ignored entries take no part; a file nested
// histories know is theirs.
[[nodiscard]] Result<Comparison> compareWithFolder(const FileSystem& fs, const std::string& folder);

// Each side: a folder (its newest true records, with those of histories below that it vouches for), a folder with
// @<number> or a manifest (all that one found, failed values too).
[[nodiscard]] Result<Comparison> compareRecorded(const FileSystem& fs, const std::string& first,
                                                 const std::string& second);

}  // namespace rollproof::mhl
