// SPDX-License-Identifier: Apache-2.0
// Lists of hashes that are no history: classic MHL 1.0 and 1.1, and how one is written.
//
// A list proves that files are what they were when it was made; nothing proves the list. So it never becomes a
// generation, and folders and new files are none of its business.
// Threads: plain functions. Errors: Errc::corrupt for what is no such list, Errc::unsupported for one that is too large
// or an ASC MHL, Errc::exists if a list would be overwritten, Errc::usage for a file without a hash the format has.
// Source: classic MHL 1.1 (mediahashlist.org) and the lists that tools write: any encoding libxml2 knows (UTF-8, 16 and
// 32, EUC-JP, EUC-KR, ISO-8859, windows-1251), `xxhash` a decimal XXH32, `xxhash64` in either byte order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/file_system.h"
#include "core/mhl/mhl.h"
#include "core/model/file_record.h"

namespace rollproof::mhl {

struct ListedHash {
  model::Digest digest;
  bool eitherByteOrder = false;  // what counts is the value read from either end
};

struct ListedFile {
  std::string path;  // as listed, '/' between components; relative to the list's own folder, never out of it
  std::optional<std::uint64_t> bytes;
  std::vector<ListedHash> hashes;  // none: the list gives a size alone
};

struct HashList {
  std::vector<ListedFile> files;
  std::vector<std::string> refused;  // paths that lead out of the folder or cannot be meant; never followed
};

[[nodiscard]] Result<HashList> parseClassic(std::string_view xml);

// MHL 1.1 with md5, sha1 and xxhash64be. Names XML cannot hold: Errc::usage, since readers of this format know no way
// to write them.
[[nodiscard]] Result<std::string> formatClassic(const Creator& creator, WallTime startedAt, WallTime finishedAt,
                                                const std::vector<model::FileRecord>& files);
[[nodiscard]] Status writeClassic(FileSystem& fs, const std::string& path, const Creator& creator, WallTime startedAt,
                                  WallTime finishedAt, const std::vector<model::FileRecord>& files);

// A classic MHL holds md5, sha1 and xxh64: adds the last if none of them is there.
void addClassicFormat(std::vector<model::HashFormat>& formats);
// "A001_2026-05-02_143500Z.mhl", and the ignore pattern by which an ASC MHL history of the same folder leaves it alone.
[[nodiscard]] std::string classicFileName(std::string_view folderName, WallTime startedAt);
[[nodiscard]] std::string classicIgnorePattern(std::string_view fileName);

// One entry's path made relative and safe: backslashes of Windows turned, a leading "./" dropped. nullopt: refused.
[[nodiscard]] std::optional<std::string> listedPath(std::string_view text);

}  // namespace rollproof::mhl
