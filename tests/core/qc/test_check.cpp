// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "core/qc/qc.h"

using namespace rollproof;
using model::Clip;
using model::QcLevel;

namespace {

Clip clip(const std::string& name, const char* start = "10:00:00:00", FrameRate rate = {24, 1}) {
  Clip made;
  made.name = name;
  made.reel = "A001R1AA";
  made.cameraLetter = "A";
  made.frameRate = rate;
  made.start = Timecode::parse(start, rate);
  made.timecodeSource = "tmcd";
  made.durationFrames = 24;
  made.files = {{name + ".mov", model::FileRole::essence, 1000}};
  made.picture.emplace();
  made.picture->width = 3840;
  made.picture->height = 2160;
  made.picture->codec = "prores";
  made.picture->codecTag = "apch";
  made.audio.emplace();
  made.audio->channels = 2;
  made.audio->sampleRate = 48000;
  return made;
}

std::vector<Clip> roll() {
  return {clip("C001", "10:00:00:00"), clip("C002", "10:00:01:00"), clip("C003", "11:00:00:00")};
}

std::vector<std::string> codes(const Clip& one) {
  std::vector<std::string> all;
  for (const auto& finding : one.qc) all.push_back(finding.code);
  return all;
}
using Codes = std::vector<std::string>;

void judge(std::vector<Clip>& clips, const qc::Spec& spec = {}, const std::vector<qc::Known>& known = {}) {
  qc::check(clips, spec, known);
}

}  // namespace

TEST_CASE("a good roll has no findings and old ones are taken away") {
  auto clips = roll();
  clips[0].qc = {{"stale", QcLevel::error, "Old."}};
  judge(clips);
  for (const auto& one : clips) CHECK(codes(one).empty());
}

TEST_CASE("the clip whose frame rate is not the roll's is named with both numbers") {
  auto clips = roll();
  clips[1] = clip("C002", "12:00:00:00", {25, 1});
  judge(clips);
  CHECK(codes(clips[0]).empty());
  REQUIRE(codes(clips[1]) == Codes{"mixed_frame_rate"});
  CHECK(clips[1].qc[0].text == "Recorded at 25 fps; 2 of the roll's 3 clips are at 24 fps.");
  clips.pop_back();
  judge(clips);
  CHECK(codes(clips[0]) == Codes{"mixed_frame_rate"});  // one against one: neither is the odd one
  CHECK(codes(clips[1]) == Codes{"mixed_frame_rate"});
}

TEST_CASE("off-speed is a note and a wrong project rate a warning that names both") {
  qc::Spec spec;
  auto clips = roll();
  clips[0].sensorFps = Rational{48, 1};
  judge(clips, spec);
  REQUIRE(codes(clips[0]) == Codes{"off_speed"});
  spec.frameRate = {24, 1};
  judge(clips, spec);
  REQUIRE(codes(clips[0]) == Codes{"sensor_fps_off_project"});
  CHECK(clips[0].qc[0].level == QcLevel::note);
  CHECK(codes(clips[1]).empty());
  spec.frameRate = {24000, 1001};
  judge(clips, spec);
  REQUIRE(codes(clips[1]) == Codes{"sensor_fps_off_project"});
  CHECK(clips[1].qc[0].level == QcLevel::warning);
  CHECK(clips[1].qc[0].text == "Recorded at 24 fps; the project is 23.976.");
}

TEST_CASE("timecode at zero is a note once and a warning when the roll's clips share it") {
  std::vector<Clip> clips{clip("C001", "00:00:00:00"), clip("C002", "01:00:00:00")};
  judge(clips);
  REQUIRE(codes(clips[0]) == Codes{"timecode_zero"});
  CHECK(clips[0].qc[0].level == QcLevel::note);
  clips[1] = clip("C002", "00:00:00:00");
  judge(clips);
  CHECK(codes(clips[0]) == Codes{"timecode_zero", "timecode_overlap"});
  CHECK(clips[0].qc[1].text == "Starts at 00:00:00:00, as C002 does, both of reel A001R1AA.");
}

TEST_CASE("clips of one reel that overlap are found on the roll and in the project and another reel is not asked") {
  auto clips = roll();
  clips[1] = clip("C002", "10:00:00:12");
  judge(clips);
  CHECK(codes(clips[0]) == Codes{"timecode_overlap"});
  CHECK(codes(clips[1]) == Codes{"timecode_overlap"});
  clips = roll();
  const auto elsewhere = qc::knownFrom(clip("D009", "11:00:00:10"), "A009 of 2026-05-02");
  judge(clips, {}, {elsewhere});
  CHECK(codes(clips[2]) == Codes{"timecode_overlap", "duplicate_reel"});
  CHECK(clips[2].qc[0].text ==
        "Its timecode from 11:00:00:00 overlaps that of D009 on roll A009 of 2026-05-02 from 11:00:00:10, both of reel "
        "A001R1AA.");
  auto other = clip("C002", "10:00:00:12");
  other.reel = "B001R1AA";
  clips = {clip("C001"), other};
  judge(clips);
  CHECK(codes(clips[0]).empty());
}

TEST_CASE("tracks of a sound recorder may share their time and their reel") {
  std::vector<Clip> clips{clip("T1_1"), clip("T1_2")};
  for (auto& one : clips) one.picture.reset();
  judge(clips);
  CHECK(codes(clips[0]).empty());
}

TEST_CASE("the same clip on another roll is no duplicate and another one of its name or reel is") {
  auto clips = roll();
  const auto same = qc::knownFrom(clips[0], "A001 of 2026-05-01");
  judge(clips, {}, {same});
  for (const auto& one : clips) CHECK(codes(one).empty());
  auto longer = clip("C001", "15:00:00:00");
  longer.files[0].bytes = 2000;
  judge(clips, {}, {qc::knownFrom(longer, "A007 of 2026-05-01")});
  CHECK(codes(clips[0]) == Codes{"duplicate_clip_name", "duplicate_reel"});
  CHECK(clips[0].qc[0].text == "Another clip called C001 is on roll A007 of 2026-05-01.");
  CHECK(codes(clips[1]) == Codes{"duplicate_reel"});
  // What the camera calls its own identity outweighs names and sizes.
  clips[0].uuid = longer.uuid = "7d1f";
  judge(clips, {}, {qc::knownFrom(longer, "A007 of 2026-05-01")});
  CHECK(codes(clips[0]).empty());
  clips.push_back(clip("C002", "13:00:00:00"));
  judge(clips);
  CHECK(codes(clips[1]) == Codes{"duplicate_clip_name"});
}

TEST_CASE("resolution codec and sound are held against the spec and left alone without one") {
  qc::Spec spec;
  spec.resolutions = {{4096, 2160}, {3840, 1600}};
  spec.codecs = {"h264"};
  spec.audioRequired = true;
  spec.minAudioChannels = 4;
  spec.audioSampleRate = 96000;
  auto clips = roll();
  judge(clips, spec);
  CHECK(codes(clips[0]) == Codes{"unexpected_audio", "unexpected_audio", "unexpected_resolution", "unexpected_codec"});
  CHECK(clips[0].qc[2].text == "Recorded at 3840x2160; the project expects 4096x2160 or 3840x1600.");
  CHECK(clips[0].qc[3].text == "Recorded as prores; the project expects h264.");
  spec = {};
  spec.codecs = {"apch"};
  judge(clips, spec);
  CHECK(codes(clips[0]).empty());
}

TEST_CASE("sound is missed when the spec or the rest of the roll has it and less so off-speed") {
  auto clips = roll();
  clips[2].audio.reset();
  judge(clips);
  REQUIRE(codes(clips[2]) == Codes{"missing_audio"});
  CHECK(clips[2].qc[0].text == "Has no sound; 2 of the roll's 3 clips have.");
  clips[2].sensorFps = Rational{96, 1};
  judge(clips);
  CHECK(std::all_of(clips[2].qc.begin(), clips[2].qc.end(), [](const auto& f) { return f.level == QcLevel::note; }));
  clips[2].files.push_back({"C003.wav", model::FileRole::audio, 10});
  judge(clips);
  CHECK(codes(clips[2]) == Codes{"off_speed"});
  for (auto& one : clips) one.audio.reset();
  clips.pop_back();
  judge(clips);
  CHECK(codes(clips[0]).empty());
  qc::Spec spec;
  spec.audioRequired = true;
  judge(clips, spec);
  CHECK(codes(clips[0]) == Codes{"missing_audio"});
}

TEST_CASE("what the readers warned of is judged by its code") {
  auto clips = roll();
  clips[0].warnings = {{"dropped_frames", "Frames 5 to 9 are missing."}, {"renamed_by_hand", "Renamed."}};
  clips[1].warnings = {{"timecode_jump", "It jumps."}, {"zero_length", "It is empty."}};
  clips[2].warnings = {{"no_decoder", "No decoder."}};
  judge(clips);
  REQUIRE(codes(clips[0]) == Codes{"dropped_frames"});
  CHECK(clips[0].qc[0].text == "Frames 5 to 9 are missing.");
  CHECK(codes(clips[1]) == Codes{"unreadable_media", "timecode_jump"});  // gravest first
  CHECK(codes(clips[2]).empty());
}

TEST_CASE("a slate's black is a note and a black clip a warning and a frozen one too") {
  auto frame = [](const char* where, std::int64_t index, double luma, const char* digest) {
    return model::FrameCheck{where, index, "", luma, luma, digest};
  };
  auto clips = roll();
  clips[0].frameChecks = {frame("first", 0, 0, "a"), frame("middle", 12, 0.4, "b"), frame("last", 23, 0.4, "c")};
  clips[1].frameChecks = {frame("first", 0, 0, "a"), frame("middle", 12, 0.05, "a"), frame("last", 23, 0, "a")};
  clips[2].frameChecks = {frame("first", 0, 0.5, "x"), frame("middle", 12, 0.5, "x"), frame("last", 23, 0.5, "x")};
  judge(clips);
  REQUIRE(codes(clips[0]) == Codes{"black_frame"});
  CHECK(clips[0].qc[0].level == QcLevel::note);
  REQUIRE(codes(clips[1]) == Codes{"black_frame"});
  CHECK(clips[1].qc[0].level == QcLevel::warning);
  CHECK(codes(clips[2]) == Codes{"frozen_picture"});
  clips[2].frameChecks = {frame("first", 0, 0.5, "x"), frame("middle", 0, 0.5, "x")};  // a clip of one frame
  clips[0].frameChecks = {{"last", 23, "no such packet", 0, 0, ""}};
  judge(clips);
  CHECK(codes(clips[2]).empty());
  REQUIRE(codes(clips[0]) == Codes{"unreadable_frame"});
  CHECK(clips[0].qc[0].level == QcLevel::error);
}

TEST_CASE("whatever the clips say findings are named and sorted and the order of clips does not matter") {
  const unsigned seed = GENERATE(1U, 2U, 3U, 4U);
  std::mt19937 random(seed);
  auto pick = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  for (int round = 0; round < 50; ++round) {
    std::vector<Clip> clips;
    std::vector<qc::Known> known;
    for (int i = pick(8); i >= 0; --i) {
      const char* starts[] = {"00:00:00:00", "10:00:00:00", "10:00:00:20", "23:59:59:20"};
      const FrameRate rates[] = {{24, 1}, {24000, 1001}, {30000, 1001}, {0, 1}};
      // Each its own name and size: what overlaps a clip is then told by the clips alone.
      auto one = clip("C" + std::to_string(i), starts[pick(4)], rates[pick(4)]);
      one.files[0].bytes = static_cast<std::uint64_t>(i) + 1;
      if (pick(3) == 0) one.picture.reset();
      if (pick(3) == 0) one.audio.reset();
      if (pick(3) == 0) one.durationFrames = pick(2) == 0 ? std::int64_t{0} : std::numeric_limits<std::int64_t>::max();
      if (pick(3) == 0) one.reel.clear();
      if (pick(3) == 0) one.sensorFps = Rational{pick(3), pick(2)};
      if (pick(4) == 0) {
        known.push_back(qc::knownFrom(one, "R"));
      } else {
        clips.push_back(one);
      }
    }
    qc::Spec spec;
    if (pick(2) == 0) spec.frameRate = {24, 1};
    auto shuffled = clips;
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    judge(clips, spec, known);
    judge(shuffled, spec, known);
    for (const auto& one : clips) {
      CHECK(
          std::is_sorted(one.qc.begin(), one.qc.end(), [](const auto& a, const auto& b) { return a.level < b.level; }));
      for (const auto& finding : one.qc) {
        CHECK_FALSE(finding.code.empty());
        CHECK(finding.text.back() == '.');
      }
      const auto twin =
          std::find_if(shuffled.begin(), shuffled.end(), [&](const auto& c) { return c.name == one.name; });
      CHECK(codes(*twin) == codes(one));
    }
    const auto once = clips;
    judge(clips, spec, known);
    for (std::size_t i = 0; i < clips.size(); ++i) CHECK(codes(clips[i]) == codes(once[i]));
  }
}
