// SPDX-License-Identifier: Apache-2.0
#include "core/report/text.h"

#include <fmt/format.h>

#include <cmath>

#include "core/base/path.h"

namespace rollproof::report {

namespace {

std::string joined(const std::string& left, const std::string& right, const char* between = " ") {
  if (left.empty() || right.empty()) return left + right;
  return left + between + right;
}

// U+200E..F, U+202A..E, U+2066..9: all of them start E2 80 or E2 81.
bool turnsDirection(std::string_view text, std::size_t at) {
  if (at + 2 >= text.size() || text[at] != '\xE2') return false;
  const auto second = static_cast<unsigned char>(text[at + 1]);
  const auto third = static_cast<unsigned char>(text[at + 2]);
  return (second == 0x80 && ((third >= 0xAA && third <= 0xAE) || third == 0x8E || third == 0x8F)) ||
         (second == 0x81 && third >= 0xA6 && third <= 0xA9);
}

}  // namespace

std::string plain(std::string_view bytes) {
  const std::string shown = path::display(bytes);
  std::string out;
  out.reserve(shown.size());
  for (std::size_t i = 0; i < shown.size(); ++i) {
    if (turnsDirection(shown, i)) {
      out += "\xEF\xBF\xBD";
      i += 2;
    } else {
      out += shown[i];
    }
  }
  return out;
}

std::string escaped(std::string_view bytes) {
  std::string out;
  for (const char c : plain(bytes)) {
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
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string oneLine(std::string text) {
  for (char& c : text)
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  return text;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    auto byte = [&](std::size_t k) -> unsigned {
      return i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u;
    };
    const unsigned group = (byte(0) << 16) | (byte(1) << 8) | byte(2);
    out += kAlphabet[(group >> 18) & 63];
    out += kAlphabet[(group >> 12) & 63];
    out += i + 1 < bytes.size() ? kAlphabet[(group >> 6) & 63] : '=';
    out += i + 2 < bytes.size() ? kAlphabet[group & 63] : '=';
  }
  return out;
}

std::string sizeText(std::uint64_t bytes) {
  constexpr const char* kUnits[] = {"kB", "MB", "GB", "TB", "PB"};
  if (bytes < 1000) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  value /= 1000;
  while (value >= 999.5 && unit + 1 < std::size(kUnits)) {
    value /= 1000;
    ++unit;
  }
  const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return fmt::format("{:.{}f} {}", value, decimals, kUnits[unit]);
}

std::string groupedNumber(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += "\xC2\xA0";
    out += digits[i];
  }
  return out;
}

std::string dateTimeText(const std::string& iso) {
  // 2026-05-02T10:05:00Z or ...+02:00
  if (iso.size() < 20 || iso[10] != 'T' || iso[13] != ':') return iso;
  const std::string zone = iso.substr(19) == "Z" ? "UTC" : "UTC" + iso.substr(19);
  return iso.substr(0, 10) + " " + iso.substr(11, 5) + " " + zone;
}

std::string numberText(double value, int decimals) {
  if (!std::isfinite(value)) return {};
  std::string text = fmt::format("{:.{}f}", value, decimals);
  if (text.find('.') != std::string::npos) {
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
  }
  return text;
}

std::string startText(const model::Clip& clip) { return clip.start ? clip.start->text() : std::string(); }

std::string endText(const model::Clip& clip) {
  if (!clip.start || !clip.durationFrames) return {};
  return clip.start->plus(*clip.durationFrames).text();
}

std::string durationText(const model::Clip& clip) {
  if (!clip.durationFrames || !clip.frameRate.valid()) return {};
  return Timecode{*clip.durationFrames, clip.frameRate, clip.start && clip.start->dropFrame}.text();
}

std::string rateText(const FrameRate& rate) { return rate.valid() ? numberText(rate.approximate(), 3) : std::string(); }

std::string cameraText(const model::Clip& clip) {
  // Makers often repeat themselves in the model's name.
  if (clip.camera.model.starts_with(clip.camera.make)) return clip.camera.model;
  return joined(clip.camera.make, clip.camera.model);
}

std::string pictureText(const model::Clip& clip) {
  if (!clip.picture) return {};
  const auto& picture = *clip.picture;
  std::string size;
  if (picture.width > 0 && picture.height > 0) {
    size = fmt::format("{}\xC3\x97{}", picture.width, picture.height);
  }
  std::string codec = joined(picture.codec, picture.codecTag.empty() ? "" : "(" + picture.codecTag + ")");
  return joined(size, codec);
}

std::string lensText(const model::Clip& clip) {
  const auto& lens = clip.lens;
  std::string name = lens.model.starts_with(lens.make) ? lens.model : joined(lens.make, lens.model);
  if (lens.focalMm) name = joined(name, numberText(*lens.focalMm, 1) + " mm", ", ");
  if (clip.exposure.irisT) name = joined(name, fmt::format("T{}", numberText(*clip.exposure.irisT, 1)), ", ");
  return name;
}

std::string whiteBalanceText(const model::Clip& clip) {
  const auto& balance = clip.whiteBalance;
  std::string text = balance.kelvin ? fmt::format("{} K", *balance.kelvin) : std::string();
  if (balance.tint && std::isfinite(*balance.tint) && *balance.tint != 0) {
    const char* sign = *balance.tint > 0 ? "+" : "";
    text = joined(text, fmt::format("tint {}{}", sign, numberText(*balance.tint, 1)), ", ");
  }
  return text;
}

StateWord stateWord(model::CopyState state) {
  using Kind = StateWord::Kind;
  switch (state) {
    case model::CopyState::verified:
      return {"Verified", Kind::good};
    case model::CopyState::cacheVerified:
      return {"Verified through a cache only", Kind::open};
    case model::CopyState::defect:
      return {"Defect", Kind::bad};
    case model::CopyState::incomplete:
      return {"Incomplete", Kind::bad};
    case model::CopyState::failed:
      return {"Failed", Kind::bad};
    case model::CopyState::unknown:
      break;
  }
  return {"Not verified", Kind::open};
}

const char* hashName(model::HashFormat format) {
  switch (format) {
    case model::HashFormat::xxh64:
      return "xxh64";
    case model::HashFormat::xxh3:
      return "xxh3";
    case model::HashFormat::xxh128:
      return "xxh128";
    case model::HashFormat::md5:
      return "md5";
    case model::HashFormat::sha1:
      return "sha1";
    case model::HashFormat::c4:
      return "c4";
    case model::HashFormat::xxh32:
      return "xxh32";
  }
  return "";
}

}  // namespace rollproof::report
