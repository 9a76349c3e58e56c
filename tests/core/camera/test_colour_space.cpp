// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/camera/camera.h"

using rollproof::camera::colourSpaceFor;

TEST_CASE("each camera's own words lead to its colour space") {
  CHECK(colourSpaceFor("ARRI", "ALEXA Mini", "LOG-C", "", 800) == "ARRI LogC3 (EI800)");
  CHECK(colourSpaceFor("ARRI", "ALEXA 35", "LOG-C", "", 800) == "ARRI LogC4");
  CHECK(colourSpaceFor("ARRI", "ALEXA 35", "LOG-C3", "", 800) == "ARRI LogC3 (EI800)");
  CHECK(colourSpaceFor("ARRI", "ALEXA", "REC-709", "", 800) == "Rec.709 video");
  CHECK(colourSpaceFor("Sony", "ILME-FX9", "s-log3-cine", "", 0) == "S-Log3 S-Gamut3.Cine");
  CHECK(colourSpaceFor("Sony", "ILME-FX9", "s-log3", "s-gamut3", 0) == "S-Log3 S-Gamut3");
  CHECK(colourSpaceFor("Sony", "MPC-3610", "s-log3-cine", "s-gamut3-cine", 0) == "S-Log3 Venice S-Gamut3.Cine");
  CHECK(colourSpaceFor("Sony", "VENICE2", "s-log3", "s-gamut3", 0) == "S-Log3 Venice S-Gamut3");
  CHECK(colourSpaceFor("", "", "linear", "AP0", 0) == "ACES2065-1");
}

TEST_CASE("what cannot be told stays unknown") {
  CHECK(colourSpaceFor("", "", "", "", 0).empty());
  CHECK(colourSpaceFor("Sony", "ILME-FX9", "s-log3", "", 0).empty());
  CHECK(colourSpaceFor("", "", "Printing density", "", 0).empty());
  CHECK(colourSpaceFor("", "", "linear", "", 0).empty());
  CHECK(colourSpaceFor("", "", "bt709", "bt2020", 0).empty());
}
