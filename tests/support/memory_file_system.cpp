// SPDX-License-Identifier: Apache-2.0
#include "tests/support/memory_file_system.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/base/path.h"

namespace rollproof::support {

class MemoryFile final : public File {
 public:
  MemoryFile(const MemoryFileSystem& fs, std::string path, std::shared_ptr<MemoryNode> node, bool direct, int reading)
      : m_fs(fs), m_path(std::move(path)), m_node(std::move(node)), m_direct(direct), m_reading(reading) {}

  Result<std::size_t> readAt(std::span<std::byte> into, std::uint64_t offset) override {
    const std::lock_guard guard(m_fs.m_mutex);
    if (const int error = m_fs.fault(Call::read, m_path))
      return tl::unexpected(systemError(error, "cannot read", m_path, static_cast<std::int64_t>(offset)));
    if (offset >= m_node->content.size()) return std::size_t{0};
    const std::size_t n = std::min<std::size_t>(into.size(), m_node->content.size() - offset);
    std::memcpy(into.data(), m_node->content.data() + offset, n);
    if (m_fs.spoilRead) m_fs.spoilRead(m_path, m_reading, offset, into.first(n));
    return n;
  }
  Status writeAt(std::span<const std::byte> from, std::uint64_t offset) override {
    const std::lock_guard guard(m_fs.m_mutex);
    if (const int error = m_fs.fault(Call::write, m_path))
      return tl::unexpected(systemError(error, "cannot write", m_path, static_cast<std::int64_t>(offset)));
    std::uint64_t used = 0;
    for (const auto& [path, node] : m_fs.m_nodes) used += node->content.size();
    const std::uint64_t grows =
        offset + from.size() > m_node->content.size() ? offset + from.size() - m_node->content.size() : 0;
    if (m_fs.freeBytes != ~0ULL && used + grows > m_fs.freeBytes)
      return tl::unexpected(systemError(ENOSPC, "cannot write", m_path));
    if (m_node->content.size() < offset + from.size()) m_node->content.resize(offset + from.size());
    std::memcpy(m_node->content.data() + offset, from.data(), from.size());
    return {};
  }
  Status preallocate(std::uint64_t) override { return {}; }
  Result<FileInfo> info() override {
    const std::lock_guard guard(m_fs.m_mutex);
    if (const int error = m_fs.fault(Call::info, m_path))
      return tl::unexpected(systemError(error, "cannot look at", m_path));
    return m_fs.infoOf(m_path, *m_node);
  }
  Status sync() override { return simple(Call::sync, "cannot sync"); }
  Status setModified(std::int64_t unixNanos) override {
    if (auto status = simple(Call::setModified, "cannot set the time of"); !status) return status;
    const std::lock_guard guard(m_fs.m_mutex);
    m_node->modifiedUnixNanos = unixNanos;
    return {};
  }
  void startWriteBack(std::uint64_t, std::uint64_t) override {}
  void dropCache() override {}
  Result<std::uint64_t> cachedBytes() override { return m_fs.cached; }
  [[nodiscard]] bool isDirect() const override { return m_direct; }
  [[nodiscard]] bool isBehindDaemon() const override { return m_fs.behindDaemon; }
  Status close() override { return simple(Call::close, "cannot close"); }

 private:
  Status simple(Call call, const char* what) {
    const std::lock_guard guard(m_fs.m_mutex);
    if (const int error = m_fs.fault(call, m_path)) return tl::unexpected(systemError(error, what, m_path));
    return {};
  }
  const MemoryFileSystem& m_fs;
  std::string m_path;
  std::shared_ptr<MemoryNode> m_node;
  bool m_direct;
  int m_reading;
};

MemoryFileSystem::MemoryFileSystem() { putDirectory("/"); }

void MemoryFileSystem::putDirectory(const std::string& path) {
  const std::lock_guard guard(m_mutex);
  const std::string above = path::parent(path);
  if (path != "/" && !above.empty() && !m_nodes.contains(above)) putDirectory(above);
  auto node = std::make_shared<MemoryNode>();
  node->kind = FileKind::directory;
  node->inode = m_nextInode++;
  m_nodes.emplace(path, std::move(node));
}

void MemoryFileSystem::putFile(const std::string& path, std::string content) {
  const std::lock_guard guard(m_mutex);
  putDirectory(path::parent(path));
  auto node = std::make_shared<MemoryNode>();
  node->content = std::move(content);
  node->inode = m_nextInode++;
  m_nodes[path] = std::move(node);
}

void MemoryFileSystem::putOther(const std::string& path, FileKind kind) {
  putFile(path, {});
  find(path)->kind = kind;
}

void MemoryFileSystem::erase(const std::string& path) {
  const std::lock_guard guard(m_mutex);
  m_nodes.erase(path);
}

bool MemoryFileSystem::has(const std::string& path) const {
  const std::lock_guard guard(m_mutex);
  return m_nodes.contains(path);
}

std::string MemoryFileSystem::content(const std::string& path) const {
  const std::lock_guard guard(m_mutex);
  const auto node = find(path);
  return node ? node->content : std::string{};
}

std::vector<std::string> MemoryFileSystem::pathsUnder(const std::string& root) const {
  const std::lock_guard guard(m_mutex);
  std::vector<std::string> paths;
  for (const auto& [path, node] : m_nodes) {
    if (path != root && path::isWithin(path, root)) paths.push_back(path);
  }
  return paths;
}

void MemoryFileSystem::flipByte(const std::string& path, std::size_t offset) {
  const std::lock_guard guard(m_mutex);
  auto& byte = find(path)->content.at(offset);
  byte = static_cast<char>(byte ^ 0x40);
}

void MemoryFileSystem::failCall(std::uint64_t n, int sysErrno, std::string onlyUnder) {
  const std::lock_guard guard(m_mutex);
  m_countdown = n;
  m_faultErrno = sysErrno;
  m_faultUnder = std::move(onlyUnder);
  m_faultFired = false;
}

int MemoryFileSystem::fault(Call call, const std::string& path) const {
  if (before) {
    if (const int error = before(call, path)) return error;
  }
  if (m_countdown == 0 || (!m_faultUnder.empty() && !path::isWithin(path, m_faultUnder))) return 0;
  if (--m_countdown > 0) return 0;
  m_faultFired = true;
  return m_faultErrno;
}

MemoryFileSystem::Node MemoryFileSystem::find(const std::string& path) const {
  const auto found = m_nodes.find(path);
  return found == m_nodes.end() ? nullptr : found->second;
}

FileInfo MemoryFileSystem::infoOf(const std::string& path, const MemoryNode& node) const {
  FileInfo info;
  info.kind = node.kind;
  info.bytes = node.content.size();
  info.modifiedUnixNanos = node.modifiedUnixNanos;
  info.inode = node.inode;
  info.device = 1;
  std::size_t longest = 0;
  for (const auto& [folder, device] : devices) {
    if (path::isWithin(path, folder) && folder.size() >= longest) {
      longest = folder.size();
      info.device = device;
    }
  }
  info.mode = 0644;
  return info;
}

Result<std::unique_ptr<File>> MemoryFileSystem::openForRead(const std::string& path, ReadMode mode) const {
  const std::lock_guard guard(m_mutex);
  if (const int error = fault(Call::open, path)) return tl::unexpected(systemError(error, "cannot open", path));
  auto node = find(path);
  if (!node) return tl::unexpected(systemError(ENOENT, "cannot open", path));
  if (node->kind != FileKind::regular) return fail(Errc::notRegular, "is not a regular file", path);
  return std::make_unique<MemoryFile>(*this, path, std::move(node), direct && mode == ReadMode::direct,
                                      ++m_readings[path]);
}

Result<std::unique_ptr<File>> MemoryFileSystem::createNew(const std::string& path, WriteMode mode) {
  const std::lock_guard guard(m_mutex);
  if (const int error = fault(Call::create, path)) return tl::unexpected(systemError(error, "cannot create", path));
  if (m_nodes.contains(path)) return tl::unexpected(systemError(EEXIST, "cannot create", path));
  if (!find(path::parent(path))) return tl::unexpected(systemError(ENOENT, "cannot create", path));
  putFile(path, {});
  return std::make_unique<MemoryFile>(*this, path, find(path), direct && mode == WriteMode::direct, 0);
}

Result<std::unique_ptr<File>> MemoryFileSystem::openForUpdate(const std::string& path) {
  const std::lock_guard guard(m_mutex);
  if (const int error = fault(Call::update, path)) return tl::unexpected(systemError(error, "cannot open", path));
  if (!m_nodes.contains(path)) putFile(path, {});
  return std::make_unique<MemoryFile>(*this, path, find(path), false, 0);
}

Result<FileInfo> MemoryFileSystem::info(const std::string& path) const {
  const std::lock_guard guard(m_mutex);
  if (const int error = fault(Call::info, path)) return tl::unexpected(systemError(error, "cannot look at", path));
  const auto node = find(path);
  if (!node) return tl::unexpected(systemError(ENOENT, "cannot look at", path));
  return infoOf(path, *node);
}

Result<std::vector<DirectoryEntry>> MemoryFileSystem::list(const std::string& directory) const {
  const std::lock_guard guard(m_mutex);
  if (const int error = fault(Call::list, directory))
    return tl::unexpected(systemError(error, "cannot list", directory));
  if (!find(directory)) return tl::unexpected(systemError(ENOENT, "cannot list", directory));
  std::vector<DirectoryEntry> entries;
  for (const auto& [path, node] : m_nodes) {
    if (path != directory && path::parent(path) == directory) entries.push_back({path::fileName(path), node->kind});
  }
  return entries;
}

Status MemoryFileSystem::makeDirectory(const std::string& path) {
  const std::lock_guard guard(m_mutex);
  if (const int error = fault(Call::makeDirectory, path))
    return tl::unexpected(systemError(error, "cannot make the folder", path));
  if (m_nodes.contains(path)) return tl::unexpected(systemError(EEXIST, "cannot make the folder", path));
  putDirectory(path);
  return {};
}

Status MemoryFileSystem::makeDirectories(const std::string& path) {
  const std::lock_guard guard(m_mutex);
  if (const int error = fault(Call::makeDirectory, path))
    return tl::unexpected(systemError(error, "cannot make the folder", path));
  if (!m_nodes.contains(path)) putDirectory(path);
  return {};
}

Status MemoryFileSystem::moved(const std::string& from, const std::string& to, bool replace) {
  const std::lock_guard guard(m_mutex);
  if (const int error = fault(Call::rename, to)) return tl::unexpected(systemError(error, "cannot rename", to));
  auto node = find(from);
  if (!node) return tl::unexpected(systemError(ENOENT, "cannot rename", from));
  if (!replace && m_nodes.contains(to)) return tl::unexpected(systemError(EEXIST, "cannot rename", to));
  m_nodes.erase(from);
  m_nodes[to] = std::move(node);
  return {};
}

Status MemoryFileSystem::renameNew(const std::string& from, const std::string& to) { return moved(from, to, false); }
Status MemoryFileSystem::renameReplace(const std::string& from, const std::string& to) { return moved(from, to, true); }

Status MemoryFileSystem::remove(const std::string& path) {
  const std::lock_guard guard(m_mutex);
  if (const int error = fault(Call::remove, path)) return tl::unexpected(systemError(error, "cannot remove", path));
  if (m_nodes.erase(path) == 0) return tl::unexpected(systemError(ENOENT, "cannot remove", path));
  return {};
}

Status MemoryFileSystem::removeDirectory(const std::string& path) {
  const std::lock_guard guard(m_mutex);
  if (const int error = fault(Call::remove, path)) return tl::unexpected(systemError(error, "cannot remove", path));
  if (!pathsUnder(path).empty()) return tl::unexpected(systemError(ENOTEMPTY, "cannot remove", path));
  m_nodes.erase(path);
  return {};
}

Status MemoryFileSystem::syncDirectory(const std::string& path) {
  const std::lock_guard guard(m_mutex);
  if (const int error = fault(Call::syncDirectory, path))
    return tl::unexpected(systemError(error, "cannot sync the folder", path));
  if (!find(path)) return tl::unexpected(systemError(ENOENT, "cannot sync the folder", path));
  return {};
}

Status MemoryFileSystem::syncFileSystem(const std::string& directory) {
  const std::lock_guard guard(m_mutex);
  if (!syncsAsAWhole) return fail(Errc::unsupported, "is synced file by file", directory);
  if (const int error = fault(Call::syncFileSystem, directory))
    return tl::unexpected(systemError(error, "cannot sync the file system of", directory));
  return {};
}

}  // namespace rollproof::support
