// SPDX-License-Identifier: Apache-2.0
// The two documents of an ascmhl folder as values, and the names in them.
// Threads: plain functions. Errors: Errc::corrupt.
// Source: ASCMHL.xsd, ASCMHLDirectory.xsd (namespaces urn:ASC:MHL:v2.0 and urn:ASC:MHL:DIRECTORY:v2.0).
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/mhl/mhl.h"

namespace rollproof::mhl {

constexpr std::string_view kFolder = "ascmhl";
constexpr std::string_view kChainName = "ascmhl_chain.xml";
constexpr std::string_view kManifestNamespace = "urn:ASC:MHL:v2.0";
constexpr std::string_view kChainNamespace = "urn:ASC:MHL:DIRECTORY:v2.0";
constexpr std::string_view kOwnNamespace = "urn:rollproof:mhl:1";
constexpr std::array<std::string_view, 3> kDefaultIgnores{".DS_Store", "ascmhl", "ascmhl/"};
constexpr std::uint64_t kMaxManifestBytes = std::uint64_t{512} * 1024 * 1024;  // read whole into memory
constexpr std::uint64_t kMaxStreamedBytes = std::uint64_t{8} * 1024 * 1024 * 1024;
constexpr std::uint64_t kMaxChainBytes = std::uint64_t{64} * 1024 * 1024;

struct ChainEntry {
  int number = 0;
  std::string fileName;
  std::optional<model::Digest> digest;  // none: a hash this build does not know
};

[[nodiscard]] Result<std::vector<ChainEntry>> parseChain(std::string_view xml);
[[nodiscard]] std::string formatChain(const std::vector<ChainEntry>& entries);

// "0001_A001_2026-05-02_143500Z.mhl"; the folder name only labels, so what XML or 255 bytes cannot hold is replaced.
[[nodiscard]] std::string manifestFileName(int number, std::string_view folderName, WallTime startedAt);
// "packinglist_A001_2026-05-02_143500Z.mhl", the name treated alike.
[[nodiscard]] std::string packingListName(std::string_view folderName, WallTime startedAt);
// The number before the first '_'; 0 if there is none.
[[nodiscard]] int numberInFileName(std::string_view fileName);

// What the schema takes for one: [^@]+@[^\.]+\..+
[[nodiscard]] bool isEmail(std::string_view text);

// As readHistory, but hands each generation over and keeps none: History::generations stays empty.
using TakeGeneration = std::function<void(Generation)>;
[[nodiscard]] Result<History> visitHistory(const FileSystem& fs, const std::string& scope, const TakeGeneration& take);

// Writes the generation after all checks; `directories` holds the directory hashes, scope last, maybe none at all.
[[nodiscard]] Result<Sealed> appendPrepared(FileSystem& fs, const std::string& scope, Manifest manifest,
                                            const std::vector<DirectoryEntryHash>& directories);

}  // namespace rollproof::mhl
