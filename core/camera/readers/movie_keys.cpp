// SPDX-License-Identifier: Apache-2.0
// Sources: QuickTime metadata keys as ARRI (metadata white paper; seen in its public test clips' dumps), Apple
// (AVMetadataIdentifiers, CoreVideo's log identifiers), ProRes RAW recorders (com.apple.proapps, org.smpte.rdd18,
// com.atomos), Blackmagic's telephone program and recorders, and Android write them. Not verified on real media of
// these makers.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/path.h"
#include "core/camera/families.h"
#include "core/camera/readers/movie.h"

namespace rollproof::camera {
namespace {

constexpr From kArri{Rank::file, "com.arri.camera"};
constexpr From kApple{Rank::file, "com.apple.quicktime"};
constexpr From kProApps{Rank::file, "com.apple.proapps"};
constexpr From kRdd18{Rank::file, "org.smpte.rdd18"};
constexpr From kAtomos{Rank::file, "com.atomos"};
constexpr From kBlackmagic{Rank::file, "com.blackmagic-design"};
constexpr From kAndroid{Rank::file, "com.android"};

struct Key {
  std::string_view key;
  const char* field;
};

// Lower case, behind com.arri.camera. or com.arri.slate.
constexpr std::array kArriTexts{
    Key{"cameraindex", "camera_letter"},
    Key{"cameraid", "camera.id"},
    Key{"cameramodel", "camera.model"},
    Key{"cameraserialnumber", "camera.serial"},
    Key{"reelname", "reel"},
    Key{"scenename", "slate.scene"},
    Key{"scene", "slate.scene"},
    Key{"takename", "slate.take"},
    Key{"take", "slate.take"},
    Key{"lenstype", "lens.model"},
    Key{"lensmodel", "lens.model"},
    Key{"lensserialnumber", "lens.serial"},
    Key{"colorgammasxs", "colour.gamma"},
    Key{"supversion", "camera.firmware"},
    Key{"lookname", "colour.look"},
    Key{"look.lookname", "colour.look"},
    Key{"look.name", "colour.look"},
    Key{"production", "slate.production"},
    Key{"productionname", "slate.production"},
    Key{"productioninfo", "slate.production"},
    Key{"director", "slate.director"},
    Key{"cinematographer", "slate.dop"},
    Key{"uuid", "uuid"},
    Key{"cameraclipuuid", "uuid"},
};

// Whole numbers above the largest meant value are thousandths in these keys ("24000" is 24 frames a second).
double thousandths(std::string_view raw, double number, double largest) {
  return raw.find('.') == std::string_view::npos && number > largest ? number / 1000 : number;
}

void sayArri(Record& record, std::string_view key, const std::string& raw) {
  for (const Key& text : kArriTexts) {
    if (key == text.key) return record.text(text.field, kArri, raw);
  }
  if (key == "cameraclipname") return sayOriginalName(record, raw);
  if (key == "ndfilterdensity") return sayDensity(record, kArri, raw);
  const auto number = leadingNumber(raw);
  if (!number || std::abs(*number) > 1e9) return;
  if (key == "shutterangle") {
    record.number("exposure.shutter_angle_deg", kArri, raw, thousandths(raw, *number, 361));
  } else if (key == "whitebalancekelvin") {
    record.whole("white_balance.kelvin", kArri, raw, std::llround(*number));
  } else if (key == "whitebalancetintcc") {
    record.number("white_balance.tint", kArri, raw, *number);
  } else if (key == "exposureindexasa") {
    record.whole("exposure.ei", kArri, raw, std::llround(*number));
  } else if (key == "sensorfps") {
    const FrameRate rate = FrameRate::fromDouble(thousandths(raw, *number, 300));
    record.ratio("sensor_fps", kArri, raw, {rate.num, rate.den});
  } else if (key == "lenssqueezefactor" || key == "lenssqueeze") {
    record.ratio("picture.lens_squeeze", kArri, raw, {std::llround(*number * 1000), 1000});
  }
}

constexpr std::array kAppleTexts{
    Key{"make", "camera.make"},
    Key{"model", "camera.model"},
    Key{"software", "camera.firmware"},
    Key{"creationdate", "recorded_at"},
    Key{"camera.lens_model", "lens.model"},
    Key{"camera.identifier", "camera.id"},
    Key{"reel", "reel"},
    Key{"scene", "slate.scene"},
    Key{"take", "slate.take"},
    Key{"director", "slate.director"},
};
constexpr std::array kProAppsTexts{
    Key{"manufacturer", "camera.make"},
    Key{"modelname", "camera.model"},
    Key{"serialno", "camera.serial"},
    Key{"serialnumber", "camera.serial"},
    Key{"reel", "reel"},
    Key{"studio.reel", "reel"},
    Key{"scene", "slate.scene"},
    Key{"studio.scene", "slate.scene"},
    Key{"take", "slate.take"},
    Key{"studio.take", "slate.take"},
    Key{"studio.cameraid", "camera.id"},
    Key{"shot", "slate.shot"},
    Key{"image.{tiff}.make", "camera.make"},
    Key{"image.{tiff}.model", "camera.model"},
    Key{"image.{tiff}.software", "camera.firmware"},
    Key{"exif.{exif}.lensmodel", "lens.model"},
};
constexpr std::array kAtomosTexts{
    Key{"raw.intermediate_oetf", "colour.gamma"},
    Key{"raw.intermediate_gamut", "colour.primaries"},
    Key{"hdr.gamma", "colour.gamma"},
    Key{"hdr.gammacurve", "colour.gamma"},
    Key{"hdr.gamut", "colour.primaries"},
};
constexpr std::array kAndroidTexts{
    Key{"manufacturer", "camera.make"},
    Key{"model", "camera.model"},
};
constexpr std::array kBlackmagicTexts{
    Key{"camera.lenstype", "lens.model"},
    Key{"camera.look.lutname", "colour.lut"},
    Key{"camera.uuid", "uuid"},
};

template <std::size_t N>
void sayText(Record& record, From from, const std::array<Key, N>& table, std::string_view key, const std::string& raw) {
  const auto found = std::find_if(table.begin(), table.end(), [key](const Key& text) { return text.key == key; });
  if (found != table.end()) record.text(found->field, from, raw);
}

void sayBlackmagic(Record& record, std::string_view key, const std::string& raw) {
  sayText(record, kBlackmagic, kBlackmagicTexts, key, raw);
  const auto number = leadingNumber(raw);
  const bool positive = number && *number > 0 && *number < 1e8;
  if (key == "camera.iso" && positive) {
    record.whole("exposure.ei", kBlackmagic, raw, std::llround(*number));
  } else if (key == "camera.whitebalancekelvin" && positive) {
    record.whole("white_balance.kelvin", kBlackmagic, raw, std::llround(*number));
  } else if (key == "camera.whitebalancetint" && number) {
    record.number("white_balance.tint", kBlackmagic, raw, *number);
  } else if (key == "camera.shutterangle" ||
             ((key == "shutterspeed" || key == "camera.shutterspeed") && raw.find('/') != std::string::npos)) {
    sayShutter(record, kBlackmagic, raw);
  } else if (key == "camera.daterecorded") {
    // "2021:12:12" or "20230620".
    const bool bare = raw.size() == 8 && wholeNumber(raw);
    record.text("recorded_at", kBlackmagic, raw,
                isoFromExif(bare ? fmt::format("{}:{}:{}", raw.substr(0, 4), raw.substr(4, 2), raw.substr(6)) : raw));
  }
}

// Apple names its curves where nobody else looks: in the picture's description, and in a key of its editing programs.
// The colour tags beside it are Rec.2020's or left open.
void sayAppleLog(Record& record, From from, std::string_view identifier) {
  if (identifier == "com.apple.rec2020.apple-log") {
    record.text("colour.gamma", from, identifier, "Apple Log");
    record.text("colour.primaries", from, identifier, "Rec.2020");
  } else if (identifier == "com.apple.apple-wide-gamut.apple-log") {
    record.text("colour.gamma", from, identifier, "Apple Log 2");
    record.text("colour.primaries", from, identifier, "Apple Wide Gamut");
  }
}

void sayPictureDescription(Record& record, const Movie& movie) {
  constexpr std::size_t kPictureFields = 78;
  const Track* picture = movie.first("vide");
  if (!picture) return;
  const std::string_view boxes = part(picture->sampleEntry, kPictureFields, picture->sampleEntry.size());
  const std::string_view name = boxNamed(boxes, "logs");
  const std::string identifier = fixedText(name, 0, name.size());
  if (!identifier.empty()) record.clip.raw["logs"] = identifier;
  sayAppleLog(record, {Rank::file, "logs"}, identifier);
}

// Names of SMPTE RDD 18's items, "camera." or "lens." before them; values in words, with their unit.
void sayRdd18(Record& record, std::string_view key, const std::string& raw) {
  const auto number = leadingNumber(raw);
  if (key == "camera.whitebalance" && number && *number >= 1000 && *number <= 100'000) {
    record.whole("white_balance.kelvin", kRdd18, raw, std::llround(*number));
  } else if ((key == "camera.isosensitivity" || key == "camera.exposureindexofphotometer") && number && *number > 0 &&
             *number < 1e8) {
    record.whole("exposure.ei", kRdd18, raw, std::llround(*number));
  } else if (key == "camera.shutterspeed_angle" || key == "camera.shutterspeed_time") {
    sayShutter(record, kRdd18, raw);
  } else if (key == "camera.capturegammaequation") {
    record.text("colour.gamma", kRdd18, raw);
  } else if (key == "camera.colorprimaries" || key == "camera.capturecolorprimaries") {
    record.text("colour.primaries", kRdd18, raw);
  } else if (key == "camera.neutraldensityfilterwheelsetting" && number && *number >= 1) {
    record.number("exposure.nd_stops", kRdd18, raw, std::log2(*number));
  } else if (key == "camera.captureframerate" && number) {
    const FrameRate rate = FrameRate::fromDouble(*number);
    record.ratio("sensor_fps", kRdd18, raw, {rate.num, rate.den});
  } else if (key == "lens.iristnumber") {
    const std::size_t digits = raw.find_first_of("0123456789");
    const auto stop = digits == std::string::npos ? std::nullopt : leadingNumber(raw.substr(digits));
    if (stop && *stop > 0) record.number("exposure.iris_t", kRdd18, raw, *stop);
  } else if (key == "lens.lensattributes") {
    record.text("lens.model", kRdd18, raw);
  } else if (key == "lens.lenszoomactualfocallength" && number && *number > 0) {
    // In millimetres where the unit says so; the item itself counts metres.
    record.number("lens.focal_mm", kRdd18, raw,
                  raw.find("mm") != std::string::npos || *number >= 1 ? *number : *number * 1000);
  } else if (key == "lens.anamorphiclenssqueezeratio" && number && *number > 0 && *number < 1000) {
    record.ratio("picture.lens_squeeze", kRdd18, raw, {std::llround(*number * (*number >= 10 ? 10 : 1000)), 1000});
  }
}

bool after(std::string_view key, std::string_view prefix, std::string_view& rest) {
  if (!key.starts_with(prefix)) return false;
  rest = key.substr(prefix.size());
  return true;
}

}  // namespace

void describeMovieKeys(Record& record, const Movie& movie) {
  bool arri = movie.hasBrand("ARRI");
  for (const auto& [written, raw] : movie.keys) {
    const std::string key = path::lowerAscii(written);
    std::string_view rest;
    if (after(key, "com.arri.camera.", rest) || after(key, "com.arri.slate.", rest)) {
      arri = true;
      sayArri(record, rest, raw);
    } else if (after(key, "com.apple.quicktime.", rest)) {
      sayText(record, kApple, kAppleTexts, rest, raw);
    } else if (after(key, "com.apple.proapps.", rest)) {
      if (rest == "customgamma") sayAppleLog(record, kProApps, raw);
      // A name of any length in editing programs, the camera's letter from recorders.
      if (rest == "cameraname" && raw.size() == 1 && raw[0] >= 'A' && raw[0] <= 'Z') {
        record.text("camera_letter", kProApps, raw);
      }
      if (rest == "clipid") sayOriginalName(record, raw);
      sayText(record, kProApps, kProAppsTexts, rest, raw);
    } else if (after(key, "org.smpte.rdd18.", rest)) {
      sayRdd18(record, rest, raw);
    } else if (after(key, "com.atomos.", rest)) {
      sayText(record, kAtomos, kAtomosTexts, rest, raw);
    } else if (after(key, "com.blackmagic-design.", rest)) {
      sayBlackmagic(record, rest, raw);
    } else if (after(key, "com.android.", rest)) {
      sayText(record, kAndroid, kAndroidTexts, rest, raw);
    }
  }
  sayPictureDescription(record, movie);
  // Nobody else writes its keys or its brand.
  if (arri) record.text("camera.make", kArri, "ARRI");
  // Older cameras and encoders: user data in words.
  constexpr From kUserData{Rank::tag, "udta"};
  record.text("camera.make", kUserData, movie.userText("\xa9mak"));
  record.text("camera.model", kUserData, movie.userText("\xa9mod"));
}

}  // namespace rollproof::camera
