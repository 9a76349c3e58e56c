// SPDX-License-Identifier: Apache-2.0
// A clip's middle picture, decoded where hostile files are read, and its way to who asked: a few words and raw samples.
// Private to this folder. Threads: pure functions.
// Errors: as media::openVideo; pictureFrom gives Errc::corrupt for words and samples that do not fit each other.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "core/base/error.h"
#include "core/media/media.h"
#include "core/model/clip.h"

namespace rollproof::camera {

// Integer pictures at most `width` wide; light is brought down by a whole factor and may be up to twice as wide.
[[nodiscard]] Result<media::CodedPicture> middlePicture(const model::Clip& clip, const std::string& root, int width);

struct PictureOnWire {
  nlohmann::ordered_json words;
  std::string samples;
};
[[nodiscard]] PictureOnWire toWire(const media::CodedPicture& picture);
// How many bytes of samples follow these words; 0 = the words make no sense.
[[nodiscard]] std::size_t samplesAfter(const nlohmann::json& words);
[[nodiscard]] Result<media::CodedPicture> pictureFrom(const nlohmann::json& words, const std::string& samples);

}  // namespace rollproof::camera
