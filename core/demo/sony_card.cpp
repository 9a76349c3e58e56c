// SPDX-License-Identifier: Apache-2.0
// A card as an FX9 writes it: XDROOT with intra-frame H.264 4:2:2 10-bit in MXF, metadata XML, proxy and thumbnail.
// Source: the XDROOT layout in Sony's operating manuals. The essence is like XAVC Intra, not certified as it.
#include <fmt/format.h>

#include "core/base/file_system.h"
#include "core/base/path.h"
#include "core/demo/movie.h"
#include "core/demo/sony_xml.h"

namespace rollproof::demo {
namespace {

constexpr const char* kFolder = "B001_SONY";
constexpr const char* kSpace = "S-Log3 S-Gamut3.Cine";
constexpr int kChannels = 2;

// Camera B rolls a little before or after A, so only the timecode tells which frames belong together.
const std::array<Take, 2>& takes() {
  static const std::array<Take, 2> kTakes{Take{"B001C001_260502QK", "12", "1", {10, 20, 30, 6}, 6, "", "10:20:30"},
                                          Take{"B001C002_260502M7", "12", "2", {10, 42, 6, 18}, 18, "", "10:42:06"}};
  return kTakes;
}

media::WriterOptions base(const std::string& file, int width, int height) {
  media::WriterOptions options;
  options.path = file;
  options.video.width = width;
  options.video.height = height;
  options.video.transfer = "";
  options.video.primaries = "";
  options.video.preset = "veryfast";
  return options;
}

Status writeClip(const Bench& bench, const std::string& root, const Take& take, SonyClip& clip) {
  const std::string essence = path::join(root, "XDROOT/Clip/" + take.clip + ".MXF");
  media::WriterOptions main = base(essence, clip.width, clip.height);
  main.container = "mxf";
  main.video.codec = "xavc_intra";
  main.video.crf = 12;
  main.audio = media::AudioTarget{"pcm_s24le", kChannels, static_cast<int>(kSampleRate)};
  main.clipName = take.clip;
  if (auto ok = writeMovie(bench, take, kSpace, "B001 S-Log3", main); !ok) return ok;

  media::WriterOptions proxy = base(path::join(root, "XDROOT/Sub/" + take.clip + "S03.MP4"), 960, 540);
  proxy.container = "mp4";
  proxy.video.codec = "h264";
  proxy.audio = media::AudioTarget{"aac", kChannels, static_cast<int>(kSampleRate)};
  if (auto ok = writeMovie(bench, take, kSpace, "B001 S-Log3", proxy); !ok) return ok;

  auto still = MovingChart::make(bench.config, {kSpace, 160, 90, "", take.startTimecode(), take.slateFrame});
  if (!still) return tl::unexpected(still.error());
  const auto image = still->image(0);
  if (!image) return tl::unexpected(image.error());
  if (auto ok = media::writeImage(path::join(root, "XDROOT/Thmbnl/" + take.clip + "T01.JPG"), **image, {}); !ok)
    return ok;

  const auto info = media::probe(essence);
  if (!info) return tl::unexpected(info.error());
  if (const auto umid = info->tags.find("material_package_umid"); umid != info->tags.end())
    clip.umid = umid->second.starts_with("0x") ? umid->second.substr(2) : umid->second;
  return writeFileDurably(realFileSystem(), path::join(root, "XDROOT/Clip/" + take.clip + "M01.XML"),
                          nonRealTimeMeta(clip), false);
}

Status writeCard(const Bench& bench, const std::string& root) {
  FileSystem& fs = realFileSystem();
  // Edit, General and UserData stay empty, as on a card fresh from the camera.
  for (const char* folder : {"Clip", "Edit", "General", "Sub", "Thmbnl", "UserData"})
    if (auto ok = fs.makeDirectories(path::join(root, std::string("XDROOT/") + folder)); !ok) return ok;
  std::vector<SonyClip> clips;
  for (const Take& take : takes()) {
    clips.push_back({take, "", 1920, 1080, kChannels});
    if (auto ok = writeClip(bench, root, take, clips.back()); !ok) return ok;
  }
  return writeFileDurably(fs, path::join(root, "XDROOT/MEDIAPRO.XML"), mediaProfile(clips), false);
}

}  // namespace

CardRecipe sonyCard() {
  CardRecipe recipe{kFolder, "sony_xdroot", {{"XDROOT/MEDIAPRO.XML"}}, 0, writeCard};
  for (const Take& take : takes()) {
    recipe.files.push_back({"XDROOT/Clip/" + take.clip + ".MXF", take.frames});
    recipe.files.push_back({"XDROOT/Clip/" + take.clip + "M01.XML"});
    recipe.files.push_back({"XDROOT/Sub/" + take.clip + "S03.MP4", take.frames});
    recipe.files.push_back({"XDROOT/Thmbnl/" + take.clip + "T01.JPG"});
    recipe.steps += 2 * take.frames;
  }
  return recipe;
}

}  // namespace rollproof::demo
