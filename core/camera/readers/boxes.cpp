// SPDX-License-Identifier: Apache-2.0
#include "core/camera/readers/boxes.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/path.h"
#include "core/camera/readers/metadata_value.h"
#include "core/camera/record.h"

namespace rollproof::camera {
namespace {

constexpr int kMaxBoxes = 16384;
constexpr std::size_t kMaxTracks = 64;
constexpr std::size_t kMaxItems = 4096;  // keys, user data, uuids
constexpr std::uint64_t kMaxValueBytes = 64u << 10;
constexpr std::uint64_t kMaxNamesBytes = 256u << 10;
constexpr std::uint64_t kMaxUuidBytes = 1u << 20;
constexpr std::uint64_t kMaxXmlBoxBytes = 1u << 20;
constexpr std::uint64_t kMaxTableBytes = 64u << 10;

std::uint64_t bytesOf(const Box& box) { return box.end - box.begin; }
std::string readBox(Content& content, const Box& box, std::uint64_t most) {
  return content.read(box.begin, std::min(bytesOf(box), most));
}

// ---- tracks -------------------------------------------------------------------------------------------------------

void readSampleDescription(Content& content, const Box& box, Track& track) {
  constexpr std::uint64_t kTableHead = 8;  // version, flags, number of entries
  forEachBox(content, box.begin + kTableHead, box.end, [&](const Box& entry) {
    track.sampleEntryType = entry.type;
    track.sampleEntry = readBox(content, entry, kMaxValueBytes);
    return false;
  });
  if (track.sampleEntry.size() >= 28) {
    track.width = be16(track.sampleEntry, 24);
    track.height = be16(track.sampleEntry, 26);
  }
}

void readDurations(const std::string& table, Track& track) {
  std::uint64_t longest = 0;
  const std::uint32_t entries = be32(table, 4);
  for (std::size_t at = 8, i = 0; i < entries && at + 8 <= table.size(); at += 8, ++i) {
    if (be32(table, at) <= longest) continue;
    longest = be32(table, at);
    track.sampleTicks = be32(table, at + 4);
  }
}

void readSampleTable(Content& content, const Box& table, Track& track) {
  forEachBox(content, table.begin, table.end, [&](const Box& box) {
    if (box.type == "stsd") {
      readSampleDescription(content, box, track);
    } else if (box.type == "stts") {
      readDurations(readBox(content, box, kMaxTableBytes), track);
    } else if (box.type == "stsz" || box.type == "stz2") {
      const std::string head = readBox(content, box, 16);
      const std::uint32_t common = be32(head, 4);
      track.sampleCount = be32(head, 8);
      if (box.type == "stz2") {
        const int bits = u8(head, 7);
        track.firstSampleBytes = bits == 16 ? be16(head, 12) : bits == 8 ? u8(head, 12) : u8(head, 12) >> 4;
      } else {
        track.firstSampleBytes = common != 0 ? common : be32(head, 12);
      }
    } else if (box.type == "stco" || box.type == "co64") {
      const std::string head = readBox(content, box, 16);
      if (be32(head, 4) > 0) track.firstSampleOffset = box.type == "stco" ? be32(head, 8) : be64(head, 8);
    }
    return true;
  });
}

void readMedia(Content& content, const Box& media, Track& track) {
  forEachBox(content, media.begin, media.end, [&](const Box& box) {
    if (box.type == "mdhd") {
      const std::string head = readBox(content, box, 36);
      const bool wide = u8(head, 0) == 1;
      track.timescale = be32(head, wide ? 20 : 12);
      track.duration = wide ? be64(head, 24) : be32(head, 16);
    } else if (box.type == "hdlr") {
      const std::string head = readBox(content, box, 24 + 256);
      track.handler = head.substr(std::min<std::size_t>(8, head.size()), 4);
      // QuickTime counts the name's characters in its first byte.
      track.handlerName = fixedText(head, u8(head, 24) < 0x20 ? 25 : 24, 255);
    } else if (box.type == "minf") {
      forEachBox(content, box.begin, box.end, [&](const Box& inner) {
        if (inner.type == "stbl") readSampleTable(content, inner, track);
        return true;
      });
    }
    return true;
  });
}

// ---- metadata -----------------------------------------------------------------------------------------------------

void readKeyNames(const std::string& bytes, std::vector<std::string>& names) {
  forEachBox(part(bytes, 8, bytes.size()), [&](std::string_view, std::string_view name) {
    if (names.size() < kMaxItems) names.emplace_back(name.substr(0, 1024));
  });
}

// Entries are numbered (keys of the `keys` box) or, in iTunes' form, called by four characters.
void readItem(Content& content, const Box& item, const std::vector<std::string>& names, Movie& movie) {
  if (bytesOf(item) > kMaxValueBytes) return;
  const std::uint32_t number = be32(item.type, 0);
  const bool numbered = number >= 1 && number <= names.size();
  if (!numbered && !names.empty()) return;
  const std::string inside = readBox(content, item, kMaxValueBytes);
  const std::string_view data = boxNamed(inside, "data");
  if (data.size() < 8) return;
  const auto text = metadataText(be32(data, 0) & 0xffffff, data.substr(8));
  if (!text || movie.keys.size() >= kMaxItems) return;
  if (numbered) {
    movie.keys.emplace(names[number - 1], *text);
  } else {
    movie.userData.emplace(item.type, *text);
  }
}

void readMeta(Content& content, const Box& meta, Movie& movie) {
  // A meta box begins with version and flags in MP4, and does not in QuickTime; a first box of size 0 there is not.
  const std::string head = content.read(meta.begin, 4);
  const std::uint64_t begin = meta.begin + (head.size() == 4 && be32(head, 0) == 0 ? 4u : 0u);
  std::vector<std::string> names;
  std::vector<Box> lists;
  forEachBox(content, begin, meta.end, [&](const Box& box) {
    if (box.type == "keys") readKeyNames(readBox(content, box, kMaxNamesBytes), names);
    if (box.type == "ilst") lists.push_back(box);
    if (box.type == "xml " && movie.metaXml.empty()) {
      const std::string bytes = readBox(content, box, kMaxXmlBoxBytes);
      movie.metaXml = bytes.substr(std::min<std::size_t>(4, bytes.size()));  // behind version and flags
      while (!movie.metaXml.empty() && movie.metaXml.back() == '\0') movie.metaXml.pop_back();
    }
    return lists.size() < kMaxTracks;
  });
  for (const Box& list : lists) {
    forEachBox(content, list.begin, list.end, [&](const Box& item) {
      readItem(content, item, names, movie);
      return true;
    });
  }
}

void readUuid(Content& content, const Box& box, Movie& movie) {
  if (bytesOf(box) < 16 || bytesOf(box) > kMaxUuidBytes || movie.uuids.size() >= kMaxTracks) return;
  const std::string bytes = readBox(content, box, kMaxUuidBytes);
  const std::string name = hexUnlessZero(part(bytes, 0, 16));
  if (!name.empty()) movie.uuids.emplace(name, bytes.substr(std::min<std::size_t>(16, bytes.size())));
}

void readUserData(Content& content, const Box& list, Movie& movie, bool nested = false) {
  forEachBox(content, list.begin, list.end, [&](const Box& box) {
    if (box.type == "meta") {
      readMeta(content, box, movie);
    } else if (box.type == "NCDT" && !nested) {
      // Nikon's list holds previews larger than any value; its parts are taken one by one.
      readUserData(content, box, movie, true);
    } else if (bytesOf(box) <= kMaxValueBytes && movie.userData.size() < kMaxItems) {
      movie.userData.emplace(box.type, readBox(content, box, kMaxValueBytes));
    }
    return true;
  });
}

void readTrack(Content& content, const Box& box, Movie& movie) {
  Track track;
  forEachBox(content, box.begin, box.end, [&](const Box& inner) {
    if (inner.type == "tkhd") {
      const std::string head = readBox(content, inner, 24);
      track.id = be32(head, u8(head, 0) == 1 ? 20 : 12);
    } else if (inner.type == "mdia") {
      readMedia(content, inner, track);
    } else if (inner.type == "meta") {
      readMeta(content, inner, movie);
    } else if (inner.type == "tref") {
      forEachBox(content, inner.begin, inner.end, [&](const Box& reference) {
        if (reference.type != "tmcd") return true;
        const std::string ids = readBox(content, reference, 4 * kMaxTracks);
        for (std::size_t at = 0; at + 4 <= ids.size(); at += 4) track.timecodeTracks.push_back(be32(ids, at));
        return true;
      });
    }
    return true;
  });
  if (track.handler != "vide") track.width = track.height = 0;
  movie.tracks.push_back(std::move(track));
}

void readIndex(Content& content, const Box& moov, Movie& movie) {
  movie.indexed = true;
  // The movie's own metadata outranks a track's, which may stand before it.
  std::vector<Box> tracks;
  forEachBox(content, moov.begin, moov.end, [&](const Box& box) {
    if (box.type == "mvhd") {
      const std::string head = readBox(content, box, 12);
      movie.created = u8(head, 0) == 1 ? be64(head, 4) : be32(head, 4);
    }
    if (box.type == "trak" && tracks.size() < kMaxTracks) tracks.push_back(box);
    if (box.type == "meta") readMeta(content, box, movie);
    if (box.type == "udta") readUserData(content, box, movie);
    if (box.type == "uuid") readUuid(content, box, movie);
    return true;
  });
  for (const Box& track : tracks) readTrack(content, track, movie);
}

void readBrands(const std::string& bytes, Movie& movie) {
  movie.majorBrand = bytes.substr(0, 4);
  for (std::size_t at = 8; at + 4 <= bytes.size(); at += 4) movie.compatibleBrands.push_back(bytes.substr(at, 4));
}

bool isTopLevel(std::string_view type) {
  constexpr std::string_view kTypes[] = {"ftyp", "wide", "mdat", "moov", "free", "skip", "pnot"};
  return std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes);
}

bool isDropFrameRate(const FrameRate& rate) { return rate == FrameRate{30000, 1001} || rate == FrameRate{60000, 1001}; }

const Track* timecodeTrack(const Movie& movie) {
  if (const Track* picture = movie.first("vide")) {
    for (const std::uint32_t id : picture->timecodeTracks) {
      for (const Track& track : movie.tracks) {
        if (track.id == id && track.sampleEntryType == "tmcd") return &track;
      }
    }
  }
  return movie.withEntry("tmcd");
}

}  // namespace

void forEachBox(Content& content, std::uint64_t begin, std::uint64_t end,
                const std::function<bool(const Box&)>& visit) {
  end = std::min(end, content.size());
  for (int count = 0; count < kMaxBoxes && begin < end && end - begin >= 8; ++count) {
    const std::string head = content.read(begin, std::min<std::uint64_t>(16, end - begin));
    if (head.size() < 8) return;
    std::uint64_t size = be32(head, 0), header = 8;
    if (size == 1) {
      if (head.size() < 16) return;
      size = be64(head, 8);
      header = 16;
    } else if (size == 0) {
      // To the end of the file, which only the last box of the file may say; elsewhere it closes a list.
      if (end != content.size()) return;
      size = end - begin;
    }
    if (size < header) return;
    Box box;
    box.type = head.substr(4, 4);
    box.begin = begin + header;
    box.cut = size > end - begin;
    box.end = box.cut ? end : begin + size;
    if (!visit(box) || box.cut) return;
    begin = box.end;
  }
}

void forEachBox(std::string_view bytes,
                const std::function<void(std::string_view type, std::string_view inner)>& visit) {
  for (int count = 0; count < kMaxBoxes && bytes.size() >= 8; ++count) {
    const std::uint64_t size = be32(bytes, 0);
    if (size < 8 || size > bytes.size()) return;
    visit(bytes.substr(4, 4), bytes.substr(8, size - 8));
    bytes.remove_prefix(size);
  }
}

std::string_view boxNamed(std::string_view bytes, std::string_view type) {
  std::string_view found;
  forEachBox(bytes, [&](std::string_view name, std::string_view inner) {
    if (found.data() == nullptr && name == type) found = inner;
  });
  return found;
}

const Track* Movie::first(std::string_view handler) const {
  const auto found =
      std::find_if(tracks.begin(), tracks.end(), [handler](const Track& track) { return track.handler == handler; });
  return found == tracks.end() ? nullptr : &*found;
}

const Track* Movie::withEntry(std::string_view type) const {
  const auto found =
      std::find_if(tracks.begin(), tracks.end(), [type](const Track& track) { return track.sampleEntryType == type; });
  return found == tracks.end() ? nullptr : &*found;
}

bool Movie::hasBrand(std::string_view brand) const {
  return majorBrand == brand ||
         std::find(compatibleBrands.begin(), compatibleBrands.end(), brand) != compatibleBrands.end();
}

std::string Movie::key(std::string_view lowerName) const {
  for (const auto& [name, value] : keys) {
    if (path::lowerAscii(name) == lowerName) return value;
  }
  return {};
}

std::string Movie::userText(const std::string& type) const {
  const auto found = userData.find(type);
  if (found == userData.end()) return {};
  const std::string& bytes = found->second;
  // International text: length, language, characters.
  if (bytes.size() > 4 && be16(bytes, 0) > 0 && be16(bytes, 0) + 4u <= bytes.size()) {
    return fixedText(bytes, 4, be16(bytes, 0));
  }
  // 3GPP: version and flags, language, characters.
  if (bytes.size() > 6 && be32(bytes, 0) == 0) return fixedText(bytes, 6, bytes.size());
  return fixedText(bytes, 0, bytes.size());
}

bool isMovie(std::string_view head) {
  const std::string_view type = part(head, 4, 4);
  const std::uint32_t size = be32(head, 0);
  return type == "ftyp" || (isTopLevel(type) && (size <= 1 || size >= 8));
}

Result<Movie> readMovie(Content& content) {
  if (!isMovie(content.head())) return fail(Errc::corrupt, "does not begin as a movie file does", {});
  Movie movie;
  forEachBox(content, 0, content.size(), [&](const Box& box) {
    // Some cameras put a trailer of their own behind the last box, which reads as a box of any size.
    movie.cut = movie.cut || (box.cut && isTopLevel(box.type));
    if (box.type == "ftyp") readBrands(readBox(content, box, 4096), movie);
    if (box.type == "moov") readIndex(content, box, movie);
    if (box.type == "meta") readMeta(content, box, movie);
    if (box.type == "uuid") readUuid(content, box, movie);
    return true;
  });
  return movie;
}

std::string firstSample(Content& content, const Track& track, std::uint64_t maxBytes) {
  if (!track.firstSampleOffset) return {};
  return content.read(*track.firstSampleOffset, std::min(track.firstSampleBytes, maxBytes));
}

std::optional<TimecodeTrack> readTimecode(Content& content, const Movie& movie) {
  const Track* track = timecodeTrack(movie);
  if (!track) return std::nullopt;
  const std::string sample = firstSample(content, *track, 4);
  const std::uint32_t flags = be32(track->sampleEntry, 12);
  const std::uint32_t timescale = be32(track->sampleEntry, 16), frameDuration = be32(track->sampleEntry, 20);
  if (sample.size() < 4 || timescale == 0 || frameDuration == 0) return std::nullopt;
  TimecodeTrack found;
  found.start.rate = FrameRate::fromRational(timescale, frameDuration);
  const int perSecond = found.start.rate.nominal();
  constexpr int kFastest = 1000;
  if (perSecond < 1 || perSecond > kFastest) return std::nullopt;
  constexpr std::uint32_t kDropFrame = 1, kNegative = 4;
  found.raw = be32(sample, 0);
  if ((flags & kNegative) != 0) found.raw = static_cast<std::int32_t>(be32(sample, 0));
  found.start.dropFrame = (flags & kDropFrame) != 0 && isDropFrameRate(found.start.rate);
  found.start.frames = found.raw;
  if (found.raw < 0) {
    // Before midnight.
    const Timecode day = Timecode::fromFields(24, 0, 0, 0, found.start.rate, found.start.dropFrame);
    found.start.frames = day.frames > 0 ? day.frames + found.raw % day.frames : 0;
  }
  const std::string_view name = boxNamed(part(track->sampleEntry, 26, track->sampleEntry.size()), "name");
  found.reel = fixedText(name, 4, be16(name, 0));
  return found;
}

}  // namespace rollproof::camera
