// SPDX-License-Identifier: Apache-2.0
#include "core/camera/readers/wav.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "core/camera/record.h"
#include "core/camera/xml.h"

namespace rollproof::camera {
namespace {

constexpr int kMaxChunks = 4096;
constexpr std::uint64_t kMaxIxmlBytes = 1u << 20;
constexpr std::size_t kBextFixedBytes = 602;

std::uint64_t little(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = count; i-- > 0;) {
    value = value << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0u);
  }
  return value;
}

// Recorders leave heap junk after the first NUL.
std::string fixedText(std::string_view bytes, std::size_t at, std::size_t count) {
  if (at >= bytes.size()) return {};
  const std::string_view field = bytes.substr(at, count);
  return std::string(trimmed(field.substr(0, field.find('\0'))));
}

Result<std::string> readBytes(File& file, std::uint64_t offset, std::size_t count) {
  std::string out(count, '\0');
  auto got = file.readAt(std::as_writable_bytes(std::span(out.data(), out.size())), offset);
  if (!got) return tl::unexpected<Error>(got.error());
  out.resize(*got);
  return out;
}

Bext parseBext(std::string_view bytes) {
  Bext out;
  out.description = fixedText(bytes, 0, 256);
  out.originator = fixedText(bytes, 256, 32);
  out.reference = fixedText(bytes, 288, 32);
  out.date = fixedText(bytes, 320, 10);
  out.time = fixedText(bytes, 330, 8);
  out.samplesSinceMidnight = little(bytes, 338, 8);
  // Version 0 had no UMID: the bytes there are reserved.
  if (little(bytes, 346, 2) >= 1 && bytes.size() >= 348 + 64) {
    const std::string_view umid = bytes.substr(348, 64);
    if (umid.find_first_not_of('\0') != std::string_view::npos) {
      // A basic UMID is the first half; the second is zero then.
      const bool extended = umid.substr(32).find_first_not_of('\0') != std::string_view::npos;
      for (const char c : umid.substr(0, extended ? 64 : 32)) {
        out.umid += fmt::format("{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
      }
    }
  }
  return out;
}

// Halves are written as unsigned or, by some, as negative 32-bit integers.
std::optional<std::uint64_t> fromHalves(std::string_view high, std::string_view low) {
  const auto lower = wholeNumber(low);
  if (!lower) return std::nullopt;
  const auto upper = wholeNumber(high).value_or(0);
  return (static_cast<std::uint64_t>(upper) & 0xFFFFFFFFu) << 32 | (static_cast<std::uint64_t>(*lower) & 0xFFFFFFFFu);
}

void readFormat(std::string_view bytes, WavInfo& info, int& blockAlign) {
  info.channels = static_cast<int>(little(bytes, 2, 2));
  info.sampleRate = static_cast<int>(std::min<std::uint64_t>(little(bytes, 4, 4), 10'000'000));
  blockAlign = static_cast<int>(little(bytes, 12, 2));
  info.bitDepth = static_cast<int>(little(bytes, 14, 2));
}

}  // namespace

std::optional<Ixml> parseIxml(std::string_view xml) {
  const std::size_t end = xml.find_last_not_of(std::string_view("\0 \t\r\n", 5));
  if (end == std::string_view::npos) return std::nullopt;
  auto root = parseXml(xml.substr(0, end + 1), true);
  if (!root || root->name != "BWFXML") return std::nullopt;
  Ixml out;
  out.project = root->childText("PROJECT");
  out.scene = root->childText("SCENE");
  out.take = root->childText("TAKE");
  out.tape = root->childText("TAPE");
  out.circled = root->childText("CIRCLED");
  out.note = root->childText("NOTE");
  out.fileUid = root->childText("FILE_UID");
  if (const XmlNode* set = root->child("FILE_SET")) {
    out.familyUid = set->childText("FAMILY_UID");
    out.familyName = set->childText("FAMILY_NAME");
    out.setIndex = set->childText("FILE_SET_INDEX");
    out.totalFiles =
        static_cast<int>(std::clamp<std::int64_t>(wholeNumber(set->childText("TOTAL_FILES")).value_or(0), 0, 100000));
  }
  if (const XmlNode* speed = root->child("SPEED")) {
    out.rawRate = speed->childText("TIMECODE_RATE");
    out.timecodeRate = FrameRate::parse(out.rawRate).value_or(FrameRate{});
    out.dropFrame = speed->childText("TIMECODE_FLAG") == "DF";
    out.rawSamples = speed->childText("TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO");
    out.samplesSinceMidnight = fromHalves(speed->childText("TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI"), out.rawSamples);
  }
  if (const XmlNode* bext = root->child("BEXT"); bext && !out.samplesSinceMidnight) {
    out.rawSamples = bext->childText("BWF_TIME_REFERENCE_LOW");
    out.samplesSinceMidnight = fromHalves(bext->childText("BWF_TIME_REFERENCE_HIGH"), out.rawSamples);
  }
  if (const XmlNode* list = root->child("TRACK_LIST")) {
    std::vector<std::pair<std::int64_t, std::string>> tracks;
    for (const XmlNode& track : list->children) {
      if (track.name != "TRACK") continue;
      const auto place = wholeNumber(track.childText("INTERLEAVE_INDEX"));
      tracks.emplace_back(place.value_or(static_cast<std::int64_t>(tracks.size()) + 1), track.childText("NAME"));
    }
    std::stable_sort(tracks.begin(), tracks.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [place, title] : tracks) out.tracks.push_back(std::move(title));
  }
  return out;
}

Result<WavInfo> readWav(const FileSystem& fs, const std::string& path) {
  auto file = fs.openForRead(path, ReadMode::cached);
  if (!file) return tl::unexpected<Error>(file.error());
  const auto about = (*file)->info();
  if (!about) return tl::unexpected<Error>(about.error());
  const std::uint64_t total = about->bytes;
  auto head = readBytes(**file, 0, 12);
  if (!head) return tl::unexpected<Error>(head.error());
  const std::string_view magic = std::string_view(*head).substr(0, 4);
  if (head->size() < 12 || (magic != "RIFF" && magic != "RF64" && magic != "BW64") || head->substr(8) != "WAVE") {
    return fail(Errc::corrupt, "not a WAVE file", path);
  }

  WavInfo info;
  int blockAlign = 0;
  bool sawFormat = false;
  std::uint64_t dataBytes = 0, longData = 0;
  std::uint64_t at = 12;
  for (int i = 0; i < kMaxChunks && at + 8 <= total; ++i) {
    auto chunk = readBytes(**file, at, 8);
    if (!chunk) return tl::unexpected<Error>(chunk.error());
    if (chunk->size() < 8) break;
    const std::string id = chunk->substr(0, 4);
    std::uint64_t length = little(*chunk, 4, 4);
    const std::uint64_t body = at + 8;
    if (id == "data" && length == 0xFFFFFFFFu && longData > 0) length = longData;
    const std::uint64_t present = std::min(length, total - body);
    if (id == "fmt " || id == "ds64" || id == "bext") {
      auto bytes = readBytes(**file, body, static_cast<std::size_t>(std::min<std::uint64_t>(present, kBextFixedBytes)));
      if (!bytes) return tl::unexpected<Error>(bytes.error());
      if (id == "fmt ") {
        readFormat(*bytes, info, blockAlign);
        sawFormat = bytes->size() >= 16;
      } else if (id == "ds64") {
        longData = little(*bytes, 8, 8);
      } else if (bytes->size() >= 346) {
        info.bext = parseBext(*bytes);
      }
    } else if (id == "iXML" && present <= kMaxIxmlBytes) {
      auto bytes = readBytes(**file, body, static_cast<std::size_t>(present));
      if (!bytes) return tl::unexpected<Error>(bytes.error());
      info.ixml = parseIxml(*bytes);
    } else if (id == "data") {
      dataBytes = present;
      info.truncated = present < length;
    }
    if (length > total - body) break;
    at = body + length + (length & 1u);
  }
  if (!sawFormat || info.sampleRate <= 0 || info.channels <= 0) {
    return fail(Errc::corrupt, "the WAVE file has no usable format chunk", path);
  }
  if (blockAlign > 0) info.sampleFrames = dataBytes / static_cast<std::uint64_t>(blockAlign);
  return info;
}

}  // namespace rollproof::camera
