// SPDX-License-Identifier: Apache-2.0
// What movie files (ISO-BMFF, QuickTime) say beyond FFmpeg: each maker's own place for it. Private to this folder.
// Threads: one record belongs to one thread.
// Errors: none; a maker's block that cannot be read leaves its fields out.
// Source: in each maker's file.
#pragma once

#include <string>
#include <string_view>

#include "core/camera/readers/boxes.h"
#include "core/camera/record.h"

namespace rollproof::camera {

// The row of the table of readers: reads the boxes once and asks every maker's reader below.
void describeBoxes(Record& record, Content& content);

// Metadata keys with a maker's name in them: ARRI, Apple, ProRes RAW recorders.
void describeMovieKeys(Record& record, const Movie& movie);
// XAVC S: the non-real-time XML in the file and the real-time track's first sample.
void describeSonyMovie(Record& record, Content& content, const Movie& movie);
// Blackmagic RAW and the ProRes of the same cameras: keys, and the box before the first frame's picture.
void describeBlackmagic(Record& record, Content& content, const Movie& movie);
// Cinema RAW Light and XF-AVC: Exif blocks, timed metadata of the first frame.
void describeCanonMovie(Record& record, Content& content, const Movie& movie);
// N-RAW and Nikon's other movies: the tag list in user data, the first raw frame's own tags.
void describeNikonMovie(Record& record, Content& content, const Movie& movie);
// GoPro, DJI, Insta360: who made the file. Their sensor tracks are left alone.
void describeActionCamera(Record& record, Content& content, const Movie& movie);

// For kinds of picture that FFmpeg does not know: codec and everything else the tracks say.
void describeRawTracks(Record& record, const Movie& movie, const char* codec, std::string_view codecName);
// Pictures in a movie file, by its boxes alone; nullopt if it has no index or no pictures.
[[nodiscard]] std::optional<std::int64_t> movieFrames(const FileSystem& fs, const std::string& path);
// The name the camera gave; a file that is called otherwise was renamed by hand.
void sayOriginalName(Record& record, std::string_view original);
// "1/50", "180", "172.8 deg", "1/48s": an angle or a time.
void sayShutter(Record& record, From from, std::string_view raw);
// "2025:01:24", "2025:01:24 16:07:09" in ISO 8601; "" if it is no date.
[[nodiscard]] std::string isoFromExif(std::string_view text);

}  // namespace rollproof::camera
