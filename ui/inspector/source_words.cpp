// SPDX-License-Identifier: Apache-2.0
#include "ui/inspector/source_words.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "ui/bridge/format.h"

namespace rollproof::ui {

namespace {

struct Words {
  std::string_view source;
  const char* words;
};

constexpr std::array kWords{
    Words{"user", "by hand"},
    Words{"format", "camera format"},
    Words{"file_name", "file name"},
    Words{"folder", "folder"},
    Words{"folder_name", "folder name"},
    Words{"ale", "card's ALE"},
    Words{"proxy", "its proxy"},
    Words{"segments", "its segments"},
    Words{"container", "file header"},
    Words{"creation_time", "creation time"},
    Words{"tmcd", "timecode track"},
    Words{"udta", "user data"},
    Words{"mxf", "MXF header"},
    Words{"nrt", "Sony XML"},
    Words{"rtmd", "Sony frames"},
    Words{"org.smpte.rdd18", "frame metadata"},
    Words{"com.arri.camera", "ARRI header"},
    Words{"ari", "ARRIRAW header"},
    Words{"r3d", "R3D header"},
    Words{"r3d edge", "R3D edge code"},
    Words{"braw", "BRAW header"},
    Words{"bmdf", "BRAW frame"},
    Words{"com.blackmagic-design", "Blackmagic keys"},
    Words{"canon.cmt", "Canon Exif"},
    Words{"canon.cndm", "Canon header"},
    Words{"canon.ctmd", "Canon frames"},
    Words{"p2", "P2 XML"},
    Words{"cine", "Phantom setup"},
    Words{"nikon.nctg", "Nikon tags"},
    Words{"nikon.nrmt", "Nikon frames"},
    Words{"gopro.udta", "GoPro data"},
    Words{"dji", "DJI data"},
    Words{"insta360", "Insta360 data"},
    Words{"com.apple.quicktime", "QuickTime keys"},
    Words{"com.apple.proapps", "ProApps keys"},
    Words{"com.atomos", "Atomos keys"},
    Words{"com.android", "Android keys"},
    Words{"dng", "DNG tags"},
    Words{"exr", "EXR header"},
    Words{"dpx", "DPX header"},
    Words{"bext", "BWF header"},
    Words{"ixml", "iXML"},
    Words{"wav", "WAV header"},
    Words{"sequence", "frame numbers"},
};

}  // namespace

QString sourceWords(const std::string& source) {
  const auto* found = std::find_if(kWords.begin(), kWords.end(), [&](const auto& one) { return one.source == source; });
  return found == kWords.end() ? shown(source) : QString::fromUtf8(found->words);
}

}  // namespace rollproof::ui
