// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "core/base/path.h"
#include "core/qc/qc.h"
#include "core/qc/timecode_span.h"

namespace rollproof::qc {

namespace {

using model::Clip;
using model::QcLevel;

void add(Clip& clip, const char* code, QcLevel level, std::string text) {
  clip.qc.push_back({code, level, std::move(text)});
}

std::string text(const FrameRate& rate) {
  std::string number = fmt::format("{:.3f}", rate.approximate());
  while (number.back() == '0') number.pop_back();
  if (number.back() == '.') number.pop_back();
  return number;
}

std::string clipCount(std::size_t count) { return fmt::format("{} clip{}", count, count == 1 ? "" : "s"); }

// The pictures of a card share a rate; the sounds beside them have one of their own.
void checkRates(std::vector<Clip>& clips) {
  for (const bool pictures : {true, false}) {
    std::map<std::pair<int, int>, std::size_t> rates;
    std::size_t all = 0;
    for (const auto& clip : clips) {
      if (clip.picture.has_value() != pictures || !clip.frameRate.valid()) continue;
      ++rates[{clip.frameRate.num, clip.frameRate.den}];
      ++all;
    }
    if (rates.size() < 2) continue;
    const auto most =
        std::max_element(rates.begin(), rates.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    const auto equals =
        std::count_if(rates.begin(), rates.end(), [&](const auto& r) { return r.second == most->second; });
    const FrameRate usual{most->first.first, most->first.second};
    for (auto& clip : clips) {
      if (clip.picture.has_value() != pictures || !clip.frameRate.valid()) continue;
      if (equals > 1) {
        add(clip, "mixed_frame_rate", QcLevel::warning,
            fmt::format("Recorded at {} fps, on a roll that holds {} frame rates.", text(clip.frameRate),
                        rates.size()));
      } else if (clip.frameRate != usual) {
        add(clip, "mixed_frame_rate", QcLevel::warning,
            fmt::format("Recorded at {} fps; {} of the roll's {} are at {} fps.", text(clip.frameRate), most->second,
                        clipCount(all), text(usual)));
      }
    }
  }
}

std::optional<FrameRate> sensorRate(const Clip& clip) {
  if (!clip.sensorFps) return std::nullopt;
  const auto rate = FrameRate::fromRational(clip.sensorFps->num, clip.sensorFps->den);
  return rate.valid() ? std::optional(rate) : std::nullopt;
}

bool isOffSpeed(const Clip& clip) {
  const auto sensor = sensorRate(clip);
  return sensor && clip.frameRate.valid() && *sensor != clip.frameRate;
}

void checkSpeed(Clip& clip, const Spec& spec) {
  const auto sensor = sensorRate(clip);
  if (!spec.frameRate.valid()) {
    if (isOffSpeed(clip)) {
      add(clip, "off_speed", QcLevel::note,
          fmt::format("Off-speed: the sensor ran at {} fps, the clip plays at {} fps.", text(*sensor),
                      text(clip.frameRate)));
    }
    return;
  }
  if (clip.picture && clip.frameRate.valid() && clip.frameRate != spec.frameRate) {
    std::string what =
        fmt::format("Recorded at {} fps; the project is {}.", text(clip.frameRate), text(spec.frameRate));
    if (isOffSpeed(clip)) {
      what = fmt::format("Recorded at {} fps with the sensor at {} fps; the project is {}.", text(clip.frameRate),
                         text(*sensor), text(spec.frameRate));
    }
    add(clip, "sensor_fps_off_project", QcLevel::warning, std::move(what));
  } else if (sensor && *sensor != spec.frameRate) {
    add(clip, "sensor_fps_off_project", QcLevel::note,
        fmt::format("Off-speed: the sensor ran at {} fps; the project is {}.", text(*sensor), text(spec.frameRate)));
  }
}

bool countsFromNumbers(const Clip& clip) { return clip.timecodeSource == "sequence" || clip.timecodeSource == "none"; }

void checkZero(std::vector<Clip>& clips) {
  std::vector<Clip*> zero;
  std::size_t timed = 0;
  for (auto& clip : clips) {
    if (!clip.start || countsFromNumbers(clip)) continue;
    ++timed;
    if (labelNumber(*clip.start) == 0) zero.push_back(&clip);
  }
  for (Clip* clip : zero) {
    if (zero.size() == 1) {
      add(*clip, "timecode_zero", QcLevel::note,
          "The timecode starts at 00:00:00:00, as it does when it was never set.");
    } else {
      add(*clip, "timecode_zero", QcLevel::warning,
          fmt::format("The timecode starts at 00:00:00:00, as it does for {} of the roll's {}.", zero.size(),
                      clipCount(timed)));
    }
  }
}

// Editing systems match on reel and timecode. Without a reel, one camera still cannot record two clips at once. The
// tracks of a sound recorder share their time by nature.
std::string tapeOf(const Clip& clip) {
  if (!clip.picture || !clip.start || countsFromNumbers(clip)) return {};
  if (!clip.reel.empty()) return "reel " + clip.reel;
  return clip.cameraLetter.empty() ? std::string() : "camera " + clip.cameraLetter;
}

bool sameContent(const Known& a, const Known& b) {
  if (!a.uuid.empty() && !b.uuid.empty()) return a.uuid == b.uuid;
  if (!a.umid.empty() && !b.umid.empty()) return a.umid == b.umid;
  return a.clip == b.clip && a.bytes == b.bytes && a.durationFrames == b.durationFrames && a.start == b.start;
}

using ByName = std::unordered_map<std::string, std::vector<const Known*>>;

void checkOverlaps(std::vector<Clip>& clips, const std::vector<Known>& here, const ByName& reels) {
  std::map<std::string, std::vector<std::size_t>> tapes;
  for (std::size_t i = 0; i < clips.size(); ++i) {
    if (auto tape = tapeOf(clips[i]); !tape.empty()) tapes[std::move(tape)].push_back(i);
  }
  for (const auto& [tape, members] : tapes) {
    std::vector<Span> spans;
    for (const std::size_t i : members) spans.push_back({i, *clips[i].start, clips[i].durationFrames.value_or(1)});
    // Clips of other rolls take part under the numbers after this roll's.
    std::vector<const Known*> others;
    if (const auto found = reels.find(clips[members.front()].reel); found != reels.end()) {
      for (const Known* known : found->second) {
        const bool again =
            std::any_of(members.begin(), members.end(), [&](std::size_t i) { return sameContent(here[i], *known); });
        if (again || !known->start) continue;
        spans.push_back({clips.size() + others.size(), *known->start, known->durationFrames.value_or(1)});
        others.push_back(known);
      }
    }
    for (const auto& overlap : overlaps(spans)) {
      if (overlap.first >= clips.size()) continue;
      const bool elsewhere = overlap.second >= clips.size();
      const Known& other = elsewhere ? *others[overlap.second - clips.size()] : here[overlap.second];
      const std::string where = elsewhere ? " on roll " + other.roll : std::string();
      add(clips[overlap.first], "timecode_overlap", QcLevel::warning,
          overlap.sameStart
              ? fmt::format("Starts at {}, as {}{} does, both of {}.", other.start->text(), other.clip, where, tape)
              : fmt::format("Its timecode from {} overlaps that of {}{} from {}, both of {}.",
                            clips[overlap.first].start->text(), other.clip, where, other.start->text(), tape));
    }
  }
}

// Reels of roll after roll are compared by name; a spanned project has many clips of one reel, so each is looked up.
void checkDuplicates(std::vector<Clip>& clips, const std::vector<Known>& here, const ByName& names,
                     const ByName& reels) {
  std::unordered_map<std::string, std::vector<std::size_t>> onRoll;
  std::unordered_map<std::string, const Known*> takenReels;  // reel -> a clip of another roll with other content
  for (std::size_t i = 0; i < clips.size(); ++i) onRoll[clips[i].name].push_back(i);
  auto isHere = [&](const Known& known) {
    const auto same = onRoll.find(known.clip);
    return same != onRoll.end() && std::any_of(same->second.begin(), same->second.end(),
                                               [&](std::size_t i) { return sameContent(here[i], known); });
  };
  for (std::size_t i = 0; i < clips.size(); ++i) {
    Clip& clip = clips[i];
    const auto& same = onRoll[clip.name];
    if (same.size() > 1) {
      add(clip, "duplicate_clip_name", QcLevel::warning,
          fmt::format("{} of the roll are called {}.", clipCount(same.size()), path::display(clip.name)));
    } else if (const auto found = names.find(clip.name); found != names.end()) {
      const auto other = std::find_if(found->second.begin(), found->second.end(),
                                      [&](const Known* known) { return !sameContent(here[i], *known); });
      if (other != found->second.end()) {
        add(clip, "duplicate_clip_name", QcLevel::warning,
            fmt::format("Another clip called {} is on roll {}.", path::display(clip.name), (*other)->roll));
      }
    }
    if (here[i].reel.empty()) continue;
    auto [taken, fresh] = takenReels.try_emplace(clip.reel, nullptr);
    if (fresh) {
      if (const auto found = reels.find(clip.reel); found != reels.end()) {
        const auto other = std::find_if(found->second.begin(), found->second.end(),
                                        [&](const Known* known) { return !isHere(*known); });
        if (other != found->second.end()) taken->second = *other;
      }
    }
    if (taken->second) {
      add(clip, "duplicate_reel", QcLevel::warning,
          fmt::format("The reel {} is also that of {} on roll {}.", path::display(clip.reel),
                      path::display(taken->second->clip), taken->second->roll));
    }
  }
}

void checkPicture(Clip& clip, const Spec& spec) {
  if (!clip.picture) return;
  const auto& picture = *clip.picture;
  if (!spec.resolutions.empty() && picture.width > 0 && picture.height > 0 &&
      std::find(spec.resolutions.begin(), spec.resolutions.end(), std::pair{picture.width, picture.height}) ==
          spec.resolutions.end()) {
    std::string wanted;
    for (const auto& [width, height] : spec.resolutions) {
      wanted += (wanted.empty() ? "" : " or ") + fmt::format("{}x{}", width, height);
    }
    add(clip, "unexpected_resolution", QcLevel::warning,
        fmt::format("Recorded at {}x{}; the project expects {}.", picture.width, picture.height, wanted));
  }
  auto is = [&](const std::string& codec) {
    return path::lowerAscii(picture.codec) == codec || path::lowerAscii(picture.codecTag) == codec;
  };
  if (!spec.codecs.empty() && !(picture.codec.empty() && picture.codecTag.empty()) &&
      std::none_of(spec.codecs.begin(), spec.codecs.end(), is)) {
    std::string wanted;
    for (const auto& codec : spec.codecs) wanted += (wanted.empty() ? "" : " or ") + codec;
    add(clip, "unexpected_codec", QcLevel::warning,
        fmt::format("Recorded as {}; the project expects {}.",
                    path::display(picture.codec.empty() ? picture.codecTag : picture.codec), wanted));
  }
}

bool hasSound(const Clip& clip) {
  return (clip.audio && clip.audio->channels > 0) ||
         std::any_of(clip.files.begin(), clip.files.end(),
                     [](const auto& file) { return file.role == model::FileRole::audio; });
}

void checkSound(std::vector<Clip>& clips, const Spec& spec) {
  std::size_t pictures = 0, withSound = 0;
  for (const auto& clip : clips) {
    if (!clip.picture) continue;
    ++pictures;
    if (hasSound(clip)) ++withSound;
  }
  for (auto& clip : clips) {
    if (clip.picture && !hasSound(clip)) {
      // Cameras record no sound off-speed.
      const QcLevel level = isOffSpeed(clip) ? QcLevel::note : QcLevel::warning;
      if (spec.audioRequired || spec.minAudioChannels > 0) {
        add(clip, "missing_audio", level, "Has no sound; the project expects it.");
      } else if (withSound * 2 > pictures) {
        add(clip, "missing_audio", level,
            fmt::format("Has no sound; {} of the roll's {} have.", withSound, clipCount(pictures)));
      }
      continue;
    }
    if (!clip.audio) continue;
    if (clip.audio->channels > 0 && clip.audio->channels < spec.minAudioChannels) {
      add(clip, "unexpected_audio", QcLevel::warning,
          fmt::format("Has {} channel{} of sound; the project expects at least {}.", clip.audio->channels,
                      clip.audio->channels == 1 ? "" : "s", spec.minAudioChannels));
    }
    if (spec.audioSampleRate > 0 && clip.audio->sampleRate > 0 && clip.audio->sampleRate != spec.audioSampleRate) {
      add(clip, "unexpected_audio", QcLevel::warning,
          fmt::format("Its sound is at {} Hz; the project expects {} Hz.", clip.audio->sampleRate,
                      spec.audioSampleRate));
    }
  }
}

// What the readers found is judged here, and only here.
struct Judged {
  const char* warning;
  const char* code;
  QcLevel level;
};
constexpr Judged kJudged[] = {
    {"timecode_jump", "timecode_jump", QcLevel::warning},      {"dropped_frames", "dropped_frames", QcLevel::error},
    {"sequence_gap", "dropped_frames", QcLevel::error},        {"missing_segment", "unreadable_media", QcLevel::error},
    {"missing_audio_file", "missing_audio", QcLevel::warning}, {"unfinished", "unreadable_media", QcLevel::error},
    {"zero_length", "unreadable_media", QcLevel::error},       {"unreadable_media", "unreadable_media", QcLevel::error},
    {"reader_crashed", "unreadable_media", QcLevel::error},    {"reader_hung", "unreadable_media", QcLevel::error},
};

void checkWarnings(Clip& clip) {
  for (const auto& warning : clip.warnings) {
    for (const auto& judged : kJudged) {
      if (warning.code == judged.warning) add(clip, judged.code, judged.level, warning.text);
    }
  }
}

// A cap on the lens in a log encoding still stands near a tenth of the code range, and its noise above that.
bool isBlack(const model::FrameCheck& frame) { return frame.meanLuma < 0.11 && frame.maxLuma < 0.2; }

void checkFrames(Clip& clip) {
  std::vector<const model::FrameCheck*> frames;  // that were decoded, each once
  for (const auto& frame : clip.frameChecks) {
    if (!frame.error.empty()) {
      add(clip, "unreadable_frame", QcLevel::error,
          fmt::format("The {} frame (number {}) cannot be decoded: {}.", path::display(frame.where), frame.index,
                      path::display(frame.error)));
    } else if (std::none_of(frames.begin(), frames.end(), [&](const auto* f) { return f->index == frame.index; })) {
      frames.push_back(&frame);
    }
  }
  const auto black = std::count_if(frames.begin(), frames.end(), [](const auto* f) { return isBlack(*f); });
  if (!frames.empty() && black == static_cast<std::ptrdiff_t>(frames.size())) {
    add(clip, "black_frame", QcLevel::warning,
        frames.size() == 1 ? std::string("The frame that was looked at is black.")
                           : fmt::format("All {} frames that were looked at are black.", frames.size()));
    return;
  }
  for (const auto* frame : frames) {
    if (!isBlack(*frame)) continue;
    // Cameras often start under a slate or a hand.
    add(clip, "black_frame", frame->where == "middle" ? QcLevel::warning : QcLevel::note,
        fmt::format("The {} frame (number {}) is black.", path::display(frame->where), frame->index));
  }
  for (std::size_t i = 0; i + 1 < frames.size(); ++i) {
    std::string same;
    std::size_t count = 1;
    for (std::size_t k = i + 1; k < frames.size(); ++k) {
      if (frames[i]->digest.empty() || frames[k]->digest != frames[i]->digest) continue;
      same += (same.empty() ? "" : " and ") + path::display(frames[k]->where);
      ++count;
    }
    if (count < 2) continue;
    add(clip, "frozen_picture", count == frames.size() ? QcLevel::warning : QcLevel::note,
        fmt::format("The {} frame and the {} show the very same picture.", path::display(frames[i]->where), same));
    return;
  }
}

}  // namespace

Known knownFrom(const Clip& clip, const std::string& roll) {
  Known known{clip.name,          clip.picture ? clip.reel : std::string(), roll, clip.uuid, clip.umid, 0, clip.start,
              clip.durationFrames};
  if (countsFromNumbers(clip)) known.start.reset();
  for (const auto& file : clip.files) known.bytes += file.bytes;
  return known;
}

void check(std::vector<Clip>& clips, const Spec& spec, const std::vector<Known>& project) {
  std::vector<Known> here;
  std::set<std::string> names, reels;
  for (auto& clip : clips) {
    clip.qc.clear();
    here.push_back(knownFrom(clip, {}));
    names.insert(clip.name);
    reels.insert(here.back().reel);
  }
  ByName byName, byReel;
  for (const auto& known : project) {
    if (names.contains(known.clip)) byName[known.clip].push_back(&known);
    if (!known.reel.empty() && reels.contains(known.reel)) byReel[known.reel].push_back(&known);
  }
  checkRates(clips);
  checkZero(clips);
  checkOverlaps(clips, here, byReel);
  checkDuplicates(clips, here, byName, byReel);
  checkSound(clips, spec);
  for (auto& clip : clips) {
    checkSpeed(clip, spec);
    checkPicture(clip, spec);
    checkWarnings(clip);
    checkFrames(clip);
    std::stable_sort(clip.qc.begin(), clip.qc.end(), [](const auto& a, const auto& b) {
      return static_cast<int>(a.level) < static_cast<int>(b.level);
    });
  }
}

}  // namespace rollproof::qc
