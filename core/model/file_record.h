// SPDX-License-Identifier: Apache-2.0
// One file's name, size, times and digests. Threads: plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rollproof::model {

// xxh32 is read in classic lists and never written.
enum class HashFormat { xxh64, xxh3, xxh128, md5, sha1, c4, xxh32 };

struct Digest {
  HashFormat format = HashFormat::xxh64;
  std::string text;  // as a manifest writes it: lower-case hex, c4 in its own base58
  bool operator==(const Digest&) const = default;
};

struct FileRecord {
  std::string path;  // raw bytes, relative to the roll's root
  std::uint64_t bytes = 0;
  std::int64_t modifiedUnixNanos = 0;
  std::vector<Digest> digests;
};

}  // namespace rollproof::model
