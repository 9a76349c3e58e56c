// SPDX-License-Identifier: Apache-2.0
#include "core/mhl/sum_file.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/path.h"
#include "core/hash/hash.h"

namespace rollproof::mhl {
namespace {

using model::Digest;
using model::HashFormat;

// What a value of so many hex digits is in a file of this kind.
std::optional<HashFormat> formatFor(std::string_view extension, std::size_t digits) {
  const bool isXxh = extension.starts_with("xx");
  if (digits == 40 && !isXxh) return HashFormat::sha1;
  if (digits == 32) return isXxh ? HashFormat::xxh128 : HashFormat::md5;
  if (digits == 16 && isXxh) return extension == "xxh3" ? HashFormat::xxh3 : HashFormat::xxh64;
  if (digits == 8 && isXxh) return HashFormat::xxh32;
  return std::nullopt;
}

struct Algorithm {
  std::string_view word;  // before "(name) = value", lower case
  HashFormat format;
  bool littleEndian = false;
};
constexpr std::array<Algorithm, 10> kAlgorithms{{{"md5", HashFormat::md5},
                                                 {"sha1", HashFormat::sha1},
                                                 {"xxh32", HashFormat::xxh32},
                                                 {"xxh64", HashFormat::xxh64},
                                                 {"xxh3", HashFormat::xxh3},
                                                 {"xxh128", HashFormat::xxh128},
                                                 {"xxh32_le", HashFormat::xxh32, true},
                                                 {"xxh64_le", HashFormat::xxh64, true},
                                                 {"xxh3_le", HashFormat::xxh3, true},
                                                 {"xxh128_le", HashFormat::xxh128, true}}};

bool isHex(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

std::string reversedBytes(std::string text) {
  std::reverse(text.begin(), text.end());
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) std::swap(text[i], text[i + 1]);
  return text;
}

// GNU and BSD tools put a backslash first when the name has line ends or backslashes escaped.
std::optional<std::string> unescaped(std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      name += text[i];
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    if (text[i] == 'n') {
      name += '\n';
    } else if (text[i] == 'r') {
      name += '\r';
    } else if (text[i] == '\\') {
      name += '\\';
    } else {
      return std::nullopt;
    }
  }
  return name;
}

struct Line {
  std::string name;
  Digest digest;
};

std::optional<Line> bsdLine(std::string_view line) {
  const auto open = line.find(" (");
  const auto close = line.rfind(") = ");
  if (open == std::string_view::npos || close == std::string_view::npos || close < open + 2) return std::nullopt;
  const std::string word = path::lowerAscii(line.substr(0, open));
  const auto* known =
      std::find_if(kAlgorithms.begin(), kAlgorithms.end(), [&](const Algorithm& one) { return one.word == word; });
  const std::string_view value = line.substr(close + 4);
  if (known == kAlgorithms.end() || !isHex(value)) return std::nullopt;
  std::string text = path::lowerAscii(value);
  if (known->littleEndian) text = reversedBytes(std::move(text));
  return Line{std::string(line.substr(open + 2, close - open - 2)), {known->format, std::move(text)}};
}

std::optional<Line> gnuLine(std::string_view line, std::string_view extension) {
  bool isXxh3 = false;
  if (line.starts_with("XXH3_")) {  // xxhsum -H3 marks its values so
    line.remove_prefix(5);
    isXxh3 = true;
  }
  const auto end = std::min(line.find_first_of(" \t"), line.size());
  const std::string_view value = line.substr(0, end);
  if (!isHex(value)) return std::nullopt;
  auto format = formatFor(extension, value.size());
  if (isXxh3 && value.size() == 16) format = HashFormat::xxh3;
  if (!format) return std::nullopt;
  std::string_view name = line.substr(end);
  // One blank, then a blank or the mark of a binary read; tools that write one blank or a tab are read as well.
  if (!name.empty()) name.remove_prefix(1);
  if (!name.empty() && (name.front() == ' ' || name.front() == '*')) name.remove_prefix(1);
  return Line{std::string(name), {*format, path::lowerAscii(value)}};
}

std::string ownName(std::string_view name) {
  const std::string file = path::fileName(name);
  return file.substr(0, file.rfind('.'));
}

}  // namespace

bool isSumFile(std::string_view name) {
  static constexpr std::array<std::string_view, 9> kExtensions{"md5",  "sha1",   "xxh",    "xxh32", "xxh64",
                                                               "xxh3", "xxh128", "xxhsum", "xxhash"};
  const std::string extension = path::extension(name);
  return !path::fileName(name).starts_with("._") &&
         std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

Result<HashList> parseSums(std::string_view text, std::string_view name) {
  const std::string extension = path::extension(name);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  HashList list;
  bool understood = false;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of("\n\r"), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    const bool escaped = line.front() == '\\';
    if (escaped) line.remove_prefix(1);
    auto read = bsdLine(line);
    if (!read) read = gnuLine(line, extension);
    if (!read || hash::rawBytes(read->digest).empty()) {
      list.refused.emplace_back(line.substr(0, 1024));
      continue;
    }
    understood = true;
    if (escaped) {
      auto plain = unescaped(read->name);
      if (!plain) {
        list.refused.push_back(read->name);
        continue;
      }
      read->name = std::move(*plain);
    } else if (read->name.empty() || read->name == "-") {
      read->name = ownName(name);
    }
    const auto relative =
        escaped && path::isSafeRelative(read->name) ? std::optional(read->name) : listedPath(read->name);
    if (!relative) {
      list.refused.push_back(read->name);
      continue;
    }
    ListedFile file;
    file.path = *relative;
    file.hashes.push_back({std::move(read->digest), false});
    list.files.push_back(std::move(file));
  }
  if (!understood) return fail(Errc::corrupt, "holds no checksum that is understood");
  return list;
}

}  // namespace rollproof::mhl
