// SPDX-License-Identifier: Apache-2.0
// A disk in memory whose calls can be made to fail, run short of space, or lie, one at a time and on purpose.
// Threads: every call is guarded by one mutex; hooks run under it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/file_system.h"

namespace rollproof::support {

enum class Call {
  open,
  create,
  update,
  info,
  list,
  makeDirectory,
  rename,
  remove,
  syncDirectory,
  syncFileSystem,
  read,
  write,
  sync,
  setModified,
  close
};

struct MemoryNode {
  FileKind kind = FileKind::regular;
  std::string content;
  std::int64_t modifiedUnixNanos = 1'700'000'000'000'000'000;
  std::uint64_t inode = 0;
};

class MemoryFileSystem final : public FileSystem {
 public:
  MemoryFileSystem();

  // --- setting up and looking, without faults
  void putDirectory(const std::string& path);
  void putFile(const std::string& path, std::string content);
  void putOther(const std::string& path, FileKind kind);
  void erase(const std::string& path);
  [[nodiscard]] bool has(const std::string& path) const;
  [[nodiscard]] std::string content(const std::string& path) const;
  [[nodiscard]] std::vector<std::string> pathsUnder(const std::string& root) const;  // everything, sorted
  void flipByte(const std::string& path, std::size_t offset);

  // --- faults
  // The n-th call (1-based) of any kind whose path satisfies `onlyUnder` fails with errno. 0 switches off.
  void failCall(std::uint64_t n, int sysErrno, std::string onlyUnder = {});
  [[nodiscard]] bool faultFired() const { return m_faultFired; }
  // Called before each call; a value returned becomes the call's error.
  std::function<int(Call, const std::string& path)> before;
  // May change what a read gives: `reading` is the how-manieth opening of this path for reading, from 1.
  std::function<void(const std::string& path, int reading, std::uint64_t offset, std::span<std::byte> bytes)> spoilRead;
  std::uint64_t freeBytes = ~0ULL;               // writes beyond it: ENOSPC
  bool syncsAsAWhole = true;                     // false: every file is synced by itself
  bool direct = true;                            // what isDirect() says
  bool behindDaemon = false;                     // what isBehindDaemon() says
  std::uint64_t cached = 0;                      // what cachedBytes() says
  std::map<std::string, std::uint64_t> devices;  // folder -> st_dev, by longest prefix

  // --- FileSystem
  Result<std::unique_ptr<File>> openForRead(const std::string& path, ReadMode mode) const override;
  Result<std::unique_ptr<File>> createNew(const std::string& path, WriteMode mode) override;
  Result<std::unique_ptr<File>> openForUpdate(const std::string& path) override;
  Result<FileInfo> info(const std::string& path) const override;
  Result<std::vector<DirectoryEntry>> list(const std::string& directory) const override;
  Status makeDirectory(const std::string& path) override;
  Status makeDirectories(const std::string& path) override;
  Status renameNew(const std::string& from, const std::string& to) override;
  Status renameReplace(const std::string& from, const std::string& to) override;
  Status remove(const std::string& path) override;
  Status removeDirectory(const std::string& path) override;
  Status syncDirectory(const std::string& path) override;
  Status syncFileSystem(const std::string& directory) override;

 private:
  friend class MemoryFile;
  using Node = std::shared_ptr<MemoryNode>;
  // 0 or the errno this call is to fail with. Needs m_mutex.
  int fault(Call call, const std::string& path) const;
  Node find(const std::string& path) const;
  FileInfo infoOf(const std::string& path, const MemoryNode& node) const;
  Status moved(const std::string& from, const std::string& to, bool replace);

  mutable std::recursive_mutex m_mutex;
  std::map<std::string, Node> m_nodes;
  std::uint64_t m_nextInode = 1;
  mutable std::uint64_t m_countdown = 0;
  mutable bool m_faultFired = false;
  int m_faultErrno = 0;
  std::string m_faultUnder;
  mutable std::map<std::string, int> m_readings;
};

}  // namespace rollproof::support
