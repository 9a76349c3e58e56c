// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <unordered_map>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/mhl.h"

namespace rollproof::mhl {
namespace {

using model::Digest;
using model::HashFormat;

using Raw = std::vector<std::byte>;

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

const Digest* digestIn(const FileEntry& file, HashFormat format) {
  for (const auto& hash : file.hashes) {
    if (hash.digest.format == format && hash.action != Action::failed) return &hash.digest;
  }
  return nullptr;
}

Digest hashOfSorted(HashFormat format, std::vector<Raw>& pieces) {
  // Written out: GCC 12 sees an overread in the vector's own comparison (its bug 105329).
  std::sort(pieces.begin(), pieces.end(), [](const Raw& a, const Raw& b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                        [](std::byte x, std::byte y) { return x < y; });
  });
  hash::MultiHasher hasher({format});
  for (const auto& piece : pieces) hasher.update(piece);
  pieces = {};
  return std::move(hasher.finish().front());
}

Raw namedPiece(HashFormat format, const std::string& name, const Raw& raw) {
  Raw joined;
  joined.reserve(name.size() + raw.size());
  for (const char c : name) joined.push_back(static_cast<std::byte>(c));
  joined.insert(joined.end(), raw.begin(), raw.end());
  return hash::rawBytes(hash::digestOf(format, joined));
}

struct Sums {
  std::vector<Raw> content, structure;
  bool whole = true;  // every file below has a digest in this format
};

}  // namespace

std::vector<DirectoryEntryHash> directoryHashes(const std::vector<FileEntry>& files,
                                                const std::vector<std::string>& directories,
                                                const std::vector<HashFormat>& formats) {
  Folders folders;
  for (const auto& directory : directories) folders.index(directory);
  std::vector<std::size_t> home;
  home.reserve(files.size());
  for (const auto& file : files) home.push_back(folders.index(path::parent(file.path)));

  const auto& all = folders.all();
  std::vector<std::size_t> deepestFirst(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) deepestFirst[i] = i;
  std::stable_sort(deepestFirst.begin(), deepestFirst.end(),
                   [&](std::size_t a, std::size_t b) { return all[a].depth > all[b].depth; });

  std::vector<DirectoryEntryHash> hashes(all.size());
  for (const auto format : formats) {
    std::vector<Sums> sums(all.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
      const Digest* digest = digestIn(files[i], format);
      Raw raw = digest == nullptr ? Raw{} : hash::rawBytes(*digest);
      auto& sum = sums[home[i]];
      if (raw.empty()) {
        sum.whole = false;
        continue;
      }
      sum.structure.push_back(namedPiece(format, path::fileName(files[i].path), raw));
      sum.content.push_back(std::move(raw));
    }
    for (const std::size_t i : deepestFirst) {
      auto& sum = sums[i];
      auto& above = sums[all[i].parent];
      if (!sum.whole) {
        above.whole = false;
        continue;
      }
      Digest content = hashOfSorted(format, sum.content);
      Digest structure = hashOfSorted(format, sum.structure);
      if (i != 0) {
        above.content.push_back(hash::rawBytes(content));
        above.structure.push_back(namedPiece(format, all[i].name, hash::rawBytes(structure)));
      }
      hashes[i].content.push_back(std::move(content));
      hashes[i].structure.push_back(std::move(structure));
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
