// SPDX-License-Identifier: Apache-2.0
// A file system over another one, by default the machine's own, whose calls can be watched, made to fail, or spoiled on
// the way in either direction.
// Threads: as the file system below; the hooks are called by the calling thread, several at once.
// Errors: what a hook asks for, else what the file system below says.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "core/base/file_system.h"
#include "tests/support/memory_file_system.h"

namespace rollproof::support {

// One change that reached the file system below.
struct Change {
  Call call = Call::write;
  std::string path;
  std::string to;                  // rename
  std::uint64_t file = 0;          // which opening wrote or synced
  std::uint64_t offset = 0;        // write
  std::string bytes;               // write
  std::int64_t modifiedNanos = 0;  // setModified
};

class FaultyFileSystem final : public FileSystem {
 public:
  explicit FaultyFileSystem(FileSystem& below = realFileSystem()) : m_below(below) {}

  // Called before each call; a value returned becomes the call's error, and the call does not happen.
  std::function<int(Call, const std::string& path)> before;
  // Called after each change that happened.
  std::function<void(const Change&)> done;
  // May change what is read or what is written. `reading` is the how-manieth opening of this path for reading, from 1.
  std::function<void(const std::string& path, int reading, std::uint64_t offset, std::span<std::byte> bytes)> spoilRead;
  std::function<void(const std::string& path, std::uint64_t offset, std::span<std::byte> bytes)> spoilWrite;
  // May change the writer's own memory just before it is written, as a broken machine would.
  std::function<void(const std::string& path, std::span<std::byte> bytes)> spoilMemory;
  // Called before a read; a value returned becomes its error.
  std::function<int(const std::string& path, int reading, std::uint64_t offset, std::size_t bytes)> failRead;
  bool tearWrites = false;  // each write in two, `before` asked in between
  bool loseSyncs = false;   // every sync says it is done and does nothing, as under eatmydata

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
  friend class FaultyFile;
  Status refused(Call call, const std::string& path) const;
  Status changed(Status status, Change change) const;
  Result<std::unique_ptr<File>> opened(Result<std::unique_ptr<File>> file, Call call, const std::string& path,
                                       int reading) const;

  FileSystem& m_below;
  mutable std::atomic<std::uint64_t> m_files{0};
  mutable std::mutex m_mutex;
  mutable std::map<std::string, int> m_readings;
};

}  // namespace rollproof::support
