// SPDX-License-Identifier: Apache-2.0
#include "core/camera/readers/mxf_metadata.h"

#include <algorithm>

#include "core/camera/readers/klv.h"

namespace rollproof::camera {
namespace {

constexpr std::string_view kHeaderPartition("\x06\x0E\x2B\x34\x02\x05\x01\x01\x0D\x01\x02\x01\x01\x02", 14);
constexpr std::string_view kPartition = kHeaderPartition.substr(0, 13);
constexpr std::string_view kRandomIndex("\x06\x0E\x2B\x34\x02\x05\x01\x01\x0D\x01\x02\x01\x01\x11", 14);
// Registry versions (the eighth byte) differ between writers, so labels are compared around it.
constexpr std::string_view kStructural("\x0D\x01\x01\x01\x01\x01", 6);
constexpr std::string_view kFill("\x03\x01\x02\x10\x01", 5);
constexpr std::uint64_t kMostMetadata = 8u << 20;  // real ones are tens of kilobytes, with pictures of LUTs a few MB
constexpr std::size_t kMostSets = 20'000, kMostReferences = 4'096;
constexpr std::uint16_t kInstanceUid = 0x3C0A;

bool isSet(std::string_view label) { return u8(label, 4) == 2 && (u8(label, 5) == 0x53 || u8(label, 5) == 0x13); }

}  // namespace

bool isMxf(std::string_view head) { return head.find(kHeaderPartition) != std::string_view::npos; }

std::optional<MxfKind> MxfSet::kind() const {
  if (part(label, 8, 6) != kStructural) return std::nullopt;
  return static_cast<MxfKind>(u8(label, 14));
}

std::string_view MxfSet::item(std::uint16_t tag) const {
  const auto found = items.find(tag);
  return found == items.end() ? std::string_view() : found->second;
}

std::optional<std::int64_t> MxfSet::whole(std::uint16_t tag) const {
  const std::string_view value = item(tag);
  if (value.empty() || value.size() > 8) return std::nullopt;
  const int width = static_cast<int>(value.size());
  std::uint64_t bits = bigEndian(value, 0, width);
  if (width < 8 && u8(value, 0) >= 0x80 && width >= 4) bits |= ~std::uint64_t{0} << (8 * width);
  return static_cast<std::int64_t>(bits);
}

std::optional<MxfMetadata::Partition> MxfMetadata::partitionAt(Content& content, std::uint64_t offset) {
  const auto pack = klvAt(content, offset);
  if (!pack || !pack->key.starts_with(kPartition)) return std::nullopt;
  const std::string value = content.read(pack->begin, 88);
  if (value.size() < 48) return std::nullopt;
  Partition partition;
  partition.status = u8(pack->key, 14);
  partition.begin = offset;
  partition.footer = be64(value, 24);
  partition.metadataBytes = be64(value, 32);
  partition.metadata = pack->end;
  return partition;
}

// By the pack at the file's very end, else by what the header says: 0 = unknown.
std::uint64_t MxfMetadata::lastPartition(Content& content, const Partition& header) {
  if (content.size() > 64) {
    const std::string end = content.read(content.size() - 4, 4);
    const std::uint64_t length = be32(end, 0);
    if (length >= 37 && length < (1u << 20) && length < content.size()) {
      const auto pack = klvAt(content, content.size() - length);
      const std::string last = content.read(content.size() - 16, 12);
      if (pack && pack->key.starts_with(kRandomIndex)) return header.begin + be64(last, 4);
    }
  }
  return header.footer > 0 ? header.begin + header.footer : 0;
}

MxfMetadata MxfMetadata::read(Content& content) {
  MxfMetadata result;
  const std::size_t begin = content.head().find(kHeaderPartition);
  if (begin == std::string::npos) return result;
  // Enough to be told by, should all that follows be cut off.
  const std::uint8_t status = u8(content.head(), begin + kHeaderPartition.size());
  result.m_open = status == 1 || status == 3;
  const auto header = partitionAt(content, begin);
  if (!header) return result;
  result.m_body = header->metadata + std::min(header->metadataBytes, content.size());
  // A header written before the recording ended may lack durations that the footer has; one that is complete is enough.
  if (const std::uint64_t last = header->status == 4 ? 0 : lastPartition(content, *header); last > begin) {
    const auto footer = partitionAt(content, last);
    if (footer && footer->status >= 2 && footer->metadataBytes > 0) result.take(content, *footer);
  }
  if (result.m_sets.empty()) result.take(content, *header);
  return result;
}

void MxfMetadata::take(Content& content, const Partition& partition) {
  // Some writers leave the count at zero until they close the file.
  const std::uint64_t bytes = partition.metadataBytes > 0 ? partition.metadataBytes : Content::kHeadBytes;
  m_bytes = content.read(partition.metadata, std::min(bytes, kMostMetadata));
  std::size_t at = 0;
  while (at + kLabelBytes < m_bytes.size() && m_sets.size() < kMostSets) {
    const std::string_view label = part(m_bytes, at, kLabelBytes);
    if (!label.starts_with(kSmpteLabel)) break;
    std::size_t behind = at + kLabelBytes;
    const auto length = berLength(m_bytes, behind);
    if (!length) break;
    const std::string_view value =
        part(m_bytes, behind, static_cast<std::size_t>(std::min<std::uint64_t>(*length, m_bytes.size())));
    at = behind + value.size();
    if (part(label, 8, 5) == kFill) continue;
    if (partition.metadataBytes == 0 && label.starts_with(kPartition)) break;
    if (!isSet(label)) continue;
    MxfSet set{std::string(label), {}};
    forEachItem(value, [&set](std::uint16_t tag, std::string_view item) { set.items.emplace(tag, item); });
    m_sets.push_back(std::move(set));
    if (const std::string_view id = m_sets.back().item(kInstanceUid); id.size() == 16)
      m_byId.emplace(id, m_sets.size() - 1);
  }
}

const MxfSet* MxfMetadata::byId(std::string_view id) const {
  const auto found = m_byId.find(id);
  return found == m_byId.end() ? nullptr : &m_sets[found->second];
}

std::vector<const MxfSet*> MxfMetadata::referred(const MxfSet& from, std::uint16_t tag) const {
  std::vector<const MxfSet*> found;
  std::string_view value = from.item(tag);
  // A batch says how many and how long each is; a single reference is bare.
  if (value.size() != 16) value = value.size() >= 8 && be32(value, 4) == 16 ? value.substr(8) : std::string_view();
  for (std::size_t at = 0; at + 16 <= value.size() && found.size() < kMostReferences; at += 16) {
    if (const MxfSet* set = byId(value.substr(at, 16))) found.push_back(set);
  }
  return found;
}

std::vector<const MxfSet*> MxfMetadata::ofKind(MxfKind kind) const {
  std::vector<const MxfSet*> found;
  for (const MxfSet& set : m_sets)
    if (set.kind() == kind) found.push_back(&set);
  return found;
}

const MxfSet* MxfMetadata::package(std::string_view umid) const {
  if (umid.size() != 32) return nullptr;
  for (const MxfKind kind : {MxfKind::materialPackage, MxfKind::sourcePackage}) {
    for (const MxfSet* set : ofKind(kind))
      if (set->item(0x4401) == umid) return set;
  }
  return nullptr;
}

}  // namespace rollproof::camera
