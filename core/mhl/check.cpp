// SPDX-License-Identifier: Apache-2.0
#include "core/mhl/check.h"

#include <utility>

#include "core/hash/hash.h"

namespace rollproof::mhl {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{4} * 1024 * 1024;

// Without O_DIRECT: dirty pages go to the disk, clean ones out of memory, and the kernel says whether they did.
bool cacheIsCold(File& file) {
  const Status synced = file.sync();
  file.dropCache();
  const auto left = file.cachedBytes();
  return synced && left && *left == 0;
}

}  // namespace

CheckedReader::CheckedReader(const FileSystem& fs, std::stop_token stop)
    : m_fs(fs), m_stop(std::move(stop)), m_buffer(kBlockBytes) {}

Result<std::vector<model::Digest>> CheckedReader::read(const std::string& path,
                                                       const std::vector<model::HashFormat>& formats,
                                                       jobs::Meter* meter) {
  if (formats.empty()) return std::vector<model::Digest>{};
  if (m_buffer.bytes().empty()) return fail(Errc::failed, "there is no memory to read into", path);
  if (m_stop.stop_requested()) return fail(Errc::cancelled, "was stopped", path);
  auto file = m_fs.openForRead(path, ReadMode::direct);
  if (!file) return tl::unexpected(file.error());
  bool cold = (*file)->isDirect() || cacheIsCold(**file);
  const bool startedDirect = (*file)->isDirect();
  hash::MultiHasher hasher(formats);
  std::uint64_t offset = 0;
  for (;;) {
    if (m_stop.stop_requested()) return fail(Errc::cancelled, "was stopped", path);
    const auto got = (*file)->readAt(m_buffer.bytes(), offset);
    if (!got) return tl::unexpected(got.error());
    hasher.update(m_buffer.bytes().first(*got));
    offset += *got;
    m_bytesRead += *got;
    if (meter != nullptr) meter->doneBytes += *got;
    if (*got < m_buffer.bytes().size()) break;
  }
  // The file system promised direct reads and went back on it on the way.
  if (startedDirect && !(*file)->isDirect()) cold = false;
  if (!cold && offset > 0) ++m_cachedFiles;
  return hasher.finish();
}

VerifyResult judge(const VerifyOutcome& outcome) {
  bool defect = outcome.missing > 0 || outcome.altered > 0;
  bool incomplete = outcome.cancelled || outcome.unreadable > 0;
  for (const auto& one : outcome.findings) {
    defect = defect || one.kind == "directory_hash" || one.kind == "reference" || one.kind == "manifest_altered" ||
             one.kind == "manifest_missing" || one.kind == "chain_missing" || one.kind == "chain_gap";
    incomplete = incomplete || one.kind == "unreadable";
  }
  if (defect) return VerifyResult::defect;
  if (incomplete || outcome.verified + outcome.renamed == 0) return VerifyResult::incomplete;
  return VerifyResult::verified;
}

}  // namespace rollproof::mhl
