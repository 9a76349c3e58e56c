// SPDX-License-Identifier: Apache-2.0
#include "core/base/path.h"

#include <unistd.h>

#include <vector>

namespace rollproof::path {

namespace {

std::string_view withoutTrailingSlashes(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  return path;
}

// Length of the well-formed UTF-8 sequence at the front (RFC 3629: no overlong forms, no surrogates), 0 if there is
// none.
std::size_t utf8Length(std::string_view s) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const auto follows = [&](std::size_t i) { return i < s.size() && (at(i) & 0xC0U) == 0x80U; };
  const unsigned char lead = at(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (!follows(1) || !follows(2)) return 0;
    if (lead == 0xE0 && at(1) < 0xA0) return 0;
    if (lead == 0xED && at(1) > 0x9F) return 0;
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (!follows(1) || !follows(2) || !follows(3)) return 0;
    if (lead == 0xF0 && at(1) < 0x90) return 0;
    if (lead == 0xF4 && at(1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

}  // namespace

std::string join(std::string_view left, std::string_view right) {
  if (left.empty()) return std::string(right);
  if (right.empty()) return std::string(left);
  std::string joined(left);
  if (joined.back() != '/') joined += '/';
  joined += right.front() == '/' ? right.substr(1) : right;
  return joined;
}

std::string fileName(std::string_view path) {
  path = withoutTrailingSlashes(path);
  const auto slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

std::string parent(std::string_view path) {
  path = withoutTrailingSlashes(path);
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return {};
  return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

std::string stem(std::string_view path) {
  std::string name = fileName(path);
  const auto dot = name.rfind('.');
  if (dot != std::string::npos && dot > 0) name.resize(dot);
  return name;
}

std::string extension(std::string_view path) {
  const std::string name = fileName(path);
  const auto dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? std::string{} : lowerAscii(std::string_view(name).substr(dot + 1));
}

std::string lowerAscii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

std::string absolute(std::string_view path) {
  std::string whole(path);
  if (whole.empty() || whole.front() != '/') {
    std::vector<char> buffer(65536);
    const char* here = getcwd(buffer.data(), buffer.size());
    whole = join(here ? here : "/", whole);
  }
  std::vector<std::string_view> parts;
  const std::string_view view(whole);
  for (std::size_t begin = 0; begin <= view.size();) {
    std::size_t end = view.find('/', begin);
    if (end == std::string_view::npos) end = view.size();
    const std::string_view part = view.substr(begin, end - begin);
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
    begin = end + 1;
  }
  std::string result;
  for (const auto part : parts) result.append("/").append(part);
  return result.empty() ? "/" : result;
}

bool isWithin(std::string_view inner, std::string_view outer) {
  inner = withoutTrailingSlashes(inner);
  outer = withoutTrailingSlashes(outer);
  if (outer == "/") return true;
  return inner.substr(0, outer.size()) == outer && (inner.size() == outer.size() || inner[outer.size()] == '/');
}

bool isSafeRelative(std::string_view path) {
  if (path.empty() || path.find('\0') != std::string_view::npos) return false;
  for (std::size_t begin = 0; begin <= path.size();) {
    std::size_t end = path.find('/', begin);
    if (end == std::string_view::npos) end = path.size();
    const std::string_view part = path.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") return false;
    begin = end + 1;
  }
  return true;
}

bool isUtf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t length = utf8Length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string display(std::string_view bytes) {
  std::string shown;
  shown.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = utf8Length(bytes);
    const bool control = length == 1 && (static_cast<unsigned char>(bytes[0]) < 0x20 || bytes[0] == 0x7F);
    // U+0080..U+009F are controls as well.
    const bool c1 =
        length == 2 && static_cast<unsigned char>(bytes[0]) == 0xC2 && static_cast<unsigned char>(bytes[1]) < 0xA0;
    if (length == 0 || control || c1) {
      shown += "\xEF\xBF\xBD";
      bytes.remove_prefix(length == 0 ? 1 : length);
    } else {
      shown += bytes.substr(0, length);
      bytes.remove_prefix(length);
    }
  }
  return shown;
}

std::string percentEncode(std::string_view bytes) {
  static constexpr std::string_view kKept = "-._~/";
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string text;
  for (const char c : bytes) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       kKept.find(c) != std::string_view::npos;
    if (plain) {
      text += c;
    } else {
      const auto value = static_cast<unsigned char>(c);
      text += '%';
      text += kHex[value >> 4U];
      text += kHex[value & 15U];
    }
  }
  return text;
}

std::string percentDecode(std::string_view text) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
      bytes += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      bytes += text[i];
    }
  }
  return bytes;
}

}  // namespace rollproof::path
