// SPDX-License-Identifier: Apache-2.0
// The disk seam: everything that touches media goes through here, so a test can fail the n-th call.
// Threads: a FileSystem may be used from several threads; a File from one at a time (read() with offsets: from
// several). Errors: Errc with errno, the path as subject and the offset where there is one. Links are never followed in
// the last
//         component; anything but a regular file is refused (Errc::notRegular) without blocking on it.
// Source: open(2), openat2(2), renameat2(2), posix_fadvise(2), mincore(2), fallocate(2), syncfs(2) (reports errors
// since
//         Linux 5.8).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace rollproof {

enum class FileKind { unknown, regular, directory, symlink, other };

struct FileInfo {
  FileKind kind = FileKind::unknown;
  std::uint64_t bytes = 0;
  std::int64_t modifiedUnixNanos = 0;
  std::uint64_t device = 0;  // st_dev
  std::uint64_t inode = 0;
  std::uint32_t mode = 0;
};

struct DirectoryEntry {
  std::string name;  // raw bytes, one component
  FileKind kind = FileKind::unknown;
};

// cached: plain reads. direct: O_DIRECT where the file system takes it, else plain (isDirect() tells).
enum class ReadMode { cached, direct };
// The same for a new file: direct writes go past the page cache; what is not a multiple of the disk's blocks (the tail)
// goes through it and is on the disk after sync() like the rest.
enum class WriteMode { cached, direct };

// Memory for block I/O, aligned to 4096 as O_DIRECT asks.
class AlignedBuffer {
 public:
  explicit AlignedBuffer(std::size_t bytes);
  ~AlignedBuffer();
  AlignedBuffer(const AlignedBuffer&) = delete;
  AlignedBuffer& operator=(const AlignedBuffer&) = delete;
  AlignedBuffer(AlignedBuffer&& other) noexcept;
  AlignedBuffer& operator=(AlignedBuffer&& other) noexcept;
  [[nodiscard]] std::span<std::byte> bytes() const { return {m_data, m_size}; }

 private:
  std::byte* m_data = nullptr;
  std::size_t m_size = 0;
};

class File {
 public:
  virtual ~File() = default;
  // Fills `into` from offset; fewer bytes only at the end of the file; 0 at or past it. Retries EINTR and short reads.
  [[nodiscard]] virtual Result<std::size_t> readAt(std::span<std::byte> into, std::uint64_t offset) = 0;
  // Writes all of `from` at offset or fails. Retries EINTR and short writes.
  [[nodiscard]] virtual Status writeAt(std::span<const std::byte> from, std::uint64_t offset) = 0;
  // Claims room for this many bytes without changing the size, so that a full disk is known before the first block.
  // Errc::noSpace; fine where the file system has no way to do it.
  [[nodiscard]] virtual Status preallocate(std::uint64_t bytes) = 0;
  [[nodiscard]] virtual Result<FileInfo> info() = 0;
  [[nodiscard]] virtual Status sync() = 0;  // fsync; a failure is final for this file: never retry it as success
  [[nodiscard]] virtual Status setModified(std::int64_t unixNanos) = 0;
  // Asks the kernel to start write-back of a range, so that the final sync is short, and to let go of what was written
  // well before it, so that a large file does not fill the page cache. Advisory; nothing to do on a direct file.
  virtual void startWriteBack(std::uint64_t offset, std::uint64_t bytes) = 0;
  // Drops this file's clean pages from the page cache (call sync() before). Advisory: check with cachedBytes().
  virtual void dropCache() = 0;
  // Bytes of this file now in the page cache; error if the system cannot tell.
  [[nodiscard]] virtual Result<std::uint64_t> cachedBytes() = 0;
  [[nodiscard]] virtual bool isDirect() const = 0;
  // A FUSE daemon answers (exfat-fuse, ntfs-3g), from a cache of its own that direct reads do not get past.
  [[nodiscard]] virtual bool isBehindDaemon() const { return false; }
  [[nodiscard]] virtual Status close() = 0;  // reports what close(2) reports; the destructor closes silently
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  [[nodiscard]] virtual Result<std::unique_ptr<File>> openForRead(const std::string& path, ReadMode mode) const = 0;
  // O_CREAT|O_EXCL: Errc::exists if the name is taken, whatever stands there.
  [[nodiscard]] virtual Result<std::unique_ptr<File>> createNew(const std::string& path,
                                                                WriteMode mode = WriteMode::cached) = 0;
  // Opens an existing regular file for appending-style writes (journal); creates it if missing.
  [[nodiscard]] virtual Result<std::unique_ptr<File>> openForUpdate(const std::string& path) = 0;
  [[nodiscard]] virtual Result<FileInfo> info(const std::string& path) const = 0;  // lstat
  // Names only, unsorted, without "." and "..".
  [[nodiscard]] virtual Result<std::vector<DirectoryEntry>> list(const std::string& directory) const = 0;
  [[nodiscard]] virtual Status makeDirectory(const std::string& path) = 0;  // Errc::exists if taken
  [[nodiscard]] virtual Status makeDirectories(
      const std::string& path) = 0;  // parents too; fine if it is there; syncs each new parent
  // Atomic; Errc::exists if `to` is taken (renameat2 NOREPLACE, or claiming the name O_EXCL where that is missing).
  [[nodiscard]] virtual Status renameNew(const std::string& from, const std::string& to) = 0;
  [[nodiscard]] virtual Status renameReplace(const std::string& from, const std::string& to) = 0;
  [[nodiscard]] virtual Status remove(const std::string& path) = 0;
  [[nodiscard]] virtual Status removeDirectory(const std::string& path) = 0;  // only if empty
  [[nodiscard]] virtual Status syncDirectory(const std::string& path) = 0;
  // Puts everything written so far to the file system that holds the folder on its disk: contents, names, folders.
  // Errc::unsupported where the kernel does not promise that or would not report a failure (FUSE, network, unknown
  // kinds): sync each file there. A failure does not say which file it hit: all written since the last success are in
  // doubt.
  [[nodiscard]] virtual Status syncFileSystem(const std::string& directory) = 0;
};

// The machine's own disks.
[[nodiscard]] FileSystem& realFileSystem();

struct TreeEntry {
  std::string path;  // relative to the walked root, raw bytes, '/' between components
  FileInfo info;
};

// Every entry below root (directories, files, links, others), depth first, sorted by raw bytes; links are listed, not
// followed. A directory that cannot be read is listed in `unreadable` and the walk goes on.
struct Tree {
  std::vector<TreeEntry> entries;
  std::vector<Error> unreadable;
};
[[nodiscard]] Result<Tree> walk(const FileSystem& fs, const std::string& root);

// Whole small file; Errc::unsupported if it is larger than maxBytes.
[[nodiscard]] Result<std::string> readSmallFile(const FileSystem& fs, const std::string& path, std::uint64_t maxBytes);

// The safe write for a small file: temp name in the same folder, write, sync, rename, sync the folder.
// replace=false never overwrites (Errc::exists).
[[nodiscard]] Status writeFileDurably(FileSystem& fs, const std::string& path, std::string_view content, bool replace);

// What a half-written file of ours is called: "." + name + ".rollproof-part" (shortened to fit 255 bytes).
[[nodiscard]] std::string partName(std::string_view finalName);
[[nodiscard]] bool isPartName(std::string_view name);

}  // namespace rollproof
