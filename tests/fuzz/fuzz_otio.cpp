// SPDX-License-Identifier: Apache-2.0
// Any bytes at all as OpenTimelineIO JSON.
#include "core/interchange/logs.h"
#include "core/interchange/otio.h"
#include "tests/fuzz/fuzz.h"

namespace rollproof::fuzz {

void one(std::string_view bytes) {
  const auto root = interchange::parseOtio(bytes);
  if (!root) return;
  (void)interchange::readLog(bytes);
  const std::string text = interchange::formatOtio(*root);
  const auto back = interchange::parseOtio(text);
  require(back.has_value(), "an OTIO file that was written cannot be read");
  require(interchange::formatOtio(*back) == text, "an OTIO file is not written twice the same");
}

std::vector<std::string> seeds() {
  const std::string range =
      R"({"OTIO_SCHEMA":"TimeRange.1","start_time":{"OTIO_SCHEMA":"RationalTime.1","value":1,"rate":24},"duration":{"OTIO_SCHEMA":"RationalTime.1","value":Infinity,"rate":24}})";
  return {
      R"({"OTIO_SCHEMA":"Timeline.1","name":"a","metadata":{"x":NaN},"tracks":{"OTIO_SCHEMA":"Stack.1","children":[{"OTIO_SCHEMA":"Track.1","kind":"Video","children":[{"OTIO_SCHEMA":"Clip.1","name":"b","source_range":)" +
          range +
          R"(,"media_reference":{"OTIO_SCHEMA":"ExternalReference.1","target_url":"file:///a%20b.mov"},"markers":[{"OTIO_SCHEMA":"Marker.2","color":"RED","marked_range":)" +
          range +
          R"(}],"metadata":{"cdl":{"asc_sat":0.9,"asc_sop":{"slope":[1,1,1],"offset":[0,0,0],"power":[1,1,1]}},"rollproof":{"take":"3"}}}]}]}})",
      R"({"OTIO_SCHEMA":"SerializableCollection.1","children":[{"OTIO_SCHEMA":"Clip.2","media_references":{"DEFAULT_MEDIA":{"OTIO_SCHEMA":"ImageSequenceReference.1","start_frame":1,"rate":24}}},{"OTIO_SCHEMA":"Gap.1"},{"OTIO_SCHEMA":"Transition.1","in_offset":{"OTIO_SCHEMA":"RationalTime.1","value":1,"rate":24}},{"OTIO_SCHEMA":"W.1"}]})"};
}

std::vector<std::string> pieces() {
  return {"NaN",
          "-Infinity",
          "Infinity",
          "null",
          "\"\xEF\xA3\xBF",
          "1e999",
          "18446744073709551615",
          "[",
          "{",
          "\"name\":",
          "\"OTIO_SCHEMA\":\"Clip.1\"",
          "\"children\":",
          "\\u0000",
          "\\ud800"};
}

}  // namespace rollproof::fuzz
