// SPDX-License-Identifier: Apache-2.0
// The files of one manifest, kept small: a card of image sequences has a million of them. Reads like a vector of
// FileEntry; paths lie in shared blocks, digests as raw bytes, dates once: about 100 bytes an entry of one format.
// Threads: a value; reading from several threads is fine. Errors: none; a digest whose text is malformed comes back
// with an empty text. Complexity: all in constant time but clear() and copies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/model/file_record.h"

namespace rollproof::mhl {

enum class Action { unknown, original, verified, failed };

struct HashEntry {
  model::Digest digest;
  Action action = Action::unknown;
  std::string hashDate;  // ISO 8601
};

struct FileEntry {
  std::string path;  // raw bytes, relative to the scope
  std::uint64_t bytes = 0;
  std::int64_t modifiedUnixNanos = 0;
  std::vector<HashEntry> hashes;
  std::string previousPath;  // "" none
};

// Bytes that stay where they were put, in blocks.
class ByteArena {
 public:
  ByteArena() = default;
  ByteArena(ByteArena&& other) noexcept
      : m_blocks(std::move(other.m_blocks)),
        m_next(std::exchange(other.m_next, nullptr)),
        m_left(std::exchange(other.m_left, 0)) {}
  ByteArena& operator=(ByteArena&& other) noexcept {
    m_blocks = std::move(other.m_blocks);
    m_next = std::exchange(other.m_next, nullptr);
    m_left = std::exchange(other.m_left, 0);
    return *this;
  }
  ~ByteArena() = default;
  // A place for this many bytes, to be filled by the caller.
  [[nodiscard]] char* claim(std::size_t bytes);
  [[nodiscard]] std::string_view keep(std::string_view bytes);

 private:
  std::vector<std::unique_ptr<char[]>> m_blocks;
  char* m_next = nullptr;
  std::size_t m_left = 0;
};

// Finds one of many keys that live elsewhere by its number. `keyOf(number)` gives a key's bytes; keys are compared
// whole. The hash is seeded by the process, so that no card can choose names that collide.
class KeyIndex {
 public:
  template <class KeyOf>
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view key, const KeyOf& keyOf) const {
    if (m_slots.empty()) return std::nullopt;
    for (std::size_t at = hashOf(key) & (m_slots.size() - 1);; at = (at + 1) & (m_slots.size() - 1)) {
      if (m_slots[at] == kFree) return std::nullopt;
      if (m_slots[at] != kGone && keyOf(m_slots[at]) == key) return m_slots[at];
    }
  }
  // False if the key is there. Numbers from 0 to 4,294,967,293.
  template <class KeyOf>
  bool insert(std::string_view key, std::uint32_t number, const KeyOf& keyOf) {
    if (find(key, keyOf)) return false;
    if (m_used * 2 >= m_slots.size()) grow(keyOf);
    place(key, number);
    ++m_used;
    return true;
  }
  template <class KeyOf>
  void erase(std::string_view key, const KeyOf& keyOf) {
    if (m_slots.empty()) return;
    for (std::size_t at = hashOf(key) & (m_slots.size() - 1); m_slots[at] != kFree;
         at = (at + 1) & (m_slots.size() - 1)) {
      if (m_slots[at] == kGone || keyOf(m_slots[at]) != key) continue;
      m_slots[at] = kGone;
      return;
    }
  }

 private:
  static constexpr std::uint32_t kFree = 0xFFFFFFFFU;
  static constexpr std::uint32_t kGone = 0xFFFFFFFEU;
  std::vector<std::uint32_t> m_slots;  // a power of two
  std::size_t m_used = 0;              // with those gone

  [[nodiscard]] static std::size_t hashOf(std::string_view key);
  void place(std::string_view key, std::uint32_t number) {
    std::size_t at = hashOf(key) & (m_slots.size() - 1);
    while (m_slots[at] != kFree) at = (at + 1) & (m_slots.size() - 1);
    m_slots[at] = number;
  }
  template <class KeyOf>
  void grow(const KeyOf& keyOf) {
    std::vector<std::uint32_t> old(m_slots.empty() ? 16 : m_slots.size() * 2, kFree);
    old.swap(m_slots);
    m_used = 0;
    for (const auto number : old) {
      if (number == kFree || number == kGone) continue;
      place(keyOf(number), number);
      ++m_used;
    }
  }
};

class FileTable {
 public:
  FileTable() = default;
  FileTable(std::initializer_list<FileEntry> entries);
  FileTable(const std::vector<FileEntry>& entries);  // NOLINT(google-explicit-constructor): reads like one
  FileTable(const FileTable& other);
  FileTable& operator=(const FileTable& other);
  FileTable(FileTable&&) noexcept = default;
  FileTable& operator=(FileTable&&) noexcept = default;
  ~FileTable() = default;

  [[nodiscard]] std::size_t size() const { return m_rows.size(); }
  [[nodiscard]] bool empty() const { return m_rows.empty(); }
  void push_back(const FileEntry& entry);
  void clear() { *this = FileTable(); }
  // A copy each, and const, so that nobody changes one by mistake: see replace().
  [[nodiscard]] const FileEntry operator[](std::size_t index) const;
  [[nodiscard]] const FileEntry at(std::size_t index) const { return (*this)[index]; }
  [[nodiscard]] const FileEntry front() const { return (*this)[0]; }
  [[nodiscard]] const FileEntry back() const { return (*this)[size() - 1]; }
  void replace(std::size_t index, const FileEntry& entry);
  void setActions(std::size_t index, Action action);  // of all its hashes

  // Without making a copy:
  [[nodiscard]] std::string_view path(std::size_t index) const;
  [[nodiscard]] std::string_view previousPath(std::size_t index) const;
  [[nodiscard]] std::uint64_t bytes(std::size_t index) const { return m_rows[index].bytes; }
  [[nodiscard]] std::int64_t modifiedUnixNanos(std::size_t index) const { return m_rows[index].modifiedUnixNanos; }

  struct RawHash {
    model::HashFormat format{};
    Action action = Action::unknown;
    std::string_view value;     // raw; empty if its text was malformed
    std::string_view hashDate;  // valid as long as the table
  };
  template <class Take>
  void eachHash(std::size_t index, const Take& take) const {
    const Row& row = m_rows[index];
    const char* at = row.data + row.pathBytes + row.previousBytes;
    for (std::uint32_t i = 0; i < row.hashes; ++i) take(readHash(at));
  }

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = FileEntry;
    using difference_type = std::ptrdiff_t;
    using pointer = const FileEntry*;
    using reference = FileEntry;
    Iterator(const FileTable* table, std::size_t index) : m_table(table), m_index(index) {}
    FileEntry operator*() const { return (*m_table)[m_index]; }
    Iterator& operator++() {
      ++m_index;
      return *this;
    }
    bool operator==(const Iterator& other) const { return m_index == other.m_index; }

   private:
    const FileTable* m_table;
    std::size_t m_index;
  };
  [[nodiscard]] Iterator begin() const { return {this, 0}; }
  [[nodiscard]] Iterator end() const { return {this, size()}; }

 private:
  // data: path, previous path, then for each hash format, action, length (a byte each), number of its date, raw value.
  struct Row {
    char* data = nullptr;
    std::uint64_t bytes = 0;
    std::int64_t modifiedUnixNanos = 0;
    std::uint32_t pathBytes = 0, previousBytes = 0, hashes = 0;
  };
  std::deque<Row> m_rows;
  ByteArena m_bytes;
  std::vector<std::string_view> m_dates;  // in m_bytes
  KeyIndex m_dateIndex;

  [[nodiscard]] Row pack(const FileEntry& entry);
  [[nodiscard]] std::uint32_t dateNumber(const std::string& date);
  [[nodiscard]] RawHash readHash(const char*& at) const;
};

// The value as a manifest writes it.
[[nodiscard]] model::Digest digestFromRaw(model::HashFormat format, std::string_view raw);

}  // namespace rollproof::mhl
