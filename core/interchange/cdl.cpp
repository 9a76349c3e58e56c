// SPDX-License-Identifier: Apache-2.0
#include "core/interchange/cdl.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include "core/base/path.h"

namespace rollproof::interchange {
namespace {

constexpr std::size_t kMaxCorrections = 100'000;

XmlNode element(std::string name, const std::string& nameSpace, std::string text = {}) {
  XmlNode node;
  node.name = std::move(name);
  node.nameSpace = nameSpace;
  node.text = std::move(text);
  return node;
}

bool readNotes(const XmlNode& node, CdlNotes& into) {
  if (node.name == "Description") {
    into.descriptions.push_back(node.text);
  } else if (node.name == "InputDescription") {
    into.input = node.text;
  } else if (node.name == "ViewingDescription") {
    into.viewing = node.text;
  } else {
    return false;
  }
  return true;
}

void writeNotes(const CdlNotes& notes, const std::string& space, XmlNode& into) {
  for (const std::string& text : notes.descriptions) into.children.push_back(element("Description", space, text));
  if (!notes.input.empty()) into.children.push_back(element("InputDescription", space, notes.input));
  if (!notes.viewing.empty()) into.children.push_back(element("ViewingDescription", space, notes.viewing));
}

Result<Correction> readCorrection(const XmlNode& node) {
  Correction out;
  out.id = node.attribute("id");
  for (const XmlNode& child : node.children) {
    if (readNotes(child, out.notes)) continue;
    const auto taken = readCdlNode(child, out);
    if (!taken) return tl::unexpected(taken.error());
    if (!*taken) out.other.push_back(child);
  }
  return out;
}

Status readDecision(const XmlNode& node, CdlFile& file) {
  CdlNotes notes;
  std::string media;
  std::vector<XmlNode> other;
  std::vector<Correction> found;
  for (const XmlNode& child : node.children) {
    if (readNotes(child, notes)) continue;
    if (child.name == "MediaRef") {
      media = child.attribute("ref");
    } else if (child.name == "ColorCorrection") {
      auto correction = readCorrection(child);
      if (!correction) return tl::unexpected(correction.error());
      found.push_back(std::move(*correction));
    } else if ((child.name == "ColorCorrectionRef" || child.name == "ASC_CC_XML") && !child.attribute("ref").empty()) {
      Correction correction;
      correction.reference = child.attribute("ref");
      for (const XmlNode& inner : child.children) {
        if (!readNotes(inner, correction.notes)) correction.other.push_back(inner);
      }
      found.push_back(std::move(correction));
    } else {
      other.push_back(child);
    }
  }
  for (Correction& correction : found) {
    correction.mediaRef = media;
    correction.decisionNotes = notes;
    correction.decisionOther = std::exchange(other, {});  // kept once
    file.corrections.push_back(std::move(correction));
  }
  return {};
}

XmlNode correctionNode(const Correction& correction, const std::string& space) {
  if (!correction.reference.empty()) {
    XmlNode node = element("ColorCorrectionRef", space);
    node.attributes.emplace_back("ref", correction.reference);
    writeNotes(correction.notes, space, node);
    node.children.insert(node.children.end(), correction.other.begin(), correction.other.end());
    return node;
  }
  XmlNode node = element("ColorCorrection", space);
  if (!correction.id.empty()) node.attributes.emplace_back("id", correction.id);
  writeNotes(correction.notes, space, node);
  if (correction.hasSop) node.children.push_back(sopNode(correction, space));
  if (correction.hasSat) node.children.push_back(satNode(correction, space));
  node.children.insert(node.children.end(), correction.other.begin(), correction.other.end());
  return node;
}

std::string triple(const std::array<double, 3>& values) {
  return fmt::format("{} {} {}", formatNumber(values[0]), formatNumber(values[1]), formatNumber(values[2]));
}

// In logs at least six decimals, as every program writes them, and more where they would change the value.
std::string logNumber(double value) {
  for (int digits = 6; digits < 18; ++digits) {
    std::string text = fmt::format("{:.{}f}", value, digits);
    double back = 0;
    std::from_chars(text.data(), text.data() + text.size(), back);
    if (back == value || digits == 17) return text;
  }
  return {};
}

}  // namespace

bool parseNumbers(std::string_view text, double* values, std::size_t count) {
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto skip = [&] {
    while (at != end && std::string_view(" \t\r\n,").find(*at) != std::string_view::npos) ++at;
  };
  for (std::size_t i = 0; i < count; ++i) {
    skip();
    if (at != end && *at == '+') ++at;
    const auto [next, code] = std::from_chars(at, end, values[i]);
    if (code != std::errc() || !std::isfinite(values[i])) return false;
    if (next != end && std::string_view(" \t\r\n,").find(*next) == std::string_view::npos) return false;
    at = next;
  }
  skip();
  return at == end;
}

std::string formatNumber(double value) { return fmt::format("{}", value); }

Result<bool> readCdlNode(const XmlNode& node, Correction& into) {
  const bool sop = node.name == "SOPNode" || node.name == "ASC_SOP";
  const bool sat = node.name == "SatNode" || node.name == "SATNode" || node.name == "ASC_SAT";
  if (!sop && !sat) return false;
  (sop ? into.hasSop : into.hasSat) = true;
  for (const XmlNode& child : node.children) {
    bool good = true;
    if (child.name == "Description") {
      (sop ? into.sopDescriptions : into.satDescriptions).push_back(child.text);
    } else if (sop && child.name == "Slope") {
      good = parseNumbers(child.text, into.cdl.slope.data(), 3);
    } else if (sop && child.name == "Offset") {
      good = parseNumbers(child.text, into.cdl.offset.data(), 3);
    } else if (sop && child.name == "Power") {
      good = parseNumbers(child.text, into.cdl.power.data(), 3);
    } else if (sat && child.name == "Saturation") {
      good = parseNumbers(child.text, &into.cdl.saturation, 1);
    }
    if (!good) return fail(Errc::corrupt, fmt::format("the CDL's {} is not made of plain numbers", child.name));
  }
  return true;
}

XmlNode sopNode(const Correction& correction, const std::string& nameSpace) {
  XmlNode node = element("SOPNode", nameSpace);
  for (const std::string& text : correction.sopDescriptions) {
    node.children.push_back(element("Description", nameSpace, text));
  }
  node.children.push_back(element("Slope", nameSpace, triple(correction.cdl.slope)));
  node.children.push_back(element("Offset", nameSpace, triple(correction.cdl.offset)));
  node.children.push_back(element("Power", nameSpace, triple(correction.cdl.power)));
  return node;
}

XmlNode satNode(const Correction& correction, const std::string& nameSpace) {
  XmlNode node = element("SatNode", nameSpace);
  for (const std::string& text : correction.satDescriptions) {
    node.children.push_back(element("Description", nameSpace, text));
  }
  node.children.push_back(element("Saturation", nameSpace, formatNumber(correction.cdl.saturation)));
  return node;
}

Result<CdlFile> parseCdl(std::string_view xml) {
  const auto root = parseXmlExact(xml);
  if (!root) return tl::unexpected(root.error());
  CdlFile file;
  file.nameSpace = root->nameSpace;
  if (root->name == "ColorCorrection") {
    file.kind = CdlKind::correction;
    auto correction = readCorrection(*root);
    if (!correction) return tl::unexpected(correction.error());
    file.corrections.push_back(std::move(*correction));
  } else if (root->name == "ColorCorrectionCollection" || root->name == "ColorDecisionList") {
    file.kind = root->name == "ColorDecisionList" ? CdlKind::decisionList : CdlKind::collection;
    for (const XmlNode& child : root->children) {
      if (readNotes(child, file.notes)) continue;
      if (file.corrections.size() >= kMaxCorrections)
        return fail(Errc::corrupt, "the CDL file has too many corrections");
      if (child.name == "ColorCorrection") {
        auto correction = readCorrection(child);
        if (!correction) return tl::unexpected(correction.error());
        file.corrections.push_back(std::move(*correction));
      } else if (child.name == "ColorDecision") {
        file.kind = CdlKind::decisionList;
        if (auto done = readDecision(child, file); !done) return tl::unexpected(done.error());
      } else {
        file.other.push_back(child);
      }
    }
  } else {
    return fail(Errc::corrupt,
                fmt::format("an XML file that begins with <{}> is no CDL file", path::display(root->name)));
  }
  if (file.corrections.empty()) return fail(Errc::corrupt, "there is no colour correction in this file");
  return file;
}

std::vector<std::string> cdlFaults(const model::Cdl& cdl) {
  std::vector<std::string> out;
  constexpr std::array kChannels{"red", "green", "blue"};
  for (std::size_t i = 0; i < 3; ++i) {
    if (!(cdl.slope[i] >= 0)) {
      out.push_back(fmt::format("the slope of {} is {}, and it may not be negative", kChannels[i], cdl.slope[i]));
    }
    if (!(cdl.power[i] > 0)) {
      out.push_back(fmt::format("the power of {} is {}, and it must be above zero", kChannels[i], cdl.power[i]));
    }
  }
  if (!(cdl.saturation >= 0)) {
    out.push_back(fmt::format("the saturation is {}, and it may not be negative", cdl.saturation));
  }
  return out;
}

std::vector<std::string> checkCdl(const CdlFile& file) {
  std::vector<std::string> out;
  if (file.nameSpace != kCdlNamespace && file.nameSpace != kCdlNamespace12) {
    out.push_back(file.nameSpace.empty()
                      ? std::string("the elements are in no namespace, and some programs read only those that are")
                      : fmt::format("the namespace {} is none of the ASC's", path::display(file.nameSpace)));
  }
  std::set<std::string> seen;
  std::size_t number = 0, without = 0;
  for (const Correction& correction : file.corrections) {
    ++number;
    const std::string who = correction.id.empty() ? fmt::format("correction {}", number)
                                                  : fmt::format("correction \"{}\"", path::display(correction.id));
    if (!correction.reference.empty()) {
      out.push_back(fmt::format("correction {} only refers to \"{}\", whose values are in another file", number,
                                path::display(correction.reference)));
      continue;
    }
    if (correction.id.empty()) {
      ++without;
    } else if (!seen.insert(correction.id).second) {
      out.push_back(fmt::format("{} has an id that an earlier one has too, so the id does not tell them apart", who));
    }
    if (!correction.hasSop && !correction.hasSat) out.push_back(fmt::format("{} holds no CDL values", who));
    for (const std::string& fault : cdlFaults(correction.cdl)) out.push_back(fmt::format("{}: {}", who, fault));
  }
  if (without > 0) {
    out.push_back(file.corrections.size() == 1
                      ? std::string("the correction has no id, so it matches no clip by itself")
                      : fmt::format("{} of {} corrections have no id, so they match no clip by themselves", without,
                                    file.corrections.size()));
  }
  return out;
}

Result<std::string> formatCdl(const CdlFile& file) {
  if (file.corrections.empty()) return fail(Errc::usage, "a CDL file needs a correction");
  const std::string& space = file.nameSpace;
  std::vector<std::pair<std::string, std::string>> prefixes;
  if (!space.empty()) prefixes.emplace_back(space, "");
  if (file.kind == CdlKind::correction) {
    if (file.corrections.size() != 1 || !file.corrections.front().reference.empty()) {
      return fail(Errc::usage, "a .cc file holds exactly one correction");
    }
    return formatXml(correctionNode(file.corrections.front(), space), prefixes);
  }
  const bool list = file.kind == CdlKind::decisionList;
  XmlNode root = element(list ? "ColorDecisionList" : "ColorCorrectionCollection", space);
  writeNotes(file.notes, space, root);
  for (const Correction& correction : file.corrections) {
    if (!list) {
      root.children.push_back(correctionNode(correction, space));
      continue;
    }
    XmlNode decision = element("ColorDecision", space);
    writeNotes(correction.decisionNotes, space, decision);
    if (!correction.mediaRef.empty()) {
      XmlNode media = element("MediaRef", space);
      media.attributes.emplace_back("ref", correction.mediaRef);
      decision.children.push_back(std::move(media));
    }
    decision.children.push_back(correctionNode(correction, space));
    decision.children.insert(decision.children.end(), correction.decisionOther.begin(), correction.decisionOther.end());
    root.children.push_back(std::move(decision));
  }
  root.children.insert(root.children.end(), file.other.begin(), file.other.end());
  return formatXml(root, prefixes);
}

Result<Correction> chooseCorrection(const CdlFile& file, std::string_view id) {
  std::vector<const Correction*> real;
  for (const Correction& one : file.corrections) {
    if (one.reference.empty()) real.push_back(&one);
  }
  if (id.empty() && real.size() == 1) return *real.front();
  std::string ids;
  std::size_t named = 0;
  for (const Correction* one : real) {
    if (!id.empty() && one->id == id) return *one;
    if (one->id.empty() || ++named > 8) continue;
    ids += fmt::format("{}{}", ids.empty() ? "" : ", ", path::display(one->id));
  }
  if (real.empty()) return fail(Errc::notFound, "the file only refers to corrections in other files");
  if (!id.empty()) {
    return fail(Errc::notFound, fmt::format("there is no look with the id {}", path::display(std::string(id))));
  }
  if (ids.empty()) return fail(Errc::usage, fmt::format("the file holds {} looks without ids", real.size()));
  return fail(Errc::usage, fmt::format("the file holds {} looks, say which one by its id: {}", real.size(), ids));
}

std::optional<model::Cdl> parseSop(std::string_view text) {
  std::string plain(text);
  std::replace_if(
      plain.begin(), plain.end(), [](char c) { return c == '(' || c == ')'; }, ' ');
  std::array<double, 9> values{};
  if (!parseNumbers(plain, values.data(), values.size())) return std::nullopt;
  model::Cdl cdl;
  for (std::size_t i = 0; i < 3; ++i) {
    cdl.slope[i] = values[i];
    cdl.offset[i] = values[3 + i];
    cdl.power[i] = values[6 + i];
  }
  return cdl;
}

std::optional<double> parseSat(std::string_view text) {
  double value = 0;
  if (!parseNumbers(text, &value, 1)) return std::nullopt;
  return value;
}

std::string formatSop(const model::Cdl& cdl) {
  std::string out;
  for (const auto* values : {&cdl.slope, &cdl.offset, &cdl.power}) {
    out += fmt::format("({} {} {})", logNumber((*values)[0]), logNumber((*values)[1]), logNumber((*values)[2]));
  }
  return out;
}

std::string formatSat(const model::Cdl& cdl) { return logNumber(cdl.saturation); }

}  // namespace rollproof::interchange
