// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <span>
#include <unordered_map>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/mhl.h"

namespace rollproof::mhl {
namespace {

using model::Digest;
using model::HashFormat;

struct Folder {
  std::string path;
  std::string name;
  std::size_t parent = 0;
  std::size_t depth = 0;
};

class Folders {
 public:
  Folders() { m_all.push_back({}); }

  std::size_t index(const std::string& path) {
    if (path.empty()) return 0;
    if (const auto known = m_byPath.find(path); known != m_byPath.end()) return known->second;
    // Up to the nearest known folder, then down again: a hostile depth must not become recursion.
    std::vector<std::string> missing{path};
    std::size_t at = 0;
    for (std::string above = path::parent(path); !above.empty(); above = path::parent(above)) {
      if (const auto known = m_byPath.find(above); known != m_byPath.end()) {
        at = known->second;
        break;
      }
      missing.push_back(above);
    }
    for (auto it = missing.rbegin(); it != missing.rend(); ++it) {
      m_all.push_back({*it, path::fileName(*it), at, m_all[at].depth + 1});
      at = m_all.size() - 1;
      m_byPath.emplace(*it, at);
    }
    return at;
  }

  [[nodiscard]] const std::vector<Folder>& all() const { return m_all; }

 private:
  std::vector<Folder> m_all;
  std::unordered_map<std::string, std::size_t> m_byPath;
};

// Values of one width, one behind the other, of which the sorted sequence is hashed.
class Pieces {
 public:
  Pieces(HashFormat format, std::size_t width) : m_hasher({format}), m_width(width) {}
  void add(std::string_view raw) { m_bytes.append(raw); }
  void clear() { m_bytes.clear(); }

  Digest hashSorted() {
    m_order.resize(m_bytes.size() / m_width);
    for (std::size_t i = 0; i < m_order.size(); ++i) m_order[i] = static_cast<std::uint32_t>(i);
    std::sort(m_order.begin(), m_order.end(), [this](std::uint32_t a, std::uint32_t b) { return piece(a) < piece(b); });
    m_hasher.reset();
    m_sorted.clear();
    for (const auto i : m_order) m_sorted.append(piece(i));
    m_hasher.update(std::as_bytes(std::span(m_sorted.data(), m_sorted.size())));
    return std::move(m_hasher.finish().front());
  }

 private:
  hash::MultiHasher m_hasher;
  std::size_t m_width;
  std::string m_bytes, m_sorted;
  std::vector<std::uint32_t> m_order;

  [[nodiscard]] std::string_view piece(std::uint32_t i) const {
    return std::string_view(m_bytes).substr(i * m_width, m_width);  // char_traits compares as unsigned bytes
  }
};

std::string rawText(const Digest& digest) {
  const auto raw = hash::rawBytes(digest);
  return {reinterpret_cast<const char*>(raw.data()), raw.size()};
}

// What an entry adds to the structure of the folder it lies in.
class NamedPiece {
 public:
  explicit NamedPiece(HashFormat format) : m_hasher({format}) {}
  std::string operator()(std::string_view name, std::string_view raw) {
    m_joined.assign(name).append(raw);
    m_hasher.reset();
    m_hasher.update(std::as_bytes(std::span(m_joined.data(), m_joined.size())));
    return rawText(m_hasher.finish().front());
  }

 private:
  hash::MultiHasher m_hasher;
  std::string m_joined;
};

std::string_view valueIn(const FileTable& files, std::size_t index, HashFormat format) {
  std::string_view value;
  files.eachHash(index, [&](const FileTable::RawHash& hash) {
    if (value.empty() && hash.format == format && hash.action != Action::failed) value = hash.value;
  });
  return value;
}

std::string_view baseName(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// Numbers grouped by where they belong: those of group g are all[begin[g]] to all[begin[g + 1]].
struct Groups {
  std::vector<std::uint32_t> begin, all;
};

Groups grouped(const std::vector<std::uint32_t>& groupOf, std::size_t groups) {
  Groups result;
  result.begin.assign(groups + 1, 0);
  for (const auto group : groupOf) ++result.begin[group + 1];
  for (std::size_t g = 0; g < groups; ++g) result.begin[g + 1] += result.begin[g];
  result.all.resize(groupOf.size());
  std::vector<std::uint32_t> next(result.begin.begin(), result.begin.end() - 1);
  for (std::size_t i = 0; i < groupOf.size(); ++i) result.all[next[groupOf[i]]++] = static_cast<std::uint32_t>(i);
  return result;
}

}  // namespace

std::vector<DirectoryEntryHash> directoryHashes(const FileTable& files, const std::vector<std::string>& directories,
                                                const std::vector<HashFormat>& formats) {
  Folders folders;
  for (const auto& directory : directories) folders.index(directory);
  std::vector<std::uint32_t> home(files.size());
  std::string lastParent;  // files of one folder stand together
  std::size_t lastHome = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto path = files.path(i);
    const auto slash = path.rfind('/');
    const std::string_view parent = slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
    if (parent != lastParent) {
      lastParent = parent;
      lastHome = folders.index(lastParent);
    }
    home[i] = static_cast<std::uint32_t>(lastHome);
  }

  const auto& all = folders.all();
  const Groups filesOf = grouped(home, all.size());
  std::vector<std::uint32_t> above(all.size() - 1);
  for (std::size_t i = 1; i < all.size(); ++i) above[i - 1] = static_cast<std::uint32_t>(all[i].parent);
  const Groups foldersOf = grouped(above, all.size());  // numbers are one too low
  std::vector<std::size_t> deepestFirst(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) deepestFirst[i] = i;
  std::stable_sort(deepestFirst.begin(), deepestFirst.end(),
                   [&](std::size_t a, std::size_t b) { return all[a].depth > all[b].depth; });

  std::vector<DirectoryEntryHash> hashes(all.size());
  for (const auto format : formats) {
    const std::size_t width = hash::rawBytes(hash::digestOf(format, {})).size();
    Pieces content(format, width);
    Pieces structure(format, width);
    NamedPiece named(format);
    const auto addFiles = [&](std::size_t folder) {
      for (std::size_t n = filesOf.begin[folder]; n < filesOf.begin[folder + 1]; ++n) {
        const auto value = valueIn(files, filesOf.all[n], format);
        if (value.empty()) return false;
        content.add(value);
        structure.add(named(baseName(files.path(filesOf.all[n])), value));
      }
      return true;
    };
    const auto addFolders = [&](std::size_t folder) {
      for (std::size_t n = foldersOf.begin[folder]; n < foldersOf.begin[folder + 1]; ++n) {
        const std::size_t inner = foldersOf.all[n] + 1;
        if (hashes[inner].content.empty() || hashes[inner].content.back().format != format) return false;
        content.add(rawText(hashes[inner].content.back()));
        structure.add(named(all[inner].name, rawText(hashes[inner].structure.back())));
      }
      return true;
    };
    for (const std::size_t i : deepestFirst) {
      content.clear();
      structure.clear();
      if (!addFiles(i) || !addFolders(i)) continue;  // not every file below has a value in this format
      hashes[i].content.push_back(content.hashSorted());
      hashes[i].structure.push_back(structure.hashSorted());
    }
  }

  std::vector<DirectoryEntryHash> result;
  result.reserve(all.size());
  for (const std::size_t i : deepestFirst) {
    if (hashes[i].content.empty()) continue;
    hashes[i].path = all[i].path;
    result.push_back(std::move(hashes[i]));
  }
  return result;
}

}  // namespace rollproof::mhl
