// SPDX-License-Identifier: Apache-2.0
// Still images through OpenImageIO, chosen by content and never by name alone.
// Threads: free functions, safe from any thread. Errors: Errc::unsupported for what is no image we read.
// Source: OpenImageIO 2.4 ImageInput; SMPTE ST 268-1 (DPX), OpenEXR file layout.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/media/media.h"

namespace rollproof::media {

// OpenImageIO's name of the format the file's first bytes announce ("dpx", "openexr", ...), "" if it is no such image.
[[nodiscard]] std::string imageFormatOf(const std::string& path);

[[nodiscard]] Result<MediaInfo> probeImage(const std::string& path, const std::string& format);

// An integer image as R,G,B codes, or a float image; which of both says isFloat.
struct Pixels {
  int width = 0, height = 0;
  int depth = 0;  // bits of a code
  bool isFloat = false;
  std::vector<std::uint16_t> codes[3];  // value = code
  ImageF image;
};
[[nodiscard]] Result<Pixels> readPixels(const std::string& path);
// Its alpha channel alone.
[[nodiscard]] Result<VideoReader::Alpha> readAlpha(const std::string& path);

}  // namespace rollproof::media
