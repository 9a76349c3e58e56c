// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/sound/sound.h"

using namespace rollproof;
using namespace rollproof::sound;

namespace {

constexpr FrameRate k23{24000, 1001}, k24{24, 1}, k25{25, 1}, k29{30000, 1001}, k30{30, 1};

model::Clip picture(const char* timecode, FrameRate rate, std::int64_t frames, const char* day = "2026-05-02") {
  model::Clip clip;
  clip.name = "A001C001";
  clip.start = Timecode::parse(timecode, rate);
  clip.frameRate = rate;
  clip.durationFrames = frames;
  clip.recordedAt = std::string(day) + "T10:00:00";
  clip.picture.emplace();
  return clip;
}

// A take that begins with this label, and so many samples after it.
Take takeAt(const char* timecode, FrameRate rate, std::int64_t seconds, int stamp = 48000, std::int64_t more = 0) {
  Take take;
  take.name = "T001";
  take.files = {"T001.WAV"};
  take.date = "2026-05-02";
  take.channels = 2;
  take.sampleRate = 48000;
  take.stampRate = stamp;
  take.timecodeRate = rate;
  const auto start = Timecode::parse(timecode, rate);
  take.dropFrame = start->dropFrame;
  take.firstSample = start->frames * stamp * rate.den / rate.num + more;
  take.samples = seconds * 48000;
  return take;
}

Placed placed(const model::Clip& clip, const Take& take, const Options& options = {}) {
  const auto outcomes = match({clip}, {take}, options);
  REQUIRE(outcomes.size() == 1);
  INFO(outcomes[0].why);
  REQUIRE(outcomes[0].placed);
  return *outcomes[0].placed;
}

std::string whyNot(const model::Clip& clip, const std::vector<Take>& takes) {
  const auto outcomes = match({clip}, takes);
  REQUIRE_FALSE(outcomes[0].placed);
  return outcomes[0].why;
}

}  // namespace

TEST_CASE("sound lies at the sample its timecode says at every rate") {
  // By hand: a second of labels is 24 frames of 2002 samples at 23.976, and 48000 samples at 24 and 25.
  CHECK(placed(picture("10:00:05:12", k23, 100), takeAt("10:00:00:00", k23, 60)).offset == (5 * 24 + 12) * 2002);
  CHECK(placed(picture("10:00:05:12", k24, 100), takeAt("10:00:00:00", k24, 60)).offset == 5 * 48000 + 12 * 2000);
  CHECK(placed(picture("10:00:05:10", k25, 100), takeAt("10:00:00:00", k25, 60)).offset == 5 * 48000 + 10 * 1920);
  // Drop-frame: ten minutes are 17982 frames of 1601.6 samples, 28799971.2 in all.
  CHECK(placed(picture("10:10:00;00", k29, 100), takeAt("10:00:00;00", k29, 1200)).offset == 28799971);
  CHECK(placed(picture("10:00:05:00", k25, 100), takeAt("10:00:00:00", k25, 60)).playRate == 48000);
}

TEST_CASE("what the recorder's clock said at the clip's first frame is told") {
  CHECK(placed(picture("10:00:05:12", k23, 100), takeAt("10:00:00:00", k23, 60)).timecode == "10:00:05:12");
  CHECK(placed(picture("10:10:00;00", k29, 100), takeAt("10:00:00;00", k29, 1200)).timecode == "10:10:00;00");
  // Past midnight it begins again; in another count it is the recorder's.
  CHECK(placed(picture("00:00:01:00", k25, 100), takeAt("23:59:30:00", k25, 60), {true}).timecode == "00:00:01:00");
  CHECK(placed(picture("10:00:05:00", k24, 100), takeAt("10:00:00:00", k25, 60)).timecode == "10:00:05:00");
  // Stamped by a clock of 96 kHz, played at 48.
  CHECK(placed(picture("10:00:05:00", k25, 100), takeAt("10:00:00:00", k25, 60, 96000)).timecode == "10:00:05:00");
}

TEST_CASE("a part of a frame is kept to the sample") {
  const auto clip = picture("10:00:05:00", k25, 100);
  CHECK(placed(clip, takeAt("10:00:00:00", k25, 60, 48000, 777)).offset == 5 * 48000 - 777);
  const auto late = placed(clip, takeAt("10:00:05:00", k25, 60, 48000, 960));
  CHECK(late.offset == -960);
  CHECK(late.missingBefore == Approx(0.5));
}

TEST_CASE("a whole hour of 23.976 lands to the sample in spite of the thousandth") {
  // 86400 frames of 2002 samples.
  CHECK(placed(picture("11:00:00:00", k23, 10), takeAt("10:00:00:00", k23, 7200)).offset == 86400LL * 2002);
  CHECK(placed(picture("23:59:59:23", k23, 1), takeAt("00:00:00:00", k23, 90000)).offset == (86400LL * 24 - 1) * 2002);
}

TEST_CASE("pulled sound belongs to the frames it was counted with") {
  // Counted at 48048 with 24 frames a second, to be played at 48000 beside 23.976: 2002 samples a frame.
  const auto take = takeAt("10:00:00:00", k24, 60, 48048);
  const auto slow = placed(picture("10:00:05:00", k23, 100), take);
  CHECK(slow.offset == 5 * 24 * 2002);
  CHECK(slow.playRate == 48000);
  // Beside true 24 the same samples are played as they were counted.
  const auto true24 = placed(picture("10:00:05:00", k24, 100), take);
  CHECK(true24.offset == 5 * 24 * 2002);
  CHECK(true24.playRate == 48048);
  REQUIRE(true24.notes.size() == 1);
  CHECK(true24.notes[0].find("48048") != std::string::npos);
}

TEST_CASE("a stamp of another clock is no pull and the sound is played as its file says") {
  auto take = takeAt("10:00:00:00", k25, 60);
  take.sampleRate = 96000;
  take.samples = 60 * 96000;
  const auto found = placed(picture("10:00:05:00", k25, 100), take);
  CHECK(found.playRate == 96000);
  CHECK(found.offset == 5 * 96000);
}

TEST_CASE("24 beside 23.976 is in sync at the first frame and the drift is told") {
  const auto found = placed(picture("10:00:05:00", k24, 2400), takeAt("10:00:00:00", k23, 600));
  CHECK(found.offset == 5 * 24 * 2002);
  CHECK(found.playRate == 48000);
  REQUIRE(found.notes.size() == 1);
  CHECK(found.notes[0].find("2.4 frames apart") != std::string::npos);
  CHECK(found.drift == Approx(-2400.0 / 1001));  // the sound's labels are the slower ones
  CHECK(placed(picture("10:00:05:00", k23, 2400), takeAt("10:00:00:00", k24, 600)).drift == Approx(2.4));
  CHECK(placed(picture("10:00:05:00", k24, 2400), takeAt("10:00:00:00", k24, 600)).drift == 0);
}

TEST_CASE("timecode of another count is placed by the clock it shows") {
  const auto found = placed(picture("10:00:05:00", k24, 100), takeAt("10:00:00:00", k30, 60));
  CHECK(found.offset == 5 * 48000);
  CHECK(found.notes[0].find("counts") != std::string::npos);
}

TEST_CASE("a take that passes midnight holds the clip after it") {
  auto take = takeAt("23:59:50:00", k25, 60);
  take.date = "2026-05-01";
  const auto found = placed(picture("00:00:05:00", k25, 100), take);
  CHECK(found.offset == 15 * 48000);
  // Not a clip of that label on the day the take began, nor on any other.
  CHECK(whyNot(picture("00:00:05:00", k25, 100, "2026-05-01"), {take}).find("another day") != std::string::npos);
  CHECK(whyNot(picture("00:00:05:00", k25, 100, "2026-05-03"), {take}).find("another day") != std::string::npos);
  // And the clip of the day before under the same label is not the next day's.
  CHECK(whyNot(picture("23:59:55:00", k25, 100), {take}).find("another day") != std::string::npos);
}

TEST_CASE("sound of another day is left out unless it is asked for") {
  auto take = takeAt("10:00:00:00", k25, 60);
  take.date = "2026-05-01";
  const auto clip = picture("10:00:05:00", k25, 100);
  CHECK(whyNot(clip, {take}).find("T001 of 2026-05-01") != std::string::npos);
  CHECK(placed(clip, take, {true}).offset == 5 * 48000);
  take.date.clear();
  CHECK(placed(clip, take).offset == 5 * 48000);
}

TEST_CASE("of several takes the one that covers most is chosen and the others are named") {
  auto part = takeAt("10:00:06:00", k25, 60);
  part.name = "T000";
  auto whole = takeAt("10:00:00:00", k25, 60);
  auto same = whole;
  same.name = "T002";
  const auto outcomes = match({picture("10:00:05:00", k25, 100)}, {part, same, whole});
  REQUIRE(outcomes[0].placed);
  CHECK(outcomes[0].placed->take == 2);
  REQUIRE(outcomes[0].placed->notes.size() == 2);
  CHECK(outcomes[0].placed->notes[0].find("T002") != std::string::npos);
}

TEST_CASE("sound that is shorter than its clip says how much is silent") {
  const auto found = placed(picture("10:00:08:00", k25, 100), takeAt("10:00:00:00", k25, 10));
  CHECK(found.missingAfter == Approx(50));
  CHECK(found.notes[0].find("50 frames before the clip") != std::string::npos);
}

TEST_CASE("less than a frame of sound is none") {
  const auto clip = picture("10:00:59:24", k25, 100);
  // The take ends 1919 samples into the clip, then a whole frame.
  auto take = takeAt("10:00:00:00", k25, 60);
  take.samples -= 1;
  CHECK(whyNot(clip, {take}).find("No sound") != std::string::npos);
  take.samples += 1;
  CHECK(placed(clip, take).missingAfter == Approx(99));
}

TEST_CASE("a clip that cannot be placed says why") {
  const std::vector<Take> takes{takeAt("10:00:00:00", k25, 60)};
  auto clip = picture("10:00:05:00", k25, 100);
  CHECK(whyNot(picture("12:00:05:00", k25, 100), takes).find("No sound") != std::string::npos);
  CHECK(whyNot(clip, {}).find("no sound recording") != std::string::npos);
  clip.sensorFps = Rational{50, 1};
  CHECK(whyNot(clip, takes).find("50 frames a second") != std::string::npos);
  clip.sensorFps.reset();
  clip.durationFrames.reset();
  CHECK(whyNot(clip, takes).find("length") != std::string::npos);
  clip.start.reset();
  CHECK(whyNot(clip, takes).find("timecode") != std::string::npos);
}

TEST_CASE("a recording is taken from its record and what it lacks is named") {
  model::Clip clip;
  clip.name = "T001";
  clip.reel = "26Y05M02";
  clip.recordedAt = "2026-05-02T10:00:00";
  clip.files.push_back({"T001.WAV", model::FileRole::essence, 1});
  clip.audio = model::AudioInfo{2, 48000, 24, {"Boom", "Lav"}};
  clip.start = Timecode::parse("12:39:59:00", k23);
  clip.provenance["start_timecode"] = {{"bext", "2190940753"}};
  clip.provenance["duration_frames"] = {{"wav", "240239 samples"}};
  clip.raw["ixml:SPEED/TIMESTAMP_SAMPLE_RATE"] = "48048";
  const auto take = takeFrom(clip, "/sound");
  REQUIRE(take.has_value());
  CHECK(take->firstSample == 2190940753);
  CHECK(take->samples == 240239);
  CHECK(take->stampRate == 48048);
  CHECK(take->sampleRate == 48000);
  CHECK(take->tracks == std::vector<std::string>{"Boom", "Lav"});
  CHECK(take->date == "2026-05-02");
  auto halves = clip;
  halves.provenance["start_timecode"] = {{"ixml", "-1940552340"}};
  halves.raw["ixml:SPEED/TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI"] = "1";
  CHECK(takeFrom(halves, "/")->firstSample == (std::int64_t{1} << 32) + 2354414956);
  auto without = clip;
  without.provenance.erase("start_timecode");
  CHECK(takeFrom(without, "/").error().message.find("time stamp") != std::string::npos);
  without = clip;
  without.picture.emplace();
  CHECK(takeFrom(without, "/").error().code == Errc::unsupported);
  without = clip;
  without.provenance["duration_frames"].front().raw = "0 samples";
  CHECK(takeFrom(without, "/").error().message.find("empty") != std::string::npos);
}

TEST_CASE("moved by hand the sound comes so many frames earlier") {
  CHECK(shifted(1000, 2, k25, 48000) == 1000 + 3840);
  CHECK(shifted(1000, -0.5, k23, 48000) == 1000 - 1001);
}
