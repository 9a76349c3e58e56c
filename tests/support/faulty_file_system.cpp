// SPDX-License-Identifier: Apache-2.0
#include "tests/support/faulty_file_system.h"

#include <cstring>

#include "core/base/path.h"

namespace rollproof::support {

class FaultyFile final : public File {
 public:
  FaultyFile(const FaultyFileSystem& fs, std::unique_ptr<File> file, std::string path, std::uint64_t number,
             int reading)
      : m_fs(fs), m_file(std::move(file)), m_path(std::move(path)), m_number(number), m_reading(reading) {}

  Result<std::size_t> readAt(std::span<std::byte> into, std::uint64_t offset) override {
    if (auto no = m_fs.refused(Call::read, m_path); !no) {
      no.error().offsetBytes = static_cast<std::int64_t>(offset);
      return tl::unexpected(no.error());
    }
    if (const int error = m_fs.failRead ? m_fs.failRead(m_path, m_reading, offset, into.size()) : 0)
      return tl::unexpected(systemError(error, "cannot read (injected)", m_path, static_cast<std::int64_t>(offset)));
    auto got = m_file->readAt(into, offset);
    if (got && m_fs.spoilRead) m_fs.spoilRead(m_path, m_reading, offset, into.first(*got));
    return got;
  }
  Status writeAt(std::span<const std::byte> from, std::uint64_t offset) override {
    if (auto no = m_fs.refused(Call::write, m_path); !no) {
      no.error().offsetBytes = static_cast<std::int64_t>(offset);
      return no;
    }
    if (m_fs.spoilMemory) m_fs.spoilMemory(m_path, {const_cast<std::byte*>(from.data()), from.size()});
    if (m_fs.tearWrites && from.size() > 1) {
      // Whole blocks, so that a write past the cache stays one.
      const std::size_t half = from.size() > 8192 ? from.size() / 2 / 4096 * 4096 : from.size() / 2;
      if (auto first = m_file->writeAt(from.first(half), offset); !first) return first;
      if (auto no = m_fs.refused(Call::write, m_path); !no) return no;
      from = from.subspan(half);
      offset += half;
    }
    Status written;
    if (m_fs.spoilWrite) {
      const AlignedBuffer copy(from.size());
      std::memcpy(copy.bytes().data(), from.data(), from.size());
      m_fs.spoilWrite(m_path, offset, copy.bytes());
      written = m_file->writeAt(copy.bytes(), offset);
    } else {
      written = m_file->writeAt(from, offset);
    }
    if (!written || !m_fs.done) return written;
    return m_fs.changed(written, {Call::write,
                                  m_path,
                                  {},
                                  m_number,
                                  offset,
                                  std::string(reinterpret_cast<const char*>(from.data()), from.size()),
                                  0});
  }
  Status preallocate(std::uint64_t bytes) override { return m_file->preallocate(bytes); }
  Result<FileInfo> info() override {
    if (auto no = m_fs.refused(Call::info, m_path); !no) return tl::unexpected(no.error());
    return m_file->info();
  }
  Status sync() override {
    if (auto no = m_fs.refused(Call::sync, m_path); !no) return no;
    if (m_fs.loseSyncs) return {};
    return m_fs.changed(m_file->sync(), {Call::sync, m_path, {}, m_number, 0, {}, 0});
  }
  Status setModified(std::int64_t nanos) override {
    if (auto no = m_fs.refused(Call::setModified, m_path); !no) return no;
    return m_fs.changed(m_file->setModified(nanos), {Call::setModified, m_path, {}, m_number, 0, {}, nanos});
  }
  void startWriteBack(std::uint64_t offset, std::uint64_t bytes) override { m_file->startWriteBack(offset, bytes); }
  void dropCache() override { m_file->dropCache(); }
  Result<std::uint64_t> cachedBytes() override { return m_file->cachedBytes(); }
  [[nodiscard]] bool isDirect() const override { return m_file->isDirect(); }
  Status close() override {
    // As close(2): the descriptor is gone whatever the answer was.
    auto closed = m_file->close();
    if (auto no = m_fs.refused(Call::close, m_path); !no) return no;
    return closed;
  }

 private:
  const FaultyFileSystem& m_fs;
  std::unique_ptr<File> m_file;
  std::string m_path;
  std::uint64_t m_number;
  int m_reading;
};

Status FaultyFileSystem::refused(Call call, const std::string& path) const {
  const int error = before ? before(call, path) : 0;
  if (error != 0) return tl::unexpected(systemError(error, "cannot (injected)", path));
  return {};
}

Status FaultyFileSystem::changed(Status status, Change change) const {
  if (status && done) done(change);
  return status;
}

Result<std::unique_ptr<File>> FaultyFileSystem::opened(Result<std::unique_ptr<File>> file, Call call,
                                                       const std::string& path, int reading) const {
  if (!file) return file;
  const std::uint64_t number = ++m_files;
  if (call != Call::open && done) done({call, path, {}, number, 0, {}, 0});
  return std::make_unique<FaultyFile>(*this, std::move(*file), path, number, reading);
}

Result<std::unique_ptr<File>> FaultyFileSystem::openForRead(const std::string& path, ReadMode mode) const {
  if (auto no = refused(Call::open, path); !no) return tl::unexpected(no.error());
  int reading = 0;
  {
    const std::lock_guard guard(m_mutex);
    reading = ++m_readings[path];
  }
  return opened(m_below.openForRead(path, mode), Call::open, path, reading);
}

Result<std::unique_ptr<File>> FaultyFileSystem::createNew(const std::string& path, WriteMode mode) {
  if (auto no = refused(Call::create, path); !no) return tl::unexpected(no.error());
  return opened(m_below.createNew(path, mode), Call::create, path, 0);
}

Result<std::unique_ptr<File>> FaultyFileSystem::openForUpdate(const std::string& path) {
  if (auto no = refused(Call::update, path); !no) return tl::unexpected(no.error());
  return opened(m_below.openForUpdate(path), Call::update, path, 0);
}

Result<FileInfo> FaultyFileSystem::info(const std::string& path) const {
  if (auto no = refused(Call::info, path); !no) return tl::unexpected(no.error());
  return m_below.info(path);
}

Result<std::vector<DirectoryEntry>> FaultyFileSystem::list(const std::string& directory) const {
  if (auto no = refused(Call::list, directory); !no) return tl::unexpected(no.error());
  return m_below.list(directory);
}

Status FaultyFileSystem::makeDirectory(const std::string& path) {
  if (auto no = refused(Call::makeDirectory, path); !no) return no;
  return changed(m_below.makeDirectory(path), {Call::makeDirectory, path, {}, 0, 0, {}, 0});
}

Status FaultyFileSystem::makeDirectories(const std::string& path) {
  if (auto no = refused(Call::makeDirectory, path); !no) return no;
  // Its parents one by one, as the contract says: each made and synced where it was missing.
  if (m_below.info(path)) return m_below.makeDirectories(path);
  if (const std::string above = path::parent(path); !above.empty() && above != path) {
    if (auto made = makeDirectories(above); !made) return made;
    if (auto made = makeDirectory(path); !made) return made;
    return syncDirectory(above);
  }
  return makeDirectory(path);
}

Status FaultyFileSystem::renameNew(const std::string& from, const std::string& to) {
  if (auto no = refused(Call::rename, to); !no) return no;
  return changed(m_below.renameNew(from, to), {Call::rename, from, to, 0, 0, {}, 0});
}

Status FaultyFileSystem::renameReplace(const std::string& from, const std::string& to) {
  if (auto no = refused(Call::rename, to); !no) return no;
  return changed(m_below.renameReplace(from, to), {Call::rename, from, to, 0, 0, {}, 0});
}

Status FaultyFileSystem::remove(const std::string& path) {
  if (auto no = refused(Call::remove, path); !no) return no;
  return changed(m_below.remove(path), {Call::remove, path, {}, 0, 0, {}, 0});
}

Status FaultyFileSystem::removeDirectory(const std::string& path) {
  if (auto no = refused(Call::remove, path); !no) return no;
  return changed(m_below.removeDirectory(path), {Call::remove, path, {}, 0, 0, {}, 0});
}

Status FaultyFileSystem::syncDirectory(const std::string& path) {
  if (auto no = refused(Call::syncDirectory, path); !no) return no;
  if (loseSyncs) return {};
  return changed(m_below.syncDirectory(path), {Call::syncDirectory, path, {}, 0, 0, {}, 0});
}

Status FaultyFileSystem::syncFileSystem(const std::string& directory) {
  if (auto no = refused(Call::syncFileSystem, directory); !no) return no;
  if (loseSyncs) return {};
  return changed(m_below.syncFileSystem(directory), {Call::syncFileSystem, directory, {}, 0, 0, {}, 0});
}

}  // namespace rollproof::support
