// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>

#include "core/media/media.h"
#include "core/session/session.h"
#include "scratch.h"

using namespace rollproof;

using namespace rollproof::session_test;

namespace {

// A recording of silence, `frames` samples long.
std::string wave(std::uint32_t samples) {
  const auto le = [](std::uint32_t v, int n) {
    std::string s;
    for (int i = 0; i < n; ++i) s += static_cast<char>((v >> (8 * i)) & 255U);
    return s;
  };
  return "RIFF" + le(36 + samples * 2, 4) + "WAVEfmt " + le(16, 4) + le(1, 2) + le(1, 2) + le(48000, 4) + le(96000, 4) +
         le(2, 2) + le(16, 2) + "data" + le(samples * 2, 4) + std::string(samples * 2, '\0');
}

std::vector<std::string> codes(session::Session& session, const std::string& roll) {
  const auto rows = session.clips("roll:" + roll);
  REQUIRE(rows);
  std::vector<std::string> all;
  for (const auto& row : *rows)
    for (const auto& finding : row.clip.qc) all.push_back(finding.code);
  return all;
}
using Codes = std::vector<std::string>;

}  // namespace

TEST_CASE("an offload checks its clips against the project and the report says what was found") {
  const Scratch scratch;
  scratch.file("S001/T001.WAV", wave(48000));
  scratch.file("S002/T001.WAV", wave(96000));
  const auto session = session::Session::open(scratch.at("catalog.db"));
  CHECK(offloaded(*session, settingsFor(scratch, "S001")).warnings.empty());
  CHECK(codes(*session, "S001").empty());
  CHECK(session->clips("roll:S001 qc:clean")->size() == 1);
  const auto second = offloaded(*session, settingsFor(scratch, "S002"));
  CHECK(second.warnings.empty());
  REQUIRE(codes(*session, "S002") == Codes{"duplicate_clip_name"});
  // The roll that was there before learns of it in the same moment.
  CHECK(codes(*session, "S001") == Codes{"duplicate_clip_name"});
  CHECK(session->clips("qc:warning")->size() == 2);
  REQUIRE(second.rollId);
  const auto report = session->writeCardReport(*second.rollId, scratch.at("reports"));
  REQUIRE(report);
  std::ifstream in(*report);
  const std::string html{std::istreambuf_iterator<char>(in), {}};
  CHECK(html.find("Another clip called T001 is on roll S001 of 2026-05-02.") != std::string::npos);
  CHECK(session->catalogCheck()->ok);
  // The very same card under another name is no other content.
  auto again = settingsFor(scratch, "S001");
  again.roll = "S003";
  offloaded(*session, again);
  CHECK(codes(*session, "S003") == Codes{"duplicate_clip_name"});  // of S002's, not of its own
}

TEST_CASE("a new spec has the project's clips checked again and other projects left alone") {
  const Scratch scratch;
  scratch.file("S001/T001.WAV", wave(48000));
  const auto session = session::Session::open(scratch.at("catalog.db"));
  offloaded(*session, settingsFor(scratch, "S001"));
  auto spec = session->projectSpec("Test");
  REQUIRE(spec);
  CHECK(*spec == qc::Spec{});
  spec->audioSampleRate = 96000;
  REQUIRE(session->setProjectSpec("Elsewhere", *spec));
  session->waitIdle();
  CHECK(codes(*session, "S001").empty());
  REQUIRE(session->setProjectSpec("Test", *spec));
  session->waitIdle();
  CHECK(codes(*session, "S001") == Codes{"unexpected_audio"});
  CHECK(*session->projectSpec("Test") == *spec);
  // Checked again with nothing new there is nothing to record.
  const auto before = session->state().libraryVersion;
  REQUIRE(session->setProjectSpec("Test", *spec));
  session->waitIdle();
  CHECK(session->state().libraryVersion == before + 2);  // the spec itself
  REQUIRE(session->setProjectSpec("Test", {}));
  session->waitIdle();
  CHECK(codes(*session, "S001").empty());
  CHECK(session->catalogCheck()->ok);
}

TEST_CASE("clips that are not in the library are held against the project only when one is named") {
  const Scratch scratch;
  scratch.file("S001/T001.WAV", wave(48000));
  scratch.file("S002/T001.WAV", wave(96000));
  const auto session = session::Session::open(scratch.at("catalog.db"));
  offloaded(*session, settingsFor(scratch, "S001"));
  auto card = session->readCard(scratch.at("S002"), true);
  REQUIRE(card);
  REQUIRE(session->checkClips(card->clips, ""));
  CHECK(card->clips.at(0).qc.empty());
  REQUIRE(session->checkClips(card->clips, "Test"));
  REQUIRE(card->clips.at(0).qc.size() == 1);
  CHECK(card->clips[0].qc[0].code == "duplicate_clip_name");
}

TEST_CASE("a colour space that the configuration does not know is refused and one it knows is written its way") {
  const Scratch scratch;
  scratch.file("S001/T001.WAV", wave(48000));
  const auto session = session::Session::open(scratch.at("catalog.db"));
  offloaded(*session, settingsFor(scratch, "S001"));
  const auto id = session->clips("")->at(0).id;
  const auto refused = session->annotate(id, "colour.space", "Sunset");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::usage);
  REQUIRE(session->annotate(id, "colour.space", "ACEScg"));
  CHECK(session->clips("")->at(0).clip.colour.space == "ACEScg");
  const auto history = session->history(id, "colour.space");
  REQUIRE(history);
  REQUIRE(history->size() == 1);
  REQUIRE(session->annotate(id, "colour.space", history->at(0).previous));
  CHECK(session->clips("")->at(0).clip.colour.space.empty());
  CHECK(session->history(id, "")->size() == 2);
}

TEST_CASE("thumbnails follow the colour of their clips, wherever it was changed") {
  const Scratch scratch;
  std::filesystem::create_directories(scratch.at("card"));
  media::WriterOptions writer;
  writer.path = scratch.at("card") + "/A001C001_260502_R1AA.mov";
  writer.container = "mov";
  writer.video.codec = "prores_proxy";
  writer.video.width = 64;
  writer.video.height = 36;
  writer.video.rate = {24, 1};
  auto movie = media::createMovie(writer);
  REQUIRE(movie);
  media::Frame16 frame;
  frame.width = 64;
  frame.height = 36;
  for (auto& plane : frame.plane) plane.assign(64 * 36, 140 << 8);
  for (int i = 0; i < 3; ++i) REQUIRE((*movie)->writeFrame(frame));
  REQUIRE((*movie)->finish());
  const auto session = session::Session::open(scratch.at("catalog.db"));
  offloaded(*session, settingsFor(scratch, "card"));
  const auto row = session->clips("")->at(0);
  const auto drawn = [&] {
    session->waitIdle();
    return session->thumbnail(row.id).value_or("");
  };
  const std::string first = drawn();
  REQUIRE(first.substr(0, 3) == "\xff\xd8\xff");
  REQUIRE(row.format);
  REQUIRE(session->setFormat(*row.format, "colour_space", "ARRI LogC4"));
  const std::string format = drawn();
  CHECK(format != first);
  REQUIRE(session->annotate(row.id, "colour.space", "ACEScg"));
  const std::string own = drawn();
  CHECK(own != format);
  CHECK(own != first);
  scratch.file(
      "warm.cdl.cc",
      "<ColorCorrection id=\"warm\"><SOPNode><Slope>1.4 1 0.7</Slope><Offset>0 0 0</Offset><Power>1 1 1</Power>"
      "</SOPNode></ColorCorrection>");
  REQUIRE(session->addLookFile(scratch.at("warm.cdl.cc"), "warm"));
  for (const std::string target : {"project:Test", "roll:1", "clip:1"}) {
    REQUIRE(session->assignLook("warm", target));
    const std::string warm = drawn();
    CHECK(warm != own);
    REQUIRE(session->assignLook("", target));
    CHECK(drawn() == own);
  }
  // What lies elsewhere stays as it is.
  const auto jobs = session->state().jobs.size();
  REQUIRE(session->annotate(row.id, "scene", "7"));
  session->waitIdle();
  CHECK(session->state().jobs.size() == jobs);
}
