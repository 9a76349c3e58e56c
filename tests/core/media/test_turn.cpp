// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "core/media/text.h"
#include "core/media/turn.h"

using namespace rollproof;
using namespace rollproof::media;

namespace {

// Letters as samples, so that the pictures in the tests can be read.
OwnPlanes pictureOf(const std::vector<std::string>& rows, int bits) {
  OwnPlanes planes =
      makePlanes(static_cast<int>(rows.front().size()), static_cast<int>(rows.size()), bits, Chroma::s444);
  for (std::size_t plane = 0; plane < 3; ++plane) {
    for (int y = 0; y < planes.room.height; ++y) {
      for (int x = 0; x < planes.room.width; ++x) {
        const int code = rows[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] + static_cast<int>(plane);
        if (bits == 8) {
          planes.room.row(plane, y)[x] = static_cast<std::uint8_t>(code);
        } else {
          reinterpret_cast<std::uint16_t*>(planes.room.row(plane, y))[x] = static_cast<std::uint16_t>(code * 200);
        }
      }
    }
  }
  return planes;
}

std::vector<std::string> rowsOf(const PlanarView& view, std::size_t plane) {
  std::vector<std::string> rows;
  for (int y = 0; y < view.height; ++y) {
    std::string row;
    for (int x = 0; x < view.width; ++x) {
      const int code =
          view.bits == 8 ? view.row(plane, y)[x] : reinterpret_cast<const std::uint16_t*>(view.row(plane, y))[x] / 200;
      row += static_cast<char>(code - static_cast<int>(plane));
    }
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

TEST_CASE("pictures turn clockwise by quarters and are mirrored after that", "[turn]") {
  using Rows = std::vector<std::string>;
  struct Case {
    Turn turn;
    Rows expected;
  };
  const std::vector<Case> cases{
      {{0, false, false}, {"abc", "def"}},     {{90, false, false}, {"da", "eb", "fc"}},
      {{180, false, false}, {"fed", "cba"}},   {{270, false, false}, {"cf", "be", "ad"}},
      {{0, true, false}, {"cba", "fed"}},      {{0, false, true}, {"def", "abc"}},
      {{90, true, false}, {"ad", "be", "cf"}}, {{90, false, true}, {"fc", "eb", "da"}},
      {{270, true, true}, {"da", "eb", "fc"}},
  };
  for (const int bits : {8, 10, 16}) {
    const OwnPlanes planes = pictureOf({"abc", "def"}, bits);
    for (const Case& one : cases) {
      CAPTURE(bits, one.turn.clockwise, one.turn.flipHorizontal, one.turn.flipVertical);
      const auto result = turned(viewOf(planes.room), one.turn);
      REQUIRE(result.has_value());
      for (std::size_t plane = 0; plane < 3; ++plane) CHECK(rowsOf(result->view, plane) == one.expected);
    }
  }
}

TEST_CASE("a picture larger than the squares it is turned in comes out whole", "[turn]") {
  std::vector<std::string> rows(71, std::string(101, 'a'));
  for (std::size_t y = 0; y < rows.size(); ++y) {
    for (std::size_t x = 0; x < rows[y].size(); ++x) rows[y][x] = static_cast<char>('0' + (x * 7 + y * 13) % 60);
  }
  const OwnPlanes planes = pictureOf(rows, 10);
  const auto quarter = turned(viewOf(planes.room), {90, false, false});
  REQUIRE(quarter.has_value());
  const auto back = turned(quarter->view, {270, false, false});
  REQUIRE(back.has_value());
  CHECK(rowsOf(back->view, 0) == rows);
  std::size_t wrong = 0;
  const auto turnedRows = rowsOf(quarter->view, 2);
  for (std::size_t y = 0; y < rows.size(); ++y) {
    for (std::size_t x = 0; x < rows[y].size(); ++x) wrong += turnedRows[x][rows.size() - 1 - y] != rows[y][x];
  }
  CHECK(wrong == 0);
}

TEST_CASE("what cannot be turned rightly is refused", "[turn]") {
  const OwnPlanes planes = makePlanes(4, 4, 8, Chroma::s422);
  CHECK(turned(viewOf(planes.room), {90, false, false}).error().code == Errc::unsupported);
  const OwnPlanes full = makePlanes(4, 4, 8, Chroma::s444);
  CHECK(turned(viewOf(full.room), {45, false, false}).error().code == Errc::usage);
  CHECK(turned(viewOf(full.room), {-90, false, false}).error().code == Errc::usage);
}

TEST_CASE("places turn the way pictures do", "[turn]") {
  const OwnPlanes planes = pictureOf({"..#.", "....", "...."}, 8);
  for (const int clockwise : {0, 90, 180, 270}) {
    for (const bool across : {false, true}) {
      for (const bool down : {false, true}) {
        const Turn turn{clockwise, across, down};
        const auto result = turned(viewOf(planes.room), turn);
        REQUIRE(result.has_value());
        const Place place = turned(Place{2.5 / 4, 0.5 / 3}, turn);
        const auto rows = rowsOf(result->view, 0);
        CHECK(rows[static_cast<std::size_t>(place.y * result->view.height)]
                  [static_cast<std::size_t>(place.x * result->view.width)] == '#');
      }
    }
  }
}

TEST_CASE("a running number keeps its place and has a halo on every side", "[text]") {
  auto letters = Lettering::make(40, 3);
  REQUIRE(letters.has_value());
  const auto first = letters->write("01:00:00:00"), second = letters->write("01:00:59;29");
  REQUIRE(first.has_value());
  REQUIRE(second.has_value());
  CHECK(first->width == second->width);
  CHECK(first->height == second->height);
  CHECK(first->height == letters->lineHeight());
  CHECK(first->width == letters->widthOf("01:00:00:00").value());
  const auto width = static_cast<std::size_t>(first->width);
  std::size_t bare = 0;
  for (std::size_t i = 0; i < first->ink.size(); ++i) {
    if (first->ink[i] < 200) continue;
    for (const std::size_t near : {i - 2, i + 2, i - 2 * width, i + 2 * width}) bare += first->halo.at(near) < 200;
  }
  CHECK(bare == 0);
  CHECK(Lettering::make(2, 0).error().code == Errc::usage);
  CHECK(letters->write("").error().code == Errc::usage);
}
