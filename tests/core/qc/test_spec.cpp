// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/qc/qc.h"

using namespace rollproof;
using qc::Spec;

TEST_CASE("a spec survives the way through JSON whatever it expects") {
  for (int bits = 0; bits < 64; ++bits) {
    Spec spec;
    if (bits & 1) spec.frameRate = {24000, 1001};
    if (bits & 2) spec.resolutions = {{3840, 2160}, {4448, 3096}};
    if (bits & 4) spec.codecs = {"prores", "apch"};
    if (bits & 8) spec.audioRequired = true;
    if (bits & 16) spec.minAudioChannels = 2;
    if (bits & 32) spec.audioSampleRate = 48000;
    const auto text = qc::toJson(spec).dump();
    const auto back = qc::specFromJson(nlohmann::json::parse(text));
    INFO(text);
    REQUIRE(back);
    CHECK(*back == spec);
  }
  CHECK(qc::toJson(Spec{}).dump() == "{}");
}

TEST_CASE("a field of the spec is set as people type it and taken back with nothing") {
  Spec spec;
  REQUIRE(qc::setField(spec, "frame_rate", "23.976"));
  CHECK(spec.frameRate == FrameRate{24000, 1001});
  REQUIRE(qc::setField(spec, "resolutions", "3840x2160, 4096X2160"));
  CHECK(spec.resolutions == std::vector<std::pair<int, int>>{{3840, 2160}, {4096, 2160}});
  REQUIRE(qc::setField(spec, "codecs", "ProRes,h264"));
  CHECK(spec.codecs == std::vector<std::string>{"prores", "h264"});
  REQUIRE(qc::setField(spec, "audio_required", "yes"));
  CHECK(spec.audioRequired);
  for (const char* field :
       {"frame_rate", "resolutions", "codecs", "audio_required", "min_audio_channels", "audio_sample_rate"}) {
    REQUIRE(qc::setField(spec, field, ""));
  }
  CHECK(spec == Spec{});
}

TEST_CASE("a field that there is not or a value that it cannot hold is refused and changes nothing") {
  Spec spec;
  spec.frameRate = {25, 1};
  const Spec before = spec;
  for (const auto& [field, value] : std::vector<std::pair<std::string, std::string>>{{"weather", "rain"},
                                                                                     {"frame_rate", "fast"},
                                                                                     {"frame_rate", "0"},
                                                                                     {"resolutions", "4K"},
                                                                                     {"resolutions", "0x100"},
                                                                                     {"resolutions", "-1x100"},
                                                                                     {"audio_required", "maybe"},
                                                                                     {"min_audio_channels", "-2"},
                                                                                     {"audio_sample_rate", "48k"},
                                                                                     {"codecs", "\xFF"}}) {
    INFO(field << " " << value);
    const auto status = qc::setField(spec, field, value);
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Errc::usage);
    CHECK(spec == before);
  }
  CHECK(qc::specFromJson(nlohmann::json::array()).error().code == Errc::corrupt);
  CHECK(qc::specFromJson({{"frame_rate", "x"}}).error().code == Errc::corrupt);
}
