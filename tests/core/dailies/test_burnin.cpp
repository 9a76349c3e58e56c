// SPDX-License-Identifier: Apache-2.0
#include <ft2build.h>
#include FT_FREETYPE_H

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <numeric>

#include "core/dailies/burnin.h"
#include "support.h"

using namespace rollproof;
using namespace rollproof::dailies;
using namespace rollproof::dailies::test;

namespace {

struct Grey {
  int width = 0, height = 0;
  std::vector<double> luma;  // 0 black, 1 white
  [[nodiscard]] double at(int x, int y) const {
    return luma[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
  }
};

Grey greyOf(const media::PlanarRoom& room) {
  Grey grey{room.width, room.height, {}};
  for (int y = 0; y < room.height; ++y) {
    for (int x = 0; x < room.width; ++x) {
      const double code =
          room.bits == 8 ? room.row(0, y)[x] : reinterpret_cast<const std::uint16_t*>(room.row(0, y))[x];
      grey.luma.push_back((code / (1 << (room.bits - 8)) - 16) / 219);
    }
  }
  return grey;
}

Grey greyOf(const media::Frame16& frame) {
  Grey grey{frame.width, frame.height, {}};
  for (const std::uint16_t code : frame.plane[0]) grey.luma.push_back((code / 256.0 - 16) / 219);
  return grey;
}

// Reads a line of monospaced letters the way a person would: from the letters' own shapes, straight from the font.
class Eye {
 public:
  explicit Eye(int pixels) {
    REQUIRE(FT_Init_FreeType(&m_library) == 0);
    REQUIRE(FT_New_Face(m_library, "/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf", 0, &m_face) == 0);
    REQUIRE(FT_Set_Pixel_Sizes(m_face, 0, static_cast<FT_UInt>(pixels)) == 0);
    for (const char c : std::string("0123456789:;- ")) {
      REQUIRE(FT_Load_Char(m_face, static_cast<FT_ULong>(c), FT_LOAD_RENDER) == 0);
      const FT_GlyphSlot slot = m_face->glyph;
      m_advance = static_cast<int>(slot->advance.x >> 6);
      Shape shape{slot->bitmap_left,
                  slot->bitmap_top,
                  static_cast<int>(slot->bitmap.width),
                  static_cast<int>(slot->bitmap.rows),
                  {}};
      for (int y = 0; y < shape.height; ++y) {
        for (int x = 0; x < shape.width; ++x) {
          shape.ink.push_back(slot->bitmap.buffer[y * slot->bitmap.pitch + x] / 255.0);
        }
      }
      m_shapes[c] = shape;
    }
    m_tall = m_shapes['0'].top;
  }
  ~Eye() {
    FT_Done_Face(m_face);
    FT_Done_FreeType(m_library);
  }
  Eye(const Eye&) = delete;
  Eye& operator=(const Eye&) = delete;

  // `count` letters, the first of which begins near the first bright place of that part of the picture.
  [[nodiscard]] std::string read(const Grey& grey, int left, int top, int right, int bottom, int count) const {
    int firstX = right, firstY = bottom;
    for (int y = top; y < bottom; ++y) {
      for (int x = left; x < right; ++x) {
        if (grey.at(x, y) < 0.6) continue;
        firstX = std::min(firstX, x);
        firstY = std::min(firstY, y);
      }
    }
    std::string best;
    double least = 1e9;
    for (int pen = firstX - m_advance / 3; pen <= firstX + 1; ++pen) {
      for (int base = firstY + m_tall - 2; base <= firstY + m_tall + 2; ++base) {
        double total = 0;
        std::string text;
        for (int i = 0; i < count; ++i) {
          double lowest = 1e9;
          char letter = '?';
          for (const auto& [c, shape] : m_shapes) {
            const double off = difference(grey, shape, pen + i * m_advance, base);
            if (off < lowest) lowest = off, letter = c;
          }
          total += lowest;
          text += letter;
        }
        if (total < least) least = total, best = text;
      }
    }
    return best;
  }

 private:
  struct Shape {
    int left, top, width, height;
    std::vector<double> ink;
  };
  [[nodiscard]] double difference(const Grey& grey, const Shape& shape, int pen, int base) const {
    double sum = 0;
    for (int y = base - m_tall - 2; y < base + 4; ++y) {
      for (int x = pen; x < pen + m_advance; ++x) {
        const int sx = x - pen - shape.left, sy = y - base + shape.top;
        const bool inside = sx >= 0 && sy >= 0 && sx < shape.width && sy < shape.height;
        const double expected = inside ? shape.ink[static_cast<std::size_t>(sy * shape.width + sx)] : 0.0;
        const bool seen = x >= 0 && y >= 0 && x < grey.width && y < grey.height;
        const double off = (seen ? grey.at(x, y) : 0.0) - expected * 0.92;
        sum += off * off;
      }
    }
    return sum;
  }

  FT_Library m_library = nullptr;
  FT_Face m_face = nullptr;
  int m_advance = 0, m_tall = 0;
  std::map<char, Shape> m_shapes;
};

void fill(const media::PlanarRoom& room, int luma8) {
  media::fillBlack(room);
  for (int y = 0; y < room.height; ++y) {
    for (int x = 0; x < room.width; ++x) {
      if (room.bits == 8) {
        room.row(0, y)[x] = static_cast<std::uint8_t>(luma8);
      } else {
        reinterpret_cast<std::uint16_t*>(room.row(0, y))[x] = static_cast<std::uint16_t>(luma8 << (room.bits - 8));
      }
    }
  }
}

BurnInTemplate one(const std::string& text, double size = 0.05) {
  BurnInTemplate burnin;
  BurnInItem item;
  item.text = text;
  item.size = size;
  item.place = Place::bottomLeft;
  burnin.items.push_back(item);
  return burnin;
}

BurnIns must(Result<BurnIns> made) {
  INFO((made ? std::string() : describe(made.error())));
  REQUIRE(made.has_value());
  return std::move(*made);
}

Errc errorOf(const RenderRequest& request) {
  jobs::Progress progress;
  auto rendered = render(realFileSystem(), config(), request, progress, {});
  REQUIRE_FALSE(rendered.has_value());
  return rendered.error().code;
}

model::Clip takeThree() {
  model::Clip clip;
  clip.name = "A001C001";
  clip.reel = "A001";
  clip.slate.scene = "12";
  clip.slate.take = "3";
  clip.slate.production = "Long Way";
  clip.camera.id = "A";
  clip.recordedAt = "2026-05-02T14:35:00+02:00";
  return clip;
}

}  // namespace

TEST_CASE("burn-in words become the clip's own", "[burnin]") {
  BurnInWords words = wordsOf(takeThree());
  words.recipient = "Studio Nine";
  words.free = {"cut 4"};
  BurnInMoment moment{Timecode::parse("01:02:03:04", {25, 1}), Timecode::parse("10:00:00:07", {25, 1}), 7};
  const auto says = [&](const std::string& text) { return burnInText(one(text).items.front(), words, moment); };
  CHECK(says("{clip}|{reel}|{tc}|{rectc}|{frame}|{scene}-{take} {date}.") ==
        "A001C001|A001|01:02:03:04|10:00:00:07|7|12-3 2026-05-02.");
  CHECK(says("{show} {camera} {recipient} {free1}{free2}") == "Long Way A Studio Nine cut 4");
  CHECK(says("plain words") == "plain words");
  moment.timecode.reset();
  CHECK(says("{tc}") == "--:--:--:--");
  // Labels of what nobody said are not left standing alone.
  CHECK(says("Look {look}").empty());
  CHECK(says("{free9}").empty());
  CHECK(says(std::string(500, 'x') + "{clip}").size() == 200);
}

TEST_CASE("a burn-in is a shipped name or a pattern or JSON and its mistakes are named", "[burnin]") {
  std::vector<std::string> names;
  for (const BurnInTemplate& shipped : burnIns()) {
    names.push_back(shipped.name);
    CHECK_FALSE(shipped.description.empty());
    CHECK(burnInFor(shipped.name).value() == shipped);
    CHECK(parseBurnIn(burnInJson(shipped)).value() == shipped);
  }
  CHECK(names == std::vector<std::string>{"review", "editorial", "producer", "tracked", "clean"});
  CHECK(burnInFor("producer")->says("recipient"));
  CHECK_FALSE(burnInFor("review")->says("recipient"));
  CHECK(burnInFor("").value().empty());
  CHECK(burnInFor("{clip}  {tc}").value().items.front().text == "{clip}  {tc}");
  CHECK(burnInFor("for Ana only").value().items.size() == 1);
  const auto says = [](const std::string& text) {
    const auto burnin = burnInFor(text);
    REQUIRE_FALSE(burnin.has_value());
    CHECK(burnin.error().code == Errc::usage);
    return burnin.error().message + " " + burnin.error().subject;
  };
  CHECK(says("reveiw").find("review, editorial, producer") != std::string::npos);
  CHECK(says("{clip").find("never closed") != std::string::npos);
  CHECK(says("{Clip}").find("{Clip}") != std::string::npos);
  CHECK(says("{weather} {tc}").find("{weather}") != std::string::npos);
  CHECK(says("x {free0}").find("{free0}") != std::string::npos);
  CHECK(says(R"({"items": [{"text": "{clip}", "place": "middle"}]})").find("'middle'") != std::string::npos);
  CHECK(says(R"({"items": [{"text": "{clap}"}]})").find("{clap}") != std::string::npos);
  CHECK(says(R"({"items": [{"text": "a", "colr": "#ffffff"}]})").find("'colr'") != std::string::npos);
  CHECK(says(R"({"items": [{"text": "a", "size": 3}]})").find("'size'") != std::string::npos);
  CHECK(says(R"({"items": [{"text": "a", "angle": 30}]})").find("watermark") != std::string::npos);
  CHECK(says(R"({"items": []})").find("items") != std::string::npos);
  CHECK(says(R"({"items": [{"text": " "}]})").find("no text") != std::string::npos);
}

TEST_CASE("burnt-in timecode reads as it should across drop-frame minutes", "[burnin]") {
  const int letters = 36;  // of 720 lines
  const Eye eye(letters);
  const FrameRate ntsc{30000, 1001};
  struct Case {
    const char *start, *expected;
    std::int64_t plus;
  };
  for (const int bits : {8, 10, 16}) {
    for (const media::Chroma chroma : {media::Chroma::s420, media::Chroma::s422, media::Chroma::s444}) {
      const media::OwnPlanes planes = media::makePlanes(1280, 720, bits, chroma);
      BurnIns burnt = must(BurnIns::make(one("{tc}"), {}, 1280, 720, 100));
      for (const Case& c : {Case{"00:00:59;28", "00:00:59;28", 0}, Case{"00:00:59;28", "00:00:59;29", 1},
                            Case{"00:00:59;28", "00:01:00;02", 2}, Case{"00:09:59;28", "00:09:59;29", 1},
                            Case{"00:09:59;28", "00:10:00;00", 2}, Case{"23:59:59;29", "00:00:00;00", 1}}) {
        CAPTURE(bits, int(chroma), c.expected);
        fill(planes.room, 120);
        const auto start = Timecode::parse(c.start, ntsc);
        REQUIRE(start.has_value());
        REQUIRE(burnt.draw(planes.room, {start->plus(c.plus), std::nullopt, 0}).has_value());
        CHECK(eye.read(greyOf(planes.room), 0, 640, 640, 720, 11) == c.expected);
      }
    }
  }
}

TEST_CASE("first and middle and last frame of a render carry their own numbers", "[burnin]") {
  const Folder folder;
  const ClipSource source = makeMovie(folder, {});
  RenderRequest request = requestFor(source, folder, {"prores-lt"});
  request.burnin = R"({"items": [{"text": "{frame} {tc}", "place": "bottom_left", "size": 0.04}]})";
  request.firstFrame = 2;
  request.lastFrame = 10;
  const auto rendered = mustRender(request);
  const auto file = media::probe(rendered[0].path);
  REQUIRE(file.has_value());
  REQUIRE(file->start.has_value());
  auto reader = media::openVideo({rendered[0].path}, {});
  REQUIRE(reader.has_value());
  const Eye eye(43);
  for (const std::int64_t index : {0, 4, 8}) {
    auto frame = (*reader)->readFrame(index);
    REQUIRE(frame.has_value());
    const std::string number = std::to_string(index + 2);
    const std::string expected = number + " " + file->start->plus(index).text();
    CHECK(eye.read(greyOf(*frame), 0, 980, 960, 1080, static_cast<int>(expected.size())) == expected);
  }
}

TEST_CASE("letters stand out on black and on white and on noise at every size", "[burnin]") {
  for (const auto& [width, height] : {std::pair{178, 100}, std::pair{320, 180}, std::pair{1280, 720},
                                      std::pair{1920, 1080}, std::pair{4096, 2160}, std::pair{1080, 1920}}) {
    for (const BurnInTemplate& shipped : burnIns()) {
      if (shipped.name == "tracked" && width > 2000) continue;
      BurnInWords words = wordsOf(takeThree());
      words.recipient = "Studio Nine";
      BurnIns burnt = must(BurnIns::make(shipped, words, width, height, 99999));
      for (const int luma : {16, 235}) {
        CAPTURE(width, height, shipped.name, luma);
        const media::OwnPlanes planes = media::makePlanes(width, height, 10, media::Chroma::s422);
        fill(planes.room, luma);
        REQUIRE(burnt.draw(planes.room, {Timecode::parse("10:20:30:04", {25, 1}), std::nullopt, 1234}).has_value());
        const Grey grey = greyOf(planes.room);
        // Ink and what is right beside it: somewhere both are there, and far from each other.
        std::size_t strong = 0;
        for (int y = 0; y < height; ++y) {
          for (int x = 2; x + 2 < width; ++x) {
            const double least = std::min(grey.at(x - 2, y), grey.at(x + 2, y));
            strong += grey.at(x, y) - least > 0.45;
          }
        }
        CHECK(strong > 60);
      }
    }
  }
}

TEST_CASE("lines at the edges never run into each other or out of the picture", "[burnin]") {
  BurnInTemplate burnin = *burnInFor("editorial");
  for (const auto& [width, height] :
       {std::pair{178, 100}, std::pair{240, 426}, std::pair{640, 360}, std::pair{1920, 800}}) {
    for (const std::size_t longer : {0U, 10U, 60U}) {
      model::Clip clip = takeThree();
      clip.name += std::string(longer, 'W');
      // Each line by itself changes its own places; together no place is changed twice.
      std::vector<int> times(static_cast<std::size_t>(width * height), 0);
      const media::OwnPlanes planes = media::makePlanes(width, height, 10, media::Chroma::s444);
      fill(planes.room, 120);
      BurnIns all = must(BurnIns::make(burnin, wordsOf(clip), width, height, 50));
      REQUIRE(all.draw(planes.room, {std::nullopt, std::nullopt, 50}).has_value());
      const Grey grey = greyOf(planes.room);
      const double plain = (120 - 16) / 219.0, boxed = plain * 0.45;
      std::size_t darker = 0, edge = 0;
      for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
          // Two boxes over each other would be darker than one, and halos darker still: only the box's rim is looked
          // at.
          edge += (x == 0 || x == width - 1) && std::abs(grey.at(x, y) - plain) > 0.01;
          darker += std::abs(grey.at(x, y) - boxed * 0.45) < 0.004;
        }
      }
      CAPTURE(width, height, longer);
      CHECK(edge == 0);
      CHECK(darker < static_cast<std::size_t>(width * height) / 200);
    }
  }
}

TEST_CASE("a growing frame number moves no other line", "[burnin]") {
  BurnInTemplate both = one("{clip}", 0.06);
  both.items.push_back(both.items.front());
  both.items.back().text = "{frame}";
  both.items.back().place = Place::bottomRight;
  BurnIns two = must(BurnIns::make(both, wordsOf(takeThree()), 640, 360, 100000));
  const media::OwnPlanes a = media::makePlanes(640, 360, 8, media::Chroma::s420);
  const media::OwnPlanes b = media::makePlanes(640, 360, 8, media::Chroma::s420);
  fill(a.room, 90);
  fill(b.room, 90);
  REQUIRE(two.draw(a.room, {std::nullopt, std::nullopt, 9}).has_value());
  REQUIRE(two.draw(b.room, {std::nullopt, std::nullopt, 100000}).has_value());
  const Grey first = greyOf(a.room), second = greyOf(b.room);
  std::size_t left = 0, right = 0;
  for (int y = 0; y < 360; ++y) {
    for (int x = 0; x < 640; ++x) (x < 320 ? left : right) += first.at(x, y) != second.at(x, y);
  }
  CHECK(left == 0);
  CHECK(right > 100);
}

TEST_CASE("a recipient's name of any length lies whole in the picture", "[burnin]") {
  for (const std::size_t length : {1U, 12U, 80U, 190U}) {
    BurnInTemplate mark = one("{recipient}", 0.2);
    mark.items.front().watermark = true;
    mark.items.front().box = 0;
    mark.items.front().angle = 20;
    mark.items.front().opacity = 0.4;
    BurnInWords words;
    words.recipient = std::string(length, 'M');
    BurnIns burnt = must(BurnIns::make(mark, words, 640, 360, 10));
    const media::OwnPlanes planes = media::makePlanes(640, 360, 10, media::Chroma::s420);
    fill(planes.room, 120);
    REQUIRE(burnt.draw(planes.room, {}).has_value());
    const Grey grey = greyOf(planes.room);
    const double plain = (120 - 16) / 219.0;
    std::size_t changed = 0, edge = 0;
    for (int y = 0; y < 360; ++y) {
      for (int x = 0; x < 640; ++x) {
        const bool other = std::abs(grey.at(x, y) - plain) > 0.01;
        changed += other;
        edge += other && (x < 4 || y < 4 || x >= 636 || y >= 356);
      }
    }
    CAPTURE(length);
    CHECK(changed > 50);
    CHECK(edge == 0);
  }
}

TEST_CASE("a render for a recipient needs a name and framing reaches the file", "[burnin]") {
  const Folder folder;
  const ClipSource source = makeMovie(folder, {});
  RenderRequest request = requestFor(source, folder, {"h264-review"});
  request.burnin = "producer";
  CHECK(errorOf(request) == Errc::usage);
  request.burnInExtras.recipient = "Studio Nine";
  request.framing = R"({"rotate": 90, "fit": "crop", "aspect": 1, "framelines": [{"aspect": 1.5}]})";
  const auto rendered = mustRender(request);
  const auto file = media::probe(rendered[0].path);
  REQUIRE(file.has_value());
  CHECK(file->video->width == 1920);
  CHECK(file->video->height == 1920);
  request.framing = "sideways";
  CHECK(errorOf(request) == Errc::usage);
}
