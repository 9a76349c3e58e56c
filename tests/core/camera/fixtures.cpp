// SPDX-License-Identifier: Apache-2.0
#include "fixtures.h"

#include <algorithm>
#include <bit>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

namespace fixtures {
namespace {

void be32(std::string& out, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) out[at + i] = static_cast<char>(value >> (24 - 8 * i) & 0xFF);
}

void be16(std::string& out, std::size_t at, std::uint32_t value) {
  out[at] = static_cast<char>(value >> 8 & 0xFF);
  out[at + 1] = static_cast<char>(value & 0xFF);
}

}  // namespace

Folder::Folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "rollproof-camera-XXXXXX").string();
  REQUIRE(mkdtemp(pattern.data()) != nullptr);
  m_path = pattern;
}

Folder::~Folder() {
  std::error_code ignored;  // a leftover scratch folder fails no promise
  std::filesystem::remove_all(m_path, ignored);
}

void Folder::write(const std::string& relative, const std::string& bytes) const {
  const std::filesystem::path file = m_path / relative;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  REQUIRE(out.good());
}

std::string Folder::path(const std::string& relative) const {
  return relative.empty() ? m_path.string() : (m_path / relative).string();
}

rollproof::model::Card readCard(const std::string& root, rollproof::camera::Depth depth) {
  auto card = rollproof::camera::readCard(rollproof::realFileSystem(), root, depth);
  REQUIRE(card.has_value());
  return *card;
}

const rollproof::model::Clip* findClip(const rollproof::model::Card& card, const std::string& name) {
  const auto found =
      std::find_if(card.clips.begin(), card.clips.end(), [&name](const auto& clip) { return clip.name == name; });
  return found == card.clips.end() ? nullptr : &*found;
}

bool hasWarning(const std::vector<rollproof::model::Warning>& warnings, const std::string& code) {
  return std::any_of(warnings.begin(), warnings.end(), [&code](const auto& warning) { return warning.code == code; });
}

std::string source(const rollproof::model::Clip& clip, const std::string& field) {
  const auto found = clip.provenance.find(field);
  return found == clip.provenance.end() || found->second.empty() ? std::string() : found->second.front().source;
}

std::string dpx(int width, int height, std::uint32_t timecode, float rate) {
  constexpr std::size_t kHeader = 2048;
  const auto pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  std::string out(kHeader + pixels * 4, '\0');
  out.replace(0, 4, "SDPX");
  be32(out, 4, kHeader);
  out.replace(8, 4, "V2.0");
  be32(out, 16, static_cast<std::uint32_t>(out.size()));
  be32(out, 24, 1664);
  be32(out, 28, 384);
  be16(out, 770, 1);
  be32(out, 772, static_cast<std::uint32_t>(width));
  be32(out, 776, static_cast<std::uint32_t>(height));
  out[780 + 20] = 50;  // RGB
  out[780 + 21] = 2;   // linear
  out[780 + 22] = 2;
  out[780 + 23] = 10;
  be16(out, 780 + 24, 1);  // filled, method A
  be32(out, 780 + 28, kHeader);
  be32(out, 1920, timecode);
  be32(out, 1724, std::bit_cast<std::uint32_t>(rate));
  be32(out, 1940, std::bit_cast<std::uint32_t>(rate));
  return out;
}

}  // namespace fixtures
