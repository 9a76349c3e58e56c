// SPDX-License-Identifier: Apache-2.0
// Manifests as streams: entries come and go one at a time, so that memory does not grow with their number, and the
// manifest's own digest is computed on the way.
// Threads: one stream, one thread. Errors: Errc::corrupt for the document, else as the FileSystem says.
// Source: ASCMHL.xsd (namespace urn:ASC:MHL:v2.0).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/file_system.h"
#include "core/hash/hash.h"
#include "core/mhl/mhl.h"
#include "core/mhl/xml.h"

namespace rollproof::mhl {

// A file from its beginning, digested on the way. Larger than maxBytes, before or while it is read: Errc::unsupported.
class FileSource final : public ByteSource {
 public:
  [[nodiscard]] static Result<std::unique_ptr<FileSource>> open(const FileSystem& fs, const std::string& path,
                                                                std::uint64_t maxBytes, model::HashFormat format);
  Result<std::size_t> read(std::span<std::byte> into) override;
  // Of the whole file: reads what is left. Call once.
  [[nodiscard]] Result<model::Digest> digest();

 private:
  FileSource(std::unique_ptr<File> file, std::string path, std::uint64_t maxBytes, model::HashFormat format);
  [[nodiscard]] Status fill();
  std::unique_ptr<File> m_file;
  std::string m_path;
  std::uint64_t m_maxBytes;
  std::uint64_t m_offset = 0;
  hash::MultiHasher m_hasher;
  std::vector<std::byte> m_buffer;
  std::size_t m_from = 0, m_to = 0;  // of m_buffer, read and not yet handed out
};

// Digest of a file of bounded size, read through a small buffer.
[[nodiscard]] Result<model::Digest> digestOfFile(const FileSystem& fs, const std::string& path, std::uint64_t maxBytes,
                                                 model::HashFormat format);

// Takes entries as they come, each once. An error ends the reading.
class EntryVisitor {
 public:
  virtual ~EntryVisitor() = default;
  virtual Status file(FileEntry& entry) = 0;
  virtual Status directory(DirectoryEntryHash& entry) = 0;
};
// Reads a manifest whose files and folders go to the visitor; the result has neither. Does not look for doubled paths.
[[nodiscard]] Result<Manifest> visitManifest(ByteSource& source, EntryVisitor& visitor);
// All of it. Errc::corrupt for a path listed twice.
[[nodiscard]] Result<Manifest> readManifest(ByteSource& source);

class TextSink {
 public:
  virtual ~TextSink() = default;
  virtual Status write(std::string_view text) = 0;
};

// A new file (Errc::exists if the name is taken), digested as it grows. Not finished: removed.
class FileSink final : public TextSink {
 public:
  [[nodiscard]] static Result<std::unique_ptr<FileSink>> create(FileSystem& fs, const std::string& path);
  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;
  ~FileSink() override;
  Status write(std::string_view text) override;
  // Synced and closed; gives the c4.
  [[nodiscard]] Result<model::Digest> finish();

 private:
  FileSink(FileSystem& fs, std::string path, std::unique_ptr<File> file);
  FileSystem& m_fs;
  std::string m_path;
  std::unique_ptr<File> m_file;  // null once finished
  std::uint64_t m_offset = 0;
  hash::MultiHasher m_hasher;
};

// Writes one manifest from head to end. The caller gives entries in the standard's order: sorted, a folder behind what
// it holds. Begin with the head, whose files and directories are not looked at; end with finish().
class ManifestWriter {
 public:
  explicit ManifestWriter(TextSink& sink) : m_sink(sink) {}
  [[nodiscard]] Status begin(const Manifest& head);
  [[nodiscard]] Status add(const FileEntry& file);
  [[nodiscard]] Status add(const DirectoryEntryHash& directory);
  [[nodiscard]] Status finish(const std::vector<Reference>& references);

 private:
  TextSink& m_sink;
  std::string m_text;  // not yet handed on
  std::string m_started;
  bool m_anyEntry = false;
  [[nodiscard]] Status entryBegins();
  [[nodiscard]] Status passOn(std::size_t whenOver);
};

// All of a manifest, its entries sorted on the way.
[[nodiscard]] Status writeManifest(const Manifest& manifest, TextSink& sink);

}  // namespace rollproof::mhl
