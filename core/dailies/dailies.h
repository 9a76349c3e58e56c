// SPDX-License-Identifier: Apache-2.0
// Clip + look + target -> proxies, dailies and stills: one decode, one colour pass, any number of presets.
// Threads: blocks its caller; cancel within one frame. Errors: Errc::usage for an unknown preset or frame,
// Errc::unsupported
//          for pictures nothing can decode. A result never has its final name before it is whole and synced.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/file_system.h"
#include "core/colour/colour.h"
#include "core/colour/scopes.h"
#include "core/jobs/progress.h"
#include "core/media/media.h"
#include "core/model/clip.h"
#include "core/model/look.h"

namespace rollproof::dailies {

// What to make of a clip. Data: people write their own.
struct Preset {
  std::string name;                      // "h264-review"
  std::string description;               // one line for people
  std::string container, codec, suffix;  // "mp4", "h264", ".mp4"
  int width = 1920;                      // 0 = as recorded; height follows the (de-squeezed) aspect, even
  std::string audioCodec;                // "aac", "pcm_s24le", "" = mute
  int audioChannels = 0;                 // at most so many, the first; 0 = all
  int quality = 23;                      // CRF of H.264 and H.265
  std::string speed = "veryfast";        // of the same
  std::string frames = "all";            // of single pictures: "first", "middle" or "last" is one file a clip
  std::string space;                     // of OpenEXR: "ACEScg", "ACES2065-1"
  std::string burnin;                    // used where the request has none
};
// Those that come with the program.
[[nodiscard]] const std::vector<Preset>& presets();
[[nodiscard]] const Preset* findPreset(const std::string& name);
// A JSON object and back. Errc::usage names what is unknown or does not go together, and what would.
[[nodiscard]] std::string presetJson(const Preset& preset);
[[nodiscard]] Result<Preset> parsePreset(const std::string& json);
// The words to choose a preset's from: every container, and what goes together with the one named.
struct PresetWords {
  std::vector<std::string> containers, codecs, sound, spaces, frames, speeds;
};
[[nodiscard]] PresetWords presetWords(const std::string& container);

// Sound that was recorded beside the camera, in place of what the clip itself holds.
struct ProductionSound {
  std::string name;                // of the take
  std::vector<std::string> paths;  // absolute: one file, a file a track, or one after the other
  int channels = 0;                // of the take; each file's own where they follow each other
  std::int64_t offset = 0;         // sample at the clip's first frame; negative: it begins later
  int playRate = 0;                // Hz
  std::vector<std::string> tracks;
  double movedFrames = 0;          // of the clip, by hand, within `offset`; positive: the sound is that much earlier
  std::string roll{}, timecode{};  // the sound roll, and what the recorder's clock said at the clip's first frame
  FrameRate timecodeRate{};        // of that clock
  double drift = 0;                // frames by which its labels run ahead of the picture's at the clip's last frame
};
struct ClipSource {
  model::Clip clip;
  std::string root;  // absolute folder clip.files are relative to
  std::optional<ProductionSound> sound{};
};

// Everything about colour that a render needs; fields left empty come from the clip's record.
struct ColourChoice {
  std::string input;
  std::optional<model::Look> look;
  std::string display, view;  // else the look's own, else Rec.709 video by ACES 1.0
  std::string remark{};       // what a viewer adds to the chain in words
};

// What no clip says and burn-ins may show: {show} {recipient} {free1} to {free9}.
struct BurnInExtras {
  std::string show, recipient;
  std::vector<std::string> free;
};

struct RenderRequest {
  ClipSource source;
  std::vector<std::string> presets;
  std::vector<Preset> ownPresets;  // beside the shipped ones, found by name too
  std::string outputDirectory;     // absolute; created if missing
  ColourChoice colour;
  std::string burnin;  // a template's name or JSON, or "{clip} {tc}"; "" = none
  BurnInExtras burnInExtras;
  std::string framing;                                // an aspect, a framing's JSON or an ASC FDL; "" = as recorded
  std::string framingChanges;                         // members of a framing's JSON that replace those of `framing`
  std::string framingIntent;                          // of an FDL: its label or id; "" = the list's default
  std::optional<std::int64_t> firstFrame, lastFrame;  // inclusive, from 0
  // A result that stands from an earlier run with the same settings, of the same clip files, is not made again.
  bool keepFinished = false;
};

struct Rendered {
  std::string clip, preset, path;
  std::vector<std::string> files;  // path first; more than one where a format keeps each track in a file of its own
  std::int64_t frames = 0;
  bool kept = false;  // it stood there already
  double seconds = 0;
  // Against the exact chain, on pictures of the clip: all their colours, and those that the display's gamut does not
  // clip.
  colour::BakeError colourError, colourErrorInGamut;
  std::string chain;  // colour in words
  std::vector<model::Warning> warnings;
};

// One result per preset, in order.
[[nodiscard]] Result<std::vector<Rendered>> render(FileSystem& fs, const colour::Config& config,
                                                   const RenderRequest& request, jobs::Progress& progress,
                                                   std::stop_token stop);

struct StillRequest {
  ClipSource source;
  std::int64_t frame = 0;
  ColourChoice colour;
  std::string output;  // suffix decides the format; .exr gives scene-linear ACEScg unless outputSpace is set
  std::string outputSpace;
  int maxWidth = 0;  // 0 = as recorded
};
struct Still {
  std::string path, chain;
  std::vector<std::string> explanation;  // the whole chain, from the file's codes on, a line a step
  int width = 0, height = 0;
  std::vector<model::Warning> warnings;
};
// Exact OCIO path.
[[nodiscard]] Result<Still> renderStill(FileSystem& fs, const colour::Config& config, const StillRequest& request);

// Small display-referred JPEG in memory for lists and reports, of a picture that was decoded elsewhere: no file of the
// clip is opened here.
[[nodiscard]] Result<std::string> thumbnailJpeg(const colour::Config& config, const model::Clip& clip,
                                                media::CodedPicture picture, const ColourChoice& colour, int width);

// Pictures for a viewer: decoded, scaled, through the baked colour, as RGB 8 bit.
struct ViewerFrame {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgb;
  std::int64_t index = 0;
  std::vector<std::uint8_t> plain;           // the same picture without the look; empty unless it was wanted
  std::vector<colour::ScopePicture> scopes;  // waveform, parade, vectorscope, histogram; empty unless wanted
  // The picture before its colour, width*height*3, as the shader takes it; `rgb` is then empty. Only if wanted.
  std::vector<float> encoded;
};
// What a viewer wants beside the graded picture.
struct ViewerWants {
  bool plain = false;        // the picture without its look, to compare
  bool falseColour = false;  // stops from 18 % grey painted in the picture's place, where the space has a curve
  bool scopes = false;
  bool encoded = false;  // the caller grades; does not go with false colour or scopes
  int scopeWidth = 320, scopeHeight = 180;
  bool operator==(const ViewerWants&) const = default;
};
class Player {
 public:
  virtual ~Player() = default;
  [[nodiscard]] virtual std::int64_t frameCount() const = 0;
  [[nodiscard]] virtual FrameRate rate() const = 0;
  [[nodiscard]] virtual std::string chain() const = 0;
  // What the look now set does, for a graphics processor.
  [[nodiscard]] virtual Result<colour::GpuShader> shader() const = 0;
  // Blocks for a decode.
  [[nodiscard]] virtual Result<ViewerFrame> frame(std::int64_t index, const ViewerWants& wants = {}) = 0;
  // From the next frame on; a refused look leaves the one before. The clip's own steps stay; nullopt = no look.
  // `quick` is for a hand that is still moving: some ten milliseconds instead of a hundred, and less exact.
  [[nodiscard]] virtual Status setLook(const std::optional<model::Look>& look, bool quick = false) = 0;
};
// `config` must live as long as the player. Opens a clip at a viewing size (the picture fits within maxWidth x
// maxHeight).
[[nodiscard]] Result<std::unique_ptr<Player>> openPlayer(const colour::Config& config, const ClipSource& source,
                                                         const ColourChoice& colour, int maxWidth, int maxHeight);

// One frame as a render would make it, small and at once: framing, colour, framelines and burn-ins. A burn-in that
// wants a recipient shows the word where none is given.
struct PreviewRequest {
  ClipSource source;
  std::int64_t frame = 0;
  ColourChoice colour;
  std::string burnin, framing, framingChanges, framingIntent;  // as RenderRequest has them
  BurnInExtras burnInExtras;
  Preset preset;  // whose frame it is to be
  int maxWidth = 960, maxHeight = 540;
};
[[nodiscard]] Result<ViewerFrame> previewFrame(const colour::Config& config, const PreviewRequest& request);

// Path inside root for each essence file of the clip, in order.
[[nodiscard]] std::vector<std::string> essencePaths(const ClipSource& source);

}  // namespace rollproof::dailies
