// SPDX-License-Identifier: Apache-2.0
#include "core/base/file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/stat.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include "core/base/path.h"

namespace rollproof {

namespace {

constexpr std::size_t kAlignment = 4096;
// Pages this far behind the last write are let go of; the ones nearer may still be on their way to the disk.
constexpr std::uint64_t kWriteBackLag = 32U << 20U;

// File systems on a disk of their own for which syncfs(2) means "on the disk" and says so when it failed.
bool syncsAsAWhole(const struct statfs& s) {
  constexpr std::uint32_t kExfat = 0x2011BAB0, kXfs = 0x58465342;  // not in every linux/magic.h
  static constexpr std::uint32_t kKinds[] = {
      EXT4_SUPER_MAGIC, BTRFS_SUPER_MAGIC, F2FS_SUPER_MAGIC, MSDOS_SUPER_MAGIC, kExfat, kXfs};
  return std::find(std::begin(kKinds), std::end(kKinds), static_cast<std::uint32_t>(s.f_type)) != std::end(kKinds);
}

FileKind kindOf(mode_t mode) {
  if (S_ISREG(mode)) return FileKind::regular;
  if (S_ISDIR(mode)) return FileKind::directory;
  if (S_ISLNK(mode)) return FileKind::symlink;
  return FileKind::other;
}

FileInfo infoFrom(const struct stat& s) {
  FileInfo info;
  info.kind = kindOf(s.st_mode);
  info.bytes = s.st_size > 0 ? static_cast<std::uint64_t>(s.st_size) : 0;
  info.modifiedUnixNanos = std::int64_t{s.st_mtim.tv_sec} * 1'000'000'000 + s.st_mtim.tv_nsec;
  info.device = s.st_dev;
  info.inode = s.st_ino;
  info.mode = s.st_mode;
  return info;
}

template <class Call>
auto retried(Call call) {
  decltype(call()) result;
  do {
    result = call();
  } while (result < 0 && errno == EINTR);
  return result;
}

class PosixFile final : public File {
 public:
  PosixFile(int descriptor, std::string path, bool direct)
      : m_descriptor(descriptor), m_path(std::move(path)), m_direct(direct) {}
  ~PosixFile() override {
    if (m_descriptor >= 0) ::close(m_descriptor);
  }
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;

  Result<std::size_t> readAt(std::span<std::byte> into, std::uint64_t offset) override {
    std::size_t done = 0;
    while (done < into.size()) {
      const auto at = offset + done;
      const bool direct = m_direct;  // another reader of this file may give it up meanwhile
      const ssize_t got = retried(
          [&] { return ::pread(m_descriptor, into.data() + done, into.size() - done, static_cast<off_t>(at)); });
      if (got < 0) {
        // The tail of a file, or a file system that promised O_DIRECT and cannot: read the rest plainly.
        if (errno == EINVAL && direct && makePlain()) continue;
        return tl::unexpected(systemError(errno, "cannot read", m_path, static_cast<std::int64_t>(at)));
      }
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
      // A direct read that ends off a block boundary has met the end of the file.
      if (m_direct && done % kAlignment != 0) break;
    }
    return done;
  }

  Status writeAt(std::span<const std::byte> from, std::uint64_t offset) override {
    std::size_t done = 0;
    while (done < from.size()) {
      const auto at = offset + done;
      std::size_t next = from.size() - done;
      // Past the cache only whole blocks can go; the tail of a file takes the plain way.
      if (m_direct && next >= kAlignment && at % kAlignment == 0)
        next -= next % kAlignment;
      else if (auto plain = makePlain(); !plain)
        return plain;
      const ssize_t put =
          retried([&] { return ::pwrite(m_descriptor, from.data() + done, next, static_cast<off_t>(at)); });
      if (put < 0 && errno == EINVAL && m_direct) {  // promised O_DIRECT and cannot, or wants larger blocks
        if (auto plain = makePlain(); !plain) return plain;
        continue;
      }
      if (put < 0) return tl::unexpected(systemError(errno, "cannot write", m_path, static_cast<std::int64_t>(at)));
      if (put == 0) return tl::unexpected(systemError(EIO, "cannot write", m_path, static_cast<std::int64_t>(at)));
      done += static_cast<std::size_t>(put);
    }
    return {};
  }

  Status preallocate(std::uint64_t bytes) override {
    if (bytes == 0) return {};
    const int answer =
        retried([&] { return ::fallocate(m_descriptor, FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(bytes)); });
    if (answer != 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG))
      return tl::unexpected(systemError(errno, "cannot claim room for", m_path));
    return {};
  }

  Result<FileInfo> info() override {
    struct stat s {};
    if (::fstat(m_descriptor, &s) != 0) return tl::unexpected(systemError(errno, "cannot look at", m_path));
    return infoFrom(s);
  }

  Status sync() override {
    if (retried([&] { return ::fsync(m_descriptor); }) != 0)
      return tl::unexpected(systemError(errno, "cannot put on the disk (fsync)", m_path));
    return {};
  }

  Status setModified(std::int64_t unixNanos) override {
    timespec times[2] = {};
    times[0].tv_nsec = UTIME_OMIT;
    times[1].tv_sec = unixNanos / 1'000'000'000;
    times[1].tv_nsec = unixNanos % 1'000'000'000;
    if (times[1].tv_nsec < 0) {
      times[1].tv_nsec += 1'000'000'000;
      --times[1].tv_sec;
    }
    if (::futimens(m_descriptor, times) != 0)
      return tl::unexpected(systemError(errno, "cannot set the modification time of", m_path));
    return {};
  }

  void startWriteBack(std::uint64_t offset, std::uint64_t bytes) override {
    if (m_direct) return;
    (void)::sync_file_range(m_descriptor, static_cast<off64_t>(offset), static_cast<off64_t>(bytes),
                            SYNC_FILE_RANGE_WRITE);
    if (offset < kWriteBackLag) return;
    (void)::posix_fadvise(m_descriptor, static_cast<off_t>(offset - kWriteBackLag), static_cast<off_t>(bytes),
                          POSIX_FADV_DONTNEED);
  }

  void dropCache() override { (void)::posix_fadvise(m_descriptor, 0, 0, POSIX_FADV_DONTNEED); }

  Result<std::uint64_t> cachedBytes() override {
    struct stat s {};
    if (::fstat(m_descriptor, &s) != 0) return tl::unexpected(systemError(errno, "cannot look at", m_path));
    if (s.st_size <= 0) return std::uint64_t{0};
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    const auto size = static_cast<std::uint64_t>(s.st_size);
    // mincore over windows, so that a file of terabytes costs kilobytes.
    constexpr std::uint64_t kWindow = 1ULL << 30U;
    std::uint64_t cached = 0;
    std::vector<unsigned char> resident;
    for (std::uint64_t at = 0; at < size; at += kWindow) {
      const std::uint64_t length = std::min(kWindow, size - at);
      void* map = ::mmap(nullptr, length, PROT_READ, MAP_SHARED, m_descriptor, static_cast<off_t>(at));
      if (map == MAP_FAILED) return tl::unexpected(systemError(errno, "cannot ask the page cache about", m_path));
      resident.assign((length + page - 1) / page, 0);
      const int answer = ::mincore(map, length, resident.data());
      const int saved = errno;
      ::munmap(map, length);
      if (answer != 0) return tl::unexpected(systemError(saved, "cannot ask the page cache about", m_path));
      for (const unsigned char one : resident) cached += (one & 1U) ? page : 0;
    }
    return cached;
  }

  [[nodiscard]] bool isDirect() const override { return m_direct; }

  [[nodiscard]] bool isBehindDaemon() const override {
    struct statfs s {};
    return ::fstatfs(m_descriptor, &s) == 0 && s.f_type == FUSE_SUPER_MAGIC;
  }

  Status close() override {
    if (m_descriptor < 0) return {};
    const int descriptor = m_descriptor;
    m_descriptor = -1;
    // After EINTR the descriptor is gone on Linux: closing again would close a stranger's.
    if (::close(descriptor) != 0 && errno != EINTR) return tl::unexpected(systemError(errno, "cannot close", m_path));
    return {};
  }

 private:
  Status makePlain() {
    if (!m_direct) return {};
    const int flags = ::fcntl(m_descriptor, F_GETFL);
    if (flags < 0 || ::fcntl(m_descriptor, F_SETFL, flags & ~O_DIRECT) != 0)
      return tl::unexpected(systemError(errno, "cannot leave direct access to", m_path));
    m_direct = false;
    return {};
  }

  int m_descriptor;
  std::string m_path;
  std::atomic<bool> m_direct;
};

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<File>> openForRead(const std::string& path, ReadMode mode) const override {
    // O_NONBLOCK: opening a FIFO must not wait for a writer that never comes.
    const int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOATIME;
    return openRegular(path, flags, mode == ReadMode::direct);
  }

  Result<std::unique_ptr<File>> createNew(const std::string& path, WriteMode mode) override {
    const int descriptor =
        retried([&] { return ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666); });
    if (descriptor < 0) return tl::unexpected(systemError(errno, "cannot create", path));
    // Asked for afterwards: an open that refuses O_DIRECT has already made the file on some file systems.
    bool direct = false;
    if (mode == WriteMode::direct) {
      const int flags = ::fcntl(descriptor, F_GETFL);
      direct = flags >= 0 && ::fcntl(descriptor, F_SETFL, flags | O_DIRECT) == 0;
    }
    return std::make_unique<PosixFile>(descriptor, path, direct);
  }

  Result<std::unique_ptr<File>> openForUpdate(const std::string& path) override {
    const int descriptor =
        retried([&] { return ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666); });
    if (descriptor < 0) return tl::unexpected(systemError(errno, "cannot open", path));
    return checkedRegular(descriptor, path, false);
  }

  Result<FileInfo> info(const std::string& path) const override {
    struct stat s {};
    if (::lstat(path.c_str(), &s) != 0) return tl::unexpected(systemError(errno, "cannot look at", path));
    return infoFrom(s);
  }

  Result<std::vector<DirectoryEntry>> list(const std::string& directory) const override {
    DIR* stream = ::opendir(directory.c_str());
    if (!stream) return tl::unexpected(systemError(errno, "cannot list", directory));
    std::vector<DirectoryEntry> entries;
    for (;;) {
      errno = 0;
      const dirent* entry = ::readdir(stream);
      if (!entry) break;
      DirectoryEntry one{entry->d_name, FileKind::unknown};
      if (one.name == "." || one.name == "..") continue;
      switch (entry->d_type) {
        case DT_REG:
          one.kind = FileKind::regular;
          break;
        case DT_DIR:
          one.kind = FileKind::directory;
          break;
        case DT_LNK:
          one.kind = FileKind::symlink;
          break;
        case DT_UNKNOWN:
          break;
        default:
          one.kind = FileKind::other;
      }
      entries.push_back(std::move(one));
    }
    const int saved = errno;
    ::closedir(stream);
    if (saved != 0) return tl::unexpected(systemError(saved, "cannot list", directory));
    return entries;
  }

  Status makeDirectory(const std::string& path) override {
    if (::mkdir(path.c_str(), 0777) != 0) return tl::unexpected(systemError(errno, "cannot make the folder", path));
    return {};
  }

  Status makeDirectories(const std::string& path) override {
    struct stat s {};
    if (::stat(path.c_str(), &s) == 0) {
      if (S_ISDIR(s.st_mode)) return {};
      return tl::unexpected(systemError(ENOTDIR, "cannot make the folder", path));
    }
    const std::string above = path::parent(path);
    if (!above.empty() && above != path) {
      if (auto made = makeDirectories(above); !made) return made;
    }
    if (::mkdir(path.c_str(), 0777) != 0 && errno != EEXIST)
      return tl::unexpected(systemError(errno, "cannot make the folder", path));
    return above.empty() ? Status{} : syncDirectory(above);
  }

  Status renameNew(const std::string& from, const std::string& to) override {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
    if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP)
      return tl::unexpected(systemError(errno, "cannot give the final name to", to));
    // File systems without NOREPLACE (exfat-fuse): claim the name first, so that nobody's file is overwritten.
    const int claim =
        retried([&] { return ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666); });
    if (claim < 0) return tl::unexpected(systemError(errno, "cannot give the final name to", to));
    ::close(claim);
    if (::rename(from.c_str(), to.c_str()) != 0) {
      const int saved = errno;
      ::unlink(to.c_str());
      return tl::unexpected(systemError(saved, "cannot give the final name to", to));
    }
    return {};
  }

  Status renameReplace(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0)
      return tl::unexpected(systemError(errno, "cannot give the final name to", to));
    return {};
  }

  Status remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) return tl::unexpected(systemError(errno, "cannot remove", path));
    return {};
  }

  Status removeDirectory(const std::string& path) override {
    if (::rmdir(path.c_str()) != 0) return tl::unexpected(systemError(errno, "cannot remove the folder", path));
    return {};
  }

  Status syncDirectory(const std::string& path) override {
    const int descriptor = retried([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
    if (descriptor < 0) return tl::unexpected(systemError(errno, "cannot open the folder", path));
    const int answer = retried([&] { return ::fsync(descriptor); });
    const int saved = errno;
    ::close(descriptor);
    // Some file systems cannot sync a folder and say EINVAL: their renames are as durable as they get.
    if (answer != 0 && saved != EINVAL)
      return tl::unexpected(systemError(saved, "cannot put the folder on the disk (fsync)", path));
    return {};
  }

  Status syncFileSystem(const std::string& directory) override {
    const int descriptor = retried([&] { return ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
    if (descriptor < 0) return tl::unexpected(systemError(errno, "cannot open the folder", directory));
    struct statfs kind {};
    if (::fstatfs(descriptor, &kind) != 0 || !syncsAsAWhole(kind)) {
      ::close(descriptor);
      return fail(Errc::unsupported, "lies on a file system that is synced file by file", directory);
    }
    const int answer = retried([&] { return ::syncfs(descriptor); });
    const int saved = errno;
    ::close(descriptor);
    if (answer != 0)
      return tl::unexpected(systemError(saved, "cannot put everything on the disk (syncfs) that holds", directory));
    return {};
  }

 private:
  static Result<std::unique_ptr<File>> openRegular(const std::string& path, int flags, bool direct) {
    int descriptor = direct ? retried([&] { return ::open(path.c_str(), flags | O_DIRECT); }) : -1;
    bool isDirect = descriptor >= 0;
    if (descriptor < 0) descriptor = retried([&] { return ::open(path.c_str(), flags); });
    if (descriptor < 0 && errno == EPERM) {  // O_NOATIME is the owner's privilege
      if (direct) descriptor = retried([&] { return ::open(path.c_str(), (flags & ~O_NOATIME) | O_DIRECT); });
      isDirect = descriptor >= 0;
      if (descriptor < 0) descriptor = retried([&] { return ::open(path.c_str(), flags & ~O_NOATIME); });
    }
    if (descriptor < 0) return tl::unexpected(systemError(errno, "cannot open", path));
    return checkedRegular(descriptor, path, isDirect);
  }

  static Result<std::unique_ptr<File>> checkedRegular(int descriptor, const std::string& path, bool direct) {
    auto file = std::make_unique<PosixFile>(descriptor, path, direct);
    const auto info = file->info();
    if (!info) return tl::unexpected(info.error());
    if (info->kind != FileKind::regular) return fail(Errc::notRegular, "is not a regular file", path);
    return file;
  }
};

}  // namespace

AlignedBuffer::AlignedBuffer(std::size_t bytes)
    : m_data(
          static_cast<std::byte*>(std::aligned_alloc(kAlignment, (bytes + kAlignment - 1) / kAlignment * kAlignment))),
      m_size(m_data ? bytes : 0) {}

AlignedBuffer::~AlignedBuffer() { std::free(m_data); }

AlignedBuffer::AlignedBuffer(AlignedBuffer&& other) noexcept
    : m_data(std::exchange(other.m_data, nullptr)), m_size(std::exchange(other.m_size, 0)) {}

AlignedBuffer& AlignedBuffer::operator=(AlignedBuffer&& other) noexcept {
  std::swap(m_data, other.m_data);
  std::swap(m_size, other.m_size);
  return *this;
}

FileSystem& realFileSystem() {
  static PosixFileSystem fs;
  return fs;
}

}  // namespace rollproof
