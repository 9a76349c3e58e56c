// SPDX-License-Identifier: Apache-2.0
#include "core/mhl/stream.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace rollproof::mhl {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{256} * 1024;

}  // namespace

FileSource::FileSource(std::unique_ptr<File> file, std::string path, std::uint64_t maxBytes, model::HashFormat format)
    : m_file(std::move(file)),
      m_path(std::move(path)),
      m_maxBytes(maxBytes),
      m_hasher({format}),
      m_buffer(kBlockBytes) {}

Result<std::unique_ptr<FileSource>> FileSource::open(const FileSystem& fs, const std::string& path,
                                                     std::uint64_t maxBytes, model::HashFormat format) {
  auto file = fs.openForRead(path, ReadMode::cached);
  if (!file) return tl::unexpected(file.error());
  const auto info = (*file)->info();
  if (!info) return tl::unexpected(info.error());
  if (info->bytes > maxBytes) return fail(Errc::unsupported, "is larger than such a file can be", path);
  return std::unique_ptr<FileSource>(new FileSource(std::move(*file), path, maxBytes, format));
}

Status FileSource::fill() {
  const auto got = m_file->readAt(m_buffer, m_offset);
  if (!got) return tl::unexpected(got.error());
  m_from = 0;
  m_to = *got;
  m_offset += *got;
  if (m_offset > m_maxBytes) return fail(Errc::unsupported, "grows beyond what such a file can be", m_path);
  m_hasher.update(std::span(m_buffer).first(*got));
  return {};
}

Result<std::size_t> FileSource::read(std::span<std::byte> into) {
  if (m_from == m_to) {
    if (auto filled = fill(); !filled) return tl::unexpected(filled.error());
  }
  const std::size_t size = std::min(into.size(), m_to - m_from);
  if (size > 0) std::memcpy(into.data(), m_buffer.data() + m_from, size);
  m_from += size;
  return size;
}

Result<model::Digest> FileSource::digest() {
  do {
    if (auto filled = fill(); !filled) return tl::unexpected(filled.error());
  } while (m_to > 0);
  return std::move(m_hasher.finish().front());
}

Result<model::Digest> digestOfFile(const FileSystem& fs, const std::string& path, std::uint64_t maxBytes,
                                   model::HashFormat format) {
  auto source = FileSource::open(fs, path, maxBytes, format);
  if (!source) return tl::unexpected(source.error());
  return (*source)->digest();
}

FileSink::FileSink(FileSystem& fs, std::string path, std::unique_ptr<File> file)
    : m_fs(fs), m_path(std::move(path)), m_file(std::move(file)), m_hasher({model::HashFormat::c4}) {}

Result<std::unique_ptr<FileSink>> FileSink::create(FileSystem& fs, const std::string& path) {
  auto file = fs.createNew(path);
  if (!file) return tl::unexpected(file.error());
  return std::unique_ptr<FileSink>(new FileSink(fs, path, std::move(*file)));
}

FileSink::~FileSink() {
  if (!m_file) return;
  m_file.reset();
  (void)m_fs.remove(m_path);
}

Status FileSink::write(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text.data(), text.size()));
  if (auto written = m_file->writeAt(bytes, m_offset); !written) return written;
  m_offset += text.size();
  m_hasher.update(bytes);
  return {};
}

Result<model::Digest> FileSink::finish() {
  Status status = m_file->sync();
  const Status closed = m_file->close();
  if (status) status = closed;
  if (!status) return tl::unexpected(status.error());
  m_file.reset();
  return std::move(m_hasher.finish().front());
}

}  // namespace rollproof::mhl
