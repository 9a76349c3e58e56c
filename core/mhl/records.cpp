// SPDX-License-Identifier: Apache-2.0
#include "core/mhl/records.h"

#include <algorithm>

#include "core/hash/hash.h"

namespace rollproof::mhl {
namespace {

constexpr std::size_t kBagHead = 2;

std::size_t valueSize(std::string_view packed) { return static_cast<unsigned char>(packed[1]); }

}  // namespace

void DigestBag::add(model::HashFormat format, std::string_view raw) {
  if (raw.empty()) return;  // malformed: equal to nothing
  for (std::string_view left = m_packed; !left.empty(); left.remove_prefix(kBagHead + valueSize(left))) {
    if (left[0] == static_cast<char>(format) && left.substr(kBagHead, valueSize(left)) == raw) return;
  }
  m_packed.push_back(static_cast<char>(format));
  m_packed.push_back(static_cast<char>(raw.size()));
  m_packed.append(raw);
}

void DigestBag::add(const model::Digest& digest) {
  const auto raw = hash::rawBytes(digest);
  add(digest.format, {reinterpret_cast<const char*>(raw.data()), raw.size()});
}

DigestBag::operator std::vector<model::Digest>() const {
  std::vector<model::Digest> all;
  for (auto it = begin(); it != end(); ++it) all.push_back(*it);
  return all;
}

model::Digest DigestBag::Iterator::operator*() const {
  return digestFromRaw(static_cast<model::HashFormat>(m_left[0]), m_left.substr(kBagHead, valueSize(m_left)));
}

DigestBag::Iterator& DigestBag::Iterator::operator++() {
  m_left.remove_prefix(kBagHead + valueSize(m_left));
  return *this;
}

Records::Iterator Records::find(std::string_view path) const {
  const auto number = m_index.find(path, [this](std::uint32_t one) { return m_all[one].first; });
  return number ? Iterator(&m_all, *number) : end();
}

Record& Records::operator[](std::string_view path) {
  const auto pathOf = [this](std::uint32_t one) { return m_all[one].first; };
  if (const auto number = m_index.find(path, pathOf)) return m_all[*number].second;
  m_all.emplace_back(m_paths.keep(path), Record{});
  m_index.insert(m_all.back().first, static_cast<std::uint32_t>(m_all.size() - 1), pathOf);
  ++m_size;
  return m_all.back().second;
}

void Records::rename(const std::vector<std::pair<std::string_view, std::string_view>>& moves) {
  const auto pathOf = [this](std::uint32_t one) { return m_all[one].first; };
  std::vector<std::pair<std::string_view, Record>> moved;
  for (const auto& [from, to] : moves) {
    const auto number = m_index.find(from, pathOf);
    if (!number) continue;
    moved.emplace_back(to, std::move(m_all[*number].second));
    m_index.erase(from, pathOf);
    m_all[*number] = {};
    --m_size;
  }
  for (auto& [to, record] : moved) (*this)[to] = std::move(record);
}

void addDigest(std::vector<model::Digest>& digests, const model::Digest& digest) {
  for (const auto& one : digests) {
    if (hash::sameValue(one, digest)) return;
  }
  digests.push_back(digest);
}

void addDigest(DigestBag& digests, const model::Digest& digest) { digests.add(digest); }

std::vector<model::HashFormat> formatsOf(const std::vector<model::Digest>& digests) {
  std::vector<model::HashFormat> formats;
  for (const auto& one : digests) {
    if (std::find(formats.begin(), formats.end(), one.format) == formats.end()) formats.push_back(one.format);
  }
  return formats;
}

void addGeneration(Records& records, const Generation& generation) {
  if (!generation.proven) return;
  const FileTable& files = generation.manifest.files;
  std::vector<std::pair<std::string_view, std::string_view>> moves;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto previous = files.previousPath(i);
    if (!previous.empty() && previous != files.path(i)) moves.emplace_back(previous, files.path(i));
  }
  records.rename(moves);
  for (std::size_t i = 0; i < files.size(); ++i) {
    Record& record = records[files.path(i)];
    files.eachHash(i, [&](const FileTable::RawHash& hash) {
      if (hash.action == Action::failed) return;
      record.digests.add(hash.format, hash.value);
      record.bytes = files.bytes(i);
    });
  }
}

Records recordsOf(std::span<const Generation> generations) {
  Records records;
  for (const auto& generation : generations) addGeneration(records, generation);
  return records;
}

void settleActions(std::vector<HashEntry>& hashes, const Record* earlier) {
  bool matched = false;
  bool differs = false;
  if (earlier != nullptr) {
    for (const auto& old : earlier->digests) {
      for (const auto& now : hashes) {
        if (now.digest.format != old.format) continue;
        (hash::sameValue(now.digest, old) ? matched : differs) = true;
      }
    }
  }
  for (auto& now : hashes) {
    now.action = differs ? Action::failed : matched ? Action::verified : Action::original;
  }
}

}  // namespace rollproof::mhl
