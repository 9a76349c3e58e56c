// SPDX-License-Identifier: Apache-2.0
// What lies around a clip on Sony's cards, whichever of their structures it is. Private to this folder.
// Threads: one reading belongs to one thread.
// Source: the naming of side files in Sony's cameras' manuals; of MEDIAPRO.XML in readers/media_profile.h.
#pragma once

#include <string>

#include "core/camera/families.h"

namespace rollproof::camera {

// "X" + M01.XML, T01.JPG, S03.MP4, R01.BIM, or X.BIM, in that folder (lower case).
void claimSonySideFiles(Reading& reading, Record& record, const std::string& folder, const std::string& lowerStem);
// Side files that no clip took.
void warnSonyOrphans(Reading& reading, const std::string& folder);
// MEDIAPRO.XML in that folder lists every clip of the card: says what it knows of each of these records, tells those
// whose parts lie on another card, and warns of files that are not there.
void readMediaProfile(Reading& reading, const std::string& root, std::vector<Record>& records);

}  // namespace rollproof::camera
