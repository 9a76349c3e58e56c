// SPDX-License-Identifier: Apache-2.0
#include "core/base/xml_text.h"

#include <chrono>

#include "core/base/path.h"

namespace rollproof {
namespace {

int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

}  // namespace

bool isXmlText(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto c = static_cast<unsigned char>(bytes[i]);
    if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') return false;
    // U+FFFE and U+FFFF are UTF-8 but no characters of XML.
    if (c == 0xEF && i + 2 < bytes.size() && static_cast<unsigned char>(bytes[i + 1]) == 0xBF &&
        static_cast<unsigned char>(bytes[i + 2]) >= 0xBE) {
      return false;
    }
  }
  return path::isUtf8(bytes);
}

std::string xmlEscape(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 8);
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\t':
        out += "&#9;";
        break;
      case '\n':
        out += "&#10;";
        break;
      case '\r':
        out += "&#13;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string xmlEscapeLossy(std::string_view bytes) {
  return xmlEscape(isXmlText(bytes) ? std::string(bytes) : [&] {
    std::string shown = path::display(bytes);
    return isXmlText(shown) ? shown : path::percentEncode(bytes);
  }());
}

std::optional<std::int64_t> parseDateTime(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\t')) text.remove_suffix(1);
  if (text.size() < 19 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  const int year = digits(text, 0, 4);
  const int month = digits(text, 5, 2);
  const int day = digits(text, 8, 2);
  const int hour = digits(text, 11, 2);
  const int minute = digits(text, 14, 2);
  const int second = digits(text, 17, 2);
  // Nanoseconds in 64 bits end in 2262.
  if (year < 1700 || year > 2260 || month < 1 || day < 1 || hour < 0 || hour > 24 || minute < 0 || minute > 59 ||
      second < 0 || second > 60) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  std::int64_t seconds = std::chrono::sys_days{date}.time_since_epoch().count() * std::int64_t{86400} +
                         std::int64_t{hour} * 3600 + std::int64_t{minute} * 60 + second;
  std::int64_t nanos = 0;
  std::size_t at = 19;
  if (at < text.size() && text[at] == '.') {
    std::int64_t scale = 100'000'000;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      nanos += (text[at] - '0') * scale;
      scale /= 10;
    }
  }
  const std::string_view zone = text.substr(at);
  if (!zone.empty() && zone != "Z") {
    const int zoneHours = digits(zone, 1, 2);
    const int zoneMinutes = digits(zone, 4, 2);
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':' || zoneHours < 0 || zoneHours > 14 ||
        zoneMinutes < 0 || zoneMinutes > 59) {
      return std::nullopt;
    }
    const std::int64_t offset = std::int64_t{zoneHours} * 3600 + std::int64_t{zoneMinutes} * 60;
    seconds += zone[0] == '+' ? -offset : offset;
  }
  return seconds * 1'000'000'000 + nanos;
}

}  // namespace rollproof
