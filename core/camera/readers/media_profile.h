// SPDX-License-Identifier: Apache-2.0
// MEDIAPRO.XML, the list of clips that Sony's cameras (and JVC's, in BPAV) keep on a card. Private to this folder.
// Threads: pure. Errors: Errc::corrupt for what is no XML; a list with other elements than these has no materials.
// Source: Sony's mediaprofile namespace as cards of FX6, FS7M2, XAVC S and XDCAM EX cameras use it; not verified on a
// real card here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace rollproof::camera {

struct MediaProfile {
  // One clip, or the list of the parts that make one ("PD-EDL").
  struct Material {
    // Relative to the list's folder, as bytes of a path: "Clip/C0001.MXF".
    std::string path;
    std::string umid, fps, duration, channels, videoType, audioType, status;
    std::vector<std::string> parts;      // of an edit list: paths of the files it plays, in order
    std::vector<std::string> sideFiles;  // proxies, metadata, pictures
  };
  std::string mediaId, mediaName;
  std::string model, version;  // of the camera: "PXW-FS7M2", "1.220"
  std::vector<Material> materials;
};
[[nodiscard]] Result<MediaProfile> parseMediaProfile(std::string_view xml);

}  // namespace rollproof::camera
