// SPDX-License-Identifier: Apache-2.0
// What a history says a file must be now: all generations folded into one record a path.
// Threads: plain values. Errors: none. Complexity: linear in what the generations list; about 120 bytes a file.
#pragma once

#include <cstdint>
#include <deque>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/mhl/mhl.h"

namespace rollproof::mhl {

// A few digests, kept raw. Reads like a vector of them.
class DigestBag {
 public:
  [[nodiscard]] bool empty() const { return m_packed.empty(); }
  // Unless the same value is there; two values of one format may be.
  void add(const model::Digest& digest);
  void add(model::HashFormat format, std::string_view raw);
  [[nodiscard]] model::Digest front() const { return *begin(); }
  operator std::vector<model::Digest>() const;  // NOLINT(google-explicit-constructor): reads like one

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = model::Digest;
    using difference_type = std::ptrdiff_t;
    using pointer = const model::Digest*;
    using reference = model::Digest;
    explicit Iterator(std::string_view left) : m_left(left) {}
    model::Digest operator*() const;
    Iterator& operator++();
    bool operator==(const Iterator& other) const { return m_left.size() == other.m_left.size(); }

   private:
    std::string_view m_left;
  };
  [[nodiscard]] Iterator begin() const { return Iterator(m_packed); }
  [[nodiscard]] Iterator end() const { return Iterator({}); }

 private:
  std::string m_packed;  // format and length, a byte each, then the raw value; one short digest needs no allocation
};

struct Record {
  std::uint64_t bytes = 0;  // 0: empty or not said
  // Every value ever believed, none of action `failed`; two values of one format contradict each other and both count.
  DigestBag digests;
};

// Records by path. Reads like a map; a record stays where it is as long as the map is not changed by rename().
class Records {
 public:
  using value_type = std::pair<std::string_view, Record>;

  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Records::value_type;
    using difference_type = std::ptrdiff_t;
    using pointer = const value_type*;
    using reference = const value_type&;
    Iterator() = default;
    Iterator(const std::deque<value_type>* all, std::size_t index) : m_all(all), m_index(index) { skipGone(); }
    reference operator*() const { return (*m_all)[m_index]; }
    pointer operator->() const { return &(*m_all)[m_index]; }
    Iterator& operator++() {
      ++m_index;
      skipGone();
      return *this;
    }
    Iterator operator++(int) {
      Iterator old = *this;
      ++*this;
      return old;
    }
    bool operator==(const Iterator& other) const { return m_index == other.m_index; }

   private:
    const std::deque<value_type>* m_all = nullptr;
    std::size_t m_index = 0;
    void skipGone() {
      while (m_index < m_all->size() && (*m_all)[m_index].first.empty()) ++m_index;
    }
  };

  Records() = default;
  Records(const Records&) = delete;
  Records& operator=(const Records&) = delete;
  Records(Records&&) noexcept = default;
  Records& operator=(Records&&) noexcept = default;
  ~Records() = default;

  [[nodiscard]] Iterator begin() const { return {&m_all, 0}; }
  [[nodiscard]] Iterator end() const { return {&m_all, m_all.size()}; }
  [[nodiscard]] Iterator find(std::string_view path) const;
  [[nodiscard]] bool contains(std::string_view path) const { return find(path) != end(); }
  [[nodiscard]] std::size_t size() const { return m_size; }
  [[nodiscard]] bool empty() const { return m_size == 0; }
  // The record of this path, made if it is not there.
  Record& operator[](std::string_view path);
  // All at once, so that two files may swap their names: each {from, to} moves its record, over the one that is there.
  void rename(const std::vector<std::pair<std::string_view, std::string_view>>& moves);

 private:
  std::deque<value_type> m_all;  // an empty path: moved away
  ByteArena m_paths;
  KeyIndex m_index;
  std::size_t m_size = 0;
};

// Generations in order; those not proven are left out. Renames are followed.
[[nodiscard]] Records recordsOf(std::span<const Generation> generations);
void addGeneration(Records& records, const Generation& generation);
void addDigest(std::vector<model::Digest>& digests, const model::Digest& digest);
void addDigest(DigestBag& digests, const model::Digest& digest);
[[nodiscard]] std::vector<model::HashFormat> formatsOf(const std::vector<model::Digest>& digests);

// The actions the standard wants for values computed now, given what was recorded before (nullptr: nothing): `verified`
// for all when every earlier format was computed and matches, or one at least; `failed` for all on any mismatch.
void settleActions(std::vector<HashEntry>& hashes, const Record* earlier);

}  // namespace rollproof::mhl
