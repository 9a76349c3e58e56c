// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "core/base/path.h"
#include "core/dailies/burnin.h"
#include "core/dailies/framing.h"
#include "core/dailies/picture.h"
#include "core/dailies/presets.h"
#include "core/dailies/sound.h"
#include "core/dailies/target.h"
#include "core/model/clip_json.h"

namespace rollproof::dailies {
namespace {

constexpr std::int64_t kMeasuredFrames = 8;
constexpr int kAacChannels = 2;

// Presets whose display pictures are alike share one scaling.
struct DisplayGroup {
  FramePlan plan;
  std::optional<Framelines> framelines;
  bool used = true;
  colour::BakeError error, inside;  // sums of means, the worst of the others
  std::int64_t measured = 0;
};

struct Output {
  const Preset* preset = nullptr;
  BurnInTemplate burnin;
  std::optional<BurnIns> burnt;
  std::vector<std::string> finished;  // it stands already, and is not made again
  std::optional<std::int64_t> only;   // the one frame it wants
  PictureKind kind = PictureKind::display;
  std::size_t group = 0;                       // display presets
  std::shared_ptr<const colour::Chain> chain;  // scene presets; none when nothing is to be changed
  std::string words;
  std::unique_ptr<Target> target;
  std::unique_ptr<Sound> sound;
  int channels = 0;
  std::vector<model::Warning> warnings;
};

class Renderer {
 public:
  Renderer(FileSystem& fs, const colour::Config& config, const RenderRequest& request)
      : m_fs(fs), m_config(config), m_request(request) {}

  Result<std::vector<Rendered>> run(jobs::Progress& progress, const std::stop_token& stop) {
    const auto began = std::chrono::steady_clock::now();
    progress.setPhase("Opening");
    if (auto prepared = prepare(); !prepared) return tl::unexpected(prepared.error());
    jobs::Meter& meter = progress.addMeter("Rendering " + path::display(m_clip.clip.name));
    meter.totalItems = static_cast<std::uint64_t>(m_last - m_first + 1);
    progress.setPhase("Rendering");
    progress.setCurrent(m_clip.paths.front());
    if (std::all_of(m_outputs.begin(), m_outputs.end(), [](const Output& output) { return !output.target; })) {
      meter.doneItems = meter.totalItems.load();
      return publish(began);
    }
    for (std::int64_t frame = m_first; frame <= m_last; ++frame) {
      if (stop.stop_requested()) return fail(Errc::cancelled, "the render was stopped", m_clip.clip.name);
      if (auto done = renderFrame(frame); !done) return tl::unexpected(done.error());
      ++meter.doneItems;
    }
    if (stop.stop_requested()) return fail(Errc::cancelled, "the render was stopped", m_clip.clip.name);
    if (m_damaged == m_tried) {
      return fail(Errc::corrupt, "not one picture of this clip can be decoded", m_clip.paths.front());
    }
    progress.setPhase("Finishing");
    return publish(began);
  }

 private:
  Status prepare() {
    if (auto checked = checkRequest(); !checked) return checked;
    auto opened = openClip(m_request.source);
    if (!opened) return tl::unexpected(opened.error());
    m_clip = std::move(*opened);
    auto plan = planColour(m_config, m_clip, m_request.colour, m_clip.isFloat());
    if (!plan) return tl::unexpected(plan.error());
    m_plan = std::move(*plan);
    if (auto framed = planFraming(); !framed) return framed;
    if (auto made = openPictures(); !made) return made;
    if (auto made = planOutputs(); !made) return made;
    for (Output& output : m_outputs) {
      if (auto made = openTarget(output); !made) return made;
    }
    for (std::size_t i = 0; i < m_groups.size(); ++i) {
      m_groups[i].used = std::any_of(m_outputs.begin(), m_outputs.end(), [&](const Output& output) {
        return output.kind == PictureKind::display && output.group == i && output.target;
      });
    }
    return {};
  }

  Status checkRequest() {
    if (m_request.presets.empty()) return fail(Errc::usage, "no preset was asked for");
    for (const std::string& name : m_request.presets) {
      const Preset* preset = presetNamed(name);
      if (!preset) return fail(Errc::usage, "there is no such preset", path::display(name));
      for (const Output& other : m_outputs) {
        if (other.preset == preset) return fail(Errc::usage, "this preset was asked for twice", name);
      }
      Output output;
      output.preset = preset;
      output.kind = kindOf(*preset);
      auto burnin = burnInFor(m_request.burnin.empty() ? preset->burnin : m_request.burnin);
      if (!burnin) return tl::unexpected(burnin.error());
      // A copy that is to carry a name must not leave without one.
      if (burnin->says("recipient") && m_request.burnInExtras.recipient.empty()) {
        return fail(Errc::usage, "this burn-in names who the pictures are for: give a recipient", burnin->name);
      }
      output.burnin = std::move(*burnin);
      m_outputs.push_back(std::move(output));
    }
    if (m_request.outputDirectory.empty() || m_request.outputDirectory.front() != '/') {
      return fail(Errc::usage, "the output folder must be an absolute path", m_request.outputDirectory);
    }
    return {};
  }

  Status planFraming() {
    auto framed = framingFor(m_request.framing, fdlQueryOf(m_clip, m_request.framingIntent));
    if (!framed) return tl::unexpected(framed.error());
    auto changed = changedBy(framed->framing, m_request.framingChanges);
    if (!changed) return tl::unexpected(changed.error());
    framed->framing = std::move(*changed);
    m_framed = std::move(*framed);
    if (!m_framed.explanation.empty()) m_clip.warnings.push_back({"framing_chosen", m_framed.explanation});
    return {};
  }

  [[nodiscard]] const Preset* presetNamed(const std::string& name) const {
    for (const Preset& preset : m_request.ownPresets) {
      if (preset.name == name) return &preset;
    }
    return findPreset(name);
  }

  Status planOutputs() {
    bool display = false;
    for (Output& output : m_outputs) {
      if (output.kind == PictureKind::display) {
        display = true;
        auto group = groupFor(*output.preset);
        if (!group) return tl::unexpected(group.error());
        output.group = *group;
        if (auto made = openBurnIns(output); !made) return made;
        continue;
      }
      if (m_request.colour.look) {
        output.warnings.push_back({"look_not_applied", "Frames for finishing are ungraded; the look is not in them."});
      }
      if (!output.burnin.empty()) {
        output.warnings.push_back({"burnin_not_applied", "Frames for finishing carry no burnt-in text."});
      }
      if (!m_framed.framing.isDefault()) {
        output.warnings.push_back({"framing_not_applied", "Frames for finishing are whole, as they were recorded."});
      }
      colour::ChainRequest request;
      request.input = m_plan.input;
      if (output.kind == PictureKind::scene) request.outputSpace = output.preset->space;
      if (output.kind == PictureKind::cameraLog) {
        // Linear light has no log of its own.
        if (!m_config.isSceneLinear(m_plan.input)) {
          output.words = m_plan.input;
          continue;
        }
        request.outputSpace = "ACEScct";
      }
      auto chain = m_config.chain(request);
      if (!chain) return tl::unexpected(chain.error());
      output.chain = std::move(*chain);
      output.words = output.chain->describe();
    }
    if (display) {
      auto made = DisplayColour::make(m_config, m_plan, m_clip.isFloat(), DisplayColour::Use::render);
      if (!made) return tl::unexpected(made.error());
      m_colour = std::move(*made);
      for (Output& output : m_outputs) {
        if (output.kind != PictureKind::display) continue;
        output.words = m_colour->words();
      }
    }
    return {};
  }

  Result<std::size_t> groupFor(const Preset& preset) {
    auto plan = planFrame(m_clip.video.width, m_clip.video.height, m_clip.squeeze, preset.width, fixedSizeOf(preset),
                          m_framed.framing);
    if (!plan) return tl::unexpected(plan.error());
    for (std::size_t i = 0; i < m_groups.size(); ++i) {
      const FramePlan& other = m_groups[i].plan;
      // All else follows from the framing, which is the same for all.
      if (other.canvasWidth == plan->canvasWidth && other.canvasHeight == plan->canvasHeight &&
          other.pictureWidth == plan->pictureWidth && other.pictureHeight == plan->pictureHeight) {
        return i;
      }
    }
    DisplayGroup group;
    if (!plan->lines.empty()) {
      auto lines = Framelines::make(plan->lines, plan->canvasHeight);
      if (!lines) return tl::unexpected(lines.error());
      group.framelines = std::move(*lines);
    }
    group.plan = std::move(*plan);
    m_groups.push_back(std::move(group));
    return m_groups.size() - 1;
  }

  Status openBurnIns(Output& output) {
    if (output.burnin.empty()) return {};
    const BurnInWords words = wordsOf(m_clip.clip, m_request.burnInExtras, m_plan.look.name);
    const FramePlan& plan = m_groups[output.group].plan;
    auto made = BurnIns::make(output.burnin, words, plan.canvasWidth, plan.canvasHeight, m_last);
    if (!made) return tl::unexpected(made.error());
    output.burnt = std::move(*made);
    return {};
  }

  Status openPictures() {
    auto pictures = Pictures::open(m_clip);
    if (!pictures) return tl::unexpected(pictures.error());
    m_pictures = std::move(*pictures);
    const std::int64_t count = m_pictures->count();
    m_first = m_request.firstFrame.value_or(0);
    m_last = m_request.lastFrame.value_or(count - 1);
    if (m_first < 0 || m_last < m_first || m_last >= count) {
      return fail(Errc::usage,
                  "the clip has frames 0 to " + std::to_string(count - 1) + ", not " + std::to_string(m_first) +
                      " to " + std::to_string(m_last),
                  m_clip.clip.name);
    }
    m_measureEvery = std::max<std::int64_t>(1, (m_last - m_first + 1) / kMeasuredFrames);
    return {};
  }

  Status openTarget(Output& output) {
    TargetOptions options;
    options.clip = &m_clip;
    options.preset = output.preset;
    // Files that only differ in preset keep the clip's name, because editors relink by it; so each gets a folder.
    options.directory =
        m_outputs.size() > 1 ? path::join(m_request.outputDirectory, output.preset->name) : m_request.outputDirectory;
    options.firstFrame = m_first;
    options.display = m_plan.display;
    options.space = output.kind == PictureKind::scene ? output.preset->space : output.chain ? "ACEScct" : m_plan.input;
    options.chain = output.words;
    options.frames = m_last - m_first + 1;
    options.settings = settingsOf(output);
    output.only = onlyFrame(*output.preset, m_first, m_last);
    if (output.kind == PictureKind::display) {
      const FramePlan& plan = m_groups[output.group].plan;
      options.size = {plan.canvasWidth, plan.canvasHeight};
    }
    const bool frames = isFrames(*output.preset);
    if (!frames) openSound(output, options);
    if (m_request.keepFinished) {
      output.finished = frames ? finishedFrames(m_fs, options) : finishedMovie(m_fs, options);
      if (!output.finished.empty()) return {};
    }
    if (auto made = m_fs.makeDirectories(options.directory); !made) return made;
    if (frames) {
      if (output.kind == PictureKind::display) options.space = m_plan.display;
      auto target = createSequenceTarget(m_fs, options);
      if (!target) return tl::unexpected(target.error());
      output.target = std::move(*target);
      return {};
    }
    auto target = createMovieTarget(m_fs, options);
    if (!target) return tl::unexpected(target.error());
    output.target = std::move(*target);
    return {};
  }

  // Everything that decides what comes out, as one word: also what a person corrected in the record since (timecode,
  // reel, slate), and this program, which may do the same better than an earlier one.
  [[nodiscard]] std::string settingsOf(const Output& output) const {
    std::string all = fmt::format("{}\n{}\n{}\n{}\n{}-{}\n", ROLLPROOF_VERSION, presetJson(*output.preset),
                                  output.words, m_request.burnin, m_first, m_last);
    model::Clip record = m_request.source.clip;
    record.qc.clear();
    record.warnings.clear();
    record.provenance.clear();
    record.raw.clear();
    all += model::toJson(record).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    all += framingJson(m_framed.framing) + "\n";
    const BurnInExtras& extras = m_request.burnInExtras;
    all += extras.show + "\n" + extras.recipient + "\n";
    for (const std::string& field : extras.free) all += field + "\n";
    if (output.burnt) all += burnInJson(output.burnin);
    for (const auto& step : colour::inWords(m_plan.look)) all += step + "\n";
    for (const auto& step : colour::stepsOf(m_plan.look)) all += step.hash + "\n";
    std::vector<std::string> files = m_clip.paths;
    if (const auto& sound = m_request.source.sound) {
      all += fmt::format("{} {} {}\n", sound->name, sound->offset, sound->playRate);
      files.insert(files.end(), sound->paths.begin(), sound->paths.end());
    }
    for (const std::string& file : files) {
      const auto info = m_fs.info(file);
      all += info ? fmt::format("{} {}\n", info->bytes, info->modifiedUnixNanos) : "gone\n";
    }
    return fmt::format("{:016x}", XXH3_64bits(all.data(), all.size()));
  }

  void openSound(Output& output, TargetOptions& options) {
    if (output.preset->audioCodec.empty()) return;
    const std::size_t before = m_clip.warnings.size();
    auto sound = Sound::open(m_clip, m_request.source);
    // Each preset opens the sound for itself; the trouble with it is told once.
    if (m_clip.warnings.size() > before && m_soundTold) m_clip.warnings.resize(before);
    m_soundTold = true;
    if (!sound) return;
    const bool mxf = output.preset->container == "mxf" || output.preset->container == "op_atom";
    if ((mxf && sound->sampleRate() != 48000) || (output.preset->audioCodec == "aac" && sound->sampleRate() > 96000)) {
      output.warnings.push_back({"sound_left_out", "This format cannot carry sound at " +
                                                       std::to_string(sound->sampleRate()) + " Hz; the file is mute."});
      return;
    }
    output.channels = sound->channels();
    if (output.preset->audioCodec == "aac" && (output.channels > 6)) {
      output.channels = kAacChannels;
      output.warnings.push_back({"sound_reduced", "AAC for review carries the first two of " +
                                                      std::to_string(sound->channels()) + " tracks."});
    }
    if (const int most = output.preset->audioChannels; most > 0) output.channels = std::min(output.channels, most);
    options.audioChannels = output.channels;
    options.sampleRate = sound->sampleRate();
    output.sound = std::move(sound);
  }

  Status renderFrame(std::int64_t frame) {
    const bool wanted =
        std::any_of(m_outputs.begin(), m_outputs.end(), [&](const Output& output) { return wants(output, frame); });
    if (!wanted) return {};
    ++m_tried;
    auto picture = m_pictures->read(frame);
    if (picture) {
      m_held = std::move(*picture);
      m_haveHeld = true;
    } else {
      if (!isOneFramesFault(picture.error().code)) return tl::unexpected(picture.error());
      if (m_damaged == 0) m_firstDamage = describe(picture.error());
      ++m_damaged;
      if (!m_haveHeld) m_held = blank();
    }
    const bool look = picture && ((frame - m_first) % m_measureEvery == 0 || !m_looked);
    m_looked = m_looked || look;
    for (std::size_t i = 0; i < m_groups.size(); ++i) {
      if (!m_groups[i].used) continue;
      if (auto shown = showGroup(i, frame, look); !shown) return shown;
    }
    for (Output& output : m_outputs) {
      if (!wants(output, frame)) continue;
      if (auto written = writeOutput(output, frame); !written) return written;
    }
    return {};
  }

  static bool wants(const Output& output, std::int64_t frame) {
    return output.target && (!output.only || *output.only == frame);
  }

  Status showGroup(std::size_t index, std::int64_t frame, bool look) {
    DisplayGroup& group = m_groups[index];
    const FramePlan& plan = group.plan;
    const auto coded =
        m_colour->coded(m_held, sourceOf(plan), {plan.scaledWidth(), plan.scaledHeight()}, m_scaler, plan.turn);
    if (!coded) return tl::unexpected(coded.error());
    if (look) {
      m_colour->check(coded->view);
      measure(group, coded->view);
      noteGuesses(*coded);
    }
    std::vector<media::PlanarRoom> rooms, places;
    for (Output& output : m_outputs) {
      if (!shows(output, index, frame)) continue;
      auto room = output.target->nextDisplay();
      if (!room) return tl::unexpected(room.error());
      rooms.push_back(*room);
      places.push_back(*room);
      if (plan.pictureWidth != plan.canvasWidth || plan.pictureHeight != plan.canvasHeight) {
        media::fillBlack(*room);
        places.back() = media::partOf(*room, plan.x, plan.y, plan.pictureWidth, plan.pictureHeight);
      }
    }
    m_colour->baked().apply(coded->view, places);
    auto room = rooms.begin();
    for (Output& output : m_outputs) {
      if (!shows(output, index, frame)) continue;
      if (group.framelines) {
        if (auto drawn = group.framelines->draw(*room); !drawn) return drawn;
      }
      if (output.burnt) {
        const auto timecode = m_clip.timecodeAt(frame);
        if (auto drawn = output.burnt->draw(*room, {timecode, timecode, frame}); !drawn) return drawn;
      }
      ++room;
    }
    return {};
  }

  static bool shows(const Output& output, std::size_t group, std::int64_t frame) {
    return output.kind == PictureKind::display && output.group == group && wants(output, frame);
  }

  // The plan is in the pixels the clip is said to have; a file whose pictures are of another size keeps its
  // proportions.
  [[nodiscard]] media::Region sourceOf(const FramePlan& plan) const {
    const PictureSize size = m_held.size();
    const double sx = static_cast<double>(size.width) / m_clip.video.width;
    const double sy = static_cast<double>(size.height) / m_clip.video.height;
    return {plan.source.x * sx, plan.source.y * sy, plan.source.width * sx, plan.source.height * sy};
  }

  // What the file does not say of its codes is told once, with the result.
  void noteGuesses(const media::PlanarPicture& picture) {
    m_assumedMatrix = m_assumedMatrix || picture.assumedMatrix;
    m_assumedRange = m_assumedRange || picture.assumedRange;
  }

  // A frame that is damaged, gone or of another kind costs itself; what holds for all frames ends the render.
  [[nodiscard]] bool isOneFramesFault(Errc code) const {
    return code == Errc::corrupt || code == Errc::conflict || code == Errc::notFound ||
           (code == Errc::unsupported && m_haveHeld);
  }

  Status writeOutput(Output& output, std::int64_t frame) {
    if (output.kind != PictureKind::display) {
      media::ImageF image = toFloat(m_held, m_config.levels(m_plan.input));
      if (output.chain) output.chain->applyExact(image);
      return output.target->writeScene(image, frame);
    }
    if (auto written = output.target->writeDisplay(frame); !written) return written;
    if (!output.sound) return {};
    std::vector<float> samples = output.sound->frame(frame);
    if (output.channels != output.sound->channels()) samples = firstChannels(samples, *output.sound, output.channels);
    return samples.empty() ? Status{} : output.target->writeSound(samples);
  }

  static std::vector<float> firstChannels(const std::vector<float>& samples, const Sound& sound, int keep) {
    std::vector<float> kept;
    const auto all = static_cast<std::size_t>(sound.channels());
    for (std::size_t at = 0; at + all <= samples.size(); at += all) {
      kept.insert(kept.end(), samples.begin() + static_cast<std::ptrdiff_t>(at),
                  samples.begin() + static_cast<std::ptrdiff_t>(at) + keep);
    }
    return kept;
  }

  // A black picture of the recorded size, for a clip whose first frames are broken.
  [[nodiscard]] Picture blank() const {
    Picture picture;
    const int width = m_clip.video.width, height = m_clip.video.height;
    if (m_clip.isFloat()) {
      const auto count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
      picture.light = {width, height, std::vector<float>(count * 3, 0.0F)};
    } else {
      media::OwnPlanes planes = media::makePlanes(width, height, 8, media::Chroma::s420);
      if (planes.memory) media::fillBlack(planes.room);
      picture.planar.view = viewOf(planes.room);
      picture.planar.memory = std::move(planes.memory);
    }
    return picture;
  }

  void measure(DisplayGroup& group, const media::PlanarView& coded) const {
    const auto add = [](colour::BakeError& sum, const colour::BakeError& error) {
      sum.mean += error.mean;
      sum.p999 = std::max(sum.p999, error.p999);
      sum.max = std::max(sum.max, error.max);
    };
    add(group.error, m_colour->baked().measure(coded));
    add(group.inside, m_colour->baked().measureInside(coded));
    ++group.measured;
  }

  Result<std::vector<Rendered>> publish(std::chrono::steady_clock::time_point began) {
    std::vector<Rendered> results;
    for (Output& output : m_outputs) {
      Rendered rendered;
      rendered.clip = m_clip.clip.name;
      rendered.preset = output.preset->name;
      rendered.frames = output.only ? 1 : m_last - m_first + 1;
      rendered.chain = output.words;
      rendered.kept = !output.target;
      if (output.target) {
        auto paths = output.target->publish();
        if (!paths) return tl::unexpected(paths.error());
        rendered.files = std::move(*paths);
      } else {
        rendered.files = output.finished;
      }
      rendered.path = rendered.files.front();
      if (output.kind == PictureKind::display && output.target) {
        const DisplayGroup& group = m_groups[output.group];
        rendered.colourError = group.error;
        rendered.colourErrorInGamut = group.inside;
        for (auto* error : {&rendered.colourError, &rendered.colourErrorInGamut}) {
          if (group.measured > 0) error->mean /= static_cast<double>(group.measured);
        }
        if (const std::string finding = m_colour->finding(); !finding.empty()) {
          rendered.warnings.push_back({"colour_bound_missed", finding});
        }
      }
      for (const auto* list : {&m_clip.warnings, &m_plan.warnings, &output.warnings}) {
        rendered.warnings.insert(rendered.warnings.end(), list->begin(), list->end());
      }
      if (output.kind == PictureKind::display) addGuesses(rendered);
      if (output.sound && output.sound->hadTrouble()) {
        rendered.warnings.push_back({"sound_damaged", "Part of the sound could not be read and is silent."});
      }
      if (m_damaged > 0) {
        rendered.warnings.push_back(
            {"frames_damaged",
             std::to_string(m_damaged) + " frames could not be decoded and repeat the one before: " + m_firstDamage});
      }
      results.push_back(std::move(rendered));
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    for (Rendered& rendered : results) rendered.seconds = took.count();
    return results;
  }

  void addGuesses(Rendered& rendered) const {
    if (m_assumedMatrix) {
      rendered.warnings.push_back({"matrix_assumed", m_clip.video.height >= 720
                                                         ? "The file does not say its YCbCr matrix; BT.709 is used."
                                                         : "The file does not say its YCbCr matrix; BT.601 is used."});
    }
    if (m_assumedRange) {
      rendered.warnings.push_back({"range_assumed", "The file does not say its range; limited range is used."});
    }
  }

  FileSystem& m_fs;
  const colour::Config& m_config;
  const RenderRequest& m_request;
  OpenedClip m_clip;
  ColourPlan m_plan;
  Framed m_framed;
  std::vector<DisplayGroup> m_groups;
  std::vector<Output> m_outputs;
  std::optional<DisplayColour> m_colour;
  std::optional<Pictures> m_pictures;
  Picture m_held;
  media::Scaler m_scaler;
  bool m_looked = false, m_haveHeld = false, m_soundTold = false, m_assumedMatrix = false, m_assumedRange = false;
  std::int64_t m_first = 0, m_last = 0, m_measureEvery = 1, m_damaged = 0, m_tried = 0;
  std::string m_firstDamage;
};

}  // namespace

Result<std::vector<Rendered>> render(FileSystem& fs, const colour::Config& config, const RenderRequest& request,
                                     jobs::Progress& progress, std::stop_token stop) {
  return Renderer(fs, config, request).run(progress, stop);
}

}  // namespace rollproof::dailies
