// SPDX-License-Identifier: Apache-2.0
// ACES Metadata Files 1.0 and 2.0 <-> values. What a file says is read even where it breaks the schema; checkAmf says
// what it breaks. Elements of no schema are kept and written again, behind the known ones.
// Threads: pure functions. Errors: Errc::corrupt for what is no AMF or holds no numbers where they must be;
// Errc::usage for values that the schema has no place for.
// Source: S-2019-001; the AMF schemas 1.0 and 2.0 of the Academy; ASC CDL 1.2.
//
// What it means (implementation guide): looks apply in their order; what is `applied` is in the pixels already and must
// not be applied again; a CDL works in the space that its cdlWorkingSpace leads to; workingLocation is where grading
// goes on, a position among the looks.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/interchange/cdl.h"
#include "core/interchange/xml.h"

namespace rollproof::interchange {

inline constexpr const char* kAmfNamespace1 = "urn:ampas:aces:amf:v1.0";
inline constexpr const char* kAmfNamespace2 = "urn:ampas:aces:amf:v2.0";

struct AmfHash {
  std::string algorithm;  // as the file says: "http://www.w3.org/2001/04/xmlenc#sha256"
  std::string value;      // base64
  bool operator==(const AmfHash&) const = default;
};
inline constexpr const char* kAmfSha256 = "http://www.w3.org/2001/04/xmlenc#sha256";
inline constexpr const char* kAmfSha1 = "http://www.w3.org/2000/09/xmldsig#sha1";
inline constexpr const char* kAmfMd5 = "http://www.w3.org/2001/04/xmldsig-more#md5";

// What names a transform: exactly one of uuid, file and transformId.
struct AmfTransform {
  std::string description;
  std::optional<AmfHash> hash;  // of the file, or of what the id stands for
  std::string uuid, file, transformId;
  std::vector<XmlNode> other;
  bool operator==(const AmfTransform&) const = default;
};

struct AmfInput : AmfTransform {
  std::optional<bool> applied;
  std::optional<AmfTransform> inverseOutput;                 // instead of an id: output-referred sources
  std::optional<AmfTransform> inverseDevice, inverseRender;  // or these two
  bool operator==(const AmfInput&) const = default;
};

struct AmfLook : AmfTransform {
  std::optional<bool> applied;
  // A CDL look has its working space, and the numbers here or a reference to an id in `file`.
  std::optional<AmfTransform> toCdlSpace, fromCdlSpace;
  std::optional<Correction> cdl;  // SOP and saturation
  std::string cdlReference;       // id of the correction in `file`
  [[nodiscard]] bool isCdl() const { return cdl || !cdlReference.empty() || fromCdlSpace || toCdlSpace; }
  bool operator==(const AmfLook&) const = default;
};

struct AmfOutput : AmfTransform {
  std::optional<bool> applied;
  std::optional<AmfTransform> render, device;  // instead of an id: rendering and device transform apart
  bool operator==(const AmfOutput&) const = default;
};

struct AmfAuthor {
  std::string name, email;
  bool operator==(const AmfAuthor&) const = default;
};

struct AmfInfo {
  std::string description;
  std::vector<AmfAuthor> authors;
  std::string created, modified;  // ISO 8601
  std::string uuid;               // "urn:uuid:..."
  std::vector<XmlNode> other;
  bool operator==(const AmfInfo&) const = default;
};

struct AmfPipeline {
  AmfInfo info;
  std::string major, minor, patch;  // of the ACES system
  std::optional<AmfInput> input;
  std::vector<AmfLook> looks;
  std::optional<std::size_t> workingLocation;  // before the look of this index; looks.size() = after all
  std::optional<AmfOutput> output;
  std::vector<XmlNode> other;
  bool operator==(const AmfPipeline&) const = default;
};

// Exactly one of file, sequence and uuid beside the name.
struct AmfClipId {
  std::string name;
  std::optional<std::string> file;
  std::optional<std::string> uuid;
  struct Sequence {
    std::string pattern, index, min, max;  // "A001_C012_###.exr", "#", "1", "240"
    bool operator==(const Sequence&) const = default;
  };
  std::optional<Sequence> sequence;
  std::vector<XmlNode> other;
  bool operator==(const AmfClipId&) const = default;
};

struct Amf {
  std::string version = "2.0";             // its attribute
  std::string nameSpace = kAmfNamespace2;  // as the file says
  AmfInfo info;
  std::optional<AmfClipId> clip;
  AmfPipeline pipeline;
  std::vector<AmfPipeline> archived;  // what held before, newest first
  std::vector<XmlNode> other;
  bool operator==(const Amf&) const = default;
};

[[nodiscard]] Result<Amf> parseAmf(std::string_view xml);
// Each broken rule of the schema of the file's version is a sentence; empty = valid.
[[nodiscard]] std::vector<std::string> checkAmf(const Amf& amf);
// parseAmf reads what this wrote as an equal value.
[[nodiscard]] Result<std::string> formatAmf(const Amf& amf);

enum class TransformKind { input, look, output, device, render, inverseOutput, inverseDevice, inverseRender, space };
// Does the id have the form that ids of this kind have? ("urn:ampas:aces:transformId:v1.5:IDT.Vendor.Name.a1.v1")
[[nodiscard]] bool isTransformId(std::string_view id, TransformKind kind);
// What an id says of itself, for a sentence about one that is not known: "an input transform by Sony, for ACES 1,
// called SLog3_SGamut3"; "" if it is no such id.
[[nodiscard]] std::string explainTransformId(std::string_view id);
// 8-4-4-4-12 hexadecimal digits, behind "urn:uuid:" as the schema wants it.
[[nodiscard]] bool isUrnUuid(std::string_view text);

}  // namespace rollproof::interchange
