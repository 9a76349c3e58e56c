// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "support.h"

using namespace rollproof;
using namespace rollproof::dailies;
using namespace rollproof::dailies::test;

namespace {

constexpr double kGreyCode = 64 + 876 * .389530;  // 18 % grey through ACES 1.0 SDR, BT.709 limited
// The source's own rounding to 10 bit, and half a code of the 8-bit codecs, which is two of 10.
constexpr double kNear = 3.0;

Errc errorOf(const RenderRequest& request) {
  jobs::Progress progress;
  auto rendered = render(realFileSystem(), config(), request, progress, {});
  REQUIRE_FALSE(rendered.has_value());
  return rendered.error().code;
}

std::string said(const std::string& command) {
  std::string text;
  FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) return text;
  std::array<char, 256> chunk{};
  while (fgets(chunk.data(), chunk.size(), pipe)) text += chunk.data();
  pclose(pipe);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

std::string ffprobe(const std::string& options, const std::string& path) {
  return said("ffprobe -v error " + options + " -of default=nw=1:nk=1 '" + path + "' 2>/dev/null");
}

}  // namespace

TEST_CASE("every movie preset keeps frame count and timecode and reel and sound and lands on the right grey",
          "[render]") {
  const Folder folder;
  const ClipSource source = makeMovie(folder, {});
  std::vector<std::string> names;
  for (const Preset& preset : presets()) {
    if (preset.container == "mov" || preset.container == "mp4" || preset.container == "mxf")
      names.push_back(preset.name);
  }
  REQUIRE(names.size() == 11);
  const auto results = mustRender(requestFor(source, folder, names));
  REQUIRE(results.size() == names.size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    const Rendered& result = results[i];
    INFO(result.preset);
    CHECK(result.preset == names[i]);
    CHECK(result.frames == 12);
    CHECK(std::filesystem::path(result.path).stem() == "A001C001_260502_R1AB");
    const auto info = media::probe(result.path);
    REQUIRE(info.has_value());
    REQUIRE(info->video.has_value());
    CHECK(info->video->width == 1920);
    CHECK(info->video->height == 1080);
    CHECK(info->video->primaries == "bt709");
    CHECK(info->video->transfer == "bt709");
    CHECK(info->video->matrix == media::Matrix::bt709);
    CHECK(info->video->range == media::Range::limited);
    REQUIRE(info->start.has_value());
    CHECK(info->start->text() == "10:20:30:00");
    if (!result.path.ends_with(".mp4")) CHECK(info->reel == "A001");  // MP4 has no place for a reel
    REQUIRE(info->audio.size() == 1);
    CHECK(info->audio[0].channels == 2);
    CHECK(info->audio[0].sampleRate == 48000);
    auto reader = media::openVideo({result.path}, {});
    REQUIRE(reader.has_value());
    CHECK((*reader)->frameCount() == 12);
    CHECK(std::abs(middleLuma(result.path, 0) - kGreyCode) < kNear);
    CHECK(std::abs(middleLuma(result.path, 11) - kGreyCode) < kNear);
    CHECK(result.colourError.mean < 1.0);
    CHECK(result.chain.find("ARRI LogC3 (EI800) -> Rec.1886 Rec.709 - Display") == 0);
  }
  for (const std::string& name : listing(folder / "out")) CHECK(name.find("rollproof-part") == std::string::npos);
}

TEST_CASE("the sound of a render is the camera's sample for sample", "[render]") {
  const Folder folder;
  ClipSpec spec;
  spec.rate = {24000, 1001};
  spec.channels = 4;
  const ClipSource source = makeMovie(folder, spec);
  RenderRequest request = requestFor(source, folder, {"prores-proxy"});
  request.firstFrame = 5;
  request.lastFrame = 9;
  const auto results = mustRender(request);
  CHECK(results[0].frames == 5);
  auto sound = media::openAudio({results[0].path});
  REQUIRE(sound.has_value());
  CHECK((*sound)->channels() == 4);
  const auto samples = (*sound)->read(100000);
  REQUIRE(samples.has_value());
  CHECK(samples->size() / 4 == 10010);  // 5 frames of 2002 samples
  for (const std::size_t at : {std::size_t{0}, std::size_t{5000}, std::size_t{10009}}) {
    const float expected = static_cast<float>((5 * 2002 + at) % 1000) / 2000.0F;
    CHECK((*samples)[at * 4] == Approx(expected).margin(1e-5));
    CHECK((*samples)[at * 4 + 3] == Approx(expected + .3F).margin(1e-5));
  }
  const auto info = media::probe(results[0].path);
  REQUIRE(info->start.has_value());
  CHECK(info->start->text() == "10:20:30:05");
  // The corner grey says which frame came first.
  auto reader = media::openVideo({results[0].path}, {});
  auto first = (*reader)->readFrame(0);
  auto last = (*reader)->readFrame(4);
  REQUIRE(first.has_value());
  REQUIRE(last.has_value());
  CHECK(last->plane[0][1920 * 100 + 100] > first->plane[0][1920 * 100 + 100]);
}

TEST_CASE("other programs read timecode and reel and colour from the files", "[render]") {
  if (std::system("command -v ffprobe >/dev/null 2>&1") != 0) {
    WARN("ffprobe is not installed");
    return;
  }
  const Folder folder;
  const auto results = mustRender(requestFor(makeMovie(folder, {}), folder, {"prores-proxy", "dnxhr-lb-op1a"}));
  const std::string mov = results[0].path, mxf = results[1].path;
  CHECK(ffprobe("-select_streams v:0 -show_entries stream_tags=timecode", mov) == "10:20:30:00");
  CHECK(ffprobe("-select_streams d:0 -show_entries stream_tags=reel_name", mov) == "A001");
  CHECK(ffprobe("-select_streams v:0 -show_entries stream=color_primaries", mov) == "bt709");
  CHECK(ffprobe("-select_streams v:0 -count_packets -show_entries stream=nb_read_packets", mov) == "12");
  CHECK(ffprobe("-select_streams v:0 -show_entries stream=codec_tag_string", mov) == "apco");
  CHECK(ffprobe("-show_entries format_tags=timecode", mxf) == "10:20:30:00");
  CHECK(ffprobe("-select_streams v:0 -show_entries stream=profile", mxf) == "DNXHR LB");
}

TEST_CASE("every movie preset is read alike by three other programs", "[render]") {
  if (std::system("command -v mediainfo ffprobe exiftool >/dev/null 2>&1") != 0) {
    WARN("mediainfo, ffprobe or exiftool is not installed");
    return;
  }
  const Folder folder;
  std::vector<std::string> names;
  for (const Preset& preset : presets()) {
    if (preset.container == "mov" || preset.container == "mp4" || preset.container == "mxf" ||
        preset.container == "op_atom")
      names.push_back(preset.name);
  }
  for (const auto& result : mustRender(requestFor(makeMovie(folder, {}), folder, names))) {
    CAPTURE(result.preset);
    const std::string quoted = " '" + result.path + "' 2>/dev/null";
    CHECK(said("mediainfo --Inform='Video;%FrameCount%'" + quoted) == "12");
    CHECK(said("mediainfo --Inform='Other;%TimeCode_FirstFrame% '" + quoted).starts_with("10:20:30:00"));
    CHECK(ffprobe("-select_streams v:0 -count_packets -show_entries stream=nb_read_packets", result.path) == "12");
    CHECK(ffprobe("-show_entries format_tags=timecode:stream_tags=timecode", result.path).find("10:20:30:00") !=
          std::string::npos);
    CHECK(said("exiftool -s3 -Error -Warning" + quoted).empty());
    if (!result.path.ends_with("_V1.mxf")) {
      CHECK(said("mediainfo --Inform='Audio;%Channels%'" + quoted) == "2");
    } else {
      CHECK(result.files.size() == 3);
    }
  }
}

TEST_CASE("a CDL and a show LUT from the request change the picture as they say", "[render]") {
  const Folder folder;
  const ClipSource source = makeMovie(folder, {});
  RenderRequest request = requestFor(source, folder, {"dnxhr-lb"});
  model::Look look;
  look.cdl = model::Cdl{{1, 1, 1}, {.1, .1, .1}, {1, 1, 1}, 1};
  look.lutFile = folder / "invert.cube";
  std::ofstream(look.lutFile) << "LUT_1D_SIZE 2\n1 1 1\n0 0 0\n";
  request.colour.look = look;
  const auto results = mustRender(request);
  // 1 - (0.391007 + 0.1), shown as it is.
  CHECK(std::abs(middleLuma(results[0].path, 3) - (64 + 876 * (1 - .491007))) < kNear);
  CHECK(results[0].chain ==
        "ARRI LogC3 (EI800) -> CDL (ARRI LogC3 (EI800)) -> invert.cube -> Rec.1886 Rec.709 - Display");
}

TEST_CASE("the camera's own CDL is used when nobody chose a look", "[render]") {
  const Folder folder;
  ClipSource source = makeMovie(folder, {});
  source.clip.colour.cdl = model::Cdl{{1, 1, 1}, {.1, .1, .1}, {1, 1, 1}, 1};
  const auto results = mustRender(requestFor(source, folder, {"dnxhr-lb"}));
  CHECK(results[0].chain.find("CDL") != std::string::npos);
  CHECK(middleLuma(results[0].path, 0) > kGreyCode + 50);
}

TEST_CASE("a clip of unknown colour is shown as recorded and the result says so", "[render]") {
  const Folder folder;
  ClipSpec spec;
  spec.space = "";
  const ClipSource source = makeMovie(folder, spec);
  auto results = mustRender(requestFor(source, folder, {"dnxhr-lb"}));
  CHECK(hasWarning(results[0].warnings, "colour_space_unknown"));
  CHECK(std::abs(middleLuma(results[0].path, 0) - (64 + 876 * .391007)) < kNear);
  RenderRequest told = requestFor(source, folder, {"dnxhr-lb"});
  told.colour.input = "arri_logc3_ei800";
  results = mustRender(told);
  CHECK(results[0].warnings.empty());
  CHECK(std::abs(middleLuma(results[0].path, 0) - kGreyCode) < kNear);
}

TEST_CASE("burnt-in words are seen at the bottom and nowhere else", "[render]") {
  const Folder folder;
  const ClipSource source = makeMovie(folder, {});
  RenderRequest plain = requestFor(source, folder, {"dnxhr-lb"});
  RenderRequest burnt = plain;
  plain.outputDirectory = folder / "plain";
  burnt.burnin = "{clip} {tc} {reel} {frame} {scene}/{take} {date}";
  const auto a = mustRender(plain), b = mustRender(burnt);
  auto readerA = media::openVideo({a[0].path}, {}), readerB = media::openVideo({b[0].path}, {});
  auto frameA = (*readerA)->readFrame(4), frameB = (*readerB)->readFrame(4), frameC = (*readerB)->readFrame(5);
  std::size_t above = 0, below = 0, bright = 0, moved = 0;
  for (std::size_t k = 0; k < frameA->plane[0].size(); ++k) {
    const int difference = std::abs(frameA->plane[0][k] - frameB->plane[0][k]) >> 6;
    const std::size_t row = k / 1920;
    if (difference > 20) ++(row < 900 ? above : below);
    if (row >= 900 && frameB->plane[0][k] > 850 * 64) ++bright;
    if (row >= 900 && std::abs(frameB->plane[0][k] - frameC->plane[0][k]) > 100 * 64) ++moved;
  }
  CHECK(above == 0);
  CHECK(below > 20000);
  CHECK(bright > 1500);
  CHECK(moved > 50);  // the clock runs
}

TEST_CASE("rendering again replaces our own file and nobody else's", "[render]") {
  const Folder folder;
  const ClipSource source = makeMovie(folder, {});
  const RenderRequest request = requestFor(source, folder, {"h264-review"});
  const auto first = mustRender(request);
  const auto again = mustRender(request);
  CHECK(first[0].path == again[0].path);
  CHECK(listing(folder / "out").size() == 1);
  RenderRequest proxy = requestFor(source, folder, {"prores-proxy"});
  static_cast<void>(mustRender(proxy));
  proxy.presets = {"prores-lt"};
  CHECK(errorOf(proxy) == Errc::exists);  // same name, another preset
  const std::string strange = folder / "out/A001C001_260502_R1AB.mp4";
  std::ofstream(strange) << "the editor's own notes";
  CHECK(errorOf(request) == Errc::exists);
  CHECK(std::filesystem::file_size(strange) == 22);
}

TEST_CASE("a stopped render leaves nothing behind and keeps what stood there", "[render]") {
  const Folder folder;
  const ClipSource source = makeMovie(folder, {});
  const RenderRequest request = requestFor(source, folder, {"h264-review", "prores-proxy", "exr-acescg"});
  std::stop_source stop;
  stop.request_stop();
  jobs::Progress progress;
  auto rendered = render(realFileSystem(), config(), request, progress, stop.get_token());
  REQUIRE_FALSE(rendered.has_value());
  CHECK(rendered.error().code == Errc::cancelled);
  for (const std::string& name : listing(folder / "out"))
    CHECK(std::filesystem::is_directory(folder / ("out/" + name)));
}

TEST_CASE("requests that make no sense are refused before anything is written", "[render]") {
  const Folder folder;
  const ClipSource source = makeMovie(folder, {});
  const RenderRequest good = requestFor(source, folder, {"h264-review"});
  RenderRequest request = good;
  request.presets = {"vhs"};
  CHECK(errorOf(request) == Errc::usage);
  request = good;
  request.presets.clear();
  CHECK(errorOf(request) == Errc::usage);
  request = good;
  request.burnin = "{clip} {weather}";
  CHECK(errorOf(request) == Errc::usage);
  request.burnin = "{clip";
  CHECK(errorOf(request) == Errc::usage);
  request = good;
  request.firstFrame = 3;
  request.lastFrame = 12;
  CHECK(errorOf(request) == Errc::usage);
  request.lastFrame = 2;
  CHECK(errorOf(request) == Errc::usage);
  request = good;
  request.colour.input = "Kodachrome";
  CHECK(errorOf(request) == Errc::notFound);
  request = good;
  request.outputDirectory = "relative/folder";
  CHECK(errorOf(request) == Errc::usage);
  request = good;
  request.source.clip.files[0].path = "../" + request.source.clip.files[0].path;
  CHECK(errorOf(request) == Errc::unsupported);
  CHECK(listing(folder / "out").empty());
}

TEST_CASE("a hostile clip name stays inside the output folder", "[render]") {
  const Folder folder;
  ClipSource source = makeMovie(folder, {});
  source.clip.name = "../../etc/\n.hidden";
  const auto results = mustRender(requestFor(source, folder, {"h264-review"}));
  CHECK(std::filesystem::path(results[0].path).parent_path() == folder / "out");
  CHECK(std::filesystem::exists(results[0].path));
}

TEST_CASE("a damaged file gives an error value and no result", "[render]") {
  const Folder folder;
  const ClipSource source = makeMovie(folder, {});
  std::ofstream(folder / "A001C001_260502_R1AB.mov", std::ios::binary) << std::string(100000, 'x');
  jobs::Progress progress;
  auto rendered = render(realFileSystem(), config(), requestFor(source, folder, {"h264-review"}), progress, {});
  REQUIRE_FALSE(rendered.has_value());
  CHECK(listing(folder / "out").empty());
}

TEST_CASE("squeezed pictures are shown in their true shape", "[render]") {
  const Folder folder;
  ClipSpec spec;
  spec.width = 320;
  spec.height = 268;
  ClipSource source = makeMovie(folder, spec);
  source.clip.picture.emplace();
  source.clip.picture->lensSqueeze = Rational{2, 1};
  const auto results = mustRender(requestFor(source, folder, {"dnxhr-lb", "dnxhd-36"}));
  const auto wide = media::probe(results[0].path);
  CHECK(wide->video->width == 1920);
  CHECK(wide->video->height == 804);
  const auto boxed = media::probe(results[1].path);
  CHECK(boxed->video->height == 1080);
  auto reader = media::openVideo({results[1].path}, {});
  auto frame = (*reader)->readFrame(0);
  CHECK(frame->plane[0][1920 * 60 + 960] >> 6 < 68);
  CHECK(std::abs(middleLuma(results[1].path, 0) - kGreyCode) < 3);
}

TEST_CASE("a render for Avid is a file a track and replaces its own earlier set", "[render]") {
  const Folder folder;
  const ClipSource source = makeMovie(folder, {});
  const RenderRequest request = requestFor(source, folder, {"dnxhr-lb-avid"});
  const std::vector<std::string> names{"A001C001_260502_R1AB_A1.mxf", "A001C001_260502_R1AB_A2.mxf",
                                       "A001C001_260502_R1AB_V1.mxf"};
  for (int run = 0; run < 2; ++run) {
    const auto results = mustRender(request);
    REQUIRE(results.size() == 1);
    CHECK(listing(folder / "out") == names);
    REQUIRE(results[0].files.size() == 3);
    CHECK(results[0].path == folder / "out/A001C001_260502_R1AB_V1.mxf");
    CHECK(results[0].files[0] == results[0].path);
    CHECK(results[0].files[2] == folder / "out/A001C001_260502_R1AB_A2.mxf");
    const auto info = media::probe(results[0].path);
    REQUIRE(info.has_value());
    REQUIRE(info->start.has_value());
    CHECK(info->start->text() == "10:20:30:00");
    CHECK(info->reel == "A001");
    CHECK(info->tags.at("comment_Scene") == "12");
    CHECK(info->tags.at("comment_Take") == "3");
    CHECK(info->tags.at("comment_Shoot Date") == "2026-05-02");
    CHECK(std::abs(middleLuma(results[0].path, 11) - kGreyCode) < kNear);
    auto sound = media::openAudio({results[0].files[2]});
    REQUIRE(sound.has_value());
    const auto samples = (*sound)->read(50000);
    REQUIRE(samples.has_value());
    CHECK(samples->size() == 12 * 1920);
    CHECK((*samples)[777] == Approx(777 / 2000.0 + .1).margin(1e-5));
  }
  std::filesystem::remove(folder / ("out/" + names[0]));
  std::ofstream(folder / ("out/" + names[0])) << "somebody's own";
  CHECK(errorOf(request) == Errc::exists);
}
