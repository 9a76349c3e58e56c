// SPDX-License-Identifier: Apache-2.0
// A reel as an ALEXA Mini writes it: ProRes movies with com.arri.camera keys, and the card's Avid log beside them.
// Source: ARRI metadata white paper (QuickTime keys), the Mini's card log as cameras write it; QuickTime File Format.
#include <fmt/format.h>

#include <map>
#include <span>

#include "core/base/file_system.h"
#include "core/base/path.h"
#include "core/demo/movie.h"
#include "core/interchange/ale.h"

namespace rollproof::demo {
namespace {

constexpr const char* kReel = "A001R1AA";
constexpr const char* kSpace = "ARRI LogC3 (EI800)";
constexpr int kWidth = 1920, kHeight = 1080;

const std::array<Take, 2>& takes() {
  static const std::array<Take, 2> kTakes{
      Take{"A001C001_260502_R1AA", "12", "1", {10, 20, 30, 0}, 12, "7A89D08E-BCAB-11F0-8A10-0030531A5B01", "10:20:30"},
      Take{"A001C002_260502_R1AA", "12", "2", {10, 42, 7, 0}, 12, "9C03E6B2-BCAE-11F0-8A10-0030531A5B01", "10:42:07"}};
  return kTakes;
}

std::map<std::string, std::string> keys(const Take& take) {
  const std::map<std::string, std::string> values{{"CameraModel", "ALEXA Mini"},
                                                  {"CameraSerialNumber", "20001"},
                                                  {"CameraId", "R1AA"},
                                                  {"CameraIndex", "A"},
                                                  {"CameraClipName", take.clip},
                                                  {"ReelName", kReel},
                                                  {"SceneName", take.scene},
                                                  {"TakeName", take.take},
                                                  {"ExposureIndexAsa", "800"},
                                                  {"WhiteBalanceKelvin", "5600"},
                                                  {"WhiteBalanceTintCc", "0"},
                                                  {"ShutterAngle", "172.8"},
                                                  {"SensorFps", "23976"},
                                                  {"NdFilterDensity", "600"},
                                                  {"LensType", "ARRI Signature Prime 35mm T1.8"},
                                                  {"LensSerialNumber", "1035"},
                                                  {"ColorGammaSxS", "LOG-C"},
                                                  {"LookName", "ARRI 709"},
                                                  {"SupVersion", "6.02.00"},
                                                  {"Uuid", take.uuid}};
  std::map<std::string, std::string> tags;
  for (const auto& [key, value] : values) tags.emplace("com.arri.camera." + key, value);
  return tags;
}

// ARRI's files carry their own brand. The muxer leaves a 20-byte 'ftyp' and an 8-byte 'wide' before the media, which
// together are just what a 'ftyp' with the brand (and one empty slot) takes.
Status addBrand(const std::string& file) {
  constexpr std::string_view kBefore(
      "\0\0\0\x14"
      "ftypqt  \0\0\2\0qt  \0\0\0\x08"
      "wide",
      28);
  constexpr std::string_view kAfter(
      "\0\0\0\x1C"
      "ftypqt  \0\0\2\0qt  ARRIqt  ",
      28);
  auto movie = realFileSystem().openForUpdate(file);
  if (!movie) return tl::unexpected(movie.error());
  std::string head(kBefore.size(), '\0');
  const auto got = (*movie)->readAt(std::as_writable_bytes(std::span(head.data(), head.size())), 0);
  if (!got) return tl::unexpected(got.error());
  // Another muxer version may lay this out differently; the movie is good without the brand.
  if (head == kBefore) {
    if (auto ok = (*movie)->writeAt(std::as_bytes(std::span(kAfter.data(), kAfter.size())), 0); !ok) return ok;
  }
  return (*movie)->close();
}

std::string timeOfDay(const Take& take) {
  return fmt::format("{}h{}m{}s", take.timeOfDay.substr(0, 2), take.timeOfDay.substr(3, 2),
                     take.timeOfDay.substr(6, 2));
}

std::string cardLog() {
  interchange::Ale ale;
  ale.heading = {{"FIELD_DELIM", "TABS"}, {"VIDEO_FORMAT", "1080"}, {"AUDIO_FORMAT", "48khz"}, {"FPS", "23.976"}};
  ale.columns = {"Name",
                 "Source File",
                 "Clip",
                 "Duration",
                 "Tracks",
                 "Start",
                 "End",
                 "FPS",
                 "Original_video",
                 "Audio_format",
                 "Audio_sr",
                 "Audio_bit",
                 "Frame_width",
                 "Frame_height",
                 "Uuid",
                 "Sup_version",
                 "Exposure_index",
                 "Gamma",
                 "White_balance",
                 "Cc_shift",
                 "Look_name",
                 "Look_burned_in",
                 "Sensor_fps",
                 "Shutter_angle",
                 "Manufacturer",
                 "Camera_model",
                 "Camera_sn",
                 "Camera_id",
                 "Camera_index",
                 "Project_fps",
                 "Storage_sn",
                 "Production",
                 "Cinematographer",
                 "Operator",
                 "Director",
                 "Location",
                 "Company",
                 "User_info1",
                 "User_info2",
                 "Date_camera",
                 "Time_camera",
                 "Reel_name",
                 "Scene",
                 "Take",
                 "ASC_SAT",
                 "ASC_SOP",
                 "Look_user_lut",
                 "Lut_file_name",
                 "Nd_filterdensity",
                 "Focus_distance_unit",
                 "Lens_sn",
                 "Lens_type",
                 "Image_orientation",
                 "Image_sharpness",
                 "Image_detail",
                 "Image_denoising"};
  for (const Take& take : takes()) {
    const Timecode start = take.startTimecode();
    const std::map<std::string, std::string> values{
        {"Name", take.clip},
        {"Source File", take.clip + ".mov"},
        {"Clip", take.clip.substr(4, 4)},
        {"Duration", Timecode{take.frames, kRate, false}.text()},
        {"Tracks", "VA1A2"},
        {"Start", start.text()},
        {"End", start.plus(take.frames).text()},
        {"FPS", "23.976"},
        {"Original_video", "ProRes 422 HQ (1080p)"},
        {"Audio_format", "PCM"},
        {"Audio_sr", "48000"},
        {"Audio_bit", "24"},
        {"Frame_width", std::to_string(kWidth)},
        {"Frame_height", std::to_string(kHeight)},
        // The camera cuts this one off after 16 characters.
        {"Uuid", take.uuid.substr(0, 16)},
        {"Sup_version", "6.02.00"},
        {"Exposure_index", "800"},
        {"Gamma", "LOG-C"},
        {"White_balance", "5600"},
        {"Cc_shift", "+0.0"},
        {"Look_name", "ARRI 709"},
        {"Look_burned_in", "No"},
        {"Sensor_fps", "23.976"},
        {"Shutter_angle", "172.8"},
        {"Manufacturer", "ARRI"},
        {"Camera_model", "ALEXA Mini"},
        {"Camera_sn", "20001"},
        {"Camera_id", "R1AA"},
        {"Camera_index", "A"},
        {"Project_fps", "23.976"},
        {"Production", "Rollproof Demo"},
        {"Date_camera", "20260502"},
        {"Time_camera", timeOfDay(take)},
        {"Reel_name", kReel},
        {"Scene", take.scene},
        {"Take", take.take},
        {"ASC_SAT", "1.0000"},
        {"ASC_SOP", "(1.0000 1.0000 1.0000)(0.0000 0.0000 0.0000)(1.0000 1.0000 1.0000)"},
        {"Nd_filterdensity", "600"},
        {"Focus_distance_unit", "Metric"},
        {"Lens_sn", "1035"},
        {"Lens_type", "ARRI Signature Prime 35mm T1.8"},
        {"Image_orientation", "Normal"}};
    std::vector<std::string> row;
    for (const std::string& column : ale.columns) {
      const auto found = values.find(column);
      row.push_back(found == values.end() ? std::string() : found->second);
    }
    ale.rows.push_back(std::move(row));
  }
  return interchange::formatAle(ale);
}

Status writeCard(const Bench& bench, const std::string& root) {
  for (const Take& take : takes()) {
    media::WriterOptions options;
    options.path = path::join(root, take.clip + ".mov");
    options.container = "mov";
    options.video.codec = "prores_hq";
    options.video.width = kWidth;
    options.video.height = kHeight;
    // The camera tags the matrix, and leaves a log curve untagged.
    options.video.transfer = "";
    options.video.primaries = "";
    options.audio = media::AudioTarget{"pcm_s24le", 2, static_cast<int>(kSampleRate)};
    options.reel = kReel;
    options.tags = keys(take);
    if (auto ok = writeMovie(bench, take, kSpace, "A001 LogC3", options); !ok) return ok;
    if (auto ok = addBrand(options.path); !ok) return ok;
  }
  return writeFileDurably(realFileSystem(), path::join(root, std::string(kReel) + "_AVID.ale"), cardLog(), false);
}

}  // namespace

CardRecipe arriCard() {
  CardRecipe recipe{kReel, "arri", {{std::string(kReel) + "_AVID.ale"}}, 0, writeCard};
  for (const Take& take : takes()) {
    recipe.files.push_back({take.clip + ".mov", take.frames});
    recipe.steps += take.frames;
  }
  return recipe;
}

}  // namespace rollproof::demo
