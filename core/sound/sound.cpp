// SPDX-License-Identifier: Apache-2.0
#include "core/sound/sound.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "core/base/path.h"

namespace rollproof::sound {
namespace {

// Everything below stays within 64 bits: a day of frames times 768 kHz times 1001 is 4e15.
constexpr std::int64_t kLongest = 100'000'000;  // frames of a clip: more than a week

std::optional<std::int64_t> leading(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end == text.data()) return std::nullopt;
  return value;
}

std::string rawOf(const model::Clip& clip, const char* field) {
  const auto found = clip.provenance.find(field);
  return found == clip.provenance.end() || found->second.empty() ? std::string() : found->second.front().raw;
}

std::string dayOf(const std::string& recordedAt) { return recordedAt.size() >= 10 ? recordedAt.substr(0, 10) : ""; }

std::string rateText(FrameRate rate) {
  return rate.den == 1 ? fmt::format("{}", rate.num) : fmt::format("{:.3f}", rate.approximate());
}

// Timecode labels are counted the same where their frames a second are, whatever the true speed: 23.976 and 24.
bool countAlike(FrameRate a, FrameRate b) { return a.nominal() == b.nominal(); }

// Counts of the take's clock from midnight to a label of the picture's timecode.
std::int64_t countsAt(const Timecode& start, const Take& take) {
  const auto stamp = static_cast<std::int64_t>(take.stampRate);
  if (countAlike(start.rate, take.timecodeRate) && start.dropFrame == take.dropFrame) {
    // frame * stampRate * den / num, rounded
    const std::int64_t up = static_cast<std::int64_t>(start.frames) * stamp * take.timecodeRate.den;
    return (up + take.timecodeRate.num / 2) / take.timecodeRate.num;
  }
  // Other counts: by the clock that the label reads. A drop-frame count follows real time of itself; others count
  // nominal frames, and run slow by their /1001.
  const auto seconds = [&](FrameRate rate, bool drop, std::int64_t frames) {
    return drop ? static_cast<double>(frames) * rate.den / rate.num : static_cast<double>(frames) / rate.nominal();
  };
  const double label = seconds(start.rate, start.dropFrame, start.frames);
  const double slow =
      take.dropFrame ? 1.0
                     : static_cast<double>(take.timecodeRate.nominal()) * take.timecodeRate.den / take.timecodeRate.num;
  return (std::llround(label * slow * take.stampRate));
}

// A day in counts of the take's clock.
std::int64_t dayOfCounts(const Take& take) {
  Timecode day;
  day.rate = take.timecodeRate;
  day.dropFrame = take.dropFrame;
  day.frames = static_cast<std::int64_t>(86400) * take.timecodeRate.nominal();
  if (take.dropFrame) day.frames = day.frames * 8991 / 9000;  // 108 labels of an hour's 108000 do not exist
  return countsAt(day, take);
}

// Stamped at another rate by a pull of a thousandth; a stamp of another clock altogether counts no samples.
bool isPulled(const Take& take) {
  return take.stampRate != take.sampleRate && std::abs(take.stampRate - take.sampleRate) * 500LL <= take.sampleRate;
}

// The day before or after, "" if that is no date.
std::string dayAfter(const std::string& day, int days) {
  int year = 0;
  unsigned month = 0, date = 0;
  if (std::sscanf(day.c_str(), "%4d-%2u-%2u", &year, &month, &date) != 3) return {};
  const std::chrono::year_month_day given{std::chrono::year(year), std::chrono::month(month), std::chrono::day(date)};
  if (!given.ok()) return {};
  const std::chrono::year_month_day then{std::chrono::sys_days(given) + std::chrono::days(days)};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(then.year()), static_cast<unsigned>(then.month()),
                     static_cast<unsigned>(then.day()));
}

int playRateOf(const Take& take, FrameRate picture) {
  if (!isPulled(take) || !countAlike(picture, take.timecodeRate)) return take.sampleRate;
  // Pulled sound: its samples belong to the frames they were counted with, at whatever speed those are shown.
  const double rate = take.stampRate * picture.approximate() / take.timecodeRate.approximate();
  return static_cast<int>(std::lround(rate));
}

std::int64_t lengthOf(const model::Clip& clip, int rate) {
  const std::int64_t frames = std::min(clip.durationFrames.value_or(0), kLongest);
  return frames * rate * clip.frameRate.den / clip.frameRate.num;
}

double framesOf(std::int64_t samples, int rate, FrameRate picture) {
  return static_cast<double>(samples) * picture.num / (static_cast<double>(rate) * picture.den);
}

struct Candidate {
  Placed placed;
  std::int64_t covered = 0;
  int days = 0;  // of midnights between the take's begin and the clip's
};

std::optional<Candidate> candidate(const model::Clip& clip, const Take& take, std::size_t index) {
  Candidate found;
  found.placed.take = index;
  found.placed.playRate = playRateOf(take, clip.frameRate);
  const std::int64_t length = lengthOf(clip, found.placed.playRate);
  const std::int64_t day = dayOfCounts(take), at = countsAt(*clip.start, take) - take.firstSample;
  bool any = false;
  // The clock passes midnight: a take of 23:59 holds a clip of 00:00.
  for (const int days : {0, 1, -1}) {
    std::int64_t offset = at + days * day;
    if (take.stampRate != take.sampleRate && !isPulled(take)) offset = offset * take.sampleRate / take.stampRate;
    const std::int64_t from = std::max<std::int64_t>(offset, 0),
                       to = std::min<std::int64_t>(offset + length, take.samples);
    const std::int64_t covered = std::max<std::int64_t>(0, to - from);
    if (covered <= found.covered) continue;
    any = true;
    found.covered = covered;
    found.days = days;
    found.placed.offset = offset;
  }
  // Less than a frame is no sound for the clip, and would take the camera's away.
  if (!any || framesOf(found.covered, found.placed.playRate, clip.frameRate) < 1) return std::nullopt;
  found.placed.missingBefore =
      framesOf(std::max<std::int64_t>(0, -found.placed.offset), found.placed.playRate, clip.frameRate);
  found.placed.missingAfter = framesOf(std::max<std::int64_t>(0, found.placed.offset + length - take.samples),
                                       found.placed.playRate, clip.frameRate);
  return found;
}

// What the recorder's clock says at a sample of the take.
std::string timecodeAt(const Take& take, std::int64_t sample) {
  const std::int64_t day = dayOfCounts(take);
  // Samples of another clock than the stamp's are brought to its counts.
  const std::int64_t since = isPulled(take) ? sample : sample * take.stampRate / take.sampleRate;
  std::int64_t counts = (take.firstSample + since) % day;
  if (counts < 0) counts += day;
  const auto down = static_cast<std::int64_t>(take.stampRate) * take.timecodeRate.den;
  Timecode label;
  label.rate = take.timecodeRate;
  label.dropFrame = take.dropFrame;
  // Half a sample on, for the counts of a label are rounded.
  label.frames = (counts * take.timecodeRate.num + take.timecodeRate.num / 2) / down;
  return label.text();
}

void addNotes(const model::Clip& clip, const Take& take, Placed& placed) {
  if (placed.missingBefore >= 0.5) {
    placed.notes.push_back(fmt::format("{} begins {:.0f} frames after the clip; before that it is silent.", take.name,
                                       placed.missingBefore));
  }
  if (placed.missingAfter >= 0.5) {
    placed.notes.push_back(
        fmt::format("{} ends {:.0f} frames before the clip; after that it is silent.", take.name, placed.missingAfter));
  }
  const double apart = take.timecodeRate.approximate() / clip.start->rate.approximate();
  if (countAlike(clip.start->rate, take.timecodeRate) && std::abs(apart - 1) > 1e-6 &&
      placed.playRate == take.sampleRate) {
    placed.drift = (apart - 1) * static_cast<double>(clip.durationFrames.value_or(0));
    placed.notes.push_back(
        fmt::format("The picture's timecode runs at {} and the sound's at {}: in sync at the first frame, labels "
                    "{:.1f} frames apart at the last.",
                    rateText(clip.start->rate), rateText(take.timecodeRate), std::abs(placed.drift)));
  }
  if (!countAlike(clip.start->rate, take.timecodeRate)) {
    placed.notes.push_back(fmt::format(
        "The picture's timecode counts {} frames a second and the sound's {}; placed by the clock they show.",
        rateText(clip.start->rate), rateText(take.timecodeRate)));
  }
  if (placed.playRate != take.sampleRate) {
    placed.notes.push_back(fmt::format("Sound counted at {} Hz is played at {} Hz beside {} pictures a second.",
                                       take.stampRate, placed.playRate, rateText(clip.frameRate)));
  }
}

std::string whyNot(const model::Clip& clip) {
  if (!clip.start) return "The clip has no timecode.";
  if (!clip.start->rate.valid() || !clip.frameRate.valid()) return "The clip's frame rate is not known.";
  if (clip.durationFrames.value_or(0) < 1) return "The clip's length is not known.";
  if (clip.sensorFps && clip.sensorFps->den > 0 &&
      std::abs(clip.sensorFps->approximate() / clip.frameRate.approximate() - 1) > 0.002) {
    return fmt::format("The clip was shot at {:.3g} frames a second for {}: its timecode and real time part.",
                       clip.sensorFps->approximate(), rateText(clip.frameRate));
  }
  return {};
}

}  // namespace

Result<Take> takeFrom(const model::Clip& clip, const std::string& root) {
  Take take;
  take.name = path::display(clip.name);
  take.roll = path::display(clip.reel);
  take.root = root;
  take.date = dayOf(clip.recordedAt);
  take.scene = clip.slate.scene;
  take.take = clip.slate.take;
  for (const auto& file : clip.files) {
    if (file.role == model::FileRole::essence) take.files.push_back(file.path);
  }
  if (clip.picture || !clip.audio || take.files.empty())
    return fail(Errc::unsupported, "this is no sound recording", take.name);
  take.channels = clip.audio->channels;
  take.tracks = clip.audio->tracks;
  take.sampleRate = take.stampRate = clip.audio->sampleRate;
  const auto stamped = clip.raw.find("ixml:SPEED/TIMESTAMP_SAMPLE_RATE");
  if (stamped != clip.raw.end()) {
    if (const auto rate = leading(stamped->second); rate && *rate >= 8000 && *rate <= 768000)
      take.stampRate = static_cast<int>(*rate);
  }
  if (take.sampleRate < 8000) return fail(Errc::unsupported, "the recording has no sampling rate", take.name);
  // The records keep what the file counted; its text is rounded to frames.
  auto first = leading(rawOf(clip, "start_timecode"));
  // iXML writes 64 bits as two halves; the record's text is the lower one, which some write as a signed number.
  if (const auto said = clip.provenance.find("start_timecode");
      first && said != clip.provenance.end() && said->second.front().source == "ixml") {
    const auto high = clip.raw.find("ixml:SPEED/TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI");
    const std::int64_t upper = high == clip.raw.end() ? 0 : leading(high->second).value_or(0);
    first = ((upper & 0xFFFF) << 32) + static_cast<std::int64_t>(static_cast<std::uint32_t>(*first));
  }
  const auto length = leading(rawOf(clip, "duration_frames"));
  if (!clip.start || !first || *first < 0 || *first > static_cast<std::int64_t>(86400) * 2 * take.stampRate) {
    return fail(Errc::unsupported, "the recording has no time stamp, or no timecode rate to read it by", take.name);
  }
  if (!length || *length < 1) return fail(Errc::unsupported, "the recording is empty", take.name);
  take.firstSample = *first;
  take.samples = *length;
  take.timecodeRate = clip.start->rate;
  take.dropFrame = clip.start->dropFrame;
  if (!take.timecodeRate.valid())
    return fail(Errc::unsupported, "the recording does not say its timecode rate", take.name);
  return take;
}

std::vector<Outcome> match(const std::vector<model::Clip>& clips, const std::vector<Take>& takes,
                           const Options& options) {
  std::vector<Outcome> outcomes;
  for (const model::Clip& clip : clips) {
    Outcome outcome;
    outcome.why = whyNot(clip);
    if (!outcome.why.empty()) {
      outcomes.push_back(std::move(outcome));
      continue;
    }
    const std::string day = dayOf(clip.recordedAt);
    std::vector<Candidate> found;
    std::string otherDay;
    for (std::size_t i = 0; i < takes.size(); ++i) {
      auto one = candidate(clip, takes[i], i);
      if (!one) continue;
      // Timecode comes again every day.
      const bool itsDay = day.empty() || takes[i].date.empty() || day == dayAfter(takes[i].date, one->days);
      if (!itsDay && !options.anyDay) {
        otherDay =
            fmt::format("Only sound of another day lies at its timecode: {} of {}.", takes[i].name, takes[i].date);
        continue;
      }
      found.push_back(std::move(*one));
    }
    if (found.empty()) {
      outcome.why = !otherDay.empty() ? otherDay
                    : takes.empty()   ? "There is no sound recording."
                                      : "No sound lies at its timecode.";
      outcomes.push_back(std::move(outcome));
      continue;
    }
    std::stable_sort(found.begin(), found.end(), [&](const Candidate& a, const Candidate& b) {
      return a.covered != b.covered ? a.covered > b.covered : takes[a.placed.take].name < takes[b.placed.take].name;
    });
    Placed best = std::move(found.front().placed);
    best.timecode = timecodeAt(takes[best.take], best.offset);
    addNotes(clip, takes[best.take], best);
    for (std::size_t i = 1; i < found.size(); ++i) {
      best.notes.push_back(fmt::format("{} lies over {:.0f} frames of the clip too; {} covers more or comes first.",
                                       takes[found[i].placed.take].name,
                                       framesOf(found[i].covered, found[i].placed.playRate, clip.frameRate),
                                       takes[best.take].name));
    }
    outcome.placed = std::move(best);
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

std::int64_t shifted(std::int64_t offset, double frames, FrameRate rate, int playRate) {
  return offset + std::llround(frames * rate.den * playRate / rate.num);
}

}  // namespace rollproof::sound
