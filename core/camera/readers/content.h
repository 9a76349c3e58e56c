// SPDX-License-Identifier: Apache-2.0
// One card file, read in small windows: a 2 TB file costs kilobytes, a hostile one costs its budget. Private to this
// folder.
// Threads: one Content belongs to one thread.
// Errors: open gives what the disk says. Reading never fails: past the end, past the budget or on a disk error there
// are
//         fewer bytes, and `failed()` tells the disk error. Numbers read outside their view are 0.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/base/file_system.h"

namespace rollproof::camera {

class Content {
 public:
  // Longest run-in that SMPTE ST 377-1 allows before a partition pack, and more than every other header needs at first.
  static constexpr std::size_t kHeadBytes = 64u << 10;
  // All reads of one file together. The largest things read whole are movie headers of hour-long takes.
  static constexpr std::uint64_t kDefaultBudget = 32u << 20;

  [[nodiscard]] static Result<Content> open(const FileSystem& fs, const std::string& path,
                                            std::uint64_t budget = kDefaultBudget);

  [[nodiscard]] std::uint64_t size() const { return m_size; }
  // The first bytes of the file, read once.
  [[nodiscard]] const std::string& head() const { return m_head; }
  // Up to `bytes` at `offset`; never more than is left of the file and of the budget.
  [[nodiscard]] std::string read(std::uint64_t offset, std::uint64_t bytes);
  [[nodiscard]] std::uint64_t bytesRead() const { return m_read; }
  [[nodiscard]] const std::optional<Error>& failed() const { return m_failed; }

 private:
  std::unique_ptr<File> m_file;
  std::uint64_t m_size = 0, m_budget = 0, m_read = 0;
  std::string m_head;
  std::optional<Error> m_failed;
};

// Whole numbers and floats out of bytes; 0 where the view is too short.
[[nodiscard]] std::uint64_t bigEndian(std::string_view bytes, std::size_t at, int width);
[[nodiscard]] std::uint64_t littleEndian(std::string_view bytes, std::size_t at, int width);
[[nodiscard]] inline std::uint8_t u8(std::string_view b, std::size_t at) {
  return static_cast<std::uint8_t>(bigEndian(b, at, 1));
}
[[nodiscard]] inline std::uint16_t be16(std::string_view b, std::size_t at) {
  return static_cast<std::uint16_t>(bigEndian(b, at, 2));
}
[[nodiscard]] inline std::uint32_t be32(std::string_view b, std::size_t at) {
  return static_cast<std::uint32_t>(bigEndian(b, at, 4));
}
[[nodiscard]] inline std::uint64_t be64(std::string_view b, std::size_t at) { return bigEndian(b, at, 8); }
[[nodiscard]] inline std::uint16_t le16(std::string_view b, std::size_t at) {
  return static_cast<std::uint16_t>(littleEndian(b, at, 2));
}
[[nodiscard]] inline std::uint32_t le32(std::string_view b, std::size_t at) {
  return static_cast<std::uint32_t>(littleEndian(b, at, 4));
}
[[nodiscard]] inline std::uint64_t le64(std::string_view b, std::size_t at) { return littleEndian(b, at, 8); }
[[nodiscard]] float floatOf(std::uint32_t bits);
[[nodiscard]] double doubleOf(std::uint64_t bits);
[[nodiscard]] double halfOf(std::uint16_t bits);  // IEEE 754 binary16
// Two digits of binary-coded decimal; -1 if a nibble is no digit.
[[nodiscard]] int bcd(std::uint8_t byte);
// Part of a view; shorter or empty where it runs past the end.
[[nodiscard]] std::string_view part(std::string_view bytes, std::size_t at, std::size_t length);
// A fixed field's text: up to the first NUL, trimmed; "" if it holds control characters.
[[nodiscard]] std::string fixedText(std::string_view bytes, std::size_t at, std::size_t length);
// UTF-16BE as UTF-8, lone surrogates replaced; up to the first NUL.
[[nodiscard]] std::string utf16be(std::string_view bytes);
// Bytes as lower-case hex; "" if all are zero.
[[nodiscard]] std::string hexUnlessZero(std::string_view bytes);
// A 16-byte GUID as 8-4-4-4-12; `mixedEndian` for the form whose first three groups are little-endian. "" if zero.
[[nodiscard]] std::string guidText(std::string_view bytes, bool mixedEndian);

}  // namespace rollproof::camera
