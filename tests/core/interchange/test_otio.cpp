// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>

#include "core/interchange/otio.h"

using namespace rollproof;
using namespace rollproof::interchange;

namespace {

const std::string kTimeline = R"({
  "OTIO_SCHEMA": "Timeline.1", "name": "day 1", "metadata": {"show": {"limit": Infinity, "odd": NaN, "text": "NaN"}},
  "global_start_time": {"OTIO_SCHEMA": "RationalTime.1", "rate": 24.0, "value": 86400.0},
  "tracks": {"OTIO_SCHEMA": "Stack.1", "name": "tracks", "metadata": {}, "source_range": null, "effects": [], "markers": [],
    "children": [
      {"OTIO_SCHEMA": "Track.1", "name": "V1", "kind": "Video", "metadata": {}, "source_range": null, "effects": [],
       "markers": [], "children": [
         {"OTIO_SCHEMA": "Clip.1", "name": "old", "metadata": {"cdl": {"asc_sat": 0.9}},
          "source_range": {"OTIO_SCHEMA": "TimeRange.1",
            "start_time": {"OTIO_SCHEMA": "RationalTime.1", "value": 10, "rate": 23.976023976023978},
            "duration": {"OTIO_SCHEMA": "RationalTime.1", "value": 5, "rate": 23.976023976023978}},
          "effects": [{"OTIO_SCHEMA": "LinearTimeWarp.1", "time_scalar": 2.0}],
          "markers": [{"OTIO_SCHEMA": "Marker.3", "name": "m", "color": "RED", "comment": "kept",
            "marked_range": {"OTIO_SCHEMA": "TimeRange.1",
              "start_time": {"OTIO_SCHEMA": "RationalTime.1", "value": 1, "rate": 24},
              "duration": {"OTIO_SCHEMA": "RationalTime.1", "value": 0, "rate": 24}}}],
          "media_reference": {"OTIO_SCHEMA": "ExternalReference.1", "name": null, "target_url": "file:///a%20b.mov",
            "available_range": null, "metadata": {}, "available_image_bounds": null}},
         {"OTIO_SCHEMA": "Transition.1", "name": "", "transition_type": "SMPTE_Dissolve", "metadata": {},
          "in_offset": {"OTIO_SCHEMA": "RationalTime.1", "value": 5, "rate": 24},
          "out_offset": {"OTIO_SCHEMA": "RationalTime.1", "value": 4, "rate": 24}},
         {"OTIO_SCHEMA": "Gap.1", "name": "", "enabled": false, "vendor_field": [1, {"a": null}]},
         {"OTIO_SCHEMA": "Clip.2", "name": "\u591c", "media_references": {
            "DEFAULT_MEDIA": {"OTIO_SCHEMA": "MissingReference.1", "metadata": {}},
            "hires": {"OTIO_SCHEMA": "ImageSequenceReference.1", "target_url_base": "file:///x/", "name_prefix": "A.",
              "name_suffix": ".exr", "start_frame": 1001, "frame_step": 1, "rate": 24, "frame_zero_padding": 7,
              "missing_frame_policy": "hold"},
            "odd": {"OTIO_SCHEMA": "GeneratorReference.1", "generator_kind": "bars"}},
          "active_media_reference_key": "hires"},
         {"OTIO_SCHEMA": "Weird.4", "anything": [true]}
       ]}
    ]}
})";

}  // namespace

TEST_CASE("a timeline is read with its clips of both schemas and what else stands in it") {
  const auto root = parseOtio(kTimeline);
  REQUIRE(root.has_value());
  CHECK(root->kind == OtioItem::Kind::timeline);
  CHECK(root->globalStart->value == 86400);
  const auto clips = otioClips(*root);
  REQUIRE(clips.size() == 2);
  const OtioItem& old = *clips[0];
  CHECK(old.name == "old");
  CHECK(old.range->start.value == 10);
  CHECK(old.range->duration.rate == otioRate({24000, 1001}));
  CHECK(old.metadata["cdl"]["asc_sat"] == 0.9);
  REQUIRE(old.activeReference() != nullptr);
  CHECK(old.activeReference()->url == "file:///a%20b.mov");
  REQUIRE(old.markers.size() == 1);
  CHECK(old.markers[0].colour == "RED");
  CHECK(old.effects.size() == 1);
  const OtioItem& night = *clips[1];
  CHECK(night.name == "\xE5\xA4\x9C");
  REQUIRE(night.media.size() == 3);
  CHECK(night.activeReference()->kind == OtioMedia::Kind::sequence);
  CHECK(night.activeReference()->firstFrame == 1001);
  CHECK(night.activeReference()->padding == 7);
  const OtioItem& track = root->children[0].children[0];
  REQUIRE(track.children.size() == 5);
  CHECK(track.children[1].inOffset.value == 5);
  CHECK_FALSE(track.children[2].enabled);
  CHECK(track.children[4].kind == OtioItem::Kind::other);
}

TEST_CASE("OTIO that is read and written loses nothing and is written again as the same bytes") {
  const auto root = *parseOtio(kTimeline);
  const std::string text = formatOtio(root);
  for (const char* kept : {"\"limit\": Infinity", "\"odd\": NaN", "\"text\": \"NaN\"", "\"comment\": \"kept\"",
                           "vendor_field", "GeneratorReference.1", "LinearTimeWarp.1", "Weird.4",
                           "available_image_bounds", "\"hold\"", "Marker.2", "Clip.2", "\xE5\xA4\x9C"}) {
    INFO(kept);
    CHECK(text.find(kept) != std::string::npos);
  }
  CHECK(text.find("Clip.1") == std::string::npos);
  const auto back = parseOtio(text);
  REQUIRE(back.has_value());
  CHECK(formatOtio(*back) == text);
  CHECK(*back == root);
}

TEST_CASE("times that are no numbers stay what they are") {
  const auto root = parseOtio(
      R"({"OTIO_SCHEMA":"Timeline.1","global_start_time":{"OTIO_SCHEMA":"RationalTime.1","value":-Infinity,"rate":NaN}})");
  REQUIRE(root.has_value());
  CHECK(std::isinf(root->globalStart->value));
  CHECK(std::isnan(root->globalStart->rate));
  CHECK(formatOtio(*root).find("\"value\": -Infinity") != std::string::npos);
}

TEST_CASE("a bin is a collection and what is no OTIO is refused") {
  const auto bin =
      parseOtio(R"({"OTIO_SCHEMA":"SerializableCollection.1","name":"bin","children":[{"OTIO_SCHEMA":"Clip.2"}]})");
  REQUIRE(bin.has_value());
  CHECK(otioClips(*bin).size() == 1);
  CHECK(*parseOtio(formatOtio(*bin)) == *bin);
  for (const char* text :
       {"", "{}", "[]", "1", "{\"OTIO_SCHEMA\":\"Weird.1\"}", "{\"OTIO_SCHEMA\":3}", "{\"OTIO_SCHEMA\":\"Clip.2\""}) {
    INFO(text);
    CHECK(parseOtio(text).error().code == Errc::corrupt);
  }
  CHECK(parseOtio(std::string(100000, '[')).error().message.find("nested") != std::string::npos);
  // Fields of the wrong kind are kept as they are.
  const auto odd = parseOtio(R"({"OTIO_SCHEMA":"Timeline.1","name":7,"tracks":"x","global_start_time":[1]})");
  REQUIRE(odd.has_value());
  CHECK(odd->children.empty());
  CHECK(formatOtio(*odd).find("\"name\": 7") != std::string::npos);
}
