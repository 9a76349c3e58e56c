// SPDX-License-Identifier: Apache-2.0
#include "core/camera/readers/wav.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/camera/readers/content.h"
#include "core/camera/record.h"
#include "core/camera/xml.h"

namespace rollproof::camera {
namespace {

constexpr int kMaxChunks = 4096;
constexpr std::uint64_t kMaxIxmlBytes = 1u << 20;
constexpr std::size_t kBextFixedBytes = 602;

constexpr std::uint32_t kMaxRate = 10'000'000;
constexpr std::size_t kMaxRawTexts = 500, kMaxRawPath = 256;

Bext parseBext(std::string_view bytes) {
  Bext out;
  out.description = fixedText(bytes, 0, 256);
  out.originator = fixedText(bytes, 256, 32);
  out.reference = fixedText(bytes, 288, 32);
  out.date = fixedText(bytes, 320, 10);
  out.time = fixedText(bytes, 330, 8);
  out.samplesSinceMidnight = le64(bytes, 338);
  // Version 0 had no UMID: the bytes there are reserved.
  if (le16(bytes, 346) >= 1 && bytes.size() >= 348 + 64) {
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
  info.channels = le16(bytes, 2);
  info.sampleRate = static_cast<int>(std::min(le32(bytes, 4), kMaxRate));
  blockAlign = le16(bytes, 12);
  info.bitDepth = le16(bytes, 14);
}

void keepTexts(const XmlNode& node, const std::string& path, std::map<std::string, std::string>& out) {
  for (const XmlNode& child : node.children) {
    const std::string name = path.empty() ? child.name : path + "/" + child.name;
    if (name.size() > kMaxRawPath) continue;  // deep and long names together would fill memory
    if (!child.text.empty() && out.size() < kMaxRawTexts) out[name] = child.text;
    keepTexts(child, name, out);
  }
}

// The length that a recorder writes last: one that lost power leaves 0 or all ones, and the sound goes to the end.
std::uint64_t soundBytes(Content& content, std::uint64_t body, std::uint64_t length, bool& open) {
  const std::uint64_t rest = content.size() - body;
  if (length == 0xFFFFFFFFu && rest < length) {
    open = true;
    return rest;
  }
  if (length > 0 || rest == 0) return length;
  // A recording of nothing has its next chunk here.
  const std::string next = content.read(body, 8);
  const bool chunk = next.size() == 8 &&
                     std::all_of(next.begin(), next.begin() + 4, [](char c) { return c >= ' ' && c <= '~'; }) &&
                     le32(next, 4) <= rest - 8;
  if (chunk) return 0;
  open = true;
  return rest;
}

}  // namespace

std::optional<std::uint64_t> WavInfo::firstSample() const {
  if (bext) return bext->samplesSinceMidnight;
  return ixml ? ixml->samplesSinceMidnight : std::nullopt;
}

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
    out.timestampRate = static_cast<int>(
        std::clamp<std::int64_t>(wholeNumber(speed->childText("TIMESTAMP_SAMPLE_RATE")).value_or(0), 0, kMaxRate));
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
  keepTexts(*root, {}, out.raw);
  return out;
}

Result<WavInfo> readWav(const FileSystem& fs, const std::string& path) {
  auto opened = Content::open(fs, path);
  if (!opened) return tl::unexpected<Error>(opened.error());
  Content& content = *opened;
  const std::uint64_t total = content.size();
  const std::string_view magic = part(content.head(), 0, 4);
  if ((magic != "RIFF" && magic != "RF64" && magic != "BW64") || part(content.head(), 8, 4) != "WAVE") {
    if (content.failed()) return tl::unexpected<Error>(*content.failed());
    return fail(Errc::corrupt, "not a WAVE file", path);
  }

  WavInfo info;
  int blockAlign = 0;
  bool sawFormat = false;
  std::uint64_t dataBytes = 0, longData = 0;
  std::uint64_t at = 12;
  for (int i = 0; i < kMaxChunks && at + 8 <= total; ++i) {
    const std::string chunk = content.read(at, 8);
    if (chunk.size() < 8) break;
    const std::string id = chunk.substr(0, 4);
    std::uint64_t length = le32(chunk, 4);
    const std::uint64_t body = at + 8;
    if (id == "data") {
      bool open = false;
      length = length == 0xFFFFFFFFu && longData > 0 ? longData : soundBytes(content, body, length, open);
      dataBytes = std::min(length, total - body);
      info.truncated = open || dataBytes < length;
    }
    const std::uint64_t present = std::min(length, total - body);
    if (id == "fmt ") {
      const std::string bytes = content.read(body, std::min<std::uint64_t>(present, 16));
      readFormat(bytes, info, blockAlign);
      sawFormat = bytes.size() == 16;
    } else if (id == "ds64") {
      longData = le64(content.read(body, std::min<std::uint64_t>(present, 16)), 8);
    } else if (id == "bext") {
      const std::string bytes = content.read(body, std::min<std::uint64_t>(present, kBextFixedBytes));
      if (bytes.size() >= 346) info.bext = parseBext(bytes);
    } else if (id == "iXML" && present <= kMaxIxmlBytes) {
      info.ixml = parseIxml(content.read(body, present));
    }
    if (length > total - body) break;
    at = body + length + (length & 1u);
  }
  if (content.failed()) return tl::unexpected<Error>(*content.failed());
  if (!sawFormat || info.sampleRate <= 0 || info.channels <= 0) {
    return fail(Errc::corrupt, "the WAVE file has no usable format chunk", path);
  }
  if (blockAlign > 0) info.sampleFrames = dataBytes / static_cast<std::uint64_t>(blockAlign);
  return info;
}

}  // namespace rollproof::camera
