// SPDX-License-Identifier: Apache-2.0
// Small cameras' identity in their movies. Sources: GoPro's GPMF specification and gpmf-parser's samples (HERO5
// verified on a real file); DJI's user data as ExifTool documents it and its metadata track's header as
// telemetry-parser describes it; Insta360's trailer as ExifTool describes it. DJI and Insta360 not verified on real
// media.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/path.h"
#include "core/camera/readers/movie.h"

namespace rollproof::camera {
namespace {

constexpr From kGoPro{Rank::file, "gopro.udta"};
constexpr From kDji{Rank::file, "dji"};
constexpr From kInsta{Rank::file, "insta360"};

// ---- GoPro --------------------------------------------------------------------------------------------------------

// Items of GPMF: four characters, type, bytes a structure, structures; values padded to four bytes. Type 0 nests.
void forEachGpmf(std::string_view bytes, int depth,
                 const std::function<void(std::string_view key, std::string_view value)>& visit) {
  constexpr int kDeepest = 6;
  while (bytes.size() >= 8) {
    const std::size_t length = static_cast<std::size_t>(u8(bytes, 5)) * be16(bytes, 6);
    const std::string_view value = part(bytes, 8, length);
    if (value.size() < length) return;
    if (u8(bytes, 4) != 0) {
      visit(bytes.substr(0, 4), value);
    } else if (depth < kDeepest && length > 0) {
      forEachGpmf(value, depth + 1, visit);
    }
    bytes.remove_prefix(std::min(bytes.size(), 8 + (length + 3) / 4 * 4));
  }
}

void sayGoPro(Record& record, const Movie& movie) {
  const auto settings = movie.userData.find("GPMF");
  const std::string firmware = movie.userText("FIRM");
  const Track* picture = movie.first("vide");
  const bool named = picture && picture->handlerName.starts_with("GoPro");
  if (settings == movie.userData.end() && firmware.empty() && !named) return;
  if (named || settings != movie.userData.end()) record.text("camera.make", kGoPro, "GoPro");
  record.text("camera.firmware", kGoPro, firmware);
  // Sixteen characters, other bytes behind them.
  const auto lens = movie.userData.find("LENS");
  if (lens != movie.userData.end()) record.text("lens.serial", kGoPro, fixedText(lens->second, 0, 32));
  const auto hash = movie.userData.find("CAME");
  if (hash != movie.userData.end()) {
    const std::string id = hexUnlessZero(part(hash->second, 0, 16));
    record.text("camera.id", kGoPro, id);
  }
  if (settings == movie.userData.end()) return;
  std::string protune, colour, white;
  forEachGpmf(settings->second, 0, [&](std::string_view key, std::string_view value) {
    const std::string text = fixedText(value, 0, value.size());
    if (text.empty()) return;
    record.clip.raw.emplace(fmt::format("gpmf:{}", path::display(key)), text);
    if (key == "CASN") record.text("camera.serial", kGoPro, text);
    if (key == "FMWR") record.text("camera.firmware", kGoPro, text);
    if (key == "MINF") record.text("camera.model", kGoPro, text);
    if (key == "PRTN") protune = text;
    if (key == "PTCL") colour = text;
    if (key == "PTWB") white = text;
  });
  if (protune == "Y" && colour == "FLAT") {
    record.text("colour.gamma", kGoPro, colour, "Protune Flat");
    record.text("colour.primaries", kGoPro, white, white == "NATIVE" ? "Native" : "");
  }
  const auto kelvin = leadingNumber(white);
  if (white.ends_with('K') && kelvin && *kelvin >= 1000 && *kelvin <= 20000) {
    record.whole("white_balance.kelvin", kGoPro, white, static_cast<std::int64_t>(*kelvin));
  }
}

// ---- protocol buffers, as far as DJI and Insta360 need them ---------------------------------------------------------

std::optional<std::uint64_t> variable(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const std::uint8_t byte = u8(bytes, 0);
    bytes.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  return std::nullopt;
}

// Length-delimited fields (texts, messages) by number; the rest is stepped over.
void forEachField(std::string_view bytes,
                  const std::function<void(std::uint64_t number, std::string_view value)>& visit) {
  constexpr int kMaxFields = 4096;
  for (int count = 0; count < kMaxFields && !bytes.empty(); ++count) {
    const auto key = variable(bytes);
    if (!key) return;
    std::size_t length = 0;
    switch (*key & 7) {
      case 0:
        if (!variable(bytes)) return;
        continue;
      case 1:
        length = 8;
        break;
      case 5:
        length = 4;
        break;
      case 2: {
        const auto said = variable(bytes);
        if (!said || *said > bytes.size()) return;
        visit(*key >> 3, bytes.substr(0, *said));
        length = *said;
        break;
      }
      default:
        return;
    }
    if (length > bytes.size()) return;
    bytes.remove_prefix(length);
  }
}

struct Field {
  std::uint64_t number;
  const char* field;
};

template <std::size_t N>
void sayFields(Record& record, From from, const std::array<Field, N>& table, std::string_view message) {
  forEachField(message, [&](std::uint64_t number, std::string_view value) {
    for (const Field& entry : table) {
      if (entry.number != number) continue;
      const std::string text = fixedText(value, 0, value.size());
      if (path::isUtf8(text)) record.text(entry.field, from, text);
    }
  });
}

// ---- DJI ----------------------------------------------------------------------------------------------------------

std::string djiName(const Movie& movie) {
  for (const char* type : {"\xa9mdl", "\xa9too",
                           "\xa9"
                           "enc"}) {
    std::string text = movie.userText(type);
    const std::string lower = path::lowerAscii(text);
    if (lower.starts_with("dji") || lower.starts_with("fc") || lower.starts_with("hasselblad")) return text;
  }
  return {};
}

void sayDji(Record& record, Content& content, const Movie& movie) {
  const Track* track = movie.withEntry("djmd");
  const std::string name = djiName(movie);
  if (!track && name.empty()) return;
  record.text("camera.make", kDji, "DJI");
  if (track) {
    constexpr std::uint64_t kHeaderBytes = 4096;
    constexpr std::array kHeader{Field{5, "camera.serial"}, Field{6, "camera.firmware"}, Field{10, "camera.model"}};
    // The first sample's first message describes the clip, and its first message is the header.
    bool clip = false;
    const std::string sample = firstSample(content, *track, 16 * kHeaderBytes);
    forEachField(sample, [&](std::uint64_t number, std::string_view meta) {
      if (number != 1 || std::exchange(clip, true)) return;
      bool header = false;
      forEachField(meta, [&](std::uint64_t inner, std::string_view message) {
        if (inner == 1 && !std::exchange(header, true)) sayFields(record, kDji, kHeader, message);
      });
    });
  }
  record.text("camera.model", kDji, name);
}

// ---- Insta360 -----------------------------------------------------------------------------------------------------

// Records stand one before the other, each followed by its kind and length; the last pair is 78 bytes before the end.
void sayInsta360(Record& record, Content& content) {
  constexpr std::uint64_t kFooter = 78, kMagicAt = 46, kPair = 6;
  constexpr std::string_view kMagic = "8db42d694ccc418790edff439fe026bf";
  constexpr std::uint16_t kIdentity = 0x101;
  constexpr std::array kFields{Field{1, "camera.serial"}, Field{2, "camera.model"}, Field{3, "camera.firmware"}};
  if (content.size() < kFooter) return;
  const std::string footer = content.read(content.size() - kFooter, kFooter);
  if (part(footer, kMagicAt, kMagic.size()) != kMagic) return;
  record.text("camera.make", kInsta, "Insta360");
  const std::uint64_t trailer = le32(footer, 38);
  const std::uint64_t begin = trailer < content.size() ? content.size() - trailer : 0;
  std::uint64_t at = content.size() - kFooter;  // of the pair
  std::string pair = footer.substr(0, kPair);
  constexpr int kMaxRecords = 256;
  for (int count = 0; count < kMaxRecords && pair.size() == kPair; ++count) {
    const std::uint64_t length = le32(pair, 2);
    if (length > at || at - length < begin) return;
    at -= length;
    if (le16(pair, 0) == kIdentity) {
      const std::string message = content.read(at, std::min<std::uint64_t>(length, 64u << 10));
      return sayFields(record, kInsta, kFields, message);
    }
    if (at < begin + kPair) return;
    at -= kPair;
    pair = content.read(at, kPair);
  }
}

}  // namespace

void describeActionCamera(Record& record, Content& content, const Movie& movie) {
  sayGoPro(record, movie);
  sayDji(record, content, movie);
  sayInsta360(record, content);
}

}  // namespace rollproof::camera
