// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "core/base/path.h"
#include "core/dailies/presets.h"
#include "support.h"

using namespace rollproof;
using namespace rollproof::dailies;
using namespace rollproof::dailies::test;
using Json = nlohmann::json;

TEST_CASE("every shipped preset is whole and reads back from its own JSON", "[presets]") {
  for (const Preset& preset : presets()) {
    CAPTURE(preset.name);
    CHECK(findPreset(preset.name) == &preset);
    CHECK_FALSE(preset.description.empty());
    const auto back = parsePreset(presetJson(preset));
    REQUIRE(back.has_value());
    CHECK(presetJson(*back) == presetJson(preset));
    CHECK(back->suffix == preset.suffix);
    CHECK(preset.suffix.front() == '.');
  }
  for (const char* name : {"h264-review", "prores-proxy", "prores-lt", "dnxhr-lb", "dnxhr-lb-op1a", "dnxhr-lb-avid",
                           "dnxhd-36", "exr-acescg", "exr-aces", "dpx-log"}) {
    CHECK(findPreset(name) != nullptr);
  }
  CHECK(findPreset("vhs") == nullptr);
}

TEST_CASE("a preset that makes no sense is refused and the sentence says what would", "[presets]") {
  const auto refused = [](const char* change) {
    Json json = Json::parse(presetJson(*findPreset("h264-review")));
    json["name"] = "mine";
    json.update(Json::parse(change));
    const auto parsed = parsePreset(json.dump());
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().code == Errc::usage);
    return parsed.error().message;
  };
  CHECK(refused(R"({"codec":"dnxhr_lb"})").find("mp4 takes the codecs h264, h265") != std::string::npos);
  CHECK(refused(R"({"container":"avi"})").find("mov, mp4, mxf") != std::string::npos);
  CHECK(refused(R"({"audio_codec":"pcm_s24le"})").find("aac") != std::string::npos);
  CHECK(refused(R"({"width":1921})").find("even") != std::string::npos);
  CHECK(refused(R"({"width":1e9})").find("width") != std::string::npos);
  CHECK(refused(R"({"width":"wide"})").find("no number") != std::string::npos);
  CHECK(refused(R"({"width":640.5})").find("whole") != std::string::npos);
  CHECK(refused(R"({"quality":52})").find("51") != std::string::npos);
  CHECK(refused(R"({"speed":"warp"})").find("veryfast") != std::string::npos);
  CHECK(refused(R"({"frames":"middle"})").find("movie") != std::string::npos);
  CHECK(refused(R"({"space":"ACEScg"})").find("exr") != std::string::npos);
  CHECK(refused(R"({"name":"../up"})").find("name") != std::string::npos);
  CHECK(refused(R"({"name":".hidden"})").find("name") != std::string::npos);
  CHECK(refused(R"({"bitrate":4})").find("'bitrate'") != std::string::npos);
  CHECK(refused(R"({"audio_channels":-1})").find("audio_channels") != std::string::npos);
  CHECK_FALSE(parsePreset("[]").has_value());
  CHECK_FALSE(parsePreset("{").has_value());
  Json fixed = Json::parse(presetJson(*findPreset("dnxhd-36")));
  fixed["width"] = 1280;
  CHECK(parsePreset(fixed.dump()).error().message.find("1920x1080") != std::string::npos);
}

TEST_CASE("somebody's own preset renders with its size and quality and sound", "[presets]") {
  const Folder folder;
  ClipSpec spec;
  spec.frames = 12;
  RenderRequest request;
  request.source = makeMovie(folder, spec);
  request.outputDirectory = folder / "out";
  Preset small = *findPreset("h264-review");
  small.name = "phone";
  small.width = 320;
  small.quality = 40;
  small.audioChannels = 1;
  request.ownPresets = {small};
  request.presets = {"phone"};
  jobs::Progress progress;
  auto& fs = realFileSystem();
  const auto made = render(fs, config(), request, progress, {});
  if (!made) FAIL(describe(made.error()));
  const auto info = media::probe(made->front().path);
  REQUIRE(info.has_value());
  CHECK(info->video->width == 320);
  CHECK(info->video->frames == 12);
  for (const auto& audio : info->audio) CHECK(audio.channels == 1);
  request.presets = {"phones"};
  CHECK(render(fs, config(), request, progress, {}).error().code == Errc::usage);
}

TEST_CASE("stills are one picture of each clip and frames are one file each", "[presets]") {
  const Folder folder;
  ClipSpec spec;
  spec.frames = 5;
  RenderRequest request;
  request.source = makeMovie(folder, spec);
  request.outputDirectory = folder / "out";
  request.presets = {"jpeg-still", "png-still", "jpeg-frames"};
  request.burnin = "{frame}";
  jobs::Progress progress;
  auto& fs = realFileSystem();
  const auto made = render(fs, config(), request, progress, {});
  if (!made) FAIL(describe(made.error()));
  REQUIRE(made->size() == 3);
  CHECK((*made)[0].frames == 1);
  CHECK((*made)[0].path.ends_with(".jpg"));
  CHECK((*made)[1].path.ends_with(".png"));
  CHECK((*made)[2].frames == 5);
  CHECK(fs.list((*made)[2].path)->size() == 5);
  const auto jpeg = media::readImage((*made)[0].path), png = media::readImage((*made)[1].path);
  REQUIRE(jpeg.has_value());
  REQUIRE(png.has_value());
  // The clip's grey, the same in each within what JPEG keeps.
  const auto middle = [](const media::ImageF& image) {
    return image.rgb[(static_cast<std::size_t>(image.height / 2) * static_cast<std::size_t>(image.width) +
                      static_cast<std::size_t>(image.width / 2)) *
                     3];
  };
  CHECK(middle(*jpeg) == Approx(middle(*png)).margin(0.01));
  CHECK(middle(*png) > 0.1F);
  // The words are at the bottom of both.
  bool ink = false;
  for (const float value : png->rgb) ink = ink || value > middle(*png) + 0.3F;
  CHECK(ink);
}

TEST_CASE("a result that stands is kept until what it was made of or how changes", "[presets]") {
  const Folder folder;
  ClipSpec spec;
  spec.frames = 6;
  RenderRequest request;
  request.source = makeMovie(folder, spec);
  request.outputDirectory = folder / "out";
  request.presets = {"prores-proxy", "exr-acescg", "jpeg-still"};
  request.keepFinished = true;
  jobs::Progress progress;
  auto& fs = realFileSystem();
  const auto kept = [&] {
    const auto made = render(fs, config(), request, progress, {});
    if (!made) FAIL(describe(made.error()));
    std::string which;
    for (const auto& one : *made) {
      which += one.kept ? 'k' : 'n';
      CHECK(fs.info(one.path).has_value());
      CHECK(one.frames == (one.preset == "jpeg-still" ? 1 : one.preset == "exr-acescg" ? 6 : 6));
    }
    return which;
  };
  CHECK(kept() == "nnn");
  CHECK(kept() == "kkk");
  request.burnin = "{clip}";
  CHECK(kept() == "nnn");
  CHECK(kept() == "kkk");
  request.keepFinished = false;
  CHECK(kept() == "nnn");
  request.keepFinished = true;
  CHECK(kept() == "kkk");
  // What somebody corrected in the record is in the files; what is only remarked of it is not.
  request.source.clip.slate.scene = "47B";
  CHECK(kept() == "nnn");
  request.source.clip.start = Timecode::parse("11:00:00:00", {25, 1});
  CHECK(kept() == "nnn");
  request.source.clip.warnings.push_back({"remark", "Nothing of the picture."});
  CHECK(kept() == "kkk");
  // One gone, one made newly; and a frame missing is a sequence to make again.
  const auto made = render(fs, config(), request, progress, {});
  REQUIRE(fs.remove((*made)[0].path));
  const std::string frames = (*made)[1].path;
  REQUIRE(fs.remove(path::join(frames, fs.list(frames)->front().name)));
  CHECK(kept() == "nnk");
}
