// SPDX-License-Identifier: Apache-2.0
// Colour that can be proved: our OpenColorIO config, the chain input -> CDL -> show LUT -> display, exact and baked.
// Threads: Config and Chain are immutable and free-threaded once made.
// Errors: Errc::notFound for an unknown space, display, view or file; Errc::corrupt for a broken LUT.
// Source: OpenColorIO 2.1; ASC CDL v1.2; ITU-R BT.709, BT.1886; ACES 1.3 (S-2014-003 and the camera IDTs).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/media/planar.h"
#include "core/model/clip.h"
#include "core/model/look.h"

namespace rollproof::colour {

inline constexpr const char* kDefaultDisplay = "Rec.1886 Rec.709 - Display";
inline constexpr const char* kDefaultView = "ACES 1.0 - SDR Video";

// What the numbers of an encoding count in. Where samples run from 64 to 940 (limited range, 10 bit) the two differ:
// ARRI, RED, Apple and Blackmagic write their formula's 0..1 into that range; Sony, Panasonic, Canon, Fujifilm, Nikon
// and Leica publish formulas of the code itself over 1023, so that 18 % grey of S-Log3 is code 420 in a file of either
// range.
enum class Levels {
  normalised,  // 0 at the range's black, 1 at its white
  codes        // 0 at code 0, 1 at code 1023, whatever the range
};

// How a space's name says that a file's numbers are read otherwise than its maker writes them, because another program
// made the file: "S-Log3 S-Gamut3.Cine [normalised]" is what a grading system wrote of a picture it had in 0..1, "ARRI
// LogC4 [codes]" a file whose codes were never brought into its range. Wherever an input is named, this is understood.
struct InputName {
  std::string space;
  std::optional<Levels> levels;  // none: as the maker writes them
};
[[nodiscard]] InputName inputName(const std::string& name);

struct ChainRequest {
  std::string input;  // colour space name or alias of the config, as an InputName
  model::Look look;   // may be empty
  // Either a display and view, or an output colour space (EXR renders); outputSpace wins when set.
  std::string display = kDefaultDisplay, view = kDefaultView;
  std::string outputSpace;
};

// Differences in code values of 10 bit, over the clip's frames or a test set.
struct BakeError {
  double mean = 0, p999 = 0, max = 0;
  [[nodiscard]] bool within(const BakeError& bound) const { return mean <= bound.mean && p999 <= bound.p999; }
};
// What a bake aims at for in-gamut colours; its cube grows until this is met. Colours at the display's gamut edge,
// where renderings clip, err by more at any size.
inline constexpr BakeError kBakeGoal{0.2, 2.0, 0};

// A table a shader reads.
struct GpuTexture {
  std::string sampler;  // the uniform's name
  int dimensions = 0;   // 1, 2 (rows of a long curve) or 3
  int width = 0, height = 1, depth = 1;
  int channels = 3;  // 1 or 3
  bool linear = true;
  std::vector<float> values;  // width fastest
};
// A chain as a function of a fragment shader: `vec4 rollproofColour(vec4 rgba)` in GLSL 1.30 with its samplers.
struct GpuShader {
  std::string text;
  std::vector<GpuTexture> textures;
};

class Chain {
 public:
  virtual ~Chain() = default;
  // "ARRI LogC3 (EI800) -> CDL (ARRI LogC3 (EI800)) -> show.cube -> Rec.1886 Rec.709 - Display"
  [[nodiscard]] virtual std::string describe() const = 0;
  // The same in full: a line for each step with its numbers and the spaces it works in, then what OpenColorIO makes of
  // them, operator by operator.
  [[nodiscard]] virtual std::vector<std::string> explain() const = 0;
  // What its input counts in; a chain that shows numbers as they are takes them normalised.
  [[nodiscard]] virtual Levels levels() const = 0;
  // For a viewer that draws with a graphics processor; within a ten-thousandth of applyExact where curves are tables.
  [[nodiscard]] virtual Result<GpuShader> gpuShader() const = 0;
  // In place, RGB float, exact OCIO CPU path; tiled over threads.
  virtual void applyExact(media::ImageF& image) const = 0;
  // One value, exact.
  [[nodiscard]] virtual std::array<float, 3> applyExact(const std::array<float, 3>& rgb) const = 0;
};

// How pictures go through a chain.
enum class Path {
  cube,   // a cube made by OCIO, applied by our own kernel; within the bound it was asked to keep
  dense,  // the densest cube there is
  exact   // OCIO's own chain for every pixel, some forty times slower
};

// A chain made ready for whole pictures: planes in, planes out, without an RGB picture in memory, rows spread over the
// cores. Codes under black and over white that limited-range pictures hold count. Made once for chains that do the
// same.
class Baked {
 public:
  virtual ~Baked() = default;
  // From any planes to planes of the same size, in the matrix, range, chroma and depth that `out` says; display values
  // end at black and white, to 8 bits they are dithered by place, chroma comes out left-sited. Nothing happens to `out`
  // if the two do not fit each other.
  void apply(const media::PlanarView& in, const media::PlanarRoom& out) const { apply(in, {&out, 1}); }
  // Several at once, each as it would come out alone: those of up to 15 bits that have the matrix and range of the
  // first share one pass.
  virtual void apply(const media::PlanarView& in, std::span<const media::PlanarRoom> out) const = 0;
  // Ends in RGB 8-bit interleaved (for a screen), width*height*3, with ordered dither.
  virtual void applyToRgb8(const media::PlanarView& in, std::vector<std::uint8_t>& rgb) const = 0;
  // Measured on this picture's pixels (subsampled) against the exact chain.
  [[nodiscard]] virtual BakeError measure(const media::PlanarView& picture) const = 0;
  // The same without colours at the display gamut's edge, which is clipped: what a way is chosen by.
  [[nodiscard]] virtual BakeError measureInside(const media::PlanarView& picture) const = 0;
  // Measured against the exact chain on in-gamut colours at bake time.
  [[nodiscard]] virtual BakeError bakeError() const = 0;
  // The same on scene colours of 60 to 100 % of Rec.709's saturation, which many a rendering clips.
  [[nodiscard]] virtual BakeError saturatedError() const = 0;
  // "65x65x65 cube behind a fitted shaper; in gamut off by 0.19 codes ...", and whether that is within kBakeGoal.
  [[nodiscard]] virtual std::string describe() const = 0;
  [[nodiscard]] virtual Path path() const = 0;

  // 16-bit 4:4:4 in its own matrix and range -> YCbCr BT.709 limited 16-bit (code << 6 at 10 bit); in place if both are
  // the same frame.
  void apply(const media::Frame16& in, media::Frame16& out) const;
  void applyToRgb8(const media::Frame16& in, std::vector<std::uint8_t>& rgb) const;
  [[nodiscard]] BakeError measure(const media::Frame16& frame) const;
  [[nodiscard]] BakeError measureInside(const media::Frame16& frame) const;
};

// What a bake costs and how near it comes.
enum class Effort {
  quick,   // for a viewer that must show something now: an even cube of 33 points, unmeasured, some ten milliseconds
  usual,   // the cube grows until it meets kBakeGoal
  densest  // the largest cube at once
};

class Config {
 public:
  virtual ~Config() = default;
  [[nodiscard]] virtual std::vector<std::string> spaces() const = 0;
  [[nodiscard]] virtual std::vector<std::string> displays() const = 0;
  [[nodiscard]] virtual std::vector<std::string> views(const std::string& display) const = 0;
  // Transforms that keep a scene a scene (a gamut compression), by the names model::LookStep::transform uses.
  [[nodiscard]] virtual std::vector<std::string> lookTransforms() const = 0;
  // The canonical name for a name or alias, "" if the config has none. Levels that are the space's own are not named.
  [[nodiscard]] virtual std::string canonical(const std::string& nameOrAlias) const = 0;
  // Is this a scene-linear space, whose values have no bound (ACEScg), rather than an encoding within 0..1?
  [[nodiscard]] virtual bool isSceneLinear(const std::string& nameOrAlias) const = 0;
  // What the makers' formula for this space counts in, unless the name says otherwise.
  [[nodiscard]] virtual Levels levels(const std::string& nameOrAlias) const = 0;
  [[nodiscard]] virtual Result<std::shared_ptr<const Chain>> chain(const ChainRequest& request) const = 0;
  [[nodiscard]] virtual Result<std::shared_ptr<const Baked>> bake(std::shared_ptr<const Chain> chain,
                                                                  Effort effort = Effort::usual) const = 0;
};

// How one job's pictures go through their chain: by a cube as long as its measured error is within the bound, by the
// densest one when it is not, and exactly where that is not enough either. It never goes back, and it says so.
// Threads: one thread at a time; what baked() gave stays usable.
class Route {
 public:
  [[nodiscard]] static Result<Route> make(const Config& config, std::shared_ptr<const Chain> chain,
                                          const BakeError& bound = kBakeGoal);
  [[nodiscard]] const Baked& baked() const { return *m_baked; }
  [[nodiscard]] Path path() const { return m_baked->path(); }
  // Measures the way now taken on a picture of the job; true if another one is taken from this picture on. Call it
  // before that picture is graded.
  template <typename Picture>
  bool check(const Picture& picture) {
    bool changed = false;
    while (path() != Path::exact) {
      const BakeError inside = m_baked->measureInside(picture);
      if (inside.within(m_bound) || !leave(inside)) break;
      changed = true;
    }
    note(m_baked->measure(picture));
    return changed;
  }
  // The error of the pictures checked, by the ways they took: the mean of means, the worst of the others.
  [[nodiscard]] BakeError error() const;
  // What a job must tell with its result: one sentence, "" if the first cube served.
  [[nodiscard]] const std::string& finding() const { return m_finding; }

 private:
  Route(const Config& config, std::shared_ptr<const Chain> chain, const BakeError& bound)
      : m_config(&config), m_chain(std::move(chain)), m_bound(bound) {}
  bool leave(const BakeError& error);
  void note(const BakeError& error);

  const Config* m_config;
  std::shared_ptr<const Chain> m_chain;
  std::shared_ptr<const Baked> m_baked;
  BakeError m_bound;
  BakeError m_sum;
  int m_checked = 0;
  std::string m_finding;
};

// Our own config, compiled into the program from resources/ocio/; or a user's file.
[[nodiscard]] Result<std::shared_ptr<const Config>> loadConfig(const std::string& userFile = {});

// YCbCr or RGB 16-bit code values -> RGB float 0..1 of the same encoding, exact matrix and range (ITU-T H.273).
// Full-range samples count from 0 to 65535 with chroma zero at 32768, here and in Baked; codes of fewer bits that were
// only shifted up must be spread to that first (white would else be a code too dark).
[[nodiscard]] media::ImageF toRgb(const media::Frame16& frame, Levels levels = Levels::normalised);
// The same for planes as they lie; chroma between the samples is interpolated by its siting.
[[nodiscard]] media::ImageF toRgb(const media::PlanarView& picture, Levels levels = Levels::normalised);
// RGB float 0..1 -> YCbCr BT.709 limited 16-bit 4:4:4.
[[nodiscard]] media::Frame16 toYcbcr709(const media::ImageF& image, Levels levels = Levels::normalised);

// The whole look in the order in which it is done; steps of a simple look carry its fields.
[[nodiscard]] std::vector<model::LookStep> stepsOf(const model::Look& look);
// "CDL slope 1 1 1 offset ... in ACEScct", one for each step, applied ones marked.
[[nodiscard]] std::vector<std::string> inWords(const model::Look& look);
// What is wrong with the files a look stands on, a sentence each: gone, no LUT any more, other than when it was taken
// in. Reads them.
[[nodiscard]] std::vector<model::Warning> checkFiles(const model::Look& look);

// Looks from files: .cc .ccc .cdl (the id picks one of several; "" = the only one), .cube/.3dl/.clf/... as show LUT.
[[nodiscard]] Result<model::Look> loadLook(const std::string& path, const std::string& id = {});

}  // namespace rollproof::colour
