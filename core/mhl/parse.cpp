// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/document.h"
#include "core/mhl/stream.h"
#include "core/mhl/xml.h"

namespace rollproof::mhl {
namespace {

using model::Digest;

constexpr std::size_t kMaxPathBytes = std::size_t{32} * 1024;
constexpr std::size_t kMaxPathDepth = 256;
constexpr std::size_t kMaxHashesPerEntry = 16;
constexpr std::size_t kMaxPatterns = 10'000;
constexpr std::size_t kMaxAuthors = 1'000;
constexpr std::size_t kMaxFiles = 20'000'000;
constexpr std::size_t kMaxDirectories = 4'000'000;
constexpr std::size_t kMaxReferences = 100'000;

Status corrupt(std::string message) { return fail(Errc::corrupt, std::move(message)); }

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string_view attribute(std::span<const XmlAttribute> attributes, std::string_view name) {
  for (const auto& one : attributes) {
    if (one.name == name) return one.value;
  }
  return {};
}

Result<Digest> digestFrom(model::HashFormat format, std::string_view text) {
  Digest digest{format, std::string(trimmed(text))};
  if (format != model::HashFormat::c4) digest.text = path::lowerAscii(digest.text);
  if (hash::rawBytes(digest).empty()) return fail(Errc::corrupt, "a hash value is malformed");
  return digest;
}

Action actionFrom(std::string_view text) {
  if (text == "original") return Action::original;
  if (text == "verified") return Action::verified;
  if (text == "failed") return Action::failed;
  return Action::unknown;
}

Process processFrom(std::string_view text) {
  if (text == "in-place") return Process::inPlace;
  if (text == "transfer") return Process::transfer;
  if (text == "flatten") return Process::flatten;
  return Process::unknown;
}

// A path may never lead out of the scope, whatever a manifest says: such a manifest is refused as a whole.
Result<std::string> pathFrom(std::string_view text, bool encoded) {
  std::string decoded = encoded ? path::percentDecode(text) : std::string(text);
  if (decoded.size() > kMaxPathBytes) return fail(Errc::corrupt, "a path is too long to be meant");
  while (!decoded.empty() && decoded.back() == '/') decoded.pop_back();  // folders are written either way
  if (!path::isSafeRelative(decoded) || (!text.empty() && text.front() == '/')) {
    return fail(Errc::corrupt, "a path leads out of the folder it describes", decoded);
  }
  if (static_cast<std::size_t>(std::count(decoded.begin(), decoded.end(), '/')) > kMaxPathDepth) {
    return fail(Errc::corrupt, "a path is nested too deep to be meant", decoded);
  }
  return decoded;
}

enum class Node {
  skip,
  document,
  hashList,
  creatorInfo,
  processInfo,
  ignore,
  rootHash,
  hashes,
  file,
  directory,
  content,
  structure,
  metadata,      // of one entry
  listMetadata,  // of the manifest
  references,
  reference,
  creationDate,
  hostname,
  tool,
  author,
  location,
  comment,
  process,
  pattern,
  path,
  previousPath,
  hash,
};

bool isLeaf(Node node) { return node >= Node::creationDate; }

class ManifestReader final : public XmlHandler {
 public:
  explicit ManifestReader(EntryVisitor& visitor) : m_visitor(visitor) {}
  Manifest manifest;

  Result<bool> open(std::string_view nameSpace, std::string_view name,
                    std::span<const XmlAttribute> attributes) override {
    const Node parent = m_open.empty() ? Node::document : m_open.back();
    if (isLeaf(parent)) return fail(Errc::corrupt, "an element that holds text holds other elements");
    if (parent == Node::document) {
      if (const auto root = checkRoot(nameSpace, name, attributes); !root) return tl::unexpected(root.error());
    }
    const Node node = nodeFor(parent, nameSpace, name);
    if (const auto begun = begin(node, parent, nameSpace, name, attributes); !begun) {
      return tl::unexpected(begun.error());
    }
    m_open.push_back(node);
    return isLeaf(node);
  }

  Status close(std::string_view text) override {
    const Node node = m_open.back();
    m_open.pop_back();
    return end(node, m_open.empty() ? Node::document : m_open.back(), text);
  }

 private:
  EntryVisitor& m_visitor;
  std::vector<Node> m_open;
  FileEntry m_file;
  DirectoryEntryHash m_directory;
  Reference m_reference;
  HashEntry m_hash;
  Author m_author;
  std::string m_path, m_previousPath;  // as written
  bool m_hasPath = false;
  bool m_pathEncoded = false, m_previousPathEncoded = false, m_referencesEncoded = false;
  bool m_hasDigest = false;

  static Status checkRoot(std::string_view nameSpace, std::string_view name, std::span<const XmlAttribute> attributes) {
    if (name != "hashlist") return corrupt("is not a manifest");
    if (nameSpace == kManifestNamespace) return {};
    if (nameSpace.empty() && attribute(attributes, "version").substr(0, 2) == "1.") {
      return fail(Errc::unsupported, "is a classic MHL, older than the ASC standard");
    }
    return corrupt("is not an ASC MHL 2.0 manifest");
  }

  static Node inInfo(Node parent, std::string_view name) {
    if (parent == Node::creatorInfo) {
      if (name == "creationdate") return Node::creationDate;
      if (name == "hostname") return Node::hostname;
      if (name == "tool") return Node::tool;
      if (name == "author") return Node::author;
      if (name == "location") return Node::location;
      if (name == "comment") return Node::comment;
      return Node::skip;
    }
    if (name == "process") return Node::process;
    if (name == "roothash") return Node::rootHash;
    if (name == "ignore") return Node::ignore;
    return Node::skip;
  }

  static Node inEntry(Node parent, std::string_view name) {
    if (name == "path") return Node::path;
    if (parent != Node::reference) {
      if (name == "previousPath") return Node::previousPath;
      if (name == "metadata") return Node::metadata;
    }
    if (parent == Node::directory) {
      if (name == "content") return Node::content;
      if (name == "structure") return Node::structure;
      return Node::skip;
    }
    return hash::parseFormat(name) ? Node::hash : Node::skip;
  }

  static Node nodeFor(Node parent, std::string_view nameSpace, std::string_view name) {
    if (nameSpace != kManifestNamespace) return Node::skip;
    switch (parent) {
      case Node::document:
        return Node::hashList;
      case Node::hashList:
        if (name == "creatorinfo") return Node::creatorInfo;
        if (name == "processinfo") return Node::processInfo;
        if (name == "hashes") return Node::hashes;
        if (name == "metadata") return Node::listMetadata;
        if (name == "references") return Node::references;
        return Node::skip;
      case Node::creatorInfo:
      case Node::processInfo:
        return inInfo(parent, name);
      case Node::ignore:
        return name == "pattern" ? Node::pattern : Node::skip;
      case Node::rootHash:
        if (name == "content") return Node::content;
        if (name == "structure") return Node::structure;
        return Node::skip;
      case Node::hashes:
        if (name == "hash") return Node::file;
        if (name == "directoryhash") return Node::directory;
        return Node::skip;
      case Node::file:
      case Node::directory:
      case Node::reference:
        return inEntry(parent, name);
      case Node::content:
      case Node::structure:
        return hash::parseFormat(name) ? Node::hash : Node::skip;
      case Node::references:
        return name == "hashlistreference" ? Node::reference : Node::skip;
      default:
        return Node::skip;
    }
  }

  void beginEntry() {
    m_file.bytes = 0;
    m_file.hashes.clear();  // keeps its room, as an entry follows an entry a million times
    m_file.previousPath.clear();
    m_directory = {};
    m_reference = {};
    m_path.clear();
    m_previousPath.clear();
    m_hasPath = m_hasDigest = m_pathEncoded = m_previousPathEncoded = false;
  }

  Status begin(Node node, Node parent, std::string_view nameSpace, std::string_view name,
               std::span<const XmlAttribute> attributes) {
    if (nameSpace == kOwnNamespace && name == "encodedpaths" && attribute(attributes, "scheme") == "percent") {
      if (parent == Node::metadata) {
        m_pathEncoded = attribute(attributes, "path") == "true";
        m_previousPathEncoded = attribute(attributes, "previousPath") == "true";
      } else if (parent == Node::listMetadata) {
        m_referencesEncoded = attribute(attributes, "references") == "true";
      }
      return {};
    }
    switch (node) {
      case Node::file:
      case Node::directory:
      case Node::reference:
        beginEntry();
        return {};
      case Node::rootHash:
        if (manifest.root) return corrupt("it has two root hashes");
        m_directory = {};
        return {};
      case Node::path: {
        if (m_hasPath) return corrupt("an entry has two paths");
        m_hasPath = true;
        if (const auto size = attribute(attributes, "size"); !size.empty()) {
          const auto [last, problem] = std::from_chars(size.data(), size.data() + size.size(), m_file.bytes);
          if (problem != std::errc{} || last != size.data() + size.size()) return corrupt("a size is no number");
        }
        const auto modified = parseDateTime(attribute(attributes, "lastmodificationdate"));
        m_file.modifiedUnixNanos = m_directory.modifiedUnixNanos = modified.value_or(0);
        return {};
      }
      case Node::hash:
        m_hash = {};
        m_hash.digest.format = *hash::parseFormat(name);
        m_hash.action = actionFrom(attribute(attributes, "action"));
        m_hash.hashDate = attribute(attributes, "hashdate");
        return {};
      case Node::tool:
        manifest.creator.toolVersion = attribute(attributes, "version");
        return {};
      case Node::author:
        if (manifest.creator.authors.size() >= kMaxAuthors) return corrupt("it has too many authors");
        m_author = {{},
                    std::string(attribute(attributes, "email")),
                    std::string(attribute(attributes, "phone")),
                    std::string(attribute(attributes, "role"))};
        return {};
      default:
        return {};
    }
  }

  Status end(Node node, Node parent, std::string_view text) {
    switch (node) {
      case Node::creationDate:
        if (const auto time = parseDateTime(text)) manifest.startedAt = fromUnixNanos(*time);
        return {};
      case Node::hostname:
        manifest.creator.hostname = text;
        return {};
      case Node::tool:
        manifest.creator.tool = text;
        return {};
      case Node::author:
        m_author.name = text;
        manifest.creator.authors.push_back(std::move(m_author));
        return {};
      case Node::location:
        manifest.creator.location = text;
        return {};
      case Node::comment:
        manifest.creator.comment = text;
        return {};
      case Node::process:
        manifest.process = processFrom(trimmed(text));
        return {};
      case Node::pattern:
        if (manifest.ignorePatterns.size() >= kMaxPatterns) return corrupt("it has too many ignore patterns");
        manifest.ignorePatterns.emplace_back(text);
        return {};
      case Node::path:
        m_path = text;
        return {};
      case Node::previousPath:
        if (!m_previousPath.empty()) return corrupt("an entry has two previous paths");
        m_previousPath = text;
        return {};
      case Node::hash:
        return endHash(parent, text);
      case Node::rootHash:
        manifest.root = std::move(m_directory);
        m_directory = {};
        return {};
      case Node::file:
        return endFile();
      case Node::directory:
        return endDirectory();
      case Node::reference:
        return endReference();
      default:
        return {};
    }
  }

  Status endHash(Node parent, std::string_view text) {
    auto digest = digestFrom(m_hash.digest.format, text);
    if (!digest) return tl::unexpected(digest.error());
    if (parent == Node::content || parent == Node::structure) {
      auto& list = parent == Node::content ? m_directory.content : m_directory.structure;
      if (list.size() >= kMaxHashesPerEntry) return corrupt("an entry has too many hashes");
      list.push_back(std::move(*digest));
      return {};
    }
    if (parent == Node::reference) {
      if (m_hasDigest) return corrupt("a reference has two hashes");
      m_hasDigest = true;
      m_reference.digest = std::move(*digest);
      return {};
    }
    if (m_file.hashes.size() >= kMaxHashesPerEntry) return corrupt("an entry has too many hashes");
    m_hash.digest = std::move(*digest);
    m_file.hashes.push_back(std::move(m_hash));
    return {};
  }

  Result<std::string> entryPath() const {
    if (!m_hasPath) return fail(Errc::corrupt, "an entry has no path");
    return pathFrom(m_path, m_pathEncoded);
  }

  Status endFile() {
    auto path = entryPath();
    if (!path) return tl::unexpected(path.error());
    m_file.path = std::move(*path);
    if (!m_previousPath.empty()) {
      auto previous = pathFrom(m_previousPath, m_previousPathEncoded);
      if (!previous) return tl::unexpected(previous.error());
      m_file.previousPath = std::move(*previous);
    }
    return m_visitor.file(m_file);
  }

  Status endDirectory() {
    auto path = entryPath();
    if (!path) return tl::unexpected(path.error());
    m_directory.path = std::move(*path);
    return m_visitor.directory(m_directory);
  }

  Status endReference() {
    if (!m_hasPath || !m_hasDigest) return corrupt("a reference lacks its path or its hash");
    auto path = pathFrom(m_path, m_referencesEncoded);
    if (!path) return tl::unexpected(path.error());
    m_reference.path = std::move(*path);
    if (manifest.references.size() >= kMaxReferences) return corrupt("it has too many references");
    manifest.references.push_back(std::move(m_reference));
    return {};
  }
};

// Keeps the entries, each path once.
class Collector final : public EntryVisitor {
 public:
  FileTable files;
  std::vector<DirectoryEntryHash> directories;

  Status file(FileEntry& entry) override {
    if (files.size() >= kMaxFiles) return corrupt("it lists too many files");
    files.push_back(entry);
    return unique(entry.path, static_cast<std::uint32_t>(files.size() - 1));
  }
  Status directory(DirectoryEntryHash& entry) override {
    if (directories.size() >= kMaxDirectories) return corrupt("it lists too many folders");
    directories.push_back(std::move(entry));
    return unique(directories.back().path, static_cast<std::uint32_t>(directories.size() - 1) | kIsDirectory);
  }

 private:
  static constexpr std::uint32_t kIsDirectory = 0x80000000U;
  KeyIndex m_paths;

  Status unique(std::string_view path, std::uint32_t number) {
    const auto pathOf = [this](std::uint32_t one) {
      return (one & kIsDirectory) != 0 ? std::string_view(directories[one & ~kIsDirectory].path) : files.path(one);
    };
    if (m_paths.insert(path, number, pathOf)) return {};
    return fail(Errc::corrupt, "a path is listed twice", std::string(path));
  }
};

class ChainReader final : public XmlHandler {
 public:
  std::vector<ChainEntry> entries;

  Result<bool> open(std::string_view nameSpace, std::string_view name,
                    std::span<const XmlAttribute> attributes) override {
    ++m_depth;
    if (m_depth == 1) {
      if (name != "ascmhldirectory" || nameSpace != kChainNamespace)
        return fail(Errc::corrupt, "is not an ASC MHL chain");
      return false;
    }
    m_leaf = Leaf::none;
    if (nameSpace != kChainNamespace) return false;
    if (m_depth == 2) return openEntry(name, attributes);
    if (m_depth != 3 || !m_inEntry) return false;
    if (name == "path") {
      m_leaf = Leaf::path;
      return true;
    }
    if (const auto format = hash::parseFormat(name)) {
      m_leaf = Leaf::hash;
      m_format = *format;
      return true;
    }
    return false;
  }

  Status close(std::string_view text) override {
    const int depth = m_depth--;
    if (depth == 2 && m_inEntry) {
      m_inEntry = false;
      entries.push_back(std::move(m_entry));
      m_entry = {};
    }
    if (depth != 3 || !m_inEntry) return {};
    const Leaf leaf = std::exchange(m_leaf, Leaf::none);
    if (leaf == Leaf::path) m_entry.fileName = text;
    if (leaf == Leaf::hash && !m_entry.digest) {
      auto digest = digestFrom(m_format, text);
      if (!digest) return tl::unexpected(digest.error());
      m_entry.digest = std::move(*digest);
    }
    return {};
  }

 private:
  enum class Leaf { none, path, hash };
  int m_depth = 0;
  bool m_inEntry = false;
  Leaf m_leaf = Leaf::none;
  model::HashFormat m_format{};
  ChainEntry m_entry;

  Result<bool> openEntry(std::string_view name, std::span<const XmlAttribute> attributes) {
    if (name != "hashlist") return false;
    m_inEntry = true;
    m_entry = {};
    const auto number = trimmed(attribute(attributes, "sequencenr"));
    const auto [last, problem] = std::from_chars(number.data(), number.data() + number.size(), m_entry.number);
    if (problem != std::errc{} || last != number.data() + number.size()) {
      return fail(Errc::corrupt, "a chain entry has no number");
    }
    return false;
  }
};

}  // namespace

Result<Manifest> visitManifest(ByteSource& source, EntryVisitor& visitor) {
  ManifestReader reader(visitor);
  if (const auto read = readXml(source, reader); !read) return tl::unexpected(read.error());
  return std::move(reader.manifest);
}

Result<Manifest> readManifest(ByteSource& source) {
  Collector collector;
  auto manifest = visitManifest(source, collector);
  if (!manifest) return manifest;
  manifest->files = std::move(collector.files);
  manifest->directories = std::move(collector.directories);
  return manifest;
}

Result<Manifest> parseManifest(std::string_view xml) {
  MemorySource source(xml);
  return readManifest(source);
}

Result<std::vector<ChainEntry>> parseChain(std::string_view xml) {
  ChainReader reader;
  if (const auto read = readXml(xml, reader); !read) return tl::unexpected(read.error());
  return std::move(reader.entries);
}

}  // namespace rollproof::mhl
