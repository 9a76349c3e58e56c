// SPDX-License-Identifier: Apache-2.0
// The parts of a verification: the read that is no cache's echo, and the proof of one scope.
// Threads: one verification, one thread. Errors: Errc::cancelled when stopped; else as the FileSystem says.
// Source: open(2) O_DIRECT, posix_fadvise(2), mincore(2).
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/mhl/verify.h"

namespace rollproof::mhl {

class CheckedReader {
 public:
  CheckedReader(const FileSystem& fs, std::stop_token stop);
  // All digests of one file from one read past the page cache, in the order of `formats`; none asked, none read.
  [[nodiscard]] Result<std::vector<model::Digest>> read(const std::string& path,
                                                        const std::vector<model::HashFormat>& formats,
                                                        jobs::Meter* meter);
  [[nodiscard]] std::uint64_t bytesRead() const { return m_bytesRead; }
  [[nodiscard]] std::uint64_t cachedFiles() const { return m_cachedFiles; }
  [[nodiscard]] bool stopped() const { return m_stop.stop_requested(); }

 private:
  const FileSystem& m_fs;
  std::stop_token m_stop;
  AlignedBuffer m_buffer;
  std::uint64_t m_bytesRead = 0;
  std::uint64_t m_cachedFiles = 0;
};

// What is expected of a scope, when it is not to be read from its own folder.
struct GivenHistory {
  History history;
  std::vector<Finding> findings;
  bool wholeScope = true;  // false: files the manifest does not name are none of its business
};

[[nodiscard]] Result<VerifyOutcome> verifyScope(FileSystem& fs, const std::string& root, const VerifyOptions& options,
                                                const Clock& clock, jobs::Progress& progress, std::stop_token stop,
                                                std::optional<GivenHistory> given);

// The outcome that counts and findings come to; never better than they allow.
[[nodiscard]] VerifyResult judge(const VerifyOutcome& outcome);

}  // namespace rollproof::mhl
