// SPDX-License-Identifier: Apache-2.0
// The table of transform ids. An id's own version is not looked at: it names the same conversion, mended.
#include <algorithm>
#include <array>

#include "core/base/path.h"
#include "core/colour/amf.h"
#include "core/colour/transform_ids.h"

namespace rollproof::colour {
namespace {

struct SpaceRow {
  std::string_view name;   // as ids have it, in lower case
  const char* space;       // of our configuration
  std::string_view write;  // the id to write, of ACES 1; "" = this name is only read
};

constexpr std::string_view kUrn = "urn:ampas:aces:transformId:";

// Names without "_to_ACES" and "ACES_to_", which only say the way.
constexpr std::array kSpaces = {
    SpaceRow{"unity", "ACES2065-1", ""},
    SpaceRow{"acescg", "ACEScg", "v1.5:ACEScsc.Academy.ACEScg_to_ACES.a1.0.3"},
    SpaceRow{"acescct", "ACEScct", "v1.5:ACEScsc.Academy.ACEScct_to_ACES.a1.0.3"},
    SpaceRow{"acescc", "ACEScc", "v1.5:ACEScsc.Academy.ACEScc_to_ACES.a1.0.3"},
    SpaceRow{"acesproxy10i", "ACESproxy10i", "v1.5:ACEScsc.Academy.ACESproxy10i_to_ACES.a1.0.3"},
    SpaceRow{"adx10", "ADX10", "v1.5:ACEScsc.Academy.ADX10_to_ACES.a1.0.3"},
    SpaceRow{"adx16", "ADX16", "v1.5:ACEScsc.Academy.ADX16_to_ACES.a1.0.3"},
    SpaceRow{"logc_ei800_awg", "ARRI LogC3 (EI800)", ""},
    SpaceRow{"logc3", "ARRI LogC3 (EI800)", ""},
    SpaceRow{"arri-logc4", "ARRI LogC4", "v1.5:IDT.ARRI.ARRI-LogC4.a1.v1"},
    SpaceRow{"logc4", "ARRI LogC4", ""},
    SpaceRow{"slog1_sgamut_10i", "S-Log1 S-Gamut", "v1.5:IDT.Sony.SLog1_SGamut_10i.a1.v1"},
    SpaceRow{"slog1_sgamut_12i", "S-Log1 S-Gamut", ""},
    SpaceRow{"slog2_sgamut_daylight_10i", "S-Log2 S-Gamut Daylight", "v1.5:IDT.Sony.SLog2_SGamut_Daylight_10i.a1.v1"},
    SpaceRow{"slog2_sgamut_daylight_12i", "S-Log2 S-Gamut Daylight", ""},
    SpaceRow{"slog2_sgamut_tungsten_10i", "S-Log2 S-Gamut Tungsten", "v1.5:IDT.Sony.SLog2_SGamut_Tungsten_10i.a1.v1"},
    SpaceRow{"slog2_sgamut_tungsten_12i", "S-Log2 S-Gamut Tungsten", ""},
    SpaceRow{"slog3_sgamut3", "S-Log3 S-Gamut3", "v1.5:IDT.Sony.SLog3_SGamut3.a1.v1"},
    SpaceRow{"slog3_sgamut3cine", "S-Log3 S-Gamut3.Cine", "v1.5:IDT.Sony.SLog3_SGamut3Cine.a1.v1"},
    SpaceRow{"venice_slog3_sgamut3", "S-Log3 Venice S-Gamut3", "v1.5:IDT.Sony.Venice_SLog3_SGamut3.a1.v1"},
    SpaceRow{"venice_slog3_sgamut3cine", "S-Log3 Venice S-Gamut3.Cine", "v1.5:IDT.Sony.Venice_SLog3_SGamut3Cine.a1.v1"},
    SpaceRow{"slog3_venice_sgamut3", "S-Log3 Venice S-Gamut3", ""},
    SpaceRow{"slog3_venice_sgamut3cine", "S-Log3 Venice S-Gamut3.Cine", ""},
    SpaceRow{"log3g10_rwg", "Log3G10 REDWideGamutRGB", "v1.5:ACEScsc.Academy.Log3G10_RWG_to_ACES.a1.1.0"},
    SpaceRow{"vlog_vgamut", "V-Log V-Gamut", "v1.5:ACEScsc.Academy.VLog_VGamut_to_ACES.a1.1.0"},
    SpaceRow{"canonlog2_cinemagamut_d55", "CanonLog2 CinemaGamut D55",
             "v1.5:IDT.Canon.CanonLog2_CinemaGamut_D55.a1.v2"},
    SpaceRow{"canonlog3_cinemagamut_d55", "CanonLog3 CinemaGamut D55",
             "v1.5:IDT.Canon.CanonLog3_CinemaGamut_D55.a1.v2"},
    SpaceRow{"canonlog2_cinemagamut_tng", "CanonLog2 CinemaGamut Tungsten",
             "v1.5:IDT.Canon.CanonLog2_CinemaGamut_Tng.a1.v2"},
    SpaceRow{"canonlog2_bt2020_d55", "CanonLog2 BT2020 D55", "v1.5:IDT.Canon.CanonLog2_BT2020_D55.a1.v2"},
    SpaceRow{"canonlog2_bt2020_tng", "CanonLog2 BT2020 Tungsten", "v1.5:IDT.Canon.CanonLog2_BT2020_Tng.a1.v2"},
    SpaceRow{"canonlog3_cinemagamut_tng", "CanonLog3 CinemaGamut Tungsten",
             "v1.5:IDT.Canon.CanonLog3_CinemaGamut_Tng.a1.v2"},
    SpaceRow{"canonlog3_bt2020_d55", "CanonLog3 BT2020 D55", "v1.5:IDT.Canon.CanonLog3_BT2020_D55.a1.v2"},
    SpaceRow{"canonlog3_bt2020_tng", "CanonLog3 BT2020 Tungsten", "v1.5:IDT.Canon.CanonLog3_BT2020_Tng.a1.v2"},
    SpaceRow{"clog2_cgamut", "CanonLog2 CinemaGamut D55", ""},
    SpaceRow{"clog3_cgamut", "CanonLog3 CinemaGamut D55", ""},
    SpaceRow{"bmdfilm_widegamut_gen5", "BMDFilm WideGamut Gen5",
             "v1.5:IDT.BlackmagicDesign.BMDFilm_WideGamut_Gen5.a1.v1"},
    SpaceRow{"applelog_bt2020", "Apple Log", "v1.5:IDT.Apple.AppleLog_BT2020.a1.v1"},
    SpaceRow{"dlog_dgamut", "D-Log D-Gamut", "v2.0:CSC.DJI.DLog_DGamut_to_ACES.a2.v1"},
};

struct OutputRow {
  std::string_view name;  // lower case
  const char* display;
  const char* view;
  std::string_view write;  // "" = only read. A device transform goes with the reference rendering transform
};

constexpr const char* k709 = "Rec.1886 Rec.709 - Display";
constexpr const char* k2020 = "Rec.1886 Rec.2020 - Display";
constexpr const char* kSrgb = "sRGB - Display";
constexpr const char* kP3D65 = "P3-D65 - Display";
constexpr const char* kDci = "P3-DCI - Display";
constexpr const char* kP3Pq = "ST2084-P3-D65 - Display";
constexpr const char* kPq = "Rec.2100-PQ - Display";
constexpr const char* kSdr = "ACES 1.0 - SDR Video";
constexpr const char* kSdrD60 = "ACES 1.0 - SDR Video (D60 sim on D65)";
constexpr const char* kCinema = "ACES 1.0 - SDR Cinema";

constexpr std::array kOutputs = {
    OutputRow{"rec709_100nits_dim", k709, kSdr, "v1.5:ODT.Academy.Rec709_100nits_dim.a1.0.3"},
    OutputRow{"rec709_d60sim_100nits_dim", k709, kSdrD60, "v1.5:ODT.Academy.Rec709_D60sim_100nits_dim.a1.0.3"},
    OutputRow{"rgbmonitor_100nits_dim", kSrgb, kSdr, "v1.5:ODT.Academy.RGBmonitor_100nits_dim.a1.0.3"},
    OutputRow{"rgbmonitor_d60sim_100nits_dim", kSrgb, kSdrD60, "v1.5:ODT.Academy.RGBmonitor_D60sim_100nits_dim.a1.0.3"},
    OutputRow{"rec2020_100nits_dim", k2020, kSdr, "v1.5:ODT.Academy.Rec2020_100nits_dim.a1.0.3"},
    OutputRow{"rec2020_p3d65limited_100nits_dim", k2020, "ACES 1.1 - SDR Video (P3 lim)",
              "v1.5:ODT.Academy.Rec2020_P3D65limited_100nits_dim.a1.1.0"},
    OutputRow{"rec2020_rec709limited_100nits_dim", k2020, "ACES 1.1 - SDR Video (Rec.709 lim)",
              "v1.5:ODT.Academy.Rec2020_Rec709limited_100nits_dim.a1.1.0"},
    OutputRow{"p3d60_48nits", "P3-D60 - Display", kCinema, "v1.5:ODT.Academy.P3D60_48nits.a1.0.3"},
    OutputRow{"p3d65_48nits", kP3D65, kCinema, "v1.5:ODT.Academy.P3D65_48nits.a1.1.0"},
    OutputRow{"p3d65_d60sim_48nits", kP3D65, "ACES 1.1 - SDR Cinema (D60 sim on D65)",
              "v1.5:ODT.Academy.P3D65_D60sim_48nits.a1.1.0"},
    OutputRow{"p3d65_rec709limited_48nits", kP3D65, "ACES 1.1 - SDR Cinema (Rec.709 lim)",
              "v1.5:ODT.Academy.P3D65_Rec709limited_48nits.a1.1.0"},
    OutputRow{"p3dci_48nits", kDci, "ACES 1.0 - SDR Cinema (D60 sim on DCI)", "v1.5:ODT.Academy.P3DCI_48nits.a1.0.3"},
    OutputRow{"p3dci_d60sim_48nits", kDci, "ACES 1.0 - SDR Cinema (D60 sim on DCI)", ""},
    OutputRow{"p3dci_d65sim_48nits", kDci, "ACES 1.1 - SDR Cinema (D65 sim on DCI)",
              "v1.5:ODT.Academy.P3DCI_D65sim_48nits.a1.1.0"},
    OutputRow{"rec2020_1000nits_15nits_st2084", kPq, "ACES 1.1 - HDR Video (1000 nits & Rec.2020 lim)",
              "v1.5:RRTODT.Academy.Rec2020_1000nits_15nits_ST2084.a1.1.0"},
    OutputRow{"rec2020_2000nits_15nits_st2084", kPq, "ACES 1.1 - HDR Video (2000 nits & Rec.2020 lim)",
              "v1.5:RRTODT.Academy.Rec2020_2000nits_15nits_ST2084.a1.1.0"},
    OutputRow{"rec2020_4000nits_15nits_st2084", kPq, "ACES 1.1 - HDR Video (4000 nits & Rec.2020 lim)",
              "v1.5:RRTODT.Academy.Rec2020_4000nits_15nits_ST2084.a1.1.0"},
    OutputRow{"rec2020_1000nits_15nits_hlg", "Rec.2100-HLG - Display",
              "ACES 1.1 - HDR Video (1000 nits & Rec.2020 lim)",
              "v1.5:RRTODT.Academy.Rec2020_1000nits_15nits_HLG.a1.1.0"},
    OutputRow{"p3d65_1000nits_15nits_st2084", kP3Pq, "ACES 1.1 - HDR Video (1000 nits & P3 lim)",
              "v1.5:RRTODT.Academy.P3D65_1000nits_15nits_ST2084.a1.1.0"},
    OutputRow{"p3d65_2000nits_15nits_st2084", kP3Pq, "ACES 1.1 - HDR Video (2000 nits & P3 lim)",
              "v1.5:RRTODT.Academy.P3D65_2000nits_15nits_ST2084.a1.1.0"},
    OutputRow{"p3d65_4000nits_15nits_st2084", kP3Pq, "ACES 1.1 - HDR Video (4000 nits & P3 lim)",
              "v1.5:RRTODT.Academy.P3D65_4000nits_15nits_ST2084.a1.1.0"},
    OutputRow{"p3d65_108nits_7point2nits_st2084", kP3Pq, "ACES 1.1 - HDR Cinema (108 nits & P3 lim)",
              "v1.5:RRTODT.Academy.P3D65_108nits_7point2nits_ST2084.a1.1.0"},
};

struct LookRow {
  std::string_view name;
  const char* look;
  std::string_view write;
};
constexpr std::array kLooks = {
    LookRow{"referencegamutcompress", "ACES 1.3 Reference Gamut Compression",
            "v1.5:LMT.Academy.ReferenceGamutCompress.a1.v1.0"},
    LookRow{"bluelightartifactfix", "Blue Light Artifact Fix", "v1.5:LMT.Academy.BlueLightArtifactFix.a1.1.0"},
};

// "IDT.Sony.SLog3_SGamut3.a1.v1" -> {"idt", "slog3_sgamut3"}; the vendor and the version are left out.
struct Parts {
  std::string type, name;
};
Parts partsOf(std::string_view id) {
  const std::string lower = path::lowerAscii(id);
  std::string_view rest = lower;
  if (const auto colon = rest.rfind(':'); colon != std::string_view::npos) rest.remove_prefix(colon + 1);
  std::vector<std::string> words;
  for (std::size_t at = 0; at <= rest.size();) {
    const auto dot = std::min(rest.find('.', at), rest.size());
    words.emplace_back(rest.substr(at, dot - at));
    at = dot + 1;
  }
  // From "a1" or "a2" on it is the version.
  const auto version = std::find_if(words.begin() + 1, words.end(), [](const std::string& word) {
    return word.size() == 2 && word[0] == 'a' && word[1] >= '0' && word[1] <= '9';
  });
  Parts parts{words.front(), {}};
  if (version - words.begin() >= 2) parts.name = *(version - 1);
  return parts;
}

// The conversion's other space, whichever way the name says.
std::string otherThanAces(std::string name) {
  constexpr std::string_view kTo = "_to_aces", kFrom = "aces_to_";
  if (name.ends_with(kTo)) name.resize(name.size() - kTo.size());
  if (name.starts_with(kFrom)) name.erase(0, kFrom.size());
  return name;
}

// "alexa-v3-logc-ei800" -> "ARRI LogC3 (EI800)".
std::string logC3(const std::string& name) {
  constexpr std::string_view kPrefix = "alexa-v3-logc-ei";
  if (!name.starts_with(kPrefix)) return {};
  const std::string number = name.substr(kPrefix.size());
  const bool digits = !number.empty() && number.size() < 6 &&
                      std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits ? "ARRI LogC3 (EI" + number + ")" : std::string();
}

std::string spaceNamed(const Config& config, const std::string& name) {
  if (const std::string arri = logC3(name); !arri.empty()) return config.canonical(arri);
  const auto row = std::find_if(kSpaces.begin(), kSpaces.end(), [&](const SpaceRow& one) { return one.name == name; });
  return row == kSpaces.end() ? std::string() : config.canonical(row->space);
}

bool hasView(const Config& config, const OutputRow& row) {
  const auto views = config.views(row.display);
  return std::find(views.begin(), views.end(), row.view) != views.end();
}

std::string whole(std::string_view write) { return write.empty() ? std::string() : std::string(kUrn).append(write); }

}  // namespace

TransformMeaning meaningOfTransform(const Config& config, std::string_view id) {
  using Kind = TransformMeaning::Kind;
  TransformMeaning meaning;
  const Parts parts = partsOf(id);
  meaning.inverse = parts.type.starts_with("inv");
  const std::string type = meaning.inverse ? parts.type.substr(3) : parts.type;
  if (type == "rrt") {
    meaning.kind = Kind::nothing;
    return meaning;
  }
  if (type == "idt" || type == "acescsc" || type == "csc" || type == "input") {
    meaning.space = spaceNamed(config, otherThanAces(parts.name));
    if (!meaning.space.empty()) meaning.kind = Kind::space;
  } else if (type == "odt" || type == "rrtodt" || type == "output") {
    const auto row =
        std::find_if(kOutputs.begin(), kOutputs.end(), [&](const OutputRow& one) { return one.name == parts.name; });
    if (row != kOutputs.end() && hasView(config, *row)) {
      meaning.kind = Kind::output;
      meaning.display = row->display;
      meaning.view = row->view;
    }
  } else if (type == "lmt" || type == "look") {
    const auto row =
        std::find_if(kLooks.begin(), kLooks.end(), [&](const LookRow& one) { return one.name == parts.name; });
    const auto known = config.lookTransforms();
    if (row != kLooks.end() && std::find(known.begin(), known.end(), row->look) != known.end()) {
      meaning.kind = Kind::look;
      meaning.look = row->look;
    }
  }
  if (meaning.kind != Kind::unknown) return meaning;
  const std::string said = interchange::explainTransformId(id);
  meaning.words =
      path::display(std::string(id)) + (said.empty() ? ", which is no transform id of ACES" : " (" + said + ")");
  if (!logC3(parts.name).empty()) {
    meaning.words += ": the LogC3 curves known here are ARRI's for EI 160 to 1600, in thirds of a stop";
  }
  if (id.find("transformId:v2.0:Output.") != std::string_view::npos ||
      id.find("transformId:v2.0:InvOutput.") != std::string_view::npos) {
    meaning.words += ": renderings of ACES 2 need OpenColorIO 2.4";
  }
  return meaning;
}

std::string idOfSpace(const std::string& space) {
  constexpr std::string_view kPrefix = "ARRI LogC3 (EI";
  if (space.starts_with(kPrefix) && space.ends_with(")")) {
    return whole("v1.5:IDT.ARRI.Alexa-v3-logC-EI" + space.substr(kPrefix.size(), space.size() - kPrefix.size() - 1) +
                 ".a1.v2");
  }
  const auto row = std::find_if(kSpaces.begin(), kSpaces.end(),
                                [&](const SpaceRow& one) { return one.space == space && !one.write.empty(); });
  return row == kSpaces.end() ? std::string() : whole(row->write);
}

std::string idToSpace(const std::string& space) {
  std::string id = idOfSpace(space);
  constexpr std::string_view kFrom = "_to_ACES";
  if (const auto way = id.find(kFrom); way != std::string::npos) {
    // "Academy.ACEScct_to_ACES" -> "Academy.ACES_to_ACEScct"
    const auto dot = id.rfind('.', way);
    const std::string name = id.substr(dot + 1, way - dot - 1);
    id.replace(dot + 1, name.size() + kFrom.size(), "ACES_to_" + name);
    return id;
  }
  return {};
}

std::string idOfOutput(const std::string& display, const std::string& view) {
  const auto row = std::find_if(kOutputs.begin(), kOutputs.end(), [&](const OutputRow& one) {
    return one.display == display && one.view == view && !one.write.empty();
  });
  return row == kOutputs.end() ? std::string() : whole(row->write);
}

std::string idOfLook(const std::string& look) {
  const auto row = std::find_if(kLooks.begin(), kLooks.end(), [&](const LookRow& one) { return one.look == look; });
  return row == kLooks.end() ? std::string() : whole(row->write);
}

}  // namespace rollproof::colour
