// SPDX-License-Identifier: Apache-2.0
// Sets of acquisition metadata, written here item by item from RDD 18's tags and the makers' own.
#include <catch2/catch.hpp>

#include "core/camera/readers/acquisition.h"
#include "tests/core/camera/movies.h"

using namespace rollproof;
using movies::be;

namespace {

constexpr camera::From kFrom{camera::Rank::file, "rtmd"};

std::string label(const std::string& rest) { return std::string("\x06\x0E\x2B\x34", 4) + rest; }
const std::string kLens = label(std::string("\x02\x53\x01\x01\x0C\x02\x01\x01\x01\x01\0\0", 12));
const std::string kCamera = label(std::string("\x02\x53\x01\x01\x0C\x02\x01\x01\x02\x01\0\0", 12));
const std::string kCanonLens = label(std::string("\x04\x01\x01\x0D\x0E\x15\0\x04\x01\0\0\0", 12));
const std::string kCanonCamera = label(std::string("\x04\x01\x01\x0D\x0E\x15\0\x04\x02\0\0\0", 12));

std::string item(int tag, const std::string& data) {
  return be(static_cast<std::uint64_t>(tag), 2) + be(data.size(), 2) + data;
}
// 83 and three bytes: how cameras write a set's length.
std::string set(const std::string& key, const std::string& items) {
  return key + be(0x83, 1) + be(items.size(), 3) + items;
}

model::Clip described(const std::string& bytes) {
  camera::Record record;
  record.clip.name = "clip";
  camera::describeAcquisition(record, bytes, kFrom);
  record.finish();
  return record.clip;
}

}  // namespace

TEST_CASE("lens and camera sets give their values in the record's units") {
  std::string halves;
  for (const int half : {0x3C00, 0x3E00, 0x3C00, 0x0000, 0x2E66, 0x0000, 0x3C00, 0x3C00, 0x3800, 0x3C00})
    halves += be(static_cast<std::uint64_t>(half), 2);
  const auto clip =
      described(set(kLens, item(0x8008, be(0xD000, 2)) + item(0x8005, be(0xD023, 2)) + item(0x8001, be(0xE0EB, 2))) +
                set(kCamera, item(0x8103, be(64, 2)) + item(0x8106, be(60000, 4) + be(1001, 4)) +
                                 item(0x8108, be(10380, 4)) + item(0x8109, be(1, 4) + be(50, 4)) +
                                 item(0x810B, be(12800, 2)) + item(0x8115, be(800, 2)) + item(0x810E, be(5600, 2)) +
                                 item(0x8114, "ILME-FX3 3020274") + item(0x8117, halves) + item(0xE113, "SHOW.cube")));
  CHECK(clip.exposure.irisT == Approx(2.8284271));
  CHECK(clip.lens.focalMm == Approx(35));
  CHECK(clip.lens.focusM == Approx(2.35));
  CHECK(clip.exposure.ndStops == Approx(6));
  REQUIRE(clip.sensorFps);
  CHECK(clip.sensorFps->num == 60000);
  CHECK(clip.exposure.shutterAngleDeg == Approx(173));
  CHECK(clip.exposure.shutterSeconds == Approx(0.02));
  CHECK(clip.exposure.ei == 800);  // the index set for the picture, not the sensor's own
  CHECK(clip.whiteBalance.kelvin == 5600);
  CHECK(clip.camera.model == "ILME-FX3");
  CHECK(clip.camera.serial == "3020274");
  CHECK(clip.colour.lut == "SHOW.cube");
  REQUIRE(clip.colour.cdl);
  CHECK(clip.colour.cdl->slope[1] == Approx(1.5));
  CHECK(clip.colour.cdl->offset[1] == Approx(0.1).margin(1e-4));
  CHECK(clip.colour.cdl->power[2] == Approx(0.5));
  CHECK(clip.raw.count("rtmd.8108") == 1);
}

TEST_CASE("items in a container of their own and the large index are read as well") {
  const std::string items = item(0x811E, be(102400, 4)) + item(0x810E, be(4300, 2));
  const auto clip = described(set(kCamera, item(0x8300, items)));
  CHECK(clip.exposure.ei == 102400);
  CHECK(clip.whiteBalance.kelvin == 4300);
}

TEST_CASE("Canon's items are told from Sony's of the same number") {
  const std::string gamma = label(std::string("\x04\x01\x01\x0D\x0E\x15\0\x01\x02\0\0\0", 12));
  const std::string gamut = label(std::string("\x04\x01\x01\x0D\x0E\x15\0\x02\x02\0\0\0", 12));
  const auto clip =
      described(set(kCanonLens, item(0xE108, "0123") + item(0xE109, "CN-E35mm T1.5 L F") +
                                    item(0xE115, movies::f32(1.25F)) + item(0xE11E, movies::f32(35))) +
                set(kCanonCamera, item(0xE119, "Canon") + item(0xE228, "EOS C500 Mark II") + item(0xE229, "99001") +
                                      item(0xE22A, "1.0.4") + item(0xE211, gamma) + item(0xE212, gamut)));
  CHECK(clip.lens.serial == "0123");
  CHECK(clip.lens.model == "CN-E35mm T1.5 L F");
  CHECK(clip.lens.focusM == Approx(1.25));
  CHECK(clip.lens.focalMm == Approx(35));
  CHECK(clip.camera.model == "EOS C500 Mark II");
  CHECK(clip.camera.firmware == "1.0.4");
  CHECK(clip.colour.gamma == "Canon Log 2");
  CHECK(clip.colour.primaries == "Cinema Gamut");
  CHECK(clip.colour.lut.empty());
}

TEST_CASE("values that no camera has and sets of others say nothing") {
  const std::string other = label(std::string("\x02\x53\x01\x01\x0D\x01\x01\x01\x01\x01\0\0", 12));
  const auto clip =
      described(set(other, item(0x810E, be(5600, 2))) +
                set(kCamera, item(0x810E, be(0xFFFF, 2)) + item(0x8115, be(0xFFFF, 2)) +
                                 item(0x8109, be(1, 4) + be(0, 4)) + item(0x8106, be(0xFFFFFFFF, 4) + be(1, 4))) +
                set(kLens, item(0x8001, be(0x0FFF, 2)) + item(0x8005, be(0, 2))));
  CHECK_FALSE(clip.whiteBalance.kelvin);
  CHECK_FALSE(clip.exposure.ei);
  CHECK_FALSE(clip.exposure.shutterSeconds);
  CHECK_FALSE(clip.sensorFps);
  CHECK_FALSE(clip.lens.focusM);
  CHECK_FALSE(clip.lens.focalMm);
}

TEST_CASE("acquisition metadata cut at any length gives what is whole") {
  const std::string whole = set(kCamera, item(0x810E, be(5600, 2)) + item(0x8115, be(800, 2)));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto clip = described(whole.substr(0, length));
    CHECK_FALSE(clip.exposure.ei);
    CHECK(clip.whiteBalance.kelvin.has_value() == (length >= 16 + 4 + 6));
  }
}
