// SPDX-License-Identifier: Apache-2.0
// What lies around a clip on Sony's cards, whichever of their structures it is. Private to this folder.
// Threads: one reading belongs to one thread.
// Source: Sony, the MEDIAPRO.XML schema (mediaprofile) and the naming of side files in its cameras' manuals.
#pragma once

#include <string>

#include "core/camera/families.h"

namespace rollproof::camera {

// "X" + M01.XML, T01.JPG, S03.MP4, R01.BIM, or X.BIM, in that folder (lower case).
void claimSonySideFiles(Reading& reading, Record& record, const std::string& folder, const std::string& lowerStem);
// Side files that no clip took.
void warnSonyOrphans(Reading& reading, const std::string& folder);
// MEDIAPRO.XML lists every clip of the card: warns of those that are not there.
void checkMediaProfile(Reading& reading, const std::string& root);

}  // namespace rollproof::camera
