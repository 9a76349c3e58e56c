// SPDX-License-Identifier: Apache-2.0
// Sources: ARRI "Metadata in ARRI cameras" and SUP release notes (folder and clip names, card ALE); Sony XDROOT layout
// as described in the VENICE and FX9 operating manuals and the mediaprofile schema; SMPTE ST 268-1 (DPX), OpenEXR;
// EBU Tech 3285 and the iXML specification (sound files). Not verified on real ARRI MXF cards.
#include "core/camera/families.h"

namespace rollproof::camera {

const std::vector<Family>& families() {
  static const std::vector<Family> kFamilies{
      {"arri", groupArri, describeArri},
      {"sony_xdroot", groupSonyXdroot, describeSony},
      {"image_sequence", groupSequences, describeSequence},
      // Before sound: a WAV named like a movie beside it is that movie's sound.
      {"generic", groupMovies, describeMovie},
      {"sound", groupSound, describeSound},
  };
  return kFamilies;
}

}  // namespace rollproof::camera
