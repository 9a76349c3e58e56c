// SPDX-License-Identifier: Apache-2.0
// The canonical clip record: what one press of record made, described the same way whatever camera made it.
// A field that no source gives is absent (nullopt or empty), never guessed; every value keeps its source.
// Threads: plain values.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/timecode.h"

namespace rollproof::model {

enum class FileRole { other, essence, sidecar, proxy, thumbnail, audio };

struct ClipFile {
  std::string path;  // raw bytes, relative to the card's root
  FileRole role = FileRole::other;
  std::uint64_t bytes = 0;
};

struct Picture {
  int width = 0;  // pixels, as recorded
  int height = 0;
  std::string codec;     // "prores", "h264", "dpx", ...
  std::string codecTag;  // four characters of the container, "apch"
  int bitDepth = 0;      // per component, 0 unknown
  std::string chroma;    // "4:2:2", "4:4:4", "4:2:0", "" unknown
  std::optional<Rational> pixelAspect;
  std::optional<Rational> lensSqueeze;
};

struct CameraInfo {
  std::string make, model, serial, firmware, id;
  std::string sensorMode;  // what the camera calls the part of the sensor it used: "4.6K 3:2 Open Gate", "5K 2:1"
};

struct Exposure {
  std::optional<int> ei;                  // exposure index (ASA)
  std::optional<double> shutterAngleDeg;  // degrees
  std::optional<double> shutterSeconds;
  std::optional<double> irisT;
  std::optional<double> ndStops;
};

struct WhiteBalance {
  std::optional<int> kelvin;
  std::optional<double> tint;  // positive: green, camera's own unit
};

struct LensInfo {
  std::string make, model, serial;
  std::optional<double> focalMm, focusM;
};

// ASC CDL v1.2: out = clamp((in * slope + offset) ^ power), then saturation with Rec.709 luma weights.
struct Cdl {
  std::array<double, 3> slope{1, 1, 1};
  std::array<double, 3> offset{0, 0, 0};
  std::array<double, 3> power{1, 1, 1};
  double saturation = 1.0;
  bool operator==(const Cdl&) const = default;
  [[nodiscard]] bool isIdentity() const { return *this == Cdl{}; }
};

struct ColourInfo {
  std::string space;  // name of a colour space of our config, e.g. "ARRI LogC3 (EI800)"; "" unknown
  std::string gamma;  // what the camera calls it
  std::string primaries;
  std::string look, lut;
  std::optional<Cdl> cdl;
};

struct AudioInfo {
  int channels = 0;
  int sampleRate = 0;  // Hz
  int bitDepth = 0;
  std::vector<std::string> tracks;  // names in channel order
};

struct Slate {
  std::string scene, shot, take;
  std::optional<bool> circled;
  std::string production, director, dop, unit, notes;
};

struct Warning {
  std::string code;  // stable snake_case word
  std::string text;  // one sentence
};

struct Provenance {
  std::string source;  // "tmcd", "com.arri.camera", "ale", "nrt", "file_name", "user", ...
  std::string raw;     // the value as the source wrote it
};

// What one decoded frame looked like, for quality control. Luma is of code values, 0 = black of the encoding's range.
struct FrameCheck {
  std::string where;                 // "first" | "middle" | "last"
  std::int64_t index = 0;            // frame number in the clip, from 0
  std::string error;                 // why it could not be decoded; "" if it was
  double meanLuma = 0, maxLuma = 0;  // 0..1
  std::string digest;                // of its pixels: equal for frames that are the same
};

// A named finding of quality control. Levels: note (worth knowing), warning (look at it), error (do not rely on it).
enum class QcLevel { error, warning, note };
struct QcFinding {
  std::string code;  // stable snake_case word
  QcLevel level = QcLevel::error;
  std::string text;  // one sentence: what and why
};

struct Clip {
  std::string name;  // API name "clip"
  std::string reel;
  std::string family;           // "arri", "sony_xdroot", "image_sequence", "sound", "generic", ...
  std::string cameraLetter;     // "A"
  std::vector<ClipFile> files;  // essence segments first, in order

  std::optional<Timecode> start;
  std::optional<std::int64_t> durationFrames;
  FrameRate frameRate;  // invalid if unknown
  std::optional<Rational> sensorFps;
  std::string timecodeSource = "none";  // tmcd|mxf|rtmd|nrt|r3d|ari|bwf|dpx|exr|sequence|none

  std::optional<Picture> picture;
  CameraInfo camera;
  Exposure exposure;
  WhiteBalance whiteBalance;
  LensInfo lens;
  ColourInfo colour;
  std::optional<AudioInfo> audio;
  Slate slate;
  std::string recordedAt;  // ISO 8601, with a zone only if the file says it
  std::string uuid, umid;
  std::string decoder = "none";  // ffmpeg|oiio|none
  std::vector<Warning> warnings;
  std::vector<FrameCheck> frameChecks;  // empty unless frames were looked at
  std::vector<QcFinding> qc;            // against the project it belongs to; empty unless it was checked
  // Field name as in the JSON ("start_timecode", "camera.model") -> the source used first, rivals after it.
  std::map<std::string, std::vector<Provenance>> provenance;
  std::map<std::string, std::string> raw;  // everything the files say, for `inspect --raw`

  // First frame's and last frame's file number when the clip is a frame sequence (essence files are its frames).
  std::optional<std::int64_t> firstFrameNumber;
};

}  // namespace rollproof::model
