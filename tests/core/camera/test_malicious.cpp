// SPDX-License-Identifier: Apache-2.0
// Cards made to hurt who reads them, through the real reader: nothing crashes, nothing is opened outside the card,
// every file is answered, and what is wrong is said.
#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/camera/inspect.h"
#include "core/model/clip_json.h"
#include "tests/core/camera/fixtures.h"
#include "tests/core/camera/movies.h"
#include "tests/core/camera/raws.h"

using namespace rollproof;
using namespace std::chrono_literals;
using fixtures::Folder;
using movies::be;
using movies::le;

namespace {

// Patience for a busy machine; a reader that hangs is named after it.
model::Card inspected(const std::string& root, bool frames = false) {
  camera::InspectOptions options;
  options.perClip = 60s;
  options.checkFrames = frames;
  auto card = camera::inspectCard(root, options);
  REQUIRE(card);
  CHECK_FALSE(fixtures::hasWarning(card->warnings, "reader_crashed"));
  CHECK_FALSE(fixtures::hasWarning(card->warnings, "reader_hung"));
  for (const auto& clip : card->clips) {
    INFO(clip.name);
    CHECK_FALSE(fixtures::hasWarning(clip.warnings, "reader_crashed"));
    CHECK_FALSE(fixtures::hasWarning(clip.warnings, "reader_hung"));
  }
  return std::move(*card);
}

std::string everythingSaid(const model::Card& card) {
  std::string all;
  for (const auto& clip : card.clips)
    all += model::toJson(clip, true).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return all;
}

// Counts who opens or reads a file, in any namespace.
class Watched {
 public:
  explicit Watched(const std::string& path) : m_notices(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    REQUIRE(::inotify_add_watch(m_notices, path.c_str(), IN_OPEN | IN_ACCESS) >= 0);
  }
  ~Watched() { ::close(m_notices); }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
  [[nodiscard]] bool touched() const {
    std::array<char, 4096> events{};
    return ::read(m_notices, events.data(), events.size()) > 0;
  }

 private:
  int m_notices;
};

std::string repeated(const std::string& word, std::size_t times) {
  std::string out;
  out.reserve(word.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += word;
  return out;
}

// A little-endian TIFF of one directory that is followed by itself. Values are placed in the entry.
struct TiffEntry {
  std::uint16_t tag, type;
  std::uint32_t count, value;
};
std::string tiff(const std::vector<TiffEntry>& entries, const std::string& behind) {
  std::string out = "II" + le(42, 2) + le(8, 4) + le(entries.size(), 2);
  for (const TiffEntry& one : entries) out += le(one.tag, 2) + le(one.type, 2) + le(one.count, 4) + le(one.value, 4);
  return out + le(8, 4) + behind;
}

// RFC 1951 by hand, one block of fixed codes: a zero, then copies of 258 of them, a thousandth of what comes out.
std::string deflatedZeros(std::size_t copies) {
  std::string out("\x78\x9C", 2);
  unsigned byte = 0, filled = 0;
  const auto bit = [&](unsigned one) {
    byte |= one << filled;
    if (++filled < 8) return;
    out += static_cast<char>(byte);
    byte = filled = 0;
  };
  const auto code = [&bit](unsigned value, int length) {
    for (int i = length - 1; i >= 0; --i) bit(value >> i & 1U);
  };
  bit(1);
  bit(1);
  bit(0);
  code(0b00110000, 8);
  for (std::size_t i = 0; i < copies; ++i) {
    code(0b11000101, 8);
    code(0, 5);
  }
  code(0, 7);
  while (filled != 0) bit(0);
  return out + std::string(4, '\0');
}

std::string zipBomb() {
  const std::string strip = deflatedZeros(1'000'000);  // 1.6 MB that say they are 258 MB of a picture of 20 GB
  const std::uint32_t behind = 8 + 2 + 9 * 12 + 4;
  return tiff({{256, 4, 1, 60000},
               {257, 4, 1, 60000},
               {258, 3, 1, 16},
               {259, 3, 1, 8},
               {262, 3, 1, 2},
               {273, 4, 1, behind},
               {277, 3, 1, 3},
               {279, 4, 1, static_cast<std::uint32_t>(strip.size())},
               {50706, 1, 4, 0x00000401}},
              strip);
}

std::string klv(const std::string& key, const std::string& length, const std::string& value) {
  return key + length + value;
}

// Header partition whose footer and previous partition are itself, then a set that is longer than any disk.
std::string loopingMxf() {
  const std::string label("\x06\x0E\x2B\x34\x02\x05\x01\x01\x0D\x01\x02\x01\x01\x02\x04\x00", 16);
  const std::string pattern("\x06\x0E\x2B\x34\x04\x01\x01\x01\x0D\x01\x02\x01\x01\x01\x09\x00", 16);
  std::string pack = be(1, 2) + be(3, 2) + be(1, 4) + be(0, 8) + be(0, 8) + be(0, 8);
  pack += be(0x7FFFFFFFFFFFFFFF, 8) + be(0, 8) + be(0, 4) + be(0, 8) + be(0, 4) + pattern;
  pack += be(0xFFFFFFFF, 4) + be(16, 4);
  std::string out = klv(label, "\x83" + be(pack.size(), 3), pack);
  out += klv(std::string("\x06\x0E\x2B\x34\x02\x05\x01\x01\x0D\x01\x02\x01\x01\x05\x01\x00", 16),
             "\x88" + std::string(8, '\xFF'), be(0xFFFFFFFF, 4) + be(18, 4));
  return out + std::string(4096, '\x06');
}

const std::string kNrtName = "XDROOT/Clip/A001C00";

void writeSide(const Folder& folder, int number, const std::string& xml) {
  const std::string name = kNrtName + std::to_string(number) + "_260502AB";
  folder.write(name + ".MXF", loopingMxf());
  folder.write(name + "M01.XML", xml);
}

void fillXml(const Folder& folder) {
  const std::string head = "<?xml version=\"1.0\"?>";
  std::string bomb = head + "<!DOCTYPE l [<!ENTITY a0 \"xxxxxxxxxx\">";
  for (int i = 1; i < 12; ++i)
    bomb += "<!ENTITY a" + std::to_string(i) + " \"" + repeated("&a" + std::to_string(i - 1) + ";", 10) + "\">";
  bomb += "]><NonRealTimeMeta><Device modelName=\"&a11;\"/>&a11;</NonRealTimeMeta>";
  writeSide(folder, 1, bomb);
  writeSide(folder, 2, head + repeated("<NonRealTimeMeta>", 100'000) + repeated("</NonRealTimeMeta>", 100'000));
  writeSide(folder, 3,
            head + "<NonRealTimeMeta><Device modelName=\"" + std::string(10 << 20, 'm') + "\"/></NonRealTimeMeta>");
  writeSide(folder, 4, head + "<NonRealTimeMeta>" + repeated("<Device/>", 1'000'000) + "</NonRealTimeMeta>");
  writeSide(folder, 5, std::string(1 << 20, '<'));
  writeSide(folder, 6,
            head +
                "<NonRealTimeMeta><Duration value=\"99999999999999999999\"/><LtcChangeTable tcFps=\"0\">"
                "<LtcChange frameCount=\"0\" value=\"FFFFFFFF\"/></LtcChangeTable></NonRealTimeMeta>");
  folder.write("XDROOT/MEDIAPRO.XML", bomb);
}

void fillMovies(const Folder& folder, const std::string& outside) {
  const std::string brand = movies::box("ftyp", "qt  " + be(0, 4) + "qt  ");
  folder.write("huge.mov", brand + be(1, 4) + "moov" + be(std::uint64_t{1} << 63, 8) + std::string(4096, 'x'));
  folder.write("inside.mov", brand + movies::box("moov", be(0x7FFFFFFF, 4) + "trak" + std::string(4096, '\0')));
  folder.write("nothing.mov", brand + repeated(be(8, 4) + "moov", 50'000));
  folder.write("zero.mov", brand + be(0, 4) + "moov" + std::string(4096, '\0'));
  std::string deep = "x";
  for (int i = 0; i < 2000; ++i) deep = movies::box("moov", deep);
  folder.write("deep.mov", brand + deep);
  // Tables that say they have four thousand million rows.
  std::string tables = movies::gopro();
  for (const char* table : {"stsz", "stco", "stts", "stsc"}) {
    const std::size_t at = tables.find(table);
    if (at != std::string::npos && at + 16 < tables.size()) tables.replace(at + 8, 8, std::string(8, '\xFF'));
  }
  folder.write("tables.mp4", tables);
  // A track whose samples lie in another file.
  movies::Movie elsewhere;
  auto track = movies::picture("avc1", 1920, 1080, 24, 1, 100);
  const std::string reference = movies::fullBox("url ", "file://" + outside + '\0');
  track.extra =
      movies::box("mdia", movies::box("minf", movies::box("dinf", movies::fullBox("dref", be(1, 4) + reference))));
  elsewhere.tracks.push_back(track);
  folder.write("elsewhere.mov", movies::movie(elsewhere));
  folder.write("concat.mov", "ffconcat version 1.0\nfile '" + outside + "'\nfile 'http://127.0.0.1:9/x.mov'\n");
  folder.write("hls.mov", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://" + outside +
                              "\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n");
  folder.write("dash.mp4",
               "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"><Period><BaseURL>file://" +
                   outside + "</BaseURL></Period></MPD>");
  folder.write("session.mov", "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n");
}

void fillImages(const Folder& folder, const std::string& outside) {
  folder.write("bomb.dng", zipBomb());
  folder.write("loop.dng", tiff({{254, 4, 1, 0}, {330, 4, 1, 8}, {34665, 4, 1, 8}, {50706, 1, 4, 0x00000401}}, ""));
  folder.write("counts.dng", tiff({{271, 2, 0xFFFFFFFF, 8}, {330, 4, 0xFFFFFFFF, 8}, {50706, 1, 4, 0x00000401}}, ""));
  folder.write("svg.dpx",
               "<svg xmlns:xlink=\"http://www.w3.org/1999/xlink\"><image xlink:href=\"" + outside + "\"/></svg>");
  std::string frame = fixtures::dpx(64, 36, 0x10203004, 24);
  frame.replace(772, 8, std::string(8, '\xFF'));  // the picture's size
  folder.write("size.dpx", frame);
  folder.write("attributes.exr",
               "\x76\x2F\x31\x01" + le(2, 4) + repeated(std::string("a\0string\0", 9) + le(0, 4), 50'000));
  folder.write("length.exr", "\x76\x2F\x31\x01" + le(2, 4) + std::string("owner\0string\0", 13) + le(0x7FFFFFFF, 4));
}

void fillRest(const Folder& folder) {
  folder.write("past.mxf", loopingMxf());
  fixtures::Wav sound;
  sound.ixml = fixtures::ixml("<TRACK_LIST>" + repeated("<TRACK><NAME>n</NAME></TRACK>", 100'000) + "</TRACK_LIST>");
  folder.write("tracks.wav", fixtures::wav(sound));
  folder.write("loop.r3d", raws::r3d({{0x1001, std::string(60'000, '9')}, {0x1056, std::string(4000, '/')}}));
  folder.write("A002R2EC/A002C006_141024_R2EC.mov", movies::arri());
  folder.write("A002R2EC/A002R2EC_AVID.ale", "Heading\nFIELD_DELIM\tTABS\n\nColumn\n" + repeated("c\t", 1'000'000) +
                                                 "\n\nData\n" + repeated("A002C006_141024_R2EC\t", 1'000'000) + "\n");
  folder.write("line\nbreak.mov", "x");
  folder.write("\x1B]0;title\x07\x1B[2J.mov", "x");
  folder.write("bytes \xFF\xFE\xC0\x80.mov", "x");
  folder.write(std::string(250, 'n') + ".mov", "x");
}

}  // namespace

TEST_CASE("a card of everything hostile is read to its end and says what is wrong") {
  const Folder folder, outside;
  outside.write("secret.mov", movies::arri());
  fillXml(folder);
  fillMovies(folder, outside.path("secret.mov"));
  fillImages(folder, outside.path("secret.mov"));
  fillRest(folder);
  const Watched secret(outside.path("secret.mov"));
  const auto card = inspected(folder.path(), true);
  CHECK_FALSE(secret.touched());
  CHECK(everythingSaid(card).find(outside.path()) == everythingSaid(card).npos);
  for (const char* name : {"nothing", "zero", "deep", "concat", "hls", "dash", "session", "svg", "past"}) {
    INFO(name);
    const auto* clip = fixtures::findClip(card, name);
    REQUIRE(clip != nullptr);
    CHECK(fixtures::hasWarning(clip->warnings, "unreadable_media"));
    CHECK(clip->camera.make.empty());
  }
  REQUIRE(fixtures::findClip(card, "huge") != nullptr);
  CHECK(fixtures::hasWarning(fixtures::findClip(card, "huge")->warnings, "unfinished"));
  for (int i : {1, 2, 3, 4, 5}) {
    const auto* clip = fixtures::findClip(card, "A001C00" + std::to_string(i) + "_260502AB");
    REQUIRE(clip != nullptr);
    INFO(clip->name);
    CHECK(fixtures::hasWarning(clip->warnings, "unreadable_sidecar"));
  }
  CHECK(fixtures::hasWarning(card.warnings, "unreadable_sidecar"));
  for (const char* name : {"line\nbreak.mov", "bytes \xFF\xFE\xC0\x80.mov", "\x1B]0;title\x07\x1B[2J.mov"})
    CHECK(std::any_of(card.clips.begin(), card.clips.end(),
                      [name](const auto& clip) { return !clip.files.empty() && clip.files[0].path == name; }));
  // Those who lie beside them are read as ever.
  const auto* arri = fixtures::findClip(card, "A002C006_141024_R2EC");
  REQUIRE(arri != nullptr);
  CHECK(arri->camera.make == "ARRI");
}

TEST_CASE("no camera's file that is cut short anywhere takes its reader with it") {
  const Folder folder;
  const std::vector<std::pair<const char*, std::string>> whole{
      {"braw", movies::braw()},  {"crm", movies::crm()},       {"mp4", movies::xavc()},
      {"nev", movies::nraw(64)}, {"mov", movies::arri()},      {"insv", movies::insta360()},
      {"mp4", movies::dji()},    {"mov", movies::proresRaw()}, {"r3d", raws::r3d()},
      {"ari", raws::ari()},      {"wav", fixtures::wav({})},   {"dpx", fixtures::dpx(64, 36, 0x10203004, 24)},
      {"mxf", loopingMxf()},     {"mp4", movies::gopro()},
  };
  std::size_t written = 0;
  for (std::size_t kind = 0; kind < whole.size(); ++kind) {
    const auto& [suffix, bytes] = whole[kind];
    for (std::size_t cut = 1; cut <= 16; ++cut, ++written)
      folder.write("k" + std::string(1, static_cast<char>('a' + kind)) + "_cut_" +
                       std::string(1, static_cast<char>('a' + cut)) + "x." + suffix,
                   bytes.substr(0, bytes.size() * cut / 17));
  }
  const auto card = inspected(folder.path());
  std::size_t files = 0;
  for (const auto& clip : card.clips) files += clip.files.size();
  CHECK(card.files == written);
  CHECK(files == written);
}

TEST_CASE("pipes and devices and loops of links are never opened") {
  const Folder folder, outside;
  outside.write("secret.mov", movies::gopro());
  folder.write("clip.mov", movies::arri());
  REQUIRE(::mkfifo(folder.path("pipe.mov").c_str(), 0600) == 0);
  REQUIRE(::mkfifo(folder.path("clipM01.XML").c_str(), 0600) == 0);
  if (::mknod(folder.path("device.mov").c_str(), S_IFCHR | 0600, makedev(1, 5)) != 0) WARN("no right to make devices");
  std::filesystem::create_symlink("/etc/passwd", folder.path("passwd.mov"));
  std::filesystem::create_symlink("loop.mov", folder.path("loop.mov"));
  std::filesystem::create_directory_symlink(".", folder.path("again"));
  std::filesystem::create_directory_symlink("/proc/self/root", folder.path("root"));
  std::filesystem::create_symlink(outside.path("secret.mov"), folder.path("secret.mov"));
  const Watched secret(outside.path("secret.mov"));
  const auto card = inspected(folder.path(), true);
  CHECK_FALSE(secret.touched());
  CHECK(everythingSaid(card).find("root:x:") == everythingSaid(card).npos);
  REQUIRE(fixtures::findClip(card, "clip") != nullptr);
  CHECK(fixtures::findClip(card, "clip")->camera.make == "ARRI");
  for (const char* name : {"pipe", "device", "passwd", "loop", "secret"})
    CHECK(fixtures::findClip(card, name) == nullptr);
}

TEST_CASE("a hundred thousand empty files are as many clips that say so") {
  const Folder folder;
  constexpr int kFiles = 100'000;
  folder.write("first.mov", "");
  for (int i = 1; i < kFiles; ++i) {
    const int file =
        ::open(folder.path("c" + std::to_string(i) + "x.mov").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    REQUIRE(file >= 0);
    ::close(file);
  }
  const auto card = inspected(folder.path());
  CHECK(card.files == kFiles);
  REQUIRE(card.clips.size() == kFiles);
  CHECK(std::all_of(card.clips.begin(), card.clips.end(),
                    [](const auto& clip) { return fixtures::hasWarning(clip.warnings, "zero_length"); }));
}

TEST_CASE("a file that grows and shrinks while it is read takes nothing with it") {
  const Folder folder;
  const std::string movie = movies::gopro(), sound = fixtures::wav({}), raw = raws::r3d();
  folder.write("moving.mp4", movie);
  folder.write("moving.wav", sound);
  folder.write("moving.r3d", raw);
  folder.write("still.mov", movies::arri());
  std::atomic<std::size_t> changes{0};
  const std::jthread mover([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const std::size_t size = ++changes % 97;
      for (const auto& [name, whole] :
           {std::pair{"moving.mp4", movie.size()}, {"moving.wav", sound.size()}, {"moving.r3d", raw.size()}})
        (void)::truncate(folder.path(name).c_str(), static_cast<off_t>(whole * size / 60));
    }
  });
  for (int i = 0; i < 10; ++i) {
    const auto card = inspected(folder.path());
    REQUIRE(fixtures::findClip(card, "still") != nullptr);
    CHECK(fixtures::findClip(card, "still")->camera.make == "ARRI");
  }
  CHECK(changes > 0);
}

TEST_CASE("a file of two terabytes and a frame of 600 megabytes cost kilobytes") {
  const auto bytesRead = [] {
    std::ifstream io("/proc/self/io");
    std::string word;
    std::uint64_t value = 0;
    io >> word >> value;
    REQUIRE(word == "rchar:");
    return value;
  };
  // Holes, where the file system has them.
  const auto sparse = [](const std::string& path, const std::string& head, std::uint64_t size) {
    std::ofstream(path, std::ios::binary) << head;
    return ::truncate(path.c_str(), static_cast<off_t>(size)) == 0;
  };
  constexpr std::uint64_t kTera = std::uint64_t{1} << 40, kMega = 1 << 20;
  const std::string brand = movies::box("ftyp", "qt  " + be(0, 4) + "qt  ");
  const std::vector<std::tuple<const char*, std::string, std::uint64_t>> files{
      {"long.mov", brand + be(1, 4) + "mdat" + be(2 * kTera, 8), 2 * kTera},
      {"broken.mxf", loopingMxf(), 2 * kTera},
      {"long.wav", fixtures::wav({}), 2 * kTera},
      {"long.r3d", raws::r3d(), 2 * kTera},
      {"frame.ari", raws::ari(), 600 * kMega},
      {"frame.dng", zipBomb(), 600 * kMega},
      {"frame.dpx", fixtures::dpx(64, 36, 0x10203004, 24), 600 * kMega},
      {"clip.braw", movies::braw(), 600 * kMega},
      {"clip.crm", movies::crm(), 600 * kMega},
  };
  for (const auto& [name, head, size] : files) {
    INFO(name);
    const Folder folder;
    if (!sparse(folder.path(name), head, size)) {
      WARN("this file system has no such large files");
      continue;
    }
    const std::uint64_t before = bytesRead();
    const auto card = fixtures::readCard(folder.path());
    const std::uint64_t read = bytesRead() - before;
    REQUIRE(card.clips.size() == 1);
    // Behind damage the next packet is looked for, but not to the end of the card.
    CHECK(read < (std::string_view(name) == "broken.mxf" ? 128 * kMega : kMega));
  }
}
