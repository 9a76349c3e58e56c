// SPDX-License-Identifier: Apache-2.0
// Lines and blanks of text files from any system. Private to this folder.
// Threads: plain values and pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rollproof::interchange {

// Ends in LF, CR or CRLF; a byte order mark is skipped.
class Lines {
 public:
  explicit Lines(std::string_view text) : m_rest(text) {
    if (m_rest.starts_with("\xEF\xBB\xBF")) m_rest.remove_prefix(3);
  }
  bool next(std::string_view& line) {
    if (m_rest.empty()) return false;
    const std::size_t end = m_rest.find_first_of("\r\n");
    line = m_rest.substr(0, end);
    if (end == std::string_view::npos) {
      m_rest = {};
    } else {
      const bool pair = m_rest[end] == '\r' && end + 1 < m_rest.size() && m_rest[end + 1] == '\n';
      m_rest.remove_prefix(end + (pair ? 2 : 1));
    }
    ++m_number;
    return true;
  }
  [[nodiscard]] std::size_t number() const { return m_number; }

 private:
  std::string_view m_rest;
  std::size_t m_number = 0;
};

inline std::string_view trimEnds(std::string_view text) {
  constexpr std::string_view kBlank = " \t\v\f";
  const std::size_t first = text.find_first_not_of(kBlank);
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// Runs of blanks and tabs part the words.
inline std::vector<std::string_view> blankWords(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t at = text.find_first_not_of(" \t"); at != std::string_view::npos;
       at = text.find_first_not_of(" \t", at)) {
    const std::size_t end = text.find_first_of(" \t", at);
    out.push_back(text.substr(at, end == std::string_view::npos ? end : end - at));
    if (end == std::string_view::npos) break;
    at = end;
  }
  return out;
}

// What no line of any of these formats can hold.
inline bool breaksLine(std::string_view text) { return text.find_first_of("\r\n\v\f") != std::string_view::npos; }

// Characters as eyes count them, of UTF-8; bytes that start none count too.
inline std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0u) != 0x80u ? 1 : 0;
  return count;
}

}  // namespace rollproof::interchange
