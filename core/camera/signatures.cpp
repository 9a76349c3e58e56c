// SPDX-License-Identifier: Apache-2.0
// Sources: ARRI "Metadata in ARRI cameras" and SUP release notes (folder and clip names, card ALE); Sony XDROOT layout
// as described in the VENICE and FX9 operating manuals and the mediaprofile schema; SMPTE ST 268-1 (DPX), OpenEXR;
// EBU Tech 3285 and the iXML specification (sound files); the folders and names in the manuals of Sony's XAVC S,
// Canon's Cinema EOS, Blackmagic's and Nikon's cameras; RED's Media Operation Guide (magazine, clip and segment names);
// GoPro's, DJI's, Insta360's, Apple's, Atomos', Z CAM's and Kinefinity's file names as their support pages give them.
// Not verified on real cards: ARRI MXF and ARRIRAW sequences, M4ROOT, CRM, XFVC, Blackmagic RAW, N-RAW, Insta360,
// Z CAM, Kinefinity, Atomos, CinemaDNG, Phantom, P2, AVCHD, XDCAM EX, XDCAM discs, Canon XF, PANA_GRP. Sound is, on a
// few real files of Sound Devices', Metacorder's and Pro Tools' making.
#include "core/camera/families.h"

namespace rollproof::camera {

const std::vector<Family>& families() {
  static const std::vector<Family> kFamilies{
      // Folders say more than names, which makers share.
      {"panasonic_p2", groupP2, describeP2},
      {"panasonic_sd", groupPanasonicSd, describePanasonicSd},
      {"arri", groupArri, describeArri},
      {"sony_xdcam_ex", groupSonyXdcamEx, describeSony},
      {"sony_xdcam", groupSonyXdcam, describeSony},
      {"sony_m4root", groupSonyM4root, describeSony},
      {"sony_xdroot", groupSonyXdroot, describeSony},
      {"canon_crm", groupCanonCrm, describeCanon},
      {"canon_xfvc", groupCanonXfvc, describeCanon},
      {"canon_xf", groupCanonXf, describeCanonXf},
      {"avchd", groupAvchd, describeAvchd},
      {"braw", groupBraw, describeBraw},
      {"nikon_nraw", groupNikon, describeNikon},
      {"red", groupRed, describeRed},
      {"gopro", groupGoPro, describeGoPro},
      {"insta360", groupInsta360, describeInsta360},
      {"dji", groupDji, describeFlat},
      {"apple", groupApple, describeFlat},
      {"atomos", groupAtomos, describeFlat},
      {"zcam", groupZcam, describeFlat},
      {"kinefinity", groupKinefinity, describeFlat},
      {"phantom", groupPhantom, describeFlat},
      {"arri_sequence", groupArriSequence, describeSequence},
      {"cinema_dng", groupCinemaDng, describeSequence},
      {"image_sequence", groupSequences, describeSequence},
      // Before sound: a WAV named like a movie beside it is that movie's sound.
      {"generic", groupMovies, describeMovie},
      {"sound", groupSound, describeSound},
  };
  return kFamilies;
}

}  // namespace rollproof::camera
