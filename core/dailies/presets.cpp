// SPDX-License-Identifier: Apache-2.0
#include "core/dailies/presets.h"

namespace rollproof::dailies {

const std::vector<Preset>& presets() {
  static const std::vector<Preset> all{
      {"h264-review", "H.264 MP4 for any browser, 1920 wide, 8 bit", "mp4", "h264", ".mp4", 1920, "aac"},
      {"h265-review", "H.265 MP4 for small files, 1920 wide, 8 bit", "mp4", "h265", ".mp4", 1920, "aac"},
      {"prores-proxy", "Apple ProRes Proxy MOV, 1920 wide", "mov", "prores_proxy", ".mov", 1920, "pcm_s24le"},
      {"prores-lt", "Apple ProRes LT MOV, 1920 wide", "mov", "prores_lt", ".mov", 1920, "pcm_s24le"},
      {"prores-422", "Apple ProRes 422 MOV, 1920 wide", "mov", "prores_422", ".mov", 1920, "pcm_s24le"},
      {"dnxhr-lb", "Avid DNxHR LB MOV, 1920 wide", "mov", "dnxhr_lb", ".mov", 1920, "pcm_s24le"},
      {"dnxhr-sq", "Avid DNxHR SQ MOV, 1920 wide", "mov", "dnxhr_sq", ".mov", 1920, "pcm_s24le"},
      {"dnxhr-hqx", "Avid DNxHR HQX MOV, 1920 wide, 10 bit", "mov", "dnxhr_hqx", ".mov", 1920, "pcm_s24le"},
      {"dnxhr-lb-op1a", "Avid DNxHR LB in MXF OP1a, 1920 wide", "mxf", "dnxhr_lb", ".mxf", 1920, "pcm_s24le"},
      {"dnxhr-lb-avid", "Avid DNxHR LB as Media Composer keeps it: MXF OP-Atom, a file a track, 1920 wide", "op_atom",
       "dnxhr_lb", ".mxf", 1920, "pcm_s24le"},
      {"dnxhd-36", "Avid DNxHD 36 in MXF OP1a, 1920x1080", "mxf", "dnxhd_36", ".mxf", 1920, "pcm_s24le"},
      {"dnxhd-115", "Avid DNxHD 115 in MXF OP1a, 1920x1080", "mxf", "dnxhd_115", ".mxf", 1920, "pcm_s24le"},
      {"exr-acescg", "OpenEXR half-float frames, scene-linear ACEScg, ungraded, as recorded", "exr", "half", ".exr", 0,
       ""},
      {"exr-aces", "OpenEXR half-float frames, ACES2065-1 (ST 2065-4), ungraded, as recorded", "exr", "half", ".exr", 0,
       ""},
      {"dpx-log", "10-bit DPX frames in the camera's own log, ungraded, as recorded", "dpx", "dpx10", ".dpx", 0, ""},
  };
  return all;
}

const Preset* findPreset(const std::string& name) {
  for (const Preset& preset : presets()) {
    if (preset.name == name) return &preset;
  }
  return nullptr;
}

PictureKind kindOf(const Preset& preset) {
  if (preset.container == "exr") return PictureKind::scene;
  return preset.container == "dpx" ? PictureKind::cameraLog : PictureKind::display;
}

const char* sceneSpaceOf(const Preset& preset) { return preset.name == "exr-aces" ? "ACES2065-1" : "ACEScg"; }

FixedSize fixedSizeOf(const Preset& preset) {
  return preset.codec.starts_with("dnxhd_") ? FixedSize{1920, 1080} : FixedSize{};
}

}  // namespace rollproof::dailies
