// SPDX-License-Identifier: Apache-2.0
// ASC CDL text <-> values: the three XML files (.cc, .ccc, .cdl) and the two lines that EDL and ALE carry.
// What such a file says is read even where it breaks a rule, and each broken rule is a sentence; only what is no number
// at all is refused. Whether a correction may be applied is asked of cdlFaults.
// Threads: pure functions. Errors: Errc::corrupt with what is wrong; Errc::usage for what cannot be written.
// Source: ASC Color Decision List 1.2 and its XML schema v1.01; the same elements without or with newer namespaces.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/interchange/xml.h"
#include "core/model/clip.h"

namespace rollproof::interchange {

inline constexpr const char* kCdlNamespace = "urn:ASC:CDL:v1.01";
inline constexpr const char* kCdlNamespace12 = "urn:ASC:CDL:v1.2";

struct CdlNotes {
  std::vector<std::string> descriptions;
  std::string input, viewing;  // InputDescription, ViewingDescription
  bool operator==(const CdlNotes&) const = default;
};

struct Correction {
  std::string id;
  CdlNotes notes;
  model::Cdl cdl;  // the identity's values where a node is missing
  bool hasSop = false, hasSat = false;
  std::vector<std::string> sopDescriptions, satDescriptions;
  std::string mediaRef;        // of its ColorDecision; "" none
  CdlNotes decisionNotes;      // of its ColorDecision
  std::string reference;       // a ColorDecision that only names a correction elsewhere; then there are no values
  std::vector<XmlNode> other;  // elements of no schema, kept
  std::vector<XmlNode> decisionOther;  // and those of its ColorDecision
  bool operator==(const Correction&) const = default;
};

enum class CdlKind { correction, collection, decisionList };  // .cc, .ccc, .cdl

struct CdlFile {
  CdlKind kind = CdlKind::collection;
  std::string nameSpace = kCdlNamespace;  // "" = none
  CdlNotes notes;
  std::vector<Correction> corrections;
  std::vector<XmlNode> other;
  bool operator==(const CdlFile&) const = default;
};

[[nodiscard]] Result<CdlFile> parseCdl(std::string_view xml);
// What the schema and the practice of matching by id ask for and this file does not give; one sentence each.
[[nodiscard]] std::vector<std::string> checkCdl(const CdlFile& file);
// Why these numbers cannot be applied as they are: a negative slope or saturation, a power that is not positive.
[[nodiscard]] std::vector<std::string> cdlFaults(const model::Cdl& cdl);
// parseCdl reads what this wrote as an equal value. Errc::usage: a .cc holds exactly one correction, the other two at
// least one.
[[nodiscard]] Result<std::string> formatCdl(const CdlFile& file);
// The correction with this id; with "" the only one. Errc::notFound, or Errc::usage naming the ids there are.
[[nodiscard]] Result<Correction> chooseCorrection(const CdlFile& file, std::string_view id);

// "(s s s)(o o o)(p p p)" with any blanks, commas and line ends; nullopt unless there are three times three numbers.
[[nodiscard]] std::optional<model::Cdl> parseSop(std::string_view text);
[[nodiscard]] std::optional<double> parseSat(std::string_view text);
[[nodiscard]] std::string formatSop(const model::Cdl& cdl);
[[nodiscard]] std::string formatSat(const model::Cdl& cdl);

// --- for the readers of this folder and of AMF
// Exactly `count` finite numbers, apart by blanks or commas.
[[nodiscard]] bool parseNumbers(std::string_view text, double* values, std::size_t count);
// The fewest digits that read back as the same number.
[[nodiscard]] std::string formatNumber(double value);
// A SOPNode or SatNode (or ASC_SOP, ASC_SAT) into the correction; false for any other element.
[[nodiscard]] Result<bool> readCdlNode(const XmlNode& node, Correction& into);
[[nodiscard]] XmlNode sopNode(const Correction& correction, const std::string& nameSpace);
[[nodiscard]] XmlNode satNode(const Correction& correction, const std::string& nameSpace);

}  // namespace rollproof::interchange
