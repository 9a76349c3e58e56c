// SPDX-License-Identifier: Apache-2.0
#include "core/mhl/file_table.h"

#include <xxhash.h>

#include <chrono>
#include <cstring>
#include <random>

#include "core/hash/hash.h"

namespace rollproof::mhl {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 20U;
constexpr std::size_t kHashHead = 3 + sizeof(std::uint32_t);

std::uint64_t processSeed() {
  // Where the process lies and when it began: enough that a card cannot know it.
  static const int kHere = 0;
  static const std::uint64_t kSeed =
      static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count()) ^
      (reinterpret_cast<std::uintptr_t>(&kHere) << 20U);
  return kSeed;
}

}  // namespace

char* ByteArena::claim(std::size_t bytes) {
  if (bytes > m_left) {
    const std::size_t size = std::max(bytes, kBlockBytes);
    // Not make_unique: it would write zeros over what is about to be filled.
    m_blocks.emplace_back(new char[size]);
    m_next = m_blocks.back().get();
    m_left = size;
  }
  char* place = m_next;
  m_next += bytes;
  m_left -= bytes;
  return place;
}

std::string_view ByteArena::keep(std::string_view bytes) {
  if (bytes.empty()) return {};
  char* place = claim(bytes.size());
  std::memcpy(place, bytes.data(), bytes.size());
  return {place, bytes.size()};
}

std::size_t KeyIndex::hashOf(std::string_view key) {
  static const std::uint64_t kSeed = processSeed();
  return XXH3_64bits_withSeed(key.data(), key.size(), kSeed);
}

FileTable::FileTable(std::initializer_list<FileEntry> entries) {
  for (const auto& entry : entries) push_back(entry);
}

FileTable::FileTable(const std::vector<FileEntry>& entries) {
  for (const auto& entry : entries) push_back(entry);
}

FileTable::FileTable(const FileTable& other) {
  for (std::size_t i = 0; i < other.size(); ++i) push_back(other[i]);
}

FileTable& FileTable::operator=(const FileTable& other) {
  if (this != &other) *this = FileTable(other);
  return *this;
}

std::uint32_t FileTable::dateNumber(const std::string& date) {
  if (!m_dates.empty() && m_dates.back() == date) return static_cast<std::uint32_t>(m_dates.size() - 1);
  const auto dateOf = [this](std::uint32_t number) { return m_dates[number]; };
  if (const auto known = m_dateIndex.find(date, dateOf)) return *known;
  m_dates.push_back(m_bytes.keep(date));
  m_dateIndex.insert(date, static_cast<std::uint32_t>(m_dates.size() - 1), dateOf);
  return static_cast<std::uint32_t>(m_dates.size() - 1);
}

FileTable::Row FileTable::pack(const FileEntry& entry) {
  std::vector<std::vector<std::byte>> values;
  values.reserve(entry.hashes.size());
  std::size_t size = entry.path.size() + entry.previousPath.size();
  for (const auto& one : entry.hashes) {
    values.push_back(hash::rawBytes(one.digest));
    size += kHashHead + values.back().size();
  }
  Row row;
  row.bytes = entry.bytes;
  row.modifiedUnixNanos = entry.modifiedUnixNanos;
  row.pathBytes = static_cast<std::uint32_t>(entry.path.size());
  row.previousBytes = static_cast<std::uint32_t>(entry.previousPath.size());
  row.hashes = static_cast<std::uint32_t>(entry.hashes.size());
  row.data = m_bytes.claim(size);
  char* at = row.data;
  const auto put = [&at](const void* from, std::size_t bytes) {
    if (bytes > 0) std::memcpy(at, from, bytes);
    at += bytes;
  };
  put(entry.path.data(), entry.path.size());
  put(entry.previousPath.data(), entry.previousPath.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto& one = entry.hashes[i];
    *at++ = static_cast<char>(one.digest.format);
    *at++ = static_cast<char>(one.action);
    *at++ = static_cast<char>(values[i].size());
    const std::uint32_t date = dateNumber(one.hashDate);
    put(&date, sizeof date);
    put(values[i].data(), values[i].size());
  }
  return row;
}

void FileTable::push_back(const FileEntry& entry) { m_rows.push_back(pack(entry)); }

void FileTable::replace(std::size_t index, const FileEntry& entry) { m_rows[index] = pack(entry); }

void FileTable::setActions(std::size_t index, Action action) {
  const Row& row = m_rows[index];
  char* at = row.data + row.pathBytes + row.previousBytes;
  for (std::uint32_t i = 0; i < row.hashes; ++i) {
    at[1] = static_cast<char>(action);
    at += kHashHead + static_cast<unsigned char>(at[2]);
  }
}

std::string_view FileTable::path(std::size_t index) const {
  const Row& row = m_rows[index];
  return {row.data, row.pathBytes};
}

std::string_view FileTable::previousPath(std::size_t index) const {
  const Row& row = m_rows[index];
  return {row.data + row.pathBytes, row.previousBytes};
}

FileTable::RawHash FileTable::readHash(const char*& at) const {
  RawHash hash;
  hash.format = static_cast<model::HashFormat>(at[0]);
  hash.action = static_cast<Action>(at[1]);
  const auto size = static_cast<std::size_t>(static_cast<unsigned char>(at[2]));
  std::uint32_t date = 0;
  std::memcpy(&date, at + 3, sizeof date);
  hash.hashDate = m_dates[date];
  hash.value = {at + kHashHead, size};
  at += kHashHead + size;
  return hash;
}

const FileEntry FileTable::operator[](std::size_t index) const {
  const Row& row = m_rows[index];
  FileEntry entry;
  entry.path = path(index);
  entry.previousPath = previousPath(index);
  entry.bytes = row.bytes;
  entry.modifiedUnixNanos = row.modifiedUnixNanos;
  entry.hashes.reserve(row.hashes);
  eachHash(index, [&](const RawHash& one) {
    entry.hashes.push_back({digestFromRaw(one.format, one.value), one.action, std::string(one.hashDate)});
  });
  return entry;
}

model::Digest digestFromRaw(model::HashFormat format, std::string_view raw) {
  return hash::fromRaw(format, std::as_bytes(std::span(raw.data(), raw.size())));
}

}  // namespace rollproof::mhl
