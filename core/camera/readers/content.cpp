// SPDX-License-Identifier: Apache-2.0
#include "core/camera/readers/content.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>

#include "core/camera/record.h"

namespace rollproof::camera {

Result<Content> Content::open(const FileSystem& fs, const std::string& path, std::uint64_t budget) {
  auto opened = fs.openForRead(path, ReadMode::cached);
  if (!opened) return tl::unexpected<Error>(opened.error());
  auto info = (*opened)->info();
  if (!info) return tl::unexpected<Error>(info.error());
  Content content;
  content.m_file = std::move(*opened);
  content.m_size = info->bytes;
  content.m_budget = std::max<std::uint64_t>(budget, kHeadBytes);
  content.m_head = content.read(0, kHeadBytes);
  return content;
}

std::string Content::read(std::uint64_t offset, std::uint64_t bytes) {
  if (offset >= m_size) return {};
  const std::uint64_t length = std::min({bytes, m_size - offset, m_budget - m_read});
  if (offset + length <= m_head.size()) return m_head.substr(offset, length);
  std::string out(length, '\0');
  auto got = m_file->readAt(std::as_writable_bytes(std::span(out.data(), out.size())), offset);
  if (!got) {
    if (!m_failed) m_failed = got.error();
    return {};
  }
  m_read += *got;
  out.resize(*got);
  return out;
}

std::uint64_t bigEndian(std::string_view bytes, std::size_t at, int width) {
  const std::string_view view = part(bytes, at, static_cast<std::size_t>(width));
  if (view.size() != static_cast<std::size_t>(width)) return 0;
  std::uint64_t value = 0;
  for (const char c : view) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

std::uint64_t littleEndian(std::string_view bytes, std::size_t at, int width) {
  const std::string_view view = part(bytes, at, static_cast<std::size_t>(width));
  if (view.size() != static_cast<std::size_t>(width)) return 0;
  std::uint64_t value = 0;
  for (std::size_t i = view.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(view[i]);
  return value;
}

float floatOf(std::uint32_t bits) {
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

double doubleOf(std::uint64_t bits) {
  double value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

double halfOf(std::uint16_t bits) {
  const int exponent = bits >> 10 & 0x1f;
  const double fraction = bits & 0x3ff;
  double value = 0;
  if (exponent == 31) {
    value = fraction == 0 ? HUGE_VAL : std::nan("");
  } else if (exponent == 0) {
    value = std::ldexp(fraction, -24);
  } else {
    value = std::ldexp(fraction + 1024, exponent - 25);
  }
  return bits & 0x8000 ? -value : value;
}

int bcd(std::uint8_t byte) {
  const int tens = byte >> 4, units = byte & 15;
  return tens > 9 || units > 9 ? -1 : tens * 10 + units;
}

std::string_view part(std::string_view bytes, std::size_t at, std::size_t length) {
  return at >= bytes.size() ? std::string_view() : bytes.substr(at, length);
}

std::string fixedText(std::string_view bytes, std::size_t at, std::size_t length) {
  const std::string_view field = part(bytes, at, length);
  const std::string_view text = trimmed(field.substr(0, field.find('\0')));
  const bool clean = std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f;
  });
  return clean ? std::string(text) : std::string();
}

std::string utf16be(std::string_view bytes) {
  std::string out;
  auto put = [&out](std::uint32_t code) {
    auto byte = [&out](std::uint32_t value) { out += static_cast<char>(static_cast<unsigned char>(value)); };
    if (code < 0x80) {
      byte(code);
    } else if (code < 0x800) {
      byte(0xc0 | code >> 6), byte(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
      byte(0xe0 | code >> 12), byte(0x80 | (code >> 6 & 0x3f)), byte(0x80 | (code & 0x3f));
    } else {
      byte(0xf0 | code >> 18), byte(0x80 | (code >> 12 & 0x3f)), byte(0x80 | (code >> 6 & 0x3f));
      byte(0x80 | (code & 0x3f));
    }
  };
  for (std::size_t at = 0; at + 2 <= bytes.size(); at += 2) {
    const std::uint32_t unit = be16(bytes, at);
    if (unit == 0) break;
    const std::uint32_t next = at + 4 <= bytes.size() ? be16(bytes, at + 2) : 0u;
    if (unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000) {
      put(0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00));
      at += 2;
    } else {
      put(unit >= 0xd800 && unit < 0xe000 ? 0xfffdu : unit);
    }
  }
  return out;
}

std::string hexUnlessZero(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  bool zero = true;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    zero = zero && byte == 0;
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return zero ? std::string() : out;
}

std::string guidText(std::string_view bytes, bool mixedEndian) {
  if (bytes.size() != 16) return {};
  std::string ordered(bytes);
  if (mixedEndian) {
    std::reverse(ordered.begin(), ordered.begin() + 4);
    std::reverse(ordered.begin() + 4, ordered.begin() + 6);
    std::reverse(ordered.begin() + 6, ordered.begin() + 8);
  }
  std::string hex = hexUnlessZero(ordered);
  if (hex.empty()) return hex;
  for (const std::size_t at : {20u, 16u, 12u, 8u}) hex.insert(at, 1, '-');
  return hex;
}

}  // namespace rollproof::camera
