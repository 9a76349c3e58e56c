// SPDX-License-Identifier: Apache-2.0
// A roll of frames: one clip as 10-bit DPX in LogC3 with a log beside it, one as half-float EXR in ACES2065-1.
// Source: SMPTE ST 268-1 (DPX), SMPTE ST 2065-4 and the OpenEXR file layout (attributes).
#include <fmt/format.h>

#include <bit>
#include <span>

#include "core/base/file_system.h"
#include "core/base/path.h"
#include "core/demo/cards.h"
#include "core/demo/moving_chart.h"
#include "core/interchange/ale.h"

namespace rollproof::demo {
namespace {

constexpr const char* kFolder = "C001_FRAMES";
constexpr const char* kReel = "C001";
constexpr int kWidth = 768, kHeight = 432;
constexpr int kExrFrames = 12;

const std::array<Take, 2>& takes() {
  static const std::array<Take, 2> kTakes{
      Take{"C001C001_260502_C1DX", "14", "1", {1, 0, 0, 0}, 12, "", "11:30:00", kFrames},
      Take{"C001C002_260502_C1DX", "14", "2", {1, 0, 10, 0}, 6, "", "11:34:00", kExrFrames}};
  return kTakes;
}

// The file's number is its frame's timecode as a count.
std::string framePath(const Take& take, int index, const char* suffix) {
  return fmt::format("{0}/{0}.{1:07}.{2}", take.clip, take.startTimecode().frames + index, suffix);
}

std::string logPath(const Take& take) { return fmt::format("{0}/{0}.ale", take.clip); }

// The image writer knows text attributes only; these two have types of their own. The placeholder text is as long as
// what replaces it, so no offset in the file moves.
struct TypedAttribute {
  std::string name, placeholder, type, value;
};

std::string littleEndian(std::uint32_t value) {
  std::string out;
  for (int i = 0; i < 4; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}

std::vector<TypedAttribute> acesAttributes() {
  // AP0: red, green, blue, white.
  constexpr std::array<float, 8> kAp0{0.7347F, 0.2653F, 0.0F, 1.0F, 0.0001F, -0.077F, 0.32168F, 0.33767F};
  std::string primaries;
  for (const float value : kAp0) primaries += littleEndian(std::bit_cast<std::uint32_t>(value));
  return {{"acesImageContainerFlag", "1", "int", littleEndian(1)},
          {"chromaticities", std::string(40, '-'), "chromaticities", primaries}};
}

Status retype(const std::string& file, const std::vector<TypedAttribute>& attributes) {
  constexpr std::size_t kHeaderBytes = 16384;
  auto image = realFileSystem().openForUpdate(file);
  if (!image) return tl::unexpected(image.error());
  std::string head(kHeaderBytes, '\0');
  const auto got = (*image)->readAt(std::as_writable_bytes(std::span(head.data(), head.size())), 0);
  if (!got) return tl::unexpected(got.error());
  head.resize(*got);
  const auto attribute = [](const std::string& name, const std::string& type, const std::string& value) {
    return name + '\0' + type + '\0' + littleEndian(static_cast<std::uint32_t>(value.size())) + value;
  };
  for (const TypedAttribute& one : attributes) {
    const std::string before = attribute(one.name, "string", one.placeholder);
    const std::string after = attribute(one.name, one.type, one.value);
    const std::size_t at = head.find(before);
    if (at == std::string::npos || after.size() != before.size())
      return fail(Errc::failed, "cannot set the attribute " + one.name, file);
    if (auto ok = (*image)->writeAt(std::as_bytes(std::span(after.data(), after.size())), at); !ok) return ok;
  }
  return (*image)->close();
}

media::ImageOptions headers(const Take& take, int index) {
  media::ImageOptions options;
  options.timecode = take.startTimecode().plus(index);
  options.rate = kRate;
  options.reel = kReel;
  options.strings["DateTime"] = "2026:05:02 " + take.timeOfDay;
  return options;
}

Status writeDpx(const Bench& bench, const std::string& root, const Take& take) {
  auto chart = MovingChart::make(
      bench.config, {"ARRI LogC3 (EI800)", kWidth, kHeight, "C001 LogC3 DPX", take.startTimecode(), take.slateFrame});
  if (!chart) return tl::unexpected(chart.error());
  for (int i = 0; i < take.frames; ++i) {
    if (auto ok = step(bench); !ok) return ok;
    const auto image = chart->image(i);
    if (!image) return tl::unexpected(image.error());
    media::ImageOptions options = headers(take, i);
    options.strings["DocumentName"] = "Rollproof Demo";
    options.strings["dpx:Transfer"] = "Logarithmic";
    options.strings["dpx:SlateInfo"] = "Scene " + take.scene + " take " + take.take;
    options.strings["dpx:InputDevice"] = "ALEXA Mini";
    options.strings["dpx:InputDeviceSerialNumber"] = "20003";
    const std::string file = path::join(root, framePath(take, i, "dpx"));
    if (auto ok = media::writeImage(file, **image, options); !ok) return ok;
  }
  return {};
}

// Image headers have no word for a camera's log curve nor for scene and take; the log that comes with the roll does.
std::string frameLog(const Take& take, bool cameraLog) {
  interchange::Ale ale;
  ale.heading = {{"FIELD_DELIM", "TABS"}, {"VIDEO_FORMAT", "CUSTOM"}, {"AUDIO_FORMAT", "48khz"}, {"FPS", "23.976"}};
  const Timecode start = take.startTimecode();
  std::vector<std::pair<std::string, std::string>> cells{{"Name", take.clip},
                                                         {"Tracks", "V"},
                                                         {"Start", start.text()},
                                                         {"End", start.plus(take.frames).text()},
                                                         {"Duration", Timecode{take.frames, kRate, false}.text()},
                                                         {"FPS", "23.976"},
                                                         {"Tape", kReel},
                                                         {"Camera_index", "C"},
                                                         {"Scene", take.scene},
                                                         {"Take", take.take}};
  if (cameraLog) {
    cells.insert(cells.end(), {{"Manufacturer", "ARRI"},
                               {"Camera_model", "ALEXA Mini"},
                               {"Camera_sn", "20003"},
                               {"Exposure_index", "800"},
                               {"White_balance", "3200"},
                               {"Gamma", "LOG-C"}});
  }
  ale.rows.emplace_back();
  for (const auto& [column, value] : cells) {
    ale.columns.push_back(column);
    ale.rows.front().push_back(value);
  }
  return interchange::formatAle(ale);
}

Status writeExr(const Bench& bench, const std::string& root, const Take& take) {
  auto chart = MovingChart::make(
      bench.config, {"ACES2065-1", kWidth, kHeight, "C001 ACES EXR", take.startTimecode(), take.slateFrame});
  if (!chart) return tl::unexpected(chart.error());
  const auto attributes = acesAttributes();
  for (int i = 0; i < take.frames; ++i) {
    if (auto ok = step(bench); !ok) return ok;
    const auto image = chart->image(i);
    if (!image) return tl::unexpected(image.error());
    media::ImageOptions options = headers(take, i);
    for (const TypedAttribute& one : attributes) options.strings[one.name] = one.placeholder;
    const std::string file = path::join(root, framePath(take, i, "exr"));
    if (auto ok = media::writeImage(file, **image, options); !ok) return ok;
    if (auto ok = retype(file, attributes); !ok) return ok;
  }
  return {};
}

Status writeCard(const Bench& bench, const std::string& root) {
  FileSystem& fs = realFileSystem();
  for (const Take& take : takes())
    if (auto ok = fs.makeDirectory(path::join(root, take.clip)); !ok) return ok;
  const Take& dpx = takes().front();
  for (const Take& take : takes()) {
    const std::string log = path::join(root, logPath(take));
    if (auto ok = writeFileDurably(fs, log, frameLog(take, &take == &dpx), false); !ok) return ok;
    if (auto ok = &take == &dpx ? writeDpx(bench, root, take) : writeExr(bench, root, take); !ok) return ok;
  }
  return {};
}

}  // namespace

CardRecipe framesCard() {
  const Take& dpx = takes().front();
  CardRecipe recipe{kFolder, "image_sequence", {}, 0, writeCard};
  for (const Take& take : takes()) {
    recipe.files.push_back({logPath(take)});
    const char* suffix = &take == &dpx ? "dpx" : "exr";
    for (int i = 0; i < take.frames; ++i) recipe.files.push_back({framePath(take, i, suffix)});
    recipe.steps += take.frames;
  }
  return recipe;
}

}  // namespace rollproof::demo
