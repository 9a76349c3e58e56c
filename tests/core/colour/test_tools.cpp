// SPDX-License-Identifier: Apache-2.0
// The exact path against OpenColorIO's and OpenImageIO's own programs on the same configuration file. A program that is
// not installed is left out, and the test says so.
#include <stdio.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include <OpenColorIO/OpenColorIO.h>

#include "support.h"

using namespace rollproof;
using namespace rollproof::colour;
using namespace rollproof::colour::test;

namespace {

const std::string kConfigFile = std::string(ROLLPROOF_SOURCE) + "/resources/ocio/rollproof.ocio";

bool has(const std::string& program) {
  if (std::system(("command -v " + program + " > /dev/null 2>&1").c_str()) == 0) return true;
  WARN(program << " is not installed");
  return false;
}

std::string said(const std::string& command) {
  std::string text;
  FILE* const pipe = popen((command + " 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  char buffer[4096];
  while (fgets(buffer, sizeof buffer, pipe)) text += buffer;
  INFO(command << "\n" << text);
  REQUIRE(pclose(pipe) == 0);
  return text;
}

// The last line that is three numbers.
std::array<double, 3> lastTriple(const std::string& text) {
  std::array<double, 3> found{NAN, NAN, NAN};
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::array<double, 3> values{};
    if (words >> values[0] >> values[1] >> values[2]) found = values;
  }
  return found;
}

media::ImageF colours() {
  media::ImageF image;
  image.width = 97;
  image.height = 61;
  for (long k = 0; k < 97L * 61L; ++k) {
    for (const long step : {7919L, 104729L, 1299709L}) {
      image.rgb.push_back(-.02F + 1.05F * static_cast<float>((k * step) % 5003) / 5002.0F);
    }
  }
  return image;
}

}  // namespace

TEST_CASE("the exact path gives oiiotool's pixels bit for bit", "[tools]") {
  if (!has("oiiotool")) return;
  const Folder folder;
  const media::ImageF in = colours();
  media::ImageOptions options;
  options.bitDepth = 32;
  REQUIRE(media::writeImage(folder.path() + "/in.exr", in, options).has_value());
  // The programs' own optimisation turns curves into tables; told to lose nothing they do what the exact path does.
  const std::string lossless =
      "OCIO_OPTIMIZATION_FLAGS=" + std::to_string(static_cast<unsigned long>(OCIO_NAMESPACE::OPTIMIZATION_LOSSLESS)) +
      " ";
  struct Case {
    const char *space, *display, *view;
  };
  for (const Case& one :
       {Case{"ARRI LogC3 (EI800)", "Rec.1886 Rec.709 - Display", "ACES 1.0 - SDR Video"},
        Case{"ARRI LogC4", "sRGB - Display", "ACES 1.0 - SDR Video"},
        Case{"S-Log3 S-Gamut3.Cine", "Rec.2100-PQ - Display", "ACES 1.1 - HDR Video (1000 nits & Rec.2020 lim)"},
        Case{"BMDFilm WideGamut Gen5", "P3-D65 - Display", "ACES 1.0 - SDR Cinema"}}) {
    said(lossless + "oiiotool --colorconfig '" + kConfigFile + "' '" + folder.path() +
         "/in.exr' --ociodisplay:from='\"" + one.space + "\"' '" + one.display + "' '" + one.view + "' -d float -o '" +
         folder.path() + "/out.exr'");
    const auto theirs = media::readImage(folder.path() + "/out.exr");
    REQUIRE(theirs.has_value());
    ChainRequest request;
    request.input = one.space;
    request.display = one.display;
    request.view = one.view;
    media::ImageF ours = in;
    chain(request)->applyExact(ours);
    REQUIRE(theirs->rgb.size() == ours.rgb.size());
    std::size_t off = 0;
    float most = 0;
    for (std::size_t k = 0; k < ours.rgb.size(); ++k) {
      off += std::memcmp(&ours.rgb[k], &theirs->rgb[k], sizeof(float)) != 0;
      most = std::max(most, std::abs(ours.rgb[k] - theirs->rgb[k]));
    }
    INFO(one.space << " to " << one.display << ": " << off << " values of " << ours.rgb.size() << " differ, most by "
                   << most);
    CHECK(off == 0);
  }
}

TEST_CASE("LUT files give what ociochecklut prints", "[tools]") {
  if (!has("ociochecklut")) return;
  const Folder folder;
  std::string cube = "LUT_3D_SIZE 5\n";
  for (int b = 0; b < 5; ++b) {
    for (int g = 0; g < 5; ++g) {
      for (int r = 0; r < 5; ++r) {
        cube += std::to_string(std::pow(r / 4.0, .7)) + " " + std::to_string(.9 * g / 4.0 + .05 * b / 4.0) + " " +
                std::to_string(std::pow(b / 4.0, 1.4)) + "\n";
      }
    }
  }
  for (const std::string& path : {folder.write("show.cube", cube), folder.write("curve.cube",
                                                                                "LUT_1D_SIZE 3\n0 0.1 0\n0.6 "
                                                                                "0.4 0.5\n1 0.8 0.9\n")}) {
    for (const char* rgb : {"0.1 0.5 0.9", "0.33 0.2 0.77", "0 1 0.5"}) {
      const auto theirs = lastTriple(said("ociochecklut '" + path + "' " + rgb));
      std::array<float, 3> in{};
      std::istringstream(rgb) >> in[0] >> in[1] >> in[2];
      ChainRequest request;
      request.input = request.outputSpace = "ARRI LogC4";
      request.look.lutFile = path;
      request.look.lutOutput = "ARRI LogC4";
      const auto ours = chain(request)->applyExact(in);
      INFO(path << " " << rgb);
      // ociochecklut interpolates cubes trilinearly unless it is told; along these that is the same to a thousandth.
      for (std::size_t i = 0; i < 3; ++i) CHECK(std::abs(static_cast<double>(ours[i]) - theirs[i]) < 2e-3);
    }
  }
}

TEST_CASE("a cube that ociobakelut makes holds the exact path's values", "[tools]") {
  if (!has("ociobakelut")) return;
  const Folder folder;
  const std::string out = folder.path() + "/baked.cube";
  said("ociobakelut --iconfig '" + kConfigFile +
       "' --inputspace 'ARRI LogC4' --outputspace 'ACEScct' --format resolve_cube --cubesize 9 --shapersize 2 '" + out +
       "'");
  std::ifstream in(out);
  std::vector<std::array<double, 3>> points;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::array<double, 3> values{};
    if (words >> values[0] >> values[1] >> values[2]) points.push_back(values);
  }
  REQUIRE(points.size() >= 9 * 9 * 9);
  points.erase(points.begin(), points.end() - 9 * 9 * 9);
  const auto exact = between("ARRI LogC4", "ACEScct");
  for (std::size_t k = 0; k < points.size(); k += 13) {
    const auto at = [](std::size_t i) { return static_cast<float>(i) / 8.0F; };
    const auto ours = exact->applyExact({at(k % 9), at(k / 9 % 9), at(k / 81)});
    for (std::size_t i = 0; i < 3; ++i) CHECK(std::abs(static_cast<double>(ours[i]) - points[k][i]) < 2e-5);
  }
}
