// SPDX-License-Identifier: Apache-2.0
#include "core/media/op_atom_metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <random>

extern "C" {
#include <libavutil/md5.h>
}

namespace rollproof::media {
namespace {

constexpr std::array<std::uint8_t, 4> kSmpte{0x06, 0x0E, 0x2B, 0x34};

// Labels differ from the fifth byte on.
constexpr Label label12(std::array<std::uint8_t, 12> rest) {
  Label label{};
  for (std::size_t i = 0; i < 4; ++i) label[i] = kSmpte[i];
  for (std::size_t i = 0; i < 12; ++i) label[i + 4] = rest[i];
  return label;
}

constexpr Label kPrimer = label12({2, 5, 1, 1, 0x0D, 1, 2, 1, 1, 5, 1, 0});
constexpr Label kFill = label12({1, 1, 1, 2, 3, 1, 2, 0x10, 1, 0, 0, 0});
constexpr Label kIndexSegment = label12({2, 0x53, 1, 1, 0x0D, 1, 2, 1, 1, 0x10, 1, 0});
constexpr Label kTimecodeTrack = label12({4, 1, 1, 1, 1, 3, 2, 1, 1, 0, 0, 0});
constexpr Label kPictureTrack = label12({4, 1, 1, 1, 1, 3, 2, 2, 1, 0, 0, 0});
constexpr Label kSoundTrack = label12({4, 1, 1, 1, 1, 3, 2, 2, 2, 0, 0, 0});

// The structural sets of ST 377-1 differ in one byte.
enum class Kind : std::uint8_t {
  sequence = 0x0F,
  sourceClip = 0x11,
  timecode = 0x14,
  contentStorage = 0x18,
  essenceData = 0x23,
  pictureDescriptor = 0x28,
  tapeDescriptor = 0x2E,
  preface = 0x2F,
  identification = 0x30,
  materialPackage = 0x36,
  sourcePackage = 0x37,
  track = 0x3B,
  taggedValue = 0x3F,
  waveDescriptor = 0x48
};
constexpr Label setKey(Kind kind) {
  return label12({2, 0x53, 1, 1, 0x0D, 1, 1, 1, 1, 1, static_cast<std::uint8_t>(kind), 0});
}

struct Property {
  std::uint16_t tag;
  std::array<std::uint8_t, 9> rest;  // of its label, after 06 0E 2B 34 01 01 01
};
// Every property written here, for the primer: RP 210.
constexpr Property kProperties[] = {
    {0x0201, {2, 4, 7, 1, 0, 0, 0, 0, 0}},       {0x0202, {2, 7, 2, 2, 1, 1, 3, 0, 0}},
    {0x1001, {2, 6, 1, 1, 4, 6, 9, 0, 0}},       {0x1101, {2, 6, 1, 1, 3, 1, 0, 0, 0}},
    {0x1102, {2, 6, 1, 1, 3, 2, 0, 0, 0}},       {0x1201, {2, 7, 2, 1, 3, 1, 4, 0, 0}},
    {0x1501, {2, 7, 2, 1, 3, 1, 5, 0, 0}},       {0x1502, {2, 4, 4, 1, 1, 2, 6, 0, 0}},
    {0x1503, {1, 4, 4, 1, 1, 5, 0, 0, 0}},       {0x1901, {2, 6, 1, 1, 4, 5, 1, 0, 0}},
    {0x1902, {2, 6, 1, 1, 4, 5, 2, 0, 0}},       {0x2701, {2, 6, 1, 1, 6, 1, 0, 0, 0}},
    {0x3001, {1, 4, 6, 1, 1, 0, 0, 0, 0}},       {0x3002, {1, 4, 6, 1, 2, 0, 0, 0, 0}},
    {0x3004, {2, 6, 1, 1, 4, 1, 2, 0, 0}},       {0x3006, {5, 6, 1, 1, 3, 5, 0, 0, 0}},
    {0x3201, {2, 4, 1, 6, 1, 0, 0, 0, 0}},       {0x3202, {1, 4, 1, 5, 2, 1, 0, 0, 0}},
    {0x3203, {1, 4, 1, 5, 2, 2, 0, 0, 0}},       {0x3204, {1, 4, 1, 5, 1, 7, 0, 0, 0}},
    {0x3205, {1, 4, 1, 5, 1, 8, 0, 0, 0}},       {0x3206, {1, 4, 1, 5, 1, 9, 0, 0, 0}},
    {0x3207, {1, 4, 1, 5, 1, 0x0A, 0, 0, 0}},    {0x3208, {1, 4, 1, 5, 1, 0x0B, 0, 0, 0}},
    {0x3209, {1, 4, 1, 5, 1, 0x0C, 0, 0, 0}},    {0x320A, {1, 4, 1, 5, 1, 0x0D, 0, 0, 0}},
    {0x320B, {1, 4, 1, 5, 1, 0x0E, 0, 0, 0}},    {0x320C, {1, 4, 1, 3, 1, 4, 0, 0, 0}},
    {0x320D, {2, 4, 1, 3, 2, 5, 0, 0, 0}},       {0x320E, {1, 4, 1, 1, 1, 1, 0, 0, 0}},
    {0x3210, {2, 4, 1, 2, 1, 1, 1, 2, 0}},       {0x3215, {5, 4, 5, 1, 0x13, 0, 0, 0, 0}},
    {0x3219, {9, 4, 1, 2, 1, 1, 6, 1, 0}},       {0x321A, {2, 4, 1, 2, 1, 1, 3, 1, 0}},
    {0x3301, {2, 4, 1, 5, 3, 0x0A, 0, 0, 0}},    {0x3302, {1, 4, 1, 5, 1, 5, 0, 0, 0}},
    {0x3303, {1, 4, 1, 5, 1, 6, 0, 0, 0}},       {0x3304, {1, 4, 1, 5, 3, 3, 0, 0, 0}},
    {0x3305, {1, 4, 1, 5, 3, 4, 0, 0, 0}},       {0x3306, {2, 4, 1, 5, 3, 5, 0, 0, 0}},
    {0x3308, {2, 4, 1, 5, 1, 0x10, 0, 0, 0}},    {0x3B02, {2, 7, 2, 1, 0x10, 2, 4, 0, 0}},
    {0x3B03, {2, 6, 1, 1, 4, 2, 1, 0, 0}},       {0x3B05, {2, 3, 1, 2, 1, 5, 0, 0, 0}},
    {0x3B06, {2, 6, 1, 1, 4, 6, 4, 0, 0}},       {0x3B08, {4, 6, 1, 1, 4, 1, 8, 0, 0}},
    {0x3B09, {5, 1, 2, 2, 3, 0, 0, 0, 0}},       {0x3B0A, {5, 1, 2, 2, 0x10, 2, 1, 0, 0}},
    {0x3B0B, {5, 1, 2, 2, 0x10, 2, 2, 0, 0}},    {0x3C01, {2, 5, 0x20, 7, 1, 2, 1, 0, 0}},
    {0x3C02, {2, 5, 0x20, 7, 1, 3, 1, 0, 0}},    {0x3C04, {2, 5, 0x20, 7, 1, 5, 1, 0, 0}},
    {0x3C05, {2, 5, 0x20, 7, 1, 7, 0, 0, 0}},    {0x3C06, {2, 7, 2, 1, 0x10, 2, 3, 0, 0}},
    {0x3C09, {2, 5, 0x20, 7, 1, 1, 0, 0, 0}},    {0x3C0A, {1, 1, 1, 0x15, 2, 0, 0, 0, 0}},
    {0x3D01, {4, 4, 2, 3, 3, 4, 0, 0, 0}},       {0x3D02, {4, 4, 2, 3, 1, 4, 0, 0, 0}},
    {0x3D03, {5, 4, 2, 3, 1, 1, 1, 0, 0}},       {0x3D07, {5, 4, 2, 1, 1, 4, 0, 0, 0}},
    {0x3D09, {5, 4, 2, 3, 3, 5, 0, 0, 0}},       {0x3D0A, {5, 4, 2, 3, 2, 1, 0, 0, 0}},
    {0x3F05, {4, 4, 6, 2, 1, 0, 0, 0, 0}},       {0x3F06, {4, 1, 3, 4, 5, 0, 0, 0, 0}},
    {0x3F07, {4, 1, 3, 4, 4, 0, 0, 0, 0}},       {0x3F0B, {5, 5, 0x30, 4, 6, 0, 0, 0, 0}},
    {0x3F0C, {5, 7, 2, 1, 3, 1, 0x0A, 0, 0}},    {0x3F0D, {5, 7, 2, 2, 1, 1, 2, 0, 0}},
    {0x4401, {1, 1, 1, 0x15, 0x10, 0, 0, 0, 0}}, {0x4402, {1, 1, 3, 3, 2, 1, 0, 0, 0}},
    {0x4403, {2, 6, 1, 1, 4, 6, 5, 0, 0}},       {0x4404, {2, 7, 2, 1, 0x10, 2, 5, 0, 0}},
    {0x4405, {2, 7, 2, 1, 0x10, 1, 3, 0, 0}},    {0x4406, {2, 3, 2, 1, 2, 0x0C, 0, 0, 0}},
    {0x4701, {2, 6, 1, 1, 4, 2, 3, 0, 0}},       {0x4801, {2, 1, 7, 1, 1, 0, 0, 0, 0}},
    {0x4802, {2, 1, 7, 1, 2, 1, 0, 0, 0}},       {0x4803, {2, 6, 1, 1, 4, 2, 4, 0, 0}},
    {0x4804, {2, 1, 4, 1, 3, 0, 0, 0, 0}},       {0x4B01, {2, 5, 0x30, 4, 5, 0, 0, 0, 0}},
    {0x4B02, {2, 7, 2, 1, 3, 1, 3, 0, 0}},       {0x5001, {2, 3, 2, 1, 2, 9, 1, 0, 0}},
    {0x5003, {2, 3, 2, 1, 2, 0x0A, 1, 0, 0}},
};

// One metadata set: its own number, then its properties.
class Set {
 public:
  Set(Kind kind, const Uuid& instance) : m_kind(kind) { label(0x3C0A, instance); }
  Set& bytes(std::uint16_t tag, std::string_view value) {
    m_body.u16(tag).u16(static_cast<std::uint32_t>(value.size())).raw(value);
    return *this;
  }
  Set& u8(std::uint16_t tag, std::uint8_t value) { return bytes(tag, KlvBytes().u8(value).text()); }
  Set& u16(std::uint16_t tag, std::uint32_t value) { return bytes(tag, KlvBytes().u16(value).text()); }
  Set& u32(std::uint16_t tag, std::uint32_t value) { return bytes(tag, KlvBytes().u32(value).text()); }
  Set& i64(std::uint16_t tag, std::int64_t value) { return bytes(tag, KlvBytes().i64(value).text()); }
  Set& rate(std::uint16_t tag, FrameRate value) { return bytes(tag, KlvBytes().rate(value).text()); }
  Set& label(std::uint16_t tag, const Label& value) { return bytes(tag, KlvBytes().label(value).text()); }
  Set& utf16(std::uint16_t tag, std::string_view value) { return bytes(tag, KlvBytes().utf16(value).text()); }
  Set& batch(std::uint16_t tag, const std::vector<Label>& values) {
    KlvBytes list;
    list.u32(static_cast<std::uint32_t>(values.size())).u32(16);
    for (const Label& value : values) list.label(value);
    return bytes(tag, list.text());
  }
  void into(KlvBytes& out) const { out.packet(setKey(m_kind), m_body.text()); }

 private:
  Kind m_kind;
  KlvBytes m_body;
};

// A basic UMID made of a UUID: material of no named kind, number made by the UUID method, no instance.
std::string umid(const Uuid& uuid) {
  constexpr std::uint8_t kHead[16] = {0x06, 0x0A, 0x2B, 0x34, 0x01, 0x01, 0x01, 0x05,
                                      0x01, 0x01, 0x0F, 0x20, 0x13, 0x00, 0x00, 0x00};
  KlvBytes bytes;
  for (const std::uint8_t byte : kHead) bytes.u8(byte);
  return bytes.label(uuid).text();
}
const std::string kNoUmid(32, '\0');

Label vc3Coding(int id) {
  struct Coding {
    int id;
    std::uint8_t byte;
  };
  constexpr Coding kCodings[] = {{1237, 0x03}, {1253, 0x13}, {1271, 0x25}, {1273, 0x27}, {1274, 0x28}};
  const auto* found =
      std::find_if(std::begin(kCodings), std::end(kCodings), [&](const Coding& c) { return c.id == id; });
  return label12({4, 1, 1, 0x0A, 4, 1, 2, 2, 0x71, found == std::end(kCodings) ? std::uint8_t{0} : found->byte, 0, 0});
}

// Sets of one file, each with a number of its own.
class Sets {
 public:
  explicit Sets(const OpAtomSet& set) : m_set(set), m_base(set.material) {}

  std::string write(std::size_t track, const std::vector<std::int64_t>& durations) {
    const Uuid preface = next(), identification = next(), storage = next(), data = next();
    const Uuid material = next(), file = next(), tape = next();
    const Label container = containerOf(m_set.tracks[track]);
    Set(Kind::preface, preface)
        .bytes(0x3B02, time())
        .u16(0x3B05, 0x0103)
        .batch(0x3B06, {identification})
        .label(0x3B03, storage)
        .label(0x3B08, file)
        .label(0x3B09, operationalPattern())
        .batch(0x3B0A, {container})
        .batch(0x3B0B, {})
        .into(m_out);
    Set(Kind::identification, identification)
        .label(0x3C09, next())
        .utf16(0x3C01, "Rollproof")
        .utf16(0x3C02, "Rollproof")
        .utf16(0x3C04, "1")
        .label(0x3C05, namedUuid("rollproof product"))
        .bytes(0x3C06, time())
        .into(m_out);
    Set(Kind::contentStorage, storage).batch(0x1901, {material, file, tape}).batch(0x1902, {data}).into(m_out);
    Set(Kind::essenceData, data)
        .bytes(0x2701, umid(m_set.tracks[track].file))
        .u32(0x3F06, kIndexSid)
        .u32(0x3F07, kBodySid)
        .into(m_out);
    materialPackage(material, durations);
    filePackage(file, m_set.tracks[track], durations[track], track);
    tapePackage(tape);
    return m_out.text();
  }

 private:
  Uuid next() {
    Uuid uuid = m_base;
    ++m_count;
    uuid[0] = static_cast<std::uint8_t>(uuid[0] ^ (m_count >> 8));
    uuid[1] = static_cast<std::uint8_t>(uuid[1] ^ m_count);
    return uuid;
  }

  [[nodiscard]] std::string time() const {
    const auto& at = m_set.created;
    KlvBytes bytes;
    bytes.u16(static_cast<std::uint32_t>(at[0]));
    for (std::size_t i = 1; i < at.size(); ++i) bytes.u8(static_cast<std::uint8_t>(at[i]));
    return bytes.text();
  }

  // A track with its sequence of one component, which is written by `component(uuid)`.
  template <typename Component>
  Uuid track(std::uint32_t id, std::uint32_t number, std::string_view name, FrameRate rate, const Label& kind,
             std::int64_t duration, const Component& component) {
    const Uuid uuid = next(), sequence = next(), part = next();
    Set(Kind::track, uuid)
        .u32(0x4801, id)
        .u32(0x4804, number)
        .utf16(0x4802, name)
        .rate(0x4B01, rate)
        .i64(0x4B02, 0)
        .label(0x4803, sequence)
        .into(m_out);
    Set(Kind::sequence, sequence).label(0x0201, kind).i64(0x0202, duration).batch(0x1001, {part}).into(m_out);
    component(part);
    return uuid;
  }

  Uuid clipTrack(std::uint32_t id, std::uint32_t number, const OpAtomTrack& of, FrameRate rate, std::int64_t duration,
                 std::int64_t start, const std::string& source, std::uint32_t sourceTrack) {
    const Label& kind = of.picture ? kPictureTrack : kSoundTrack;
    return track(id, number, of.name, rate, kind, duration, [&](const Uuid& part) {
      Set(Kind::sourceClip, part)
          .label(0x0201, kind)
          .i64(0x0202, duration)
          .i64(0x1201, start)
          .bytes(0x1101, source)
          .u32(0x1102, sourceTrack)
          .into(m_out);
    });
  }

  Uuid timecodeTrack(std::uint32_t id, std::int64_t duration, std::int64_t start) {
    return track(id, 0, "TC1", m_set.rate, kTimecodeTrack, duration, [&](const Uuid& part) {
      Set(Kind::timecode, part)
          .label(0x0201, kTimecodeTrack)
          .i64(0x0202, duration)
          .i64(0x1501, start)
          .u16(0x1502, static_cast<std::uint32_t>(m_set.rate.nominal()))
          .u8(0x1503, m_set.dropFrame ? 1 : 0)
          .into(m_out);
    });
  }

  void materialPackage(const Uuid& uuid, const std::vector<std::int64_t>& durations) {
    std::vector<Label> tracks, comments;
    tracks.push_back(timecodeTrack(1, durations.front(), m_set.startFrame));
    std::uint32_t sounds = 0;
    for (std::size_t i = 0; i < m_set.tracks.size(); ++i) {
      const OpAtomTrack& one = m_set.tracks[i];
      // The number Avid shows: V1, then A1, A2, ...
      const std::uint32_t number = one.picture ? 1 : ++sounds;
      tracks.push_back(
          clipTrack(static_cast<std::uint32_t>(i) + 2, number, one, one.rate, durations[i], 0, umid(one.file), 1));
    }
    for (const auto& [name, value] : m_set.comments) {
      comments.push_back(next());
      // AAF's "indirect" value: how its bytes run, the type's own number (a UTF-16 string), the value.
      static constexpr std::uint8_t kText[] = {0x42, 0x01, 0x10, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00,
                                               0x06, 0x0E, 0x2B, 0x34, 0x01, 0x04, 0x01, 0x01};
      KlvBytes text;
      for (const std::uint8_t byte : kText) text.u8(byte);
      Set(Kind::taggedValue, comments.back()).utf16(0x5001, name).bytes(0x5003, text.utf16(value).text()).into(m_out);
    }
    Set package(Kind::materialPackage, uuid);
    package.bytes(0x4401, umid(m_set.material))
        .utf16(0x4402, m_set.clip)
        .bytes(0x4405, time())
        .bytes(0x4404, time())
        .batch(0x4403, tracks);
    if (!comments.empty()) package.batch(0x4406, comments);
    package.into(m_out);
  }

  void filePackage(const Uuid& uuid, const OpAtomTrack& track, std::int64_t duration, std::size_t index) {
    const Uuid descriptor = next();
    const Label key = essenceKeyOf(track);
    const std::uint32_t number = static_cast<std::uint32_t>(key[12]) << 24 | static_cast<std::uint32_t>(key[13]) << 16 |
                                 static_cast<std::uint32_t>(key[14]) << 8 | key[15];
    const std::int64_t num = static_cast<std::int64_t>(track.rate.num) * m_set.rate.den;
    const std::int64_t den = static_cast<std::int64_t>(track.rate.den) * m_set.rate.num;
    const std::int64_t start = (m_set.startFrame * num + den / 2) / den;
    const Uuid essence = clipTrack(1, number, track, track.rate, duration, start, umid(m_set.tapeUuid),
                                   static_cast<std::uint32_t>(index) + 2);
    if (track.picture) {
      pictureDescriptor(descriptor, duration);
    } else {
      soundDescriptor(descriptor, track, duration);
    }
    Set(Kind::sourcePackage, uuid)
        .bytes(0x4401, umid(track.file))
        .utf16(0x4402, m_set.clip)
        .bytes(0x4405, time())
        .bytes(0x4404, time())
        .batch(0x4403, {essence})
        .label(0x4701, descriptor)
        .into(m_out);
  }

  void tapePackage(const Uuid& uuid) {
    // The same for every clip of the tape, so it has room for any: two days, and sixteen sound tracks at least.
    const std::int64_t length = std::int64_t{48} * 3600 * m_set.rate.nominal();
    const std::size_t sounds = std::max<std::size_t>(16, m_set.tracks.size() - 1);
    std::vector<Label> tracks;
    tracks.push_back(timecodeTrack(1, length, 0));
    for (std::size_t i = 0; i <= sounds; ++i) {
      OpAtomTrack track;
      track.picture = i == 0;
      track.name = i == 0 ? "V1" : fmt::format("A{}", i);
      const auto number = static_cast<std::uint32_t>(std::max<std::size_t>(i, 1));
      tracks.push_back(clipTrack(static_cast<std::uint32_t>(i) + 2, number, track, m_set.rate, length, 0, kNoUmid, 0));
    }
    const Uuid descriptor = next();
    Set(Kind::tapeDescriptor, descriptor).into(m_out);
    Set(Kind::sourcePackage, uuid)
        .bytes(0x4401, umid(m_set.tapeUuid))
        .utf16(0x4402, m_set.tape)
        .bytes(0x4405, time())
        .bytes(0x4404, time())
        .batch(0x4403, tracks)
        .label(0x4701, descriptor)
        .into(m_out);
  }

  void pictureDescriptor(const Uuid& uuid, std::int64_t duration) {
    const auto width = static_cast<std::uint32_t>(m_set.width), height = static_cast<std::uint32_t>(m_set.height);
    const bool hd = m_set.width == 1920 && m_set.height == 1080;
    const std::uint32_t scale = 1u << (m_set.bitDepth - 8);
    std::uint32_t across = width, down = height;
    for (std::uint32_t a = width, b = height; b != 0;) {
      const std::uint32_t rest = a % b;
      a = b;
      b = rest;
      if (b == 0) {
        across = width / a;
        down = height / a;
      }
    }
    Set set(Kind::pictureDescriptor, uuid);
    set.u32(0x3006, 1)
        .rate(0x3001, m_set.rate)
        .i64(0x3002, duration)
        .label(0x3004, containerOf(m_set.tracks.front()))
        .u8(0x320C, 0)  // full frames
        .bytes(0x320D, KlvBytes().u32(2).u32(4).u32(hd ? 42 : 1).u32(0).text())
        .u32(0x3202, height)
        .u32(0x3203, width)
        .u32(0x3204, height)
        .u32(0x3205, width)
        .u32(0x3206, 0)
        .u32(0x3207, 0)
        .u32(0x3208, height)
        .u32(0x3209, width)
        .u32(0x320A, 0)
        .u32(0x320B, 0)
        .bytes(0x320E, KlvBytes().u32(across).u32(down).text())
        .label(0x3201, vc3Coding(m_set.vc3Id))
        .label(0x321A, label12({4, 1, 1, 1, 4, 1, 1, 1, 2, 2, 0, 0}))  // BT.709 equations
        .u32(0x3301, static_cast<std::uint32_t>(m_set.bitDepth))
        .u32(0x3302, 2)
        .u32(0x3308, 1)
        .u8(0x3303, 4)  // BT.601 siting: chroma with every other luma sample
        .u32(0x3304, 16 * scale)
        .u32(0x3305, 235 * scale)
        .u32(0x3306, 224 * scale + 1);
    if (hd) set.u8(0x3215, 4);  // SMPTE 274M
    if (m_set.transfer == "bt709") set.label(0x3210, label12({4, 1, 1, 1, 4, 1, 1, 1, 1, 2, 0, 0}));
    if (m_set.transfer == "smpte2084") set.label(0x3210, label12({4, 1, 1, 0x0D, 4, 1, 1, 1, 1, 0x0A, 0, 0}));
    if (m_set.transfer == "arib-std-b67") set.label(0x3210, label12({4, 1, 1, 0x0D, 4, 1, 1, 1, 1, 0x0B, 0, 0}));
    if (m_set.primaries == "bt709") set.label(0x3219, label12({4, 1, 1, 6, 4, 1, 1, 1, 3, 3, 0, 0}));
    if (m_set.primaries == "bt2020") set.label(0x3219, label12({4, 1, 1, 0x0D, 4, 1, 1, 1, 3, 4, 0, 0}));
    set.into(m_out);
  }

  void soundDescriptor(const Uuid& uuid, const OpAtomTrack& track, std::int64_t duration) {
    Set(Kind::waveDescriptor, uuid)
        .u32(0x3006, 1)
        .rate(0x3001, track.rate)
        .i64(0x3002, duration)
        .label(0x3004, containerOf(track))
        .u8(0x3D02, 1)  // locked to the picture
        .rate(0x3D03, track.rate)
        .u32(0x3D07, 1)
        .u32(0x3D01, kSoundUnit * 8)
        .u16(0x3D0A, kSoundUnit)
        .u32(0x3D09, static_cast<std::uint32_t>(track.rate.num) * kSoundUnit)
        .into(m_out);
  }

  const OpAtomSet& m_set;
  Uuid m_base;
  std::uint32_t m_count = 0;
  KlvBytes m_out;
};

std::string textOf(const Uuid& uuid) { return {reinterpret_cast<const char*>(uuid.data()), uuid.size()}; }

}  // namespace

Uuid randomUuid() {
  std::random_device device;
  Uuid uuid{};
  for (std::size_t i = 0; i < uuid.size(); i += 4) {
    const std::uint32_t word = device();
    std::memcpy(uuid.data() + i, &word, 4);
  }
  uuid[6] = static_cast<std::uint8_t>((uuid[6] & 0x0F) | 0x40);
  uuid[8] = static_cast<std::uint8_t>((uuid[8] & 0x3F) | 0x80);
  return uuid;
}

Uuid namedUuid(std::string_view text) {
  Uuid uuid{};
  av_md5_sum(uuid.data(), reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  uuid[6] = static_cast<std::uint8_t>((uuid[6] & 0x0F) | 0x30);
  uuid[8] = static_cast<std::uint8_t>((uuid[8] & 0x3F) | 0x80);
  return uuid;
}

KlvBytes& KlvBytes::u8(std::uint8_t value) {
  m_bytes.push_back(static_cast<char>(value));
  return *this;
}
KlvBytes& KlvBytes::u16(std::uint32_t value) {
  return u8(static_cast<std::uint8_t>(value >> 8)).u8(static_cast<std::uint8_t>(value));
}
KlvBytes& KlvBytes::u32(std::uint32_t value) { return u16(value >> 16).u16(value & 0xFFFF); }
KlvBytes& KlvBytes::u64(std::uint64_t value) {
  return u32(static_cast<std::uint32_t>(value >> 32)).u32(static_cast<std::uint32_t>(value));
}
KlvBytes& KlvBytes::rate(FrameRate value) {
  return u32(static_cast<std::uint32_t>(value.num)).u32(static_cast<std::uint32_t>(value.den));
}
KlvBytes& KlvBytes::label(const Label& value) { return raw(textOf(value)); }
KlvBytes& KlvBytes::raw(std::string_view value) {
  m_bytes.append(value);
  return *this;
}

KlvBytes& KlvBytes::utf16(std::string_view utf8) {
  // A set's property holds 65535 bytes.
  constexpr std::size_t kMost = 8000;
  const std::size_t end = std::min(utf8.size(), kMost);
  for (std::size_t i = 0; i < end;) {
    const auto lead = static_cast<std::uint8_t>(utf8[i]);
    const std::size_t length = lead < 0x80                   ? 1
                               : lead >= 0xF0 && lead < 0xF5 ? 4
                               : lead >= 0xE0                ? 3
                               : lead >= 0xC2                ? 2
                                                             : 0;
    std::uint32_t code = length == 1 ? lead : lead & (0xFFu >> (length + 1));
    bool whole = length > 0 && lead < 0xF5 && i + length <= end;
    for (std::size_t k = 1; whole && k < length; ++k) {
      const auto next = static_cast<std::uint8_t>(utf8[i + k]);
      whole = (next & 0xC0) == 0x80;
      code = code << 6 | (next & 0x3Fu);
    }
    if (!whole || (code >= 0xD800 && code < 0xE000) || code > 0x10FFFF) {
      u16(0xFFFD);
      ++i;
      continue;
    }
    if (code > 0xFFFF) {
      u16(0xD800 + ((code - 0x10000) >> 10)).u16(0xDC00 + ((code - 0x10000) & 0x3FF));
    } else {
      u16(code);
    }
    i += length;
  }
  return u16(0);
}

KlvBytes& KlvBytes::packet(const Label& key, std::string_view value) {
  // Four bytes of length each time, so that nothing moves when a value changes.
  label(key).u32(0x83000000U | static_cast<std::uint32_t>(value.size()));
  return raw(value);
}

KlvBytes& KlvBytes::fillTo(std::uint64_t begin, std::uint64_t grid) {
  constexpr std::uint64_t kSmallest = 20;
  const std::uint64_t over = (begin + size()) % grid;
  if (over == 0) return *this;
  std::uint64_t gap = grid - over;
  if (gap < kSmallest) gap += grid;
  return packet(kFill, std::string(gap - kSmallest, '\0'));
}

Label operationalPattern() {
  // OP-Atom whose material package has several tracks, each of one clip.
  return label12({4, 1, 1, 2, 0x0D, 1, 2, 1, 0x10, 3, 0, 0});
}

Label containerOf(const OpAtomTrack& track) {
  return track.picture ? label12({4, 1, 1, 0x0A, 0x0D, 1, 3, 1, 2, 0x11, 2, 0})  // VC-3, the clip in one element
                       : label12({4, 1, 1, 1, 0x0D, 1, 3, 1, 2, 6, 2, 0});       // BWF, the clip in one element
}

Label essenceKeyOf(const OpAtomTrack& track) {
  return track.picture ? label12({1, 2, 1, 1, 0x0D, 1, 3, 1, 0x15, 1, 0x0D, 1})
                       : label12({1, 2, 1, 1, 0x0D, 1, 3, 1, 0x16, 1, 2, 1});
}

std::string headerMetadata(const OpAtomSet& set, std::size_t track, const std::vector<std::int64_t>& durations) {
  KlvBytes primer;
  primer.u32(static_cast<std::uint32_t>(std::size(kProperties))).u32(18);
  for (const Property& property : kProperties) {
    primer.u16(property.tag).u32(0x060E2B34).u8(1).u8(1).u8(1);
    for (const std::uint8_t byte : property.rest) primer.u8(byte);
  }
  KlvBytes out;
  out.packet(kPrimer, primer.text()).raw(Sets(set).write(track, durations));
  return out.text();
}

std::string indexTable(const OpAtomTrack& track, std::uint32_t unitBytes, std::int64_t duration) {
  KlvBytes body;
  const auto item = [&](std::uint32_t tag, const std::string& value) {
    body.u16(tag).u16(static_cast<std::uint32_t>(value.size())).raw(value);
  };
  item(0x3C0A, textOf(namedUuid(textOf(track.file))));
  item(0x3F0B, KlvBytes().rate(track.rate).text());
  item(0x3F0C, KlvBytes().i64(0).text());
  item(0x3F0D, KlvBytes().i64(duration).text());
  item(0x3F05, KlvBytes().u32(unitBytes).text());
  item(0x3F06, KlvBytes().u32(kIndexSid).text());
  item(0x3F07, KlvBytes().u32(kBodySid).text());
  KlvBytes out;
  return out.packet(kIndexSegment, body.text()).text();
}

}  // namespace rollproof::media
