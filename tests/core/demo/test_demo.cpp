// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "core/base/file_system.h"
#include "core/camera/camera.h"
#include "core/colour/colour.h"
#include "core/demo/chart.h"
#include "core/demo/demo.h"
#include "core/media/media.h"

namespace fs = std::filesystem;
using namespace rollproof;

namespace {

class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (fs::temp_directory_path() / "rollproof-demo-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    m_path = pattern;
  }
  ~TempFolder() {
    std::error_code ignored;
    fs::remove_all(m_path, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  [[nodiscard]] std::string path() const { return m_path; }

 private:
  std::string m_path;
};

// Made once for all cases of this run: they only look at it.
struct Made {
  TempFolder folder;
  std::map<std::string, std::string> byFamily;
  Made() {
    jobs::Progress progress;
    const auto cards = demo::writeDemoCards(folder.path(), progress, {});
    if (!cards) FAIL(describe(cards.error()));
    for (const auto& card : *cards) byFamily[card.family] = card.path;
  }
};
const Made& made() {
  static const Made kMade;
  return kMade;
}
std::string in(const std::string& family, const std::string& file) { return made().byFamily.at(family) + "/" + file; }

std::string slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

constexpr const char* kArri = "A001C001_260502_R1AA.mov";
constexpr const char* kSony = "XDROOT/Clip/B001C001_260502QK.MXF";

std::pair<int, int> centre(const demo::Area& area, int width, int height) {
  const auto box = demo::pixels(area, width, height);
  return {(box.left + box.right) / 2, (box.top + box.bottom) / 2};
}

double code10(const media::Frame16& frame, int plane, const demo::Area& area) {
  const auto [x, y] = centre(area, frame.width, frame.height);
  return frame.plane[plane][static_cast<std::size_t>(y) * static_cast<std::size_t>(frame.width) +
                            static_cast<std::size_t>(x)] /
         64.0;
}

// Code value of full-range 0..1 as limited-range 10-bit luma.
double luma(double full) { return 64.0 + 876.0 * full; }

media::Frame16 frameOf(const std::vector<std::string>& files, std::int64_t index) {
  auto reader = media::openVideo(files, {});
  if (!reader) FAIL(describe(reader.error()));
  auto frame = (*reader)->readFrame(index);
  if (!frame) FAIL(describe(frame.error()));
  return *frame;
}

std::vector<std::string> sequence(const std::string& clip, const std::string& suffix) {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(in("image_sequence", clip)))
    if (entry.path().extension() == suffix) files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

double difference(const media::Frame16& a, const media::Frame16& b, const demo::Area& area) {
  const auto box = demo::pixels(area, a.width, a.height);
  double sum = 0;
  for (int y = box.top; y < box.bottom; ++y) {
    for (int x = box.left; x < box.right; ++x) {
      const auto at = static_cast<std::size_t>(y) * static_cast<std::size_t>(a.width) + static_cast<std::size_t>(x);
      sum += std::abs(a.plane[0][at] - b.plane[0][at]) / 64.0;
    }
  }
  return sum / ((box.right - box.left) * (box.bottom - box.top));
}

}  // namespace

// One case, so that the cards are made once: CTest runs each case in a process of its own.
TEST_CASE("the demo cards are what they claim to be") {
  SECTION("the demo makes one card of each family in its folder and nothing beside them") {
    REQUIRE(made().byFamily.size() == 4);
    std::size_t entries = 0;
    std::uintmax_t bytes = 0;
    for (const auto& entry : fs::directory_iterator(made().folder.path())) {
      ++entries;
      REQUIRE(entry.is_directory());
    }
    REQUIRE(entries == 4);
    for (const auto& entry : fs::recursive_directory_iterator(made().folder.path()))
      if (entry.is_regular_file()) bytes += entry.file_size();
    CAPTURE(bytes);
    REQUIRE(bytes < 64'000'000);
  }

  SECTION("the ARRI clips probe as ProRes with timecode and reel and camera keys") {
    const auto info = media::probe(in("arri", kArri));
    REQUIRE(info);
    REQUIRE(info->video);
    REQUIRE(info->video->codec == "prores");
    REQUIRE(info->video->codecTag == "apch");
    REQUIRE(info->video->rate == FrameRate{24000, 1001});
    REQUIRE(info->video->frames == 24);
    REQUIRE(info->video->width == 1920);
    REQUIRE((info->video->transfer.empty() || info->video->transfer == "unknown"));
    REQUIRE(info->start);
    REQUIRE(info->start->text() == "10:20:30:00");
    REQUIRE(info->timecodeSource == "tmcd");
    REQUIRE(info->reel == "A001R1AA");
    REQUIRE(info->tags.at("com.arri.camera.CameraModel") == "ALEXA Mini");
    REQUIRE(info->tags.at("com.arri.camera.SensorFps") == "23976");
    REQUIRE(info->tags.at("com.arri.camera.CameraClipName") == "A001C001_260502_R1AA");
    REQUIRE(info->tags.at("compatible_brands").find("ARRI") != std::string::npos);
    REQUIRE(info->audio.size() == 1);
    REQUIRE(info->audio[0].channels == 2);
    REQUIRE(info->audio[0].samples == 24 * 2002);
  }

  SECTION("the Sony clip probes as intra H.264 in MXF with its timecode") {
    const auto info = media::probe(in("sony_xdroot", kSony));
    REQUIRE(info);
    REQUIRE(info->video);
    REQUIRE(info->video->codec == "h264");
    REQUIRE(info->video->chroma == "4:2:2");
    REQUIRE(info->video->bitDepth == 10);
    REQUIRE(info->start);
    REQUIRE(info->start->text() == "10:20:30:06");
    auto reader = media::openVideo({in("sony_xdroot", kSony)}, {});
    REQUIRE(reader);
    REQUIRE((*reader)->frameCount() == 24);
    REQUIRE((*reader)->readFrame(23));
  }

  SECTION("the Sony metadata file names the umid that is in the MXF and its timecode backwards") {
    const std::string xml = slurp(in("sony_xdroot", "XDROOT/Clip/B001C001_260502QKM01.XML"));
    const auto info = media::probe(in("sony_xdroot", kSony));
    REQUIRE(info);
    std::string umid = info->tags.at("material_package_umid");
    if (umid.rfind("0x", 0) == 0) umid.erase(0, 2);
    REQUIRE(umid.size() == 64);
    REQUIRE(xml.find("umidRef=\"" + umid + "\"") != std::string::npos);
    REQUIRE(xml.find("frameCount=\"0\" value=\"06302010\"") != std::string::npos);
    REQUIRE(xml.find("frameCount=\"23\" value=\"05312010\"") != std::string::npos);
    REQUIRE(slurp(in("sony_xdroot", "XDROOT/MEDIAPRO.XML")).find(umid) != std::string::npos);
  }

  SECTION("grey patches decode to the published log code values") {
    // 0 and 18 and 90 per cent: ARRI writes its curve's 0..1 into the video range, Sony prints the codes themselves.
    struct Curve {
      const char *family, *file;
      std::array<double, 3> codes;
    };
    for (const Curve& curve : {Curve{"arri", kArri, {luma(0.092809), luma(0.391007), luma(0.559432)}},
                               Curve{"sony_xdroot", kSony, {95, 420, 598}}}) {
      const auto frame = frameOf({in(curve.family, curve.file)}, 3);
      REQUIRE_FALSE(frame.rgb);
      const std::array<std::size_t, 3> patches{0, 4, 7};
      for (std::size_t i = 0; i < 3; ++i) {
        INFO(curve.file << " patch " << patches[i]);
        CHECK(code10(frame, 0, demo::greyPatch(patches[i])) == Approx(curve.codes[i]).margin(1.5));
        CHECK(code10(frame, 1, demo::greyPatch(patches[i])) == Approx(512).margin(1.0));
        CHECK(code10(frame, 2, demo::greyPatch(patches[i])) == Approx(512).margin(1.0));
      }
    }
  }

  SECTION("the DPX frames hold LogC3 codes exactly and count their timecode") {
    const auto files = sequence("C001C001_260502_C1DX", ".dpx");
    REQUIRE(files.size() == 24);
    REQUIRE(files.front().ends_with("C001C001_260502_C1DX.0086400.dpx"));
    // Its own name, and no path of the machine that made it.
    REQUIRE(slurp(files.front()).substr(36, 100) ==
            std::string("C001C001_260502_C1DX.0086400.dpx") + std::string(68, '\0'));
    const auto image = media::readImage(files.front());
    REQUIRE(image);
    const auto [x, y] = centre(demo::greyPatch(4), image->width, image->height);
    const auto at =
        (static_cast<std::size_t>(y) * static_cast<std::size_t>(image->width) + static_cast<std::size_t>(x)) * 3;
    for (std::size_t c = 0; c < 3; ++c) REQUIRE(std::lround(static_cast<double>(image->rgb[at + c]) * 1023.0) == 400);
    const auto last = media::probe(files.back());
    REQUIRE(last);
    REQUIRE(last->start);
    REQUIRE(last->start->text() == "01:00:00:23");
    REQUIRE(last->video);
    REQUIRE(last->video->rate == FrameRate{24000, 1001});
  }

  SECTION("the EXR frames hold scene-linear light and say that they are ACES") {
    const auto files = sequence("C001C002_260502_C1DX", ".exr");
    REQUIRE(files.size() == 12);
    const auto image = media::readImage(files.front());
    REQUIRE(image);
    for (const std::size_t patch : {std::size_t{0}, std::size_t{4}, std::size_t{7}, std::size_t{9}}) {
      const auto [x, y] = centre(demo::greyPatch(patch), image->width, image->height);
      const auto at =
          (static_cast<std::size_t>(y) * static_cast<std::size_t>(image->width) + static_cast<std::size_t>(x)) * 3;
      CHECK(image->rgb[at + 1] == Approx(demo::kGreys[patch]).epsilon(0.002).margin(0.0001));
    }
    const auto info = media::probe(files.front());
    REQUIRE(info);
    REQUIRE(info->start);
    REQUIRE(info->start->text() == "01:00:10:00");
    // An int attribute of value 1, as SMPTE ST 2065-4 asks.
    const std::string head = slurp(files.front()).substr(0, 16384);
    REQUIRE(head.find(std::string("acesImageContainerFlag\0int\0\4\0\0\0\1\0\0\0", 35)) != std::string::npos);
    REQUIRE(head.find(std::string("chromaticities\0chromaticities\0", 30)) != std::string::npos);
  }

  SECTION("burnt in numbers change every frame while the patches stand still") {
    const auto first = frameOf({in("arri", kArri)}, 0);
    for (const std::int64_t index : {1, 2, 10, 23}) {
      const auto other = frameOf({in("arri", kArri)}, index);
      INFO("frame " << index);
      CHECK(difference(first, other, demo::kTimecodeArea) > 2.0);
      CHECK(difference(first, other, demo::kFrameArea) > 2.0);
      CHECK(difference(first, other, demo::greyPatch(4)) < 1.0);
    }
    CHECK(difference(first, frameOf({in("arri", kArri)}, 5), demo::kMoverBand) > 10.0);
  }

  SECTION("the slate flashes and beeps at one timecode on both cameras and the sound roll") {
    // 10:20:30:12: frame 12 of camera A and 6 of camera B.
    for (const auto& [family, file, slate] : {std::tuple{"arri", kArri, 12}, std::tuple{"sony_xdroot", kSony, 6}}) {
      const double before = code10(frameOf({in(family, file)}, slate - 1), 0, demo::kFlashArea);
      const double at = code10(frameOf({in(family, file)}, slate), 0, demo::kFlashArea);
      const double after = code10(frameOf({in(family, file)}, slate + 1), 0, demo::kFlashArea);
      INFO(file);
      CHECK(at > before + 200);
      CHECK(at > after + 200);
    }
    const auto beepFrame = [](const std::string& path) {
      auto reader = media::openAudio({path});
      REQUIRE(reader);
      for (int frame = 0;; ++frame) {
        const auto samples = (*reader)->read(2002);
        REQUIRE(samples);
        REQUIRE_FALSE(samples->empty());
        float peak = 0;
        for (const float value : *samples) peak = std::max(peak, std::abs(value));
        if (peak > 0.1F) return frame;
      }
    };
    CHECK(beepFrame(in("arri", kArri)) == 12);
    CHECK(beepFrame(in("sony_xdroot", kSony)) == 6);
    CHECK(beepFrame(in("sound", "12_T01.WAV")) == 12);
    // Sound of take 2 rolls from 10:42:06:00, the slate is at 10:42:07:12.
    CHECK(beepFrame(in("sound", "12_T02.WAV")) == 36);
  }

  SECTION("the sound roll's first take starts on camera A's first frame by its time reference") {
    const std::string bytes = slurp(in("sound", "12_T01.WAV"));
    const auto bext = bytes.find("bext");
    REQUIRE(bext != std::string::npos);
    std::uint64_t reference = 0;
    for (std::size_t i = 8; i-- > 0;)
      reference = reference << 8 | static_cast<unsigned char>(bytes[bext + 8 + 338 + i]);
    const auto info = media::probe(in("arri", kArri));
    REQUIRE(info);
    REQUIRE(info->start);
    REQUIRE(Timecode::fromSamples(reference, 48000, info->start->rate, false) == *info->start);
    REQUIRE(reference % 2002 == 0);
  }

  SECTION("every demo card is recognised with its family and complete records") {
    const std::map<std::string, std::size_t> clips{
        {"arri", 2}, {"sony_xdroot", 2}, {"image_sequence", 2}, {"sound", 2}};
    for (const auto& [family, count] : clips) {
      const auto card = camera::readCard(realFileSystem(), made().byFamily.at(family), camera::Depth::metadata);
      INFO(family);
      REQUIRE(card);
      CHECK(card->family == family);
      CHECK(card->families == std::vector<std::string>{family});
      CHECK(card->warnings.empty());
      REQUIRE(card->clips.size() == count);
      for (const auto& clip : card->clips) {
        INFO(clip.name);
        for (const auto& warning : clip.warnings) UNSCOPED_INFO(warning.code << ": " << warning.text);
        CHECK(clip.warnings.empty());
        CHECK(clip.start);
        CHECK(clip.durationFrames);
        CHECK(clip.frameRate == FrameRate{24000, 1001});
        CHECK_FALSE(clip.reel.empty());
        CHECK_FALSE(clip.slate.scene.empty());
        CHECK(clip.decoder != "none");
        if (family == "sound") {
          REQUIRE(clip.audio);
          CHECK(clip.audio->tracks.size() == 4);
          continue;
        }
        CHECK(clip.picture);
        if (clip.picture && clip.picture->codec == "exr") {
          CHECK(clip.colour.space == "ACES2065-1");
          continue;
        }
        CHECK(clip.colour.space == (family == "sony_xdroot" ? "S-Log3 S-Gamut3.Cine" : "ARRI LogC3 (EI800)"));
        CHECK_FALSE(clip.camera.model.empty());
        CHECK_FALSE(clip.camera.serial.empty());
        CHECK(clip.exposure.ei == 800);
        CHECK(clip.whiteBalance.kelvin);
        // What the file says and what the card's log says agree, or it would not be a good example.
        for (const char* field : {"start_timecode", "duration_frames", "reel"}) {
          const auto sources = clip.provenance.find(field);
          CHECK(sources != clip.provenance.end());
        }
      }
    }
  }

  SECTION("a second run leaves whole cards as they are") {
    const std::string movie = in("arri", kArri);
    const auto before = realFileSystem().info(movie);
    REQUIRE(before);
    jobs::Progress progress;
    const auto again = demo::writeDemoCards(made().folder.path(), progress, {});
    REQUIRE(again);
    REQUIRE(again->size() == 4);
    const auto after = realFileSystem().info(movie);
    REQUIRE(after);
    REQUIRE(after->inode == before->inode);
    REQUIRE(progress.meters().front()->doneItems == 0);
  }

  SECTION("a damaged demo card is neither trusted nor overwritten") {
    TempFolder folder;
    const std::string source = made().byFamily.at("sound");
    const std::string copy = folder.path() + "/SOUND_01";
    fs::copy(source, copy, fs::copy_options::recursive);
    const std::string wave = copy + "/12_T01.WAV";
    fs::resize_file(wave, fs::file_size(wave) / 2);
    jobs::Progress progress;
    const auto cards = demo::writeDemoCards(folder.path(), progress, {});
    REQUIRE_FALSE(cards);
    REQUIRE(cards.error().code == Errc::exists);
    REQUIRE(fs::file_size(wave) == fs::file_size(source + "/12_T01.WAV") / 2);
    REQUIRE_FALSE(fs::exists(folder.path() + "/A001R1AA"));
  }
}

TEST_CASE("a stranger's folder under a demo card's name is left alone") {
  TempFolder folder;
  fs::create_directory(folder.path() + "/A001R1AA");
  std::ofstream(folder.path() + "/A001R1AA/holiday.txt") << "mine";
  jobs::Progress progress;
  const auto cards = demo::writeDemoCards(folder.path(), progress, {});
  REQUIRE_FALSE(cards);
  REQUIRE(cards.error().code == Errc::exists);
  REQUIRE(slurp(folder.path() + "/A001R1AA/holiday.txt") == "mine");
}

TEST_CASE("a stopped run leaves no card and no half card") {
  TempFolder folder;
  std::stop_source stop;
  stop.request_stop();
  jobs::Progress progress;
  const auto cards = demo::writeDemoCards(folder.path(), progress, stop.get_token());
  REQUIRE_FALSE(cards);
  REQUIRE(cards.error().code == Errc::cancelled);
  REQUIRE(fs::is_empty(folder.path()));
}
