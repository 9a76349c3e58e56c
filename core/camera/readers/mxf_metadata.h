// SPDX-License-Identifier: Apache-2.0
// The structural metadata of an MXF file as its sets, found by type and by reference, from whichever partition holds
// the best copy. Private to this folder. Threads: one per file. Errors: none; what is cut short, refers to nothing or
// goes in circles is left out. Source: SMPTE ST 377-1 (partitions 7, primer 9.2, header metadata 9.3, random index pack
// 12, sets annexes A, B, D).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/camera/readers/content.h"

namespace rollproof::camera {

// Last but one byte of a structural set's label.
enum class MxfKind : std::uint8_t {
  sequence = 0x0F,
  sourceClip = 0x11,
  timecode = 0x14,
  genericPicture = 0x27,
  cdciPicture = 0x28,
  rgbaPicture = 0x29,
  tape = 0x2E,
  preface = 0x2F,
  identification = 0x30,
  materialPackage = 0x36,
  sourcePackage = 0x37,
  timelineTrack = 0x3B,
  taggedValue = 0x3F,
  genericSound = 0x42,
  multiple = 0x44,
  waveSound = 0x48,
  aes3Sound = 0x47,
  mpegPicture = 0x51,
};

struct MxfSet {
  std::string label;  // 16 bytes
  std::map<std::uint16_t, std::string_view> items;
  // Of the structural scheme every file has; other schemes' sets have no kind.
  [[nodiscard]] std::optional<MxfKind> kind() const;
  [[nodiscard]] std::string_view item(std::uint16_t tag) const;
  [[nodiscard]] std::string text(std::uint16_t tag) const { return utf16be(item(tag)); }
  // nullopt without the item; a signed whole number of however many bytes it has.
  [[nodiscard]] std::optional<std::int64_t> whole(std::uint16_t tag) const;
};

class MxfMetadata {
 public:
  [[nodiscard]] static MxfMetadata read(Content& content);

  // As the header partition says it; false also where that says nothing certain.
  [[nodiscard]] bool open() const { return m_open; }
  // Behind the header's metadata: where index and essence begin. 0 = no header partition.
  [[nodiscard]] std::uint64_t bodyOffset() const { return m_body; }
  [[nodiscard]] const std::vector<MxfSet>& sets() const { return m_sets; }
  [[nodiscard]] const MxfSet* byId(std::string_view instanceUid) const;
  // Those that an item refers to, one by one or as a batch, in its order.
  [[nodiscard]] std::vector<const MxfSet*> referred(const MxfSet& from, std::uint16_t tag) const;
  [[nodiscard]] std::vector<const MxfSet*> ofKind(MxfKind kind) const;
  // The package with this UMID.
  [[nodiscard]] const MxfSet* package(std::string_view umid) const;

 private:
  struct Partition {
    std::uint8_t status = 0;
    std::uint64_t begin = 0, metadata = 0, metadataBytes = 0, footer = 0;
  };
  [[nodiscard]] static std::optional<Partition> partitionAt(Content& content, std::uint64_t offset);
  [[nodiscard]] static std::uint64_t lastPartition(Content& content, const Partition& header);
  void take(Content& content, const Partition& partition);

  bool m_open = false;
  std::uint64_t m_body = 0;
  std::string m_bytes;  // what the sets are views of
  std::vector<MxfSet> m_sets;
  std::map<std::string_view, std::size_t> m_byId;
};

[[nodiscard]] bool isMxf(std::string_view head);

}  // namespace rollproof::camera
