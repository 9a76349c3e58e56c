// SPDX-License-Identifier: Apache-2.0
// The seal on a copy: one generation that holds the whole card, and going on with a history that is already there.
// Threads: one copy at a time. Errors: as mhl gives them; Errc::conflict where the history contradicts the files.
// Source: ASC MHL Specification v1.0 (actions, continuing a history).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/file_system.h"
#include "core/mhl/mhl.h"
#include "core/model/file_record.h"

namespace rollproof::offload {

inline constexpr const char* kHistoryFolder = "ascmhl";
inline constexpr const char* kChainPath = "ascmhl/ascmhl_chain.xml";

// Left out of every manifest by the standard's default ignores: .DS_Store and ascmhl, at any depth.
[[nodiscard]] bool ignoredByManifest(std::string_view path);

struct CopyHistory {
  std::vector<mhl::Generation> generations;
  std::string broken;  // why it cannot be continued, "" if it can
};
// No history is an empty one.
[[nodiscard]] CopyHistory readCopyHistory(const FileSystem& fs, const std::string& scope);
// Does `longer` begin with exactly the generations of `shorter`?
[[nodiscard]] bool continuesHistory(const CopyHistory& longer, const CopyHistory& shorter);
// The formats earlier generations used, which a new generation must check again to be able to say "verified".
[[nodiscard]] std::set<model::HashFormat> formatsOf(const CopyHistory& history);
// Is the path recorded by any generation?
[[nodiscard]] std::set<std::string> recordedPaths(const CopyHistory& history);
// First path whose digest contradicts what the history says last about it.
[[nodiscard]] std::optional<std::string> contradiction(const CopyHistory& history,
                                                       const std::vector<model::FileRecord>& files);
// The last generation holds every file with these digests and every folder: nothing to add.
[[nodiscard]] bool holdsAll(const mhl::Generation& generation, const std::vector<model::FileRecord>& files,
                            const std::vector<model::HashFormat>& formats, const std::vector<std::string>& directories);

struct SealInput {
  const std::vector<model::FileRecord>& files;  // digests in all formats read in flight
  const std::vector<std::string>& directories;
  const std::vector<model::HashFormat>& formats;  // those asked for
  WallTime startedAt{};
  WallTime now{};
  std::string comment;
  std::vector<std::string> ignorePatterns;
};
[[nodiscard]] Result<mhl::Sealed> appendSeal(FileSystem& fs, const std::string& root, const CopyHistory& history,
                                             const SealInput& input);

// A classic MHL of the files in the roll's folder, under a name that the last generation leaves out; gives its path.
// `fresh`: that generation was just made, so nothing may lie there yet. Errc::exists, Errc::conflict for a generation
// that knows of no such file.
[[nodiscard]] Result<std::string> addClassic(FileSystem& fs, const std::string& root, bool fresh,
                                             const std::vector<model::FileRecord>& files, WallTime now);

// The names under which addClassic may have written, by what the generations leave out.
[[nodiscard]] std::vector<std::string> classicLists(const std::string& root, const CopyHistory& history);

// Undoes what a seal that was broken off left: files in ascmhl/ that were not there before it and that no chain lists.
[[nodiscard]] Status clearBrokenSeal(FileSystem& fs, const std::string& root, const std::set<std::string>& namesBefore);

}  // namespace rollproof::offload
