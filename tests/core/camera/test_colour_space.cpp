// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/camera/camera.h"

using rollproof::camera::colourSpaceFor;

TEST_CASE("each camera's own words lead to its colour space") {
  CHECK(colourSpaceFor("ARRI", "ALEXA Mini", "LOG-C", "", 800) == "ARRI LogC3 (EI800)");
  CHECK(colourSpaceFor("ARRI", "ALEXA Mini", "LOG-C", "", 0) == "ARRI LogC3 (EI800)");
  CHECK(colourSpaceFor("ARRI", "ALEXA Mini", "LOG-C", "", 1280) == "ARRI LogC3 (EI1280)");
  CHECK(colourSpaceFor("ARRI", "ALEXA Mini", "LOG-C", "", 3200) == "ARRI LogC3 (EI800)");
  CHECK(colourSpaceFor("ARRI", "ALEXA 35", "LOG-C", "", 1600) == "ARRI LogC4");
  CHECK(colourSpaceFor("ARRI", "ALEXA 35", "LOG-C", "", 800) == "ARRI LogC4");
  CHECK(colourSpaceFor("ARRI", "ALEXA 35", "LOG-C3", "", 800) == "ARRI LogC3 (EI800)");
  CHECK(colourSpaceFor("ARRI", "ALEXA", "REC-709", "", 800) == "Rec.709 video");
  CHECK(colourSpaceFor("Sony", "ILME-FX9", "s-log3-cine", "", 0) == "S-Log3 S-Gamut3.Cine");
  CHECK(colourSpaceFor("Sony", "ILME-FX9", "s-log3", "s-gamut3", 0) == "S-Log3 S-Gamut3");
  CHECK(colourSpaceFor("Sony", "MPC-3610", "s-log3-cine", "s-gamut3-cine", 0) == "S-Log3 Venice S-Gamut3.Cine");
  CHECK(colourSpaceFor("Sony", "VENICE2", "s-log3", "s-gamut3", 0) == "S-Log3 Venice S-Gamut3");
  CHECK(colourSpaceFor("", "", "linear", "AP0", 0) == "ACES2065-1");
}

TEST_CASE("every log curve of the config is reached by its maker's words") {
  struct Words {
    const char *gamma, *primaries, *space;
  };
  const Words words[] = {
      {"Log3G10", "REDWideGamutRGB", "Log3G10 REDWideGamutRGB"},
      {"V-Log", "V-Gamut", "V-Log V-Gamut"},
      {"Canon Log 2", "Cinema Gamut", "CanonLog2 CinemaGamut D55"},
      {"C-Log3", "Cinema Gamut", "CanonLog3 CinemaGamut D55"},
      {"Blackmagic Design Film Gen 5", "Blackmagic Design Gen 5", "BMDFilm WideGamut Gen5"},
      {"Blackmagic Design Film Gen 5", "Blackmagic Wide Gamut Gen 4/5", "BMDFilm WideGamut Gen5"},
      {"DaVinci Intermediate", "DaVinci Wide Gamut", "DaVinci Intermediate WideGamut"},
      {"Apple Log", "bt2020", "Apple Log"},
      {"D-Log", "D-Gamut", "D-Log D-Gamut"},
      {"N-Log", "N-Gamut", "N-Log N-Gamut"},
      {"F-Log", "F-Gamut", "F-Log F-Gamut"},
      {"F-Log2", "F-Gamut", "F-Log2 F-Gamut"},
      {"L-Log", "L-Gamut", "L-Log L-Gamut"},
      {"Protune Flat", "Native", "Protune Native"},
  };
  for (const Words& one : words) {
    CAPTURE(one.gamma, one.primaries);
    CHECK(colourSpaceFor("", "", one.gamma, one.primaries, 0) == one.space);
  }
  // Another generation of the same curve is another curve.
  CHECK(colourSpaceFor("", "", "Blackmagic Design Film Gen 4", "Blackmagic Design Gen 4", 0).empty());
  CHECK(colourSpaceFor("", "", "V-Log", "bt709", 0).empty());
}

TEST_CASE("what cannot be told stays unknown") {
  CHECK(colourSpaceFor("", "", "", "", 0).empty());
  CHECK(colourSpaceFor("Sony", "ILME-FX9", "s-log3", "", 0).empty());
  CHECK(colourSpaceFor("", "", "Printing density", "", 0).empty());
  CHECK(colourSpaceFor("", "", "linear", "", 0).empty());
  CHECK(colourSpaceFor("", "", "bt709", "bt2020", 0).empty());
}
