// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "core/colour/rows.h"
#include "support.h"

using namespace rollproof;
using namespace rollproof::colour;
using namespace rollproof::colour::test;

namespace {

// A picture in memory of its own.
struct Picture {
  std::array<std::vector<std::uint8_t>, 3> bytes;
  media::PlanarRoom room;

  Picture(int width, int height, int bits, media::Chroma chroma) {
    room.width = width;
    room.height = height;
    room.bits = bits;
    room.chroma = chroma;
    for (std::size_t i = 0; i < 3; ++i) {
      const int samples = i == 0 ? width : room.chromaWidth(), rows = i == 0 ? height : room.chromaHeight();
      room.stride[i] = (samples * 2 + 63) / 64 * 64;
      bytes[i].resize(static_cast<std::size_t>(room.stride[i]) * static_cast<std::size_t>(rows));
      room.plane[i] = bytes[i].data();
    }
  }
  [[nodiscard]] media::PlanarView view() const {
    media::PlanarView result;
    result.width = room.width;
    result.height = room.height;
    result.bits = room.bits;
    result.chroma = room.chroma;
    result.siting = room.siting;
    result.rgb = room.rgb;
    result.matrix = room.matrix;
    result.range = room.range;
    result.stride = room.stride;
    for (std::size_t i = 0; i < 3; ++i) result.plane[i] = room.plane[i];
    return result;
  }
  void set(std::size_t plane, int x, int y, int code) {
    std::uint8_t* const at = room.row(plane, y);
    if (room.bits == 8) {
      at[x] = static_cast<std::uint8_t>(code);
    } else {
      const auto value = static_cast<std::uint16_t>(code);
      std::memcpy(at + static_cast<std::ptrdiff_t>(x) * 2, &value, 2);
    }
  }
  [[nodiscard]] int get(std::size_t plane, int x, int y) const {
    const std::uint8_t* const at = room.row(plane, y);
    if (room.bits == 8) return at[x];
    std::uint16_t value = 0;
    std::memcpy(&value, at + static_cast<std::ptrdiff_t>(x) * 2, 2);
    return value;
  }
  template <typename Function>
  void fill(std::size_t plane, Function&& code) {
    const int width = plane == 0 ? room.width : room.chromaWidth(),
              height = plane == 0 ? room.height : room.chromaHeight();
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) set(plane, x, y, code(x, y));
    }
  }
};

std::shared_ptr<const Baked> bake(const std::string& input) {
  ChainRequest request;
  request.input = input;
  auto baked = config().bake(chain(request));
  REQUIRE(baked.has_value());
  return *baked;
}

struct Primaries {
  media::Matrix matrix;
  double kr, kb;
};
constexpr Primaries kMatrices[] = {
    {media::Matrix::bt601, .299, .114}, {media::Matrix::bt709, .2126, .0722}, {media::Matrix::bt2020, .2627, .0593}};

// H.273 by hand, rounded to whole codes.
std::array<int, 3> codesOf(const std::array<double, 3>& rgb, const Primaries& p, int bits, bool full) {
  const double y = p.kr * rgb[0] + (1 - p.kr - p.kb) * rgb[1] + p.kb * rgb[2];
  const double cb = (rgb[2] - y) / (2 * (1 - p.kb)), cr = (rgb[0] - y) / (2 * (1 - p.kr));
  const double unit = 1 << (bits - 8), top = (1 << bits) - 1, zero = 1 << (bits - 1);
  const auto code = [&](double black, double span, double v) {
    return static_cast<int>(std::floor(black + span * v + .5));
  };
  if (full) {
    return {code(0, top, y), std::min(code(zero, top, cb), static_cast<int>(top)),
            std::min(code(zero, top, cr), static_cast<int>(top))};
  }
  return {code(16 * unit, 219 * unit, y), code(zero, 224 * unit, cb), code(zero, 224 * unit, cr)};
}

const std::array<std::array<double, 3>, 17> kPatches = {{{1, 0, 0},
                                                         {0, 1, 0},
                                                         {0, 0, 1},
                                                         {0, 1, 1},
                                                         {1, 0, 1},
                                                         {1, 1, 0},
                                                         {.75, 0, 0},
                                                         {0, .75, 0},
                                                         {0, 0, .75},
                                                         {.8, .1, .1},
                                                         {.1, .8, .1},
                                                         {.1, .1, .8},
                                                         {0, 0, 0},
                                                         {.18, .18, .18},
                                                         {.5, .5, .5},
                                                         {.9, .9, .9},
                                                         {1, 1, 1}}};

}  // namespace

TEST_CASE("primaries and greys come out of an identity in the very codes they went in with", "[planes]") {
  const auto baked = bake("Rec.709 video");
  for (const Primaries& matrix : kMatrices) {
    for (const bool full : {false, true}) {
      for (const int bits : {8, 10, 12}) {
        for (const auto chroma : {media::Chroma::s444, media::Chroma::s422, media::Chroma::s420}) {
          for (const auto& rgb : kPatches) {
            const auto wanted = codesOf(rgb, matrix, bits, full);
            Picture in(26, 10, bits, chroma), out(26, 10, bits, chroma);
            for (Picture* one : {&in, &out}) {
              one->room.matrix = matrix.matrix;
              one->room.range = full ? media::Range::full : media::Range::limited;
            }
            for (std::size_t i = 0; i < 3; ++i) in.fill(i, [&](int, int) { return wanted[i]; });
            baked->apply(in.view(), out.room);
            for (std::size_t i = 0; i < 3; ++i) {
              INFO("matrix " << matrix.kr << " full " << full << " bits " << bits << " rgb " << rgb[0] << " " << rgb[1]
                             << " " << rgb[2] << " plane " << i);
              // Full range has no codes outside 0..1, where rounding puts some of these: they may come back a code off.
              // In 8 bits values between two codes are dithered, and what comes of rounded codes are such values.
              const int allowed = full || bits == 8 ? 1 : 0;
              CHECK(std::abs(out.get(i, 12, 4) - wanted[i]) <= allowed);
            }
          }
        }
      }
    }
  }
}

TEST_CASE("planes come out as their 16-bit 4:4:4 twin does", "[planes]") {
  const auto baked = bake("ARRI LogC4");
  for (const int width : {64, 77}) {
    Picture in(width, 12, 10, media::Chroma::s444), out(width, 12, 10, media::Chroma::s444);
    unsigned seed = 5;
    for (std::size_t i = 0; i < 3; ++i) {
      in.fill(i, [&](int, int) {
        seed = seed * 1664525U + 1013904223U;
        return static_cast<int>(seed >> 24) + 350;
      });
    }
    media::Frame16 twin, shown;
    twin.width = width;
    twin.height = 12;
    for (std::size_t i = 0; i < 3; ++i) {
      for (int y = 0; y < 12; ++y) {
        for (int x = 0; x < width; ++x) twin.plane[i].push_back(static_cast<std::uint16_t>(in.get(i, x, y) << 6));
      }
    }
    baked->apply(in.view(), out.room);
    baked->apply(twin, shown);
    std::vector<std::uint8_t> screen, twinScreen;
    baked->applyToRgb8(in.view(), screen);
    baked->applyToRgb8(twin, twinScreen);
    CHECK(screen == twinScreen);
    int off = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      for (int y = 0; y < 12; ++y) {
        for (int x = 0; x < width; ++x) {
          const auto k = static_cast<std::size_t>(y * width + x);
          const int difference = std::abs(out.get(i, x, y) - std::min((shown.plane[i][k] + 32) >> 6, 1023));
          CHECK(difference <= 1);
          off += difference;
        }
      }
    }
    CHECK(off * 50 <= width * 12 * 3);  // the twin is rounded twice, to 16 bits and to 10
  }
}

TEST_CASE("chroma is put where it was sampled", "[planes]") {
  // A ramp is its own interpolation: whatever the siting, each pixel must get the ramp's value at its own place.
  const auto ramp = [](double x, double y) { return 300 + 4 * x + 8 * y; };
  const int width = 40, height = 16;
  for (const auto chroma : {media::Chroma::s422, media::Chroma::s420}) {
    for (const auto siting : {media::Siting::left, media::Siting::centre, media::Siting::topLeft}) {
      if (chroma == media::Chroma::s422 && siting != media::Siting::left) continue;
      Picture in(width, height, 10, chroma);
      in.room.siting = siting;
      const double right = siting == media::Siting::centre ? .5 : 0;
      const double down = chroma == media::Chroma::s420 && siting != media::Siting::topLeft ? .5 : 0;
      const int rows = chroma == media::Chroma::s420 ? 2 : 1;
      for (const std::size_t i : {std::size_t{1}, std::size_t{2}}) {
        in.fill(i, [&](int x, int y) { return static_cast<int>(std::lround(ramp(2 * x + right, rows * y + down))); });
      }
      Unpacker unpacker(in.view());
      for (int y = 2; y < height - 2; ++y) {
        const Planes row = unpacker.row(y);
        for (int x = 2; x < width - 2; ++x) {
          INFO("siting " << static_cast<int>(siting) << " at " << x << " " << y);
          CHECK(std::abs(row[1][x] - 64 * ramp(x, y)) <= 33);  // half a code of rounding in the ramp's samples
          CHECK(row[1][x] == row[2][x]);
        }
      }
    }
  }
  // And the way back: left-sited, between the rows for 4:2:0.
  for (const auto chroma : {media::Chroma::s422, media::Chroma::s420}) {
    Picture out(width, height, 10, chroma);
    Packer packer(out.room);
    for (int y = 0; y < height; y += 2) {
      for (int row = y; row < y + 2; ++row) {
        const OutPlanes samples = packer.row(row);
        for (int x = 0; x < width; ++x) {
          for (int i = 0; i < 3; ++i) {
            const double scale = i == 0 ? 1 : 64;  // luma of 10 bits is written where it lies
            samples[static_cast<std::size_t>(i)][x] = static_cast<std::uint16_t>(std::lround(scale * ramp(x, row)));
          }
        }
      }
      packer.pack(y);
    }
    const double down = chroma == media::Chroma::s420 ? .5 : 0;
    const int rows = chroma == media::Chroma::s420 ? 2 : 1;
    for (int y = 0; y < out.room.chromaHeight(); ++y) {
      for (int x = 1; x < out.room.chromaWidth() - 1; ++x) {
        CHECK(out.get(1, x, y) == static_cast<int>(std::lround(ramp(2 * x, rows * y + down))));
      }
    }
    CHECK(out.get(0, 7, 5) == static_cast<int>(ramp(7, 5)));
  }
}

TEST_CASE("eight bits are dithered without moving the mean and exact codes stay exact", "[planes]") {
  for (const int fraction : {0, 37, 64, 128, 200, 255}) {
    for (const int code : {16, 17, 100, 235}) {
      Picture out(64, 64, 8, media::Chroma::s420);
      Packer packer(out.room);
      for (int y = 0; y < 64; y += 2) {
        for (int row = y; row < y + 2; ++row) {
          const OutPlanes samples = packer.row(row);
          for (int x = 0; x < 64; ++x) {
            for (int i = 0; i < 3; ++i) {
              samples[static_cast<std::size_t>(i)][x] = static_cast<std::uint16_t>(code * 256 + fraction);
            }
          }
        }
        packer.pack(y);
      }
      for (const std::size_t plane : {std::size_t{0}, std::size_t{1}}) {
        double mean = 0;
        int off = 0;
        const int side = plane == 0 ? 64 : 32;
        for (int y = 0; y < side; ++y) {
          for (int x = 0; x < side; ++x) {
            mean += out.get(plane, x, y) / static_cast<double>(side * side);
            off += out.get(plane, x, y) != code;
          }
        }
        INFO(code << " and " << fraction << "/256 in plane " << plane);
        CHECK(std::abs(mean - (code + fraction / 256.0)) < 1.0 / 64);
        if (fraction == 0) CHECK(off == 0);
      }
    }
  }
}

TEST_CASE("whatever goes in what comes out is legal", "[planes]") {
  const auto baked = bake("ARRI LogC3 (EI800)");
  for (const int bits : {8, 10}) {
    Picture in(64, 33, 10, media::Chroma::s422), out(64, 33, bits, media::Chroma::s420);
    unsigned seed = 11;
    for (std::size_t i = 0; i < 3; ++i) {
      in.fill(i, [&](int, int) {
        seed = seed * 1664525U + 1013904223U;
        return static_cast<int>(seed >> 22);
      });
    }
    baked->apply(in.view(), out.room);
    const int unit = 1 << (bits - 8);
    for (std::size_t i = 0; i < 3; ++i) {
      for (int y = 0; y < (i == 0 ? 33 : 17); ++y) {
        for (int x = 0; x < (i == 0 ? 64 : 32); ++x) {
          const int code = out.get(i, x, y);
          if (code < 16 * unit || code > (i == 0 ? 235 : 240) * unit) FAIL("plane " << i << " code " << code);
        }
      }
    }
  }
}

TEST_CASE("pictures that share one pass come out as each does alone", "[planes]") {
  const auto baked = bake("ARRI LogC4");
  Picture in(50, 19, 10, media::Chroma::s422);
  for (const std::size_t plane : {std::size_t{0}, std::size_t{1}, std::size_t{2}}) {
    in.fill(plane, [&](int x, int y) { return 90 + (x * 37 + y * 101 + static_cast<int>(plane) * 53) % 800; });
  }
  const auto rooms = [] {
    std::vector<Picture> pictures;
    pictures.emplace_back(50, 19, 8, media::Chroma::s420);
    pictures.emplace_back(50, 19, 10, media::Chroma::s422);
    pictures.emplace_back(50, 19, 8, media::Chroma::s422);
    pictures.emplace_back(50, 19, 12, media::Chroma::s444);
    pictures.emplace_back(50, 19, 16, media::Chroma::s444);
    pictures.emplace_back(50, 19, 10, media::Chroma::s420);
    pictures.back().room.matrix = media::Matrix::bt2020;
    pictures.emplace_back(50, 19, 8, media::Chroma::s444);
    pictures.back().room.range = media::Range::full;
    pictures.emplace_back(48, 19, 8, media::Chroma::s444);  // of another size: left alone
    return pictures;
  };
  ChainRequest request;
  request.input = "ARRI LogC4";
  const auto exact = Route::make(config(), chain(request), BakeError{});  // a bound that no cube keeps
  REQUIRE(exact.has_value());
  REQUIRE(exact->path() == Path::exact);
  for (const Baked* way : {baked.get(), &exact->baked()}) {
    std::vector<Picture> alone = rooms(), together = rooms();
    std::vector<media::PlanarRoom> all;
    for (std::size_t i = 0; i < alone.size(); ++i) {
      way->apply(in.view(), alone[i].room);
      all.push_back(together[i].room);
    }
    way->apply(in.view(), all);
    for (std::size_t i = 0; i < alone.size(); ++i) {
      INFO("picture " << i);
      CHECK(alone[i].bytes == together[i].bytes);
    }
    CHECK(together.back().get(0, 5, 5) == 0);
    CHECK(together.front().get(0, 5, 5) > 15);
  }
}

TEST_CASE("pictures that do not fit each other are left alone", "[planes]") {
  const auto baked = bake("Rec.709 video");
  Picture in(16, 16, 10, media::Chroma::s422), out(18, 16, 10, media::Chroma::s422);
  baked->apply(in.view(), out.room);
  CHECK(out.get(0, 3, 3) == 0);
  auto view = in.view();
  view.stride[1] = 4;
  Picture same(16, 16, 10, media::Chroma::s422);
  baked->apply(view, same.room);
  CHECK(same.get(0, 3, 3) == 0);
  view = in.view();
  view.plane[2] = nullptr;
  std::vector<std::uint8_t> rgb{1};
  baked->applyToRgb8(view, rgb);
  CHECK(rgb.empty());
  CHECK(baked->measure(view).max == 0);
}

TEST_CASE("a job stays with the cube while it serves and says when it does not", "[route]") {
  ChainRequest request;
  request.input = "ARRI LogC4";
  auto route = Route::make(config(), chain(request));
  REQUIRE(route.has_value());
  CHECK(route->path() == Path::cube);
  Picture grey(64, 64, 10, media::Chroma::s422);
  for (std::size_t i = 0; i < 3; ++i) grey.fill(i, [&](int x, int) { return i == 0 ? 200 + x : 512; });
  CHECK_FALSE(route->check(grey.view()));
  CHECK(route->finding().empty());
  CHECK(route->error().mean < .5);

  // A look that no table follows: teeth finer than any cube's cells.
  std::string teeth = "LUT_1D_SIZE 4096\n";
  for (int i = 0; i < 4096; ++i) teeth += i % 16 < 8 ? "0.2 0.2 0.2\n" : "0.7 0.7 0.7\n";
  const Folder folder;
  request.look.lutFile = folder.write("teeth.cube", teeth);
  const auto hard = chain(request);
  auto hardRoute = Route::make(config(), hard);
  REQUIRE(hardRoute.has_value());
  CHECK(hardRoute->path() == Path::exact);
  CHECK(hardRoute->finding().find("the exact chain is used") != std::string::npos);
  Picture out(64, 64, 16, media::Chroma::s444), in(64, 64, 16, media::Chroma::s444);
  for (std::size_t i = 0; i < 3; ++i) in.fill(i, [&](int x, int y) { return i == 0 ? 9000 + 400 * x + y : 32768; });
  hardRoute->baked().apply(in.view(), out.room);
  for (int x = 0; x < 64; x += 7) {
    const auto value = static_cast<float>((in.get(0, x, 9) - 4096) / 56064.0);
    const double exact = static_cast<double>(hard->applyExact({value, value, value})[1]);
    CHECK(std::abs(out.get(0, x, 9) - (4096 + 56064 * exact)) < 4);
  }
}

TEST_CASE("a picture that the cube misses moves the job to the denser one and then to the exact chain", "[route]") {
  // Teeth in one small part of the range: the bake's own colours hardly see them, the picture lies in them.
  std::string teeth = "LUT_1D_SIZE 8192\n";
  for (int i = 0; i < 8192; ++i) {
    const double v = i / 8191.0;
    const double out = v > .6 && v < .6015 ? (i % 8 < 4 ? .55 : .65) : v;
    teeth += std::to_string(out) + " " + std::to_string(out) + " " + std::to_string(out) + "\n";
  }
  const Folder folder;
  ChainRequest request;
  request.input = "Rec.709 video";
  request.look.lutFile = folder.write("hidden.cube", teeth);
  auto route = Route::make(config(), chain(request));
  REQUIRE(route.has_value());
  REQUIRE(route->path() == Path::cube);
  Picture in(64, 64, 16, media::Chroma::s444);
  for (std::size_t i = 0; i < 3; ++i) {
    in.fill(i, [&](int x, int y) { return i == 0 ? 4096 + static_cast<int>(56064 * .6) + x + y / 8 : 32768; });
  }
  CHECK(route->check(in.view()));
  CHECK(route->path() == Path::exact);
  CHECK(route->finding().find("at its densest") != std::string::npos);
  CHECK(route->error().max == 0);
  CHECK_FALSE(route->check(in.view()));
}

TEST_CASE("a quick bake shows the same picture a little less precisely", "[baked]") {
  ChainRequest request;
  request.input = "ARRI LogC4";
  const auto quick = config().bake(chain(request), Effort::quick);
  REQUIRE(quick.has_value());
  CHECK((*quick)->bakeError().mean < 1.5);
  CHECK((*quick)->bakeError().mean > bake("ARRI LogC4")->bakeError().mean);
  CHECK((*quick)->describe().find("33x33x33") != std::string::npos);
}

TEST_CASE("primaries and greys of tagged and untagged movies pass code-exact", "[planes]") {
  if (std::system("command -v ffmpeg > /dev/null 2>&1") != 0) {
    WARN("ffmpeg is not installed");
    return;
  }
  const Folder folder;
  const int width = 16 * static_cast<int>(kPatches.size()) - 16 * static_cast<int>(kPatches.size()) % 6 + 6,
            height = 720;
  std::string raw;
  for (std::size_t i = 0; i < 3; ++i) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; x += i == 0 ? 1 : 2) {
        const auto patch = std::min<std::size_t>(static_cast<std::size_t>(x) / 16, kPatches.size() - 1);
        const int code = codesOf(kPatches[patch], kMatrices[1], 10, false)[i];
        raw += static_cast<char>(code & 255);
        raw += static_cast<char>(code >> 8);
      }
    }
  }
  const std::string source = folder.write("codes.raw", raw);
  const auto baked = bake("Rec.709 video");
  for (const char* tags : {"", "-color_primaries bt709 -color_trc bt709 -colorspace bt709 -color_range tv"}) {
    const std::string movie = folder.path() + "/" + (*tags ? "tagged.mov" : "untagged.mov");
    const std::string command = "ffmpeg -nostdin -loglevel error -f rawvideo -pix_fmt yuv422p10le -s " +
                                std::to_string(width) + "x" + std::to_string(height) + " -i " + source + " -c:v v210 " +
                                tags + " " + movie;
    REQUIRE(std::system(command.c_str()) == 0);
    auto reader = media::openVideo({movie}, {});
    REQUIRE(reader.has_value());
    auto frame = (*reader)->readFrame(0);
    REQUIRE(frame.has_value());
    CHECK(frame->assumedMatrix == (*tags == 0));
    media::Frame16 shown;
    baked->apply(*frame, shown);
    for (std::size_t patch = 0; patch < kPatches.size(); ++patch) {
      const auto wanted = codesOf(kPatches[patch], kMatrices[1], 10, false);
      const std::size_t k = static_cast<std::size_t>(360 * width) + patch * 16 + 6;
      for (std::size_t i = 0; i < 3; ++i) {
        INFO("patch " << patch << " plane " << i << " " << tags);
        CHECK(((shown.plane[i][k] + 32) >> 6) == wanted[i]);
      }
    }
  }
}
