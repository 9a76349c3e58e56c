// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/base/timecode.h"

using namespace rollproof;

namespace {
constexpr FrameRate k24{24, 1}, k2398{24000, 1001}, k2997{30000, 1001}, k5994{60000, 1001};
}

TEST_CASE("non-drop timecode counts nominal frames") {
  const auto tc = Timecode::parse("01:02:03:04", k24);
  REQUIRE(tc);
  CHECK(tc->frames == ((62 * 60 + 3) * 24 + 4));
  CHECK(tc->text() == "01:02:03:04");
}

TEST_CASE("drop-frame skips two numbers each minute but every tenth") {
  // SMPTE ST 12-1: 00:00:59;29 is followed by 00:01:00;02, and 00:09:59;29 by 00:10:00;00.
  const auto a = Timecode::parse("00:00:59;29", k2997);
  REQUIRE(a);
  CHECK(a->plus(1).text() == "00:01:00;02");
  const auto b = Timecode::parse("00:09:59;29", k2997);
  REQUIRE(b);
  CHECK(b->plus(1).text() == "00:10:00;00");
  CHECK(Timecode::parse("01:00:00;00", k2997)->frames == 107892);
  CHECK(Timecode::parse("00:01:00;04", k5994)->frames == 3600);
}

TEST_CASE("every drop-frame number of a day reads back as itself") {
  for (std::int64_t frame = 0; frame < 2589408; frame += 997) {
    const Timecode tc{frame, k2997, true};
    const auto back = Timecode::parse(tc.text(), k2997);
    REQUIRE(back);
    REQUIRE(back->frames == frame);
  }
}

TEST_CASE("drop-frame is refused a rate that has none") {
  const auto tc = Timecode::parse("01:00:00;00", k2398);
  REQUIRE(tc);
  CHECK_FALSE(tc->dropFrame);
  CHECK(tc->text() == "01:00:00:00");
}

TEST_CASE("timecode wraps at midnight") {
  CHECK(Timecode::parse("23:59:59:23", k24)->plus(1).text() == "00:00:00:00");
  CHECK(Timecode{-1, k24, false}.text() == "23:59:59:23");
}

TEST_CASE("malformed timecode is no timecode") {
  for (const auto* bad : {"", "1:2:3", "24:00:00:00", "00:60:00:00", "00:00:00:24", "00:00:00:00x", "-1:00:00:00",
                          "aa:bb:cc:dd", "00;00:00:00"})
    CHECK_FALSE(Timecode::parse(bad, k24));
}

TEST_CASE("sound time is counted at the real rate and not by the clock") {
  // A frame of 24000/1001 lasts 2002 samples of 48 kHz; a real recorder's time reference is 1094376 of them and one
  // sample: 12:39:59:00, where the wall clock would say 12:40:44.
  CHECK(Timecode::fromSamples(2190940753ULL, 48000, k2398, false).text() == "12:39:59:00");
  CHECK(Timecode::fromSamples(48000ULL * 3600, 48000, FrameRate{25, 1}, false).text() == "01:00:00:00");
}

TEST_CASE("frame rates snap to what cameras mean") {
  CHECK(FrameRate::parse("23.976") == k2398);
  CHECK(FrameRate::parse("23.98") == k2398);
  CHECK(FrameRate::fromDouble(23.976024627685547) == k2398);
  CHECK(FrameRate::parse("29.97") == k2997);
  CHECK(FrameRate::parse("59.94") == k5994);
  CHECK(FrameRate::fromDouble(119.88) == FrameRate{120000, 1001});
  CHECK(FrameRate::parse("47.952") == FrameRate{48000, 1001});
  CHECK(FrameRate::parse("25") == FrameRate{25, 1});
  CHECK(FrameRate::parse("12.5") == FrameRate{25, 2});
  CHECK(FrameRate::fromRational(90000, 3003) == k2997);
  for (const auto* bad : {"", "x", "0", "-24", "24/0", "24/", "nan"}) CHECK_FALSE(FrameRate::parse(bad));
}
