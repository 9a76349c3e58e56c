// SPDX-License-Identifier: Apache-2.0
// A roll as it lies there: the histories in it, and every file and folder placed in the closest of them.
// Threads: plain values. Errors: none; what cannot be read becomes findings.
// Source: ASC MHL Specification v1.0, nested histories.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/mhl/check.h"
#include "core/mhl/ignore.h"
#include "core/mhl/records.h"

namespace rollproof::mhl {

// One history below the roll, and what it expects.
struct Scope {
  std::string relative;  // to the roll; "" its own
  History history;
  Records records;
  IgnoreRules ignores{{}};
  std::vector<DirectoryEntryHash> expectedFolders;  // with the root as path ""
  std::vector<model::HashFormat> folderFormats;     // of those
  std::vector<Reference> references;                // of the generation they are from
  std::vector<model::HashFormat> formats;           // what new files and new generations use
  std::size_t parent = 0;
  // Its files and folders, nested ones too, are one run of the roll's: [first, end).
  std::size_t firstItem = 0, endItem = 0, firstFolder = 0, endFolder = 0;
};

struct Item {
  std::string relative;  // to the roll
  FileInfo info;
  std::size_t scope = 0;
  bool ignored = false;
  const Record* record = nullptr;
  std::vector<model::Digest> now;  // empty: not read, or not readable
  Action action = Action::unknown;
  std::string previousPath;  // relative to the roll
  bool computed = false;
  std::optional<Error> error;  // why it could not be read
};

struct Roll {
  std::string root;           // absolute
  std::vector<Scope> scopes;  // parents before children; [0] is the roll's own
  std::vector<Item> items;    // regular files outside the ascmhl folders, sorted by path
  std::unordered_map<std::string, std::size_t> itemByPath;
  std::vector<std::pair<std::string, std::size_t>> folders;  // not ignored, with their scope
  std::unordered_set<std::string> folderPaths, others, emptyFolders;
  std::unordered_map<std::string, FileInfo> manifestFiles;  // regular files inside ascmhl folders
  bool hasOwnHistory = true;
  std::vector<Finding> findings;
  std::uint64_t unreadable = 0;
};

// The histories below the root, from the tree's ascmhl folders.
void findScopes(Roll& roll, const FileSystem& fs, const Tree& tree, const VerifyOptions& options);
void addHistory(Roll& roll, const std::string& relative, History history, const VerifyOptions& options);
// Does anything vouch for what the scope held? If not, none of its files is news.
[[nodiscard]] bool provesAnything(const Scope& scope);
// Was it sealed by itself since the enclosing history, so that the folder hashes of that one are of an older state?
[[nodiscard]] bool isAhead(const Roll& roll, const Scope& scope);
// For a root without a history: everything in it is to be compared with something else, or sealed.
void addBareScope(Roll& roll, const VerifyOptions& options);
// Sorts every entry of the tree into its closest history. REQUIRES scopes.
void place(Roll& roll, const Tree& tree);

// The files and folders of a scope, nested ones too, as its folders' hashes want them.
[[nodiscard]] std::vector<FileEntry> entriesBelow(const Roll& roll, const Scope& scope);
[[nodiscard]] std::vector<std::string> foldersBelow(const Roll& roll, const Scope& scope);

void mergeFormats(std::vector<model::HashFormat>& into, const std::vector<model::HashFormat>& more);
[[nodiscard]] std::string insideScope(const Scope& scope, const std::string& relative);
[[nodiscard]] bool isBelow(const std::string& relative, const std::string& folder);

}  // namespace rollproof::mhl
