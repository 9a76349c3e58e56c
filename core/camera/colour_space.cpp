// SPDX-License-Identifier: Apache-2.0
// Names follow the ACES studio config. What a camera calls its encoding is matched without case, blanks and dashes.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "core/base/path.h"
#include "core/camera/camera.h"

namespace rollproof::camera {
namespace {

std::string plain(const std::string& text) {
  std::string out;
  for (const char c : path::lowerAscii(text)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+') out += c;
  }
  return out;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

bool isVenice(const std::string& model) { return has(model, "venice") || model.starts_with("mpc36"); }

std::string sony(const std::string& model, const std::string& gamma, const std::string& primaries) {
  const bool cine = has(gamma, "cine") || has(primaries, "gamut3cine");
  if (!cine && !has(primaries, "gamut3")) return {};
  return std::string("S-Log3 ") + (isVenice(model) ? "Venice " : "") + (cine ? "S-Gamut3.Cine" : "S-Gamut3");
}

std::string arri(const std::string& model, const std::string& gamma, int ei) {
  const bool newSensor = has(model, "alexa35") || has(model, "alexa265");
  if (has(gamma, "logc4") || (newSensor && !has(gamma, "logc3"))) return "ARRI LogC4";
  // LogC3 has a curve an exposure index; one that the config does not hold is read as EI 800, and the reader of the
  // card warns about it.
  constexpr std::array kCurves{160, 200, 250, 320, 400, 500, 640, 1000, 1280, 1600};
  const bool own = std::find(kCurves.begin(), kCurves.end(), ei) != kCurves.end();
  return fmt::format("ARRI LogC3 (EI{})", own ? ei : 800);
}

}  // namespace

std::string colourSpaceFor(const std::string& make, const std::string& model, const std::string& gamma,
                           const std::string& primaries, int ei) {
  const std::string g = plain(gamma), p = plain(primaries), m = plain(model), maker = plain(make);
  if (g.empty()) return {};
  if (g.starts_with("logc")) return arri(m, g, ei);
  if (g.starts_with("slog3")) return sony(m, g, p);
  if (g.starts_with("rec709") || g.starts_with("bt709") || g.starts_with("iturec709") || g.starts_with("itur709")) {
    const bool other = !p.empty() && !has(p, "709");
    return other ? std::string() : "Rec.709 video";
  }
  if (g == "aces20651" || (g == "linear" && p == "ap0")) return "ACES2065-1";
  if (g == "linear" && p == "ap1") return "ACEScg";
  if (g == "linear" && p == "rec709") return "Linear Rec.709 (sRGB)";

  struct Pair {
    std::string_view gamma, primaries, space;
  };
  static constexpr std::array kPairs{
      Pair{"log3g10", "redwidegamutrgb", "Log3G10 REDWideGamutRGB"},
      Pair{"redlog3g10", "redwidegamutrgb", "Log3G10 REDWideGamutRGB"},
      Pair{"vlog", "vgamut", "V-Log V-Gamut"},
      Pair{"canonlog2", "cinemagamut", "CanonLog2 CinemaGamut D55"},
      Pair{"canonlog3", "cinemagamut", "CanonLog3 CinemaGamut D55"},
      Pair{"clog2", "cinemagamut", "CanonLog2 CinemaGamut D55"},
      Pair{"clog3", "cinemagamut", "CanonLog3 CinemaGamut D55"},
      // The film curve of generation 5 with the wide gamut that generations 4 and 5 share, in the words of the camera's
      // keys and of its maker's editing program.
      Pair{"blackmagicdesignfilmgen5", "blackmagicdesigngen5", "BMDFilm WideGamut Gen5"},
      Pair{"blackmagicdesignfilmgen5", "blackmagicwidegamutgen45", "BMDFilm WideGamut Gen5"},
      Pair{"blackmagicdesignfilmgen5", "blackmagicwidegamutgen5", "BMDFilm WideGamut Gen5"},
      Pair{"blackmagicdesignfilmgen5", "blackmagicwidegamut", "BMDFilm WideGamut Gen5"},
      Pair{"davinciintermediate", "davinciwidegamut", "DaVinci Intermediate WideGamut"},
      Pair{"applelog", "rec2020", "Apple Log"},
      Pair{"applelog", "bt2020", "Apple Log"},
      Pair{"applelog", "applelog", "Apple Log"},
      Pair{"dlog", "dgamut", "D-Log D-Gamut"},
      Pair{"nlog", "ngamut", "N-Log N-Gamut"},
      Pair{"nlog", "bt2020", "N-Log N-Gamut"},
      Pair{"nlog", "rec2020", "N-Log N-Gamut"},
      Pair{"flog", "fgamut", "F-Log F-Gamut"},
      Pair{"flog", "bt2020", "F-Log F-Gamut"},
      Pair{"flog2", "fgamut", "F-Log2 F-Gamut"},
      Pair{"flog2", "bt2020", "F-Log2 F-Gamut"},
      Pair{"llog", "lgamut", "L-Log L-Gamut"},
      Pair{"llog", "bt2020", "L-Log L-Gamut"},
      Pair{"protuneflat", "native", "Protune Native"},
  };
  for (const Pair& pair : kPairs) {
    if (g == pair.gamma && p == pair.primaries) return std::string(pair.space);
  }
  return {};
}

}  // namespace rollproof::camera
