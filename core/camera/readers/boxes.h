// SPDX-License-Identifier: Apache-2.0
// A movie file's boxes (ISO-BMFF and QuickTime): tracks, metadata keys, user data, XML, without its media. The only box
// walker in the tree. Only the known paths are entered, so nothing nests deeper than they do, and tables are read as
// far as the first sample: an index at the end of a 2 TB file costs kilobytes. Private to this folder. Threads: one
// Content belongs to one thread. Errors: Errc::corrupt if the file does not begin with boxes. A damaged box ends the
// reading of its siblings and what
//         was found stays.
// Source: ISO/IEC 14496-12; QuickTime File Format, "Metadata Item Keys Atom", "Well-known types", "Timecode Sample
//         Description".
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/timecode.h"
#include "core/camera/readers/content.h"

namespace rollproof::camera {

struct Box {
  std::string type;                  // four characters
  std::uint64_t begin = 0, end = 0;  // of its content in the file
  bool cut = false;                  // says it is longer than what holds it; `end` is where that ends
};

// The boxes between begin and end, one after the other, until `visit` gives false. At most 16384, which is more than
// the fragments of a day-long recording.
void forEachBox(Content& content, std::uint64_t begin, std::uint64_t end, const std::function<bool(const Box&)>& visit);
// The same over memory; stops at the first that does not fit.
void forEachBox(std::string_view bytes,
                const std::function<void(std::string_view type, std::string_view inner)>& visit);
// Content of the first box of that type in memory; "" if there is none.
[[nodiscard]] std::string_view boxNamed(std::string_view bytes, std::string_view type);

struct Track {
  std::uint32_t id = 0;
  std::string handler;  // "vide", "soun", "tmcd", "meta"
  std::string handlerName;
  std::string sampleEntryType;  // "apch", "brhq", "rtmd": of the first sample description
  std::string sampleEntry;      // its content, at most 64 KiB
  std::uint32_t timescale = 0;
  std::uint64_t duration = 0;  // in timescale units
  std::uint64_t sampleCount = 0;
  std::uint32_t sampleTicks = 0;  // how long most samples last, in timescale units
  std::optional<std::uint64_t> firstSampleOffset;
  std::uint64_t firstSampleBytes = 0;
  std::vector<std::uint32_t> timecodeTracks;  // track ids, as linked
  int width = 0, height = 0;                  // pixels of the sample description; 0 unless it is a picture
};

struct Movie {
  std::string majorBrand;  // "" for files of before brands existed, which cameras still write
  std::vector<std::string> compatibleBrands;
  bool indexed = false;       // has a moov
  bool cut = false;           // a box says that the file once was longer, or was meant to be
  std::uint64_t created = 0;  // seconds since 1904; UTC by the standard, local time by many cameras' habit
  std::vector<Track> tracks;
  // Keys as written -> their value in words, whatever its type: numbers in the shortest form, points and rectangles
  // with blanks between. Pictures and other binary values are left out.
  std::map<std::string, std::string> keys;
  std::map<std::string, std::string> userData;  // four characters -> bytes
  std::string metaXml;                          // of a `meta` with an `xml ` box
  std::map<std::string, std::string> uuids;     // 32 hex digits -> bytes

  [[nodiscard]] const Track* first(std::string_view handler) const;  // nullptr if there is none
  [[nodiscard]] const Track* withEntry(std::string_view sampleEntryType) const;
  [[nodiscard]] bool hasBrand(std::string_view brand) const;
  // The key's value whatever its case; "".
  [[nodiscard]] std::string key(std::string_view lowerName) const;
  // A user data item as text: international text ("©mod"), 3GPP text or plain characters; "".
  [[nodiscard]] std::string userText(const std::string& type) const;
};

// Told by the first box: brands, media, an index or padding.
[[nodiscard]] bool isMovie(std::string_view head);
[[nodiscard]] Result<Movie> readMovie(Content& content);
// At most maxBytes of the track's first sample.
[[nodiscard]] std::string firstSample(Content& content, const Track& track, std::uint64_t maxBytes);

struct TimecodeTrack {
  Timecode start;
  std::string reel;      // of its source reference; ""
  std::int64_t raw = 0;  // frame number as stored
};
// Where the picture starts: the first timecode track that it is linked to, else the first there is. The rate is the
// track's timescale over its frame duration; its own "number of frames" is not to be believed (a GoPro HERO5 writes 29
// for 90000/3003).
[[nodiscard]] std::optional<TimecodeTrack> readTimecode(Content& content, const Movie& movie);

}  // namespace rollproof::camera
