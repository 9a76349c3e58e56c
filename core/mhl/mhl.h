// SPDX-License-Identifier: Apache-2.0
// ASC MHL histories: write a generation, read a history back and prove its chain.
// Threads: functions touch only the scope they are given; one writer per scope.
// Errors: Errc::corrupt for what contradicts the standard or the chain, Errc::exists if a generation would be
// overwritten. Source: ASC MHL Specification v1.0 (namespace urn:ASC:MHL:v2.0) and its XSD; Implementation Guidelines
// v1.0.
//
// Names XML cannot hold: XML 1.0 is Unicode without most control characters, a card's names are bytes. Such a path is
// written percent-encoded (path::percentEncode), and the entry's <metadata> carries
//   <encodedpaths xmlns="urn:rollproof:mhl:1" scheme="percent" path="true"/>   (previousPath="true" likewise)
// which parseManifest reverses; for <references> the mark stands in the manifest's own <metadata>, references="true".
// Without that mark a '%' is a plain character. Tab, newline and carriage return go as character references.
// Times are written in UTC, in whole seconds, as other tools do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/file_system.h"
#include "core/mhl/file_table.h"
#include "core/model/file_record.h"

namespace rollproof::mhl {

enum class Process { unknown, inPlace, transfer, flatten };

struct DirectoryEntryHash {
  std::string path;  // "" = the scope itself (root hash)
  std::int64_t modifiedUnixNanos = 0;
  std::vector<model::Digest> content, structure;
};

struct Author {
  std::string name, email, phone, role;  // "" not said
  bool operator==(const Author&) const = default;
};

struct Creator {
  std::string hostname, tool, toolVersion, comment, location;
  std::vector<Author> authors;
};

// This machine and this program.
[[nodiscard]] Creator creatorHere();
// "Name <email> role", the last two optional. Errc::usage without a name, or for an email the standard refuses.
[[nodiscard]] Result<Author> parseAuthor(std::string_view text);

// A nested history's manifest, as the enclosing history's generation vouches for it.
struct Reference {
  std::string path;  // of the manifest file, relative to the scope
  model::Digest digest;
};

struct Manifest {
  Creator creator;
  WallTime startedAt{};
  Process process = Process::unknown;
  std::vector<std::string> ignorePatterns;
  FileTable files;
  std::vector<DirectoryEntryHash> directories;  // without the scope itself
  std::optional<DirectoryEntryHash> root;
  std::vector<Reference> references;
};

struct Generation {
  int number = 0;
  std::string fileName;  // inside ascmhl/
  std::string c4;        // of the manifest file, as the chain says; "" if the chain used another hash
  Manifest manifest;
  bool proven = false;  // the manifest is there, its hash is the chain's, and it could be read: believe no other
};

struct Finding {
  std::string
      kind;  // missing|altered|new|renamed|directory_hash|manifest_altered|manifest_missing|chain_missing|chain_gap|unlisted_manifest|reference|format_added|unreadable;
             // verify.h adds more
  std::string path;
  std::string text;
};

struct History {
  std::string scope;                    // absolute
  std::vector<Generation> generations;  // as the chain lists them, proven or not
  std::vector<Finding> findings;        // chain and manifest problems
};

// Directory hashes of the standard for every directory in `directories` (relative, "" excluded) and the scope, from
// the files' digests; `failed` ones do not count. Post-order, scope last with path "". A format that some file below a
// directory lacks is left out of that directory, and a directory left with no format at all out of the result.
[[nodiscard]] std::vector<DirectoryEntryHash> directoryHashes(const FileTable& files,
                                                              const std::vector<std::string>& directories,
                                                              const std::vector<model::HashFormat>& formats);

struct Sealed {
  std::string manifestPath;  // absolute
  int generation = 0;
  model::Digest digest;  // c4 of the manifest, for a reference from an enclosing history
};

// Appends the next generation to the scope's history: manifest by temp + sync + rename, then the chain, replaced the
// same way; the new chain is the commit. Never touches a manifest that is there, except that an append killed before
// its commit is rolled back by the next one (its manifest is in no chain, and its own pending chain vouches for it).
// Directory and root hashes are computed here from manifest.files and `allDirectories` (relative; parents of files are
// added) when every file below has an original/verified hash now; directories in the manifest are replaced.
// The ignore patterns of the history and the standard's defaults are kept. Where the history knows a file already,
// `original` becomes `verified`, or `failed` if the values differ.
// Errc::corrupt: the chain is broken, so nothing may follow it. Errc::exists: a manifest of the next number that the
// chain does not list is there. Errc::usage: nothing to seal, unsafe or doubled paths.
[[nodiscard]] Result<Sealed> appendGeneration(FileSystem& fs, const std::string& scope, Manifest manifest,
                                              const std::vector<std::string>& allDirectories);

// The same for a few of the scope's files: nothing is said of folders, whose hashes would be of all that is in them.
// Errc::conflict, and nothing is written, where the history knows one of the files with other values; Errc::usage where
// it speaks of folders, so that all of the scope has to be sealed.
[[nodiscard]] Result<Sealed> appendFiles(FileSystem& fs, const std::string& scope, Manifest manifest);

// No ascmhl folder: Errc::notFound. A broken chain is not an error but findings.
[[nodiscard]] Result<History> readHistory(const FileSystem& fs, const std::string& scope);

// Parse one manifest from memory (bounded, no entities, no network).
[[nodiscard]] Result<Manifest> parseManifest(std::string_view xml);
[[nodiscard]] std::string formatManifest(const Manifest& manifest);

}  // namespace rollproof::mhl
