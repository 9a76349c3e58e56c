// SPDX-License-Identifier: Apache-2.0
#include "core/offload/read_back.h"

#include "core/hash/hash.h"

namespace rollproof::offload {

Result<Proof> readProof(const FileSystem& fs, const std::string& path, bool syncFirst, AlignedBuffer& buffer,
                        jobs::Meter* meter, const std::stop_token& stop) {
  auto file = fs.openForRead(path, ReadMode::direct);
  if (!file) return tl::unexpected(file.error());
  if (syncFirst) {
    if (auto synced = (*file)->sync(); !synced) return tl::unexpected(synced.error());
  }
  (*file)->dropCache();
  const auto cached = (*file)->cachedBytes();
  const bool nothingCached = cached && *cached == 0;
  hash::MultiHasher hasher({model::HashFormat::xxh128});
  Proof proof;
  for (;;) {
    if (stop.stop_requested()) return fail(Errc::cancelled, "was stopped", path);
    const auto got = (*file)->readAt(buffer.bytes(), proof.bytes);
    if (!got) return tl::unexpected(got.error());
    if (*got == 0) break;
    hasher.update(buffer.bytes().first(*got));
    proof.bytes += *got;
    if (meter) meter->doneBytes += *got;
    if (*got < buffer.bytes().size()) break;
  }
  // Asked after the read: a file system may give up O_DIRECT on the way.
  proof.pastCache = (*file)->isDirect() || nothingCached;
  proof.value = hasher.finish().front().text;
  return proof;
}

ReadBack readBack(const FileSystem& fs, const std::string& path, const std::string& expected, bool syncFirst,
                  AlignedBuffer& buffer, jobs::Meter* meter, const std::stop_token& stop) {
  ReadBack result;
  std::optional<std::string> firstValue;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto proof = readProof(fs, path, syncFirst, buffer, attempt == 0 ? meter : nullptr, stop);
    if (stop.stop_requested()) return {};
    result.done = true;
    if (!proof) {
      result.error = proof.error();
      continue;
    }
    result.error.reset();
    result.pastCache = proof->pastCache;
    result.value = proof->value;
    result.equal = proof->value == expected;
    result.unstable = attempt > 0 && (!firstValue || *firstValue != proof->value);
    firstValue = proof->value;
    if (result.equal) break;
  }
  return result;
}

}  // namespace rollproof::offload
