// SPDX-License-Identifier: Apache-2.0
#include "core/camera/readers/mxf.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/path.h"
#include "core/camera/readers/acquisition.h"
#include "core/camera/readers/klv.h"
#include "core/camera/readers/mxf_arri.h"
#include "core/camera/readers/mxf_metadata.h"

namespace rollproof::camera {
namespace {

constexpr From kMxf{Rank::file, "mxf"};
constexpr From kAcquisition{Rank::file, "rtmd"};
constexpr std::string_view kPictureTrack("\x01\x03\x02\x02\x01", 5), kTimecodeTrack("\x01\x03\x02\x01", 4);
constexpr std::string_view kEssence("\x01\x02\x01\x01\x0D\x01\x03\x01", 8);
constexpr std::string_view kIndexSegment("\x0D\x01\x02\x01\x01\x10", 6);
constexpr int kMostPackages = 8;    // material, file, and what was on the tapes before
constexpr int kMostElements = 256;  // looked at between the header and the end of the first frame
constexpr std::uint64_t kMostAncillary = 256u << 10, kMostIndex = 256u << 10;
constexpr int kSeparateFields = 1;

// One package on the way from the clip back to where it came from, and where the clip's first frame lies in it.
struct Place {
  const MxfSet* package = nullptr;
  std::int64_t offset = 0;
};

Rational rationalOf(std::string_view value) {
  return {static_cast<std::int32_t>(be32(value, 0)), static_cast<std::int32_t>(be32(value, 4))};
}

// The clock of a timecode is its base, slowed as the pictures are.
FrameRate timecodeRate(std::int64_t base, const Rational& editRate) {
  if (base <= 0 || base > 1000) return {};
  return editRate.den == 1001 ? FrameRate{static_cast<std::int32_t>(base) * 1000, 1001}
                              : FrameRate{static_cast<std::int32_t>(base), 1};
}

std::string labelHex(std::string_view label) { return hexUnlessZero(label); }

class Describer {
 public:
  Describer(Record& record, Content& content, const MxfMetadata& metadata)
      : m_record(record), m_content(content), m_metadata(metadata) {}

  void say() {
    findPlaces();
    for (const MxfSet* one : m_metadata.ofKind(MxfKind::identification)) sayWriter(*one);
    sayPackages();
    sayTimecodes();
    for (const MxfSet* descriptor : descriptors()) sayDescriptor(*descriptor);
    if (m_channels > 0) m_record.whole("audio.channels", kMxf, fmt::format("{}", m_channels), m_channels);
    describeArriSets(m_record, m_metadata);
    lookAtFirstFrame();
    sayDuration();
  }

 private:
  // --- packages
  [[nodiscard]] std::vector<const MxfSet*> tracks(const MxfSet& package) const {
    return m_metadata.referred(package, 0x4403);
  }
  // What a track plays, in order: its one component, or those of its sequence.
  [[nodiscard]] std::vector<const MxfSet*> components(const MxfSet& track) const {
    const auto segment = m_metadata.referred(track, 0x4803);
    if (segment.empty()) return {};
    return segment[0]->kind() == MxfKind::sequence ? m_metadata.referred(*segment[0], 0x1001) : segment;
  }
  [[nodiscard]] const MxfSet* segmentOf(const MxfSet& track) const {
    const auto segment = m_metadata.referred(track, 0x4803);
    return segment.empty() ? nullptr : segment[0];
  }
  [[nodiscard]] const MxfSet* trackOf(const MxfSet& package, std::string_view what) const {
    for (const MxfSet* track : tracks(package)) {
      const MxfSet* segment = segmentOf(*track);
      if (segment && part(segment->item(0x0201), 8, what.size()) == what) return track;
    }
    return nullptr;
  }

  void findPlaces() {
    const auto materials = m_metadata.ofKind(MxfKind::materialPackage);
    const auto sources = m_metadata.ofKind(MxfKind::sourcePackage);
    const MxfSet* package = !materials.empty() ? materials[0] : !sources.empty() ? sources[0] : nullptr;
    std::int64_t offset = 0;
    while (package && m_places.size() < kMostPackages) {
      if (std::any_of(m_places.begin(), m_places.end(), [&](const Place& one) { return one.package == package; }))
        return;
      m_places.push_back({package, offset});
      const MxfSet* next = nullptr;
      // Pictures lead the way; a file of sound alone has its own.
      const MxfSet* track = trackOf(*package, kPictureTrack);
      std::vector<const MxfSet*> ways = track ? std::vector{track} : tracks(*package);
      for (const MxfSet* way : ways) {
        for (const MxfSet* clip : components(*way)) {
          if (next || clip->kind() != MxfKind::sourceClip) continue;
          next = m_metadata.package(clip->item(0x1101));
          if (next) offset += std::clamp<std::int64_t>(clip->whole(0x1201).value_or(0), 0, std::int64_t{1} << 40);
        }
      }
      package = next;
    }
    // A tape that nothing refers to any more still names the reel.
    for (const MxfSet* source : sources) {
      if (std::none_of(m_places.begin(), m_places.end(), [&](const Place& one) { return one.package == source; }) &&
          isTape(*source))
        m_loneTape = source;
    }
  }

  [[nodiscard]] const MxfSet* descriptorOf(const MxfSet& package) const {
    const auto found = m_metadata.referred(package, 0x4701);
    return found.empty() ? nullptr : found[0];
  }
  [[nodiscard]] bool isTape(const MxfSet& package) const {
    const MxfSet* descriptor = descriptorOf(package);
    return descriptor && descriptor->kind() == MxfKind::tape;
  }

  void keep(const std::string& key, const std::string& value) {
    if (!value.empty()) m_record.clip.raw.emplace("mxf." + key, value);
  }

  // An identification set names whoever wrote the file; only a camera maker there names a camera.
  void sayWriter(const MxfSet& set) {
    const std::string company = set.text(0x3C01), product = set.text(0x3C02), version = set.text(0x3C04);
    keep("company", company);
    keep("product", product);
    keep("version", version);
    keep("platform", set.text(0x3C08));
    const std::string lower = path::lowerAscii(company);
    for (const char* maker : {"arri", "sony", "canon", "panasonic", "red digital"}) {
      if (lower.find(maker) == std::string::npos) continue;
      m_record.text("camera.make", kMxf, company);
      m_record.text("camera.model", kMxf, product);
      m_record.text("camera.firmware", kMxf, version);
      return;
    }
  }

  void sayPackages() {
    for (std::size_t i = 0; i < m_places.size(); ++i) {
      const MxfSet& package = *m_places[i].package;
      const std::string umid = hexUnlessZero(package.item(0x4401)), name = package.text(0x4402);
      if (package.kind() == MxfKind::materialPackage) {
        m_record.text("umid", kMxf, umid);
        keep("material_package_name", name);
      } else if (isTape(package)) {
        m_record.text("reel", kMxf, name);
      } else {
        keep("source_package_umid", umid);
        keep("source_package_name", name);
        sayMade(package.item(0x4405));
      }
      for (const MxfSet* comment : m_metadata.referred(package, 0x4406)) sayComment(*comment);
    }
    if (m_loneTape) m_record.text("reel", kMxf, m_loneTape->text(0x4402));
  }

  void sayMade(std::string_view when) {
    const int year = be16(when, 0), month = u8(when, 2), day = u8(when, 3);
    if (year < 1990 || month < 1 || month > 12 || day < 1 || day > 31) return;
    const std::string moment = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", year, month, day, u8(when, 4) % 24,
                                           u8(when, 5) % 60, u8(when, 6) % 60);
    m_record.text("recorded_at", {Rank::tag, "mxf"}, moment);
  }

  // A user comment: its value is wrapped in what type it has, which is text wherever people wrote it.
  void sayComment(const MxfSet& set) {
    const std::string name = set.text(0x5001);
    const std::string_view value = set.item(0x5003);
    if (name.empty() || value.size() < 19 || m_comments++ > 256) return;
    keep("comment." + name.substr(0, 64), utf16be(value.substr(17)));
  }

  // --- time
  struct Clock {
    Timecode start;
    bool jumps = false;
    Timecode before, after;  // where it does
  };
  [[nodiscard]] std::optional<Clock> clockOf(const Place& place) const {
    const MxfSet* track = trackOf(*place.package, kTimecodeTrack);
    if (!track) return std::nullopt;
    const Rational edit = rationalOf(track->item(0x4B01));
    std::optional<Clock> clock;
    std::int64_t next = 0;
    for (const MxfSet* component : components(*track)) {
      if (component->kind() != MxfKind::timecode) continue;
      const auto start = component->whole(0x1501), base = component->whole(0x1502);
      if (!start || !base || *start < 0 || *start > (std::int64_t{1} << 40)) continue;
      const FrameRate rate = timecodeRate(*base, edit);
      if (!rate.valid()) continue;
      const bool drop = component->whole(0x1503).value_or(0) != 0 && rate.den == 1001 && *base % 30 == 0;
      const std::int64_t length = component->whole(0x0202).value_or(-1);
      if (!clock) {
        // Where the pictures run at twice the clock's rate, two of them have one number.
        const std::int64_t perNumber =
            edit.den > 0 ? std::max<std::int64_t>(1, (edit.num + edit.den * *base / 2) / (edit.den * *base)) : 1;
        const std::int64_t origin = std::clamp<std::int64_t>(track->whole(0x4B02).value_or(0), 0, 1 << 20);
        clock = Clock{{*start + (place.offset + origin) / perNumber, rate, drop}, false, {}, {}};
      } else if (next >= 0 && *start != next && !clock->jumps) {
        clock->jumps = true;
        clock->before = {next - 1, rate, drop};
        clock->after = {*start, rate, drop};
      }
      next = length > 0 ? *start + length : -1;
    }
    return clock;
  }

  // The material package's clock, unless it stands at zero and a source's does not.
  void sayTimecodes() {
    std::vector<std::pair<const char*, Clock>> clocks;
    for (const Place& place : m_places) {
      if (const auto clock = clockOf(place)) {
        const bool material = place.package->kind() == MxfKind::materialPackage;
        clocks.emplace_back(material ? "mxf" : isTape(*place.package) ? "mxf_tape" : "mxf_source", *clock);
      }
    }
    std::stable_sort(clocks.begin(), clocks.end(), [](const auto& a, const auto& b) {
      return (a.second.start.frames != 0) > (b.second.start.frames != 0);
    });
    for (const auto& [source, clock] : clocks)
      m_record.start({Rank::file, source}, clock.start.text(), "mxf", clock.start);
    if (!clocks.empty() && clocks[0].second.jumps) {
      const Clock& clock = clocks[0].second;
      m_record.warn("timecode_jump", fmt::format("The timecode jumps from {} to {} within the recording.",
                                                 clock.before.text(), clock.after.text()));
    }
  }

  [[nodiscard]] std::string fileName() const { return path::display(path::fileName(m_record.clip.files.front().path)); }

  void sayDuration() {
    for (const Place& place : m_places) {
      const MxfSet* track = trackOf(*place.package, kPictureTrack);
      if (!track) continue;
      if (place.package->kind() == MxfKind::materialPackage) {
        const Rational edit = rationalOf(track->item(0x4B01));
        if (const FrameRate rate =
                edit.num > 0 && edit.den > 0 ? FrameRate::fromRational(edit.num, edit.den) : FrameRate{};
            rate.valid())
          m_record.frameRate(kMxf, fmt::format("{}/{}", edit.num, edit.den), rate);
      }
      const MxfSet* segment = segmentOf(*track);
      const std::int64_t length = segment ? segment->whole(0x0202).value_or(-1) : -1;
      if (isTape(*place.package) || length <= 0) continue;
      m_duration = true;
      m_record.whole("duration_frames", kMxf, fmt::format("{}", length), length);
      break;
    }
    const bool never = !m_places.empty() && !m_duration && m_hasPicture;
    if (never && m_indexed > 0)
      m_record.whole("duration_frames", {Rank::tag, "mxf_index"}, fmt::format("{}", m_indexed), m_indexed);
    if (m_metadata.open() || never)
      m_record.warn("unfinished", fmt::format("{} was never closed by the camera.", fileName()));
  }

  // --- what is in it
  [[nodiscard]] std::vector<const MxfSet*> descriptors() const {
    for (const Place& place : m_places) {
      const MxfSet* one = descriptorOf(*place.package);
      if (!one || one->kind() == MxfKind::tape) continue;
      if (one->kind() == MxfKind::multiple) return m_metadata.referred(*one, 0x3F01);
      return {one};
    }
    return {};
  }

  void sayDescriptor(const MxfSet& set) {
    switch (set.kind().value_or(MxfKind::preface)) {
      case MxfKind::genericPicture:
      case MxfKind::cdciPicture:
      case MxfKind::rgbaPicture:
      case MxfKind::mpegPicture:
        return sayPicture(set);
      case MxfKind::genericSound:
      case MxfKind::waveSound:
      case MxfKind::aes3Sound:
        return saySound(set);
      default:
        return;
    }
  }

  void whole(const char* field, std::int64_t value, std::int64_t most) {
    if (value > 0 && value <= most) m_record.whole(field, kMxf, fmt::format("{}", value), value);
  }

  void sayPicture(const MxfSet& set) {
    if (std::exchange(m_hasPicture, true)) return;
    // Each field by itself: what is stored is half as high as the picture.
    const std::int64_t fields = set.whole(0x320C).value_or(0) == kSeparateFields ? 2 : 1;
    whole("picture.width", set.whole(0x3203).value_or(0), 65'536);
    whole("picture.height", set.whole(0x3202).value_or(0) * fields, 65'536);
    for (const auto& [key, tag] : {std::pair{"display_width", 0x3209}, {"display_height", 0x3208}, {"layout", 0x320C}})
      if (const auto value = set.whole(static_cast<std::uint16_t>(tag))) keep(key, fmt::format("{}", *value));
    const std::string_view coding = set.item(0x3201), container = set.item(0x3004);
    keep("picture_coding", labelHex(coding));
    keep("essence_container", labelHex(container));
    keep("transfer", labelHex(set.item(0x3210)));
    keep("primaries", labelHex(set.item(0x3219)));
    sayCaptureGamma(m_record, kMxf, set.item(0x3210));
    const bool raw = sayArriRaw(coding, container);
    sayComponents(set, raw);
  }

  bool sayArriRaw(std::string_view coding, std::string_view container) {
    const std::string_view code = part(coding, 8, 8), held = part(container, 8, 7);
    const bool plain = code == std::string_view("\x04\x01\x02\x01\x02\x01\x01\x03", 8) ||
                       held == std::string_view("\x0D\x01\x03\x01\x02\x22\x01", 7);
    const bool dense = code == std::string_view("\x04\x01\x02\x01\x02\x01\x02\x02", 8) ||
                       held == std::string_view("\x0D\x01\x03\x01\x02\x22\x02", 7);
    if (!plain && !dense) return false;
    m_record.text("picture.codec", kMxf, labelHex(coding), "arriraw");
    m_record.text("picture.codec_tag", kMxf, labelHex(coding), dense ? "HDE" : "ARRI");
    return true;
  }

  void sayComponents(const MxfSet& set, bool raw) {
    whole("picture.bit_depth", set.whole(0x3301).value_or(0), 32);
    // Pairs of a letter and its depth; the first that is a colour tells.
    const std::string_view layout = set.item(0x3401);
    for (std::size_t i = 0; i + 1 < layout.size() && layout[i] != '\0'; i += 2) {
      if (std::string_view("RGBrgb").find(layout[i]) == std::string_view::npos) continue;
      whole("picture.bit_depth", u8(layout, i + 1), 32);
      break;
    }
    const auto across = set.whole(0x3302), down = set.whole(0x3308);
    if (raw || !across) return;
    const std::int64_t low = down.value_or(1);
    const char* chroma = *across == 1 && low == 1   ? "4:4:4"
                         : *across == 2 && low == 1 ? "4:2:2"
                         : *across == 2 && low == 2 ? "4:2:0"
                         : *across == 4 && low == 1 ? "4:1:1"
                                                    : "";
    m_record.text("picture.chroma", kMxf, fmt::format("{}x{}", *across, low), chroma);
  }

  void saySound(const MxfSet& set) {
    const std::int64_t channels = set.whole(0x3D07).value_or(0);
    if (channels > 0 && channels <= 256) m_channels += channels;
    const Rational rate = rationalOf(set.item(0x3D03));
    if (rate.num > 0 && rate.den > 0) whole("audio.sample_rate", rate.num / rate.den, 1'000'000);
    whole("audio.bit_depth", set.whole(0x3D01).value_or(0), 64);
  }

  // --- essence
  void lookAtFirstFrame() {
    std::uint64_t at = m_metadata.bodyOffset(), essence = 0;
    std::int64_t unitBytes = 0;
    for (int i = 0; at > 0 && i < kMostElements && at < m_content.size(); ++i) {
      const auto element = klvAt(m_content, at);
      if (!element) break;
      const std::string_view label = element->key;
      if (part(label, 8, 6) == kIndexSegment) {
        const std::string index = m_content.read(element->begin, std::min(element->end - element->begin, kMostIndex));
        forEachItem(index, [&](std::uint16_t tag, std::string_view value) {
          if (tag == 0x3F05 && value.size() == 4) unitBytes = be32(value, 0);
        });
      } else if (part(label, 4, 8) == kEssence) {
        if (essence == 0) essence = at;
        // Data element, of vertical ancillary packets.
        if (u8(label, 12) == 0x17 && u8(label, 14) == 0x02) {
          sayAncillary(m_content.read(element->begin, std::min(element->end - element->begin, kMostAncillary)));
          break;
        }
      }
      at = element->end;
    }
    if (unitBytes > 0 && essence > 0 && m_content.size() > essence)
      m_indexed = static_cast<std::int64_t>((m_content.size() - essence) / static_cast<std::uint64_t>(unitBytes));
  }

  // ST 436: a count, then each packet's line, coding and samples. RDD 18 spreads its sets over packets of up to 255
  // bytes, each with one byte of its own before.
  void sayAncillary(std::string_view data) {
    std::string sets;
    std::size_t at = 2;
    for (int left = be16(data, 0); left > 0 && at + 14 <= data.size(); --left) {
      const std::size_t length = be32(data, at + 6);
      const std::size_t step = std::max<std::size_t>(1, be32(data, at + 10));
      const std::string_view packet = part(data, at + 14, std::min<std::size_t>(length, data.size()));
      if (u8(packet, 0) == 0x43 && u8(packet, 1) == 0x05 && step == 1) {
        const std::string_view words = part(packet, 3, u8(packet, 2));
        if (!words.empty()) sets += words.substr(1);
      }
      at += 14 + packet.size();
    }
    if (!sets.empty()) describeAcquisition(m_record, sets, kAcquisition);
  }

  Record& m_record;
  Content& m_content;
  const MxfMetadata& m_metadata;
  std::vector<Place> m_places;
  const MxfSet* m_loneTape = nullptr;
  std::int64_t m_channels = 0, m_indexed = 0;
  int m_comments = 0;
  bool m_hasPicture = false, m_duration = false;
};

}  // namespace

void describeMxf(Record& record, Content& content) {
  const MxfMetadata metadata = MxfMetadata::read(content);
  Describer(record, content, metadata).say();
}

}  // namespace rollproof::camera
