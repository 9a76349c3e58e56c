// SPDX-License-Identifier: Apache-2.0
// Acquisition metadata that cameras write beside their pictures, frame by frame: lens, camera and maker's own sets of
// tagged items. Private to this folder.
// Threads: pure per record. Errors: none; a set that runs past its end ends the reading and what was found stays.
// Source: SMPTE RDD 18 (units, tags 80xx and 81xx); MediaInfoLib File_Mxf.cpp and ExifTool Sony.pm, Canon.pm for the
//         makers' items. Not verified on real media.
#pragma once

#include <string_view>

#include "core/camera/record.h"

namespace rollproof::camera {

// Sets one behind the other, each a universal label, its length and its items. Others' sets are stepped over. Every
// item is kept among the raw values as "<source>.<tag>".
void describeAcquisition(Record& record, std::string_view klv, From from);

// The curve and gamut that a maker's universal label stands for, where its meaning is known.
void sayCaptureGamma(Record& record, From from, std::string_view label);

}  // namespace rollproof::camera
