// SPDX-License-Identifier: Apache-2.0
// Small XML files as a plain tree, and a plain tree as XML. The one reader of such files: cards' side files, CDL, AMF.
// Hostile input: no network, no entities (a document type is refused), bounded size and node count.
// Threads: pure. Errors: Errc::corrupt; Errc::unsupported for what is too large. Source: libxml2; XML 1.0; Namespaces
// in XML 1.0.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.h"

namespace rollproof::interchange {

inline constexpr std::uint64_t kMaxXmlBytes = 16u << 20;

struct XmlNode {
  std::string name;       // without its namespace
  std::string nameSpace;  // only of parseXmlExact; "" none
  std::string text;       // its own character data, trimmed
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<XmlNode> children;

  [[nodiscard]] std::string attribute(std::string_view key) const;  // "" if there is none
  [[nodiscard]] const XmlNode* child(std::string_view key) const;   // first of that name, nullptr
  [[nodiscard]] std::string childText(std::string_view key) const;
  bool operator==(const XmlNode&) const = default;
};

// Names without their namespaces. `lenient` accepts what recorders get wrong (stray bytes, missing end) as far as it
// goes.
[[nodiscard]] Result<XmlNode> parseXml(std::string_view bytes, bool lenient = false);

// For what is written again: with namespaces (an attribute that is in one is named "{namespace}name"), and the text of
// an element without children kept to the byte. Comments and processing instructions are left out.
[[nodiscard]] Result<XmlNode> parseXmlExact(std::string_view bytes);

// A document of four-blank indents, which parseXmlExact reads as the same tree. `prefixes` gives {namespace, prefix}
// (prefix "" = the default) for the root; other namespaces are declared where they occur. Bytes that XML cannot hold
// become U+FFFD.
[[nodiscard]] std::string formatXml(const XmlNode& root,
                                    const std::vector<std::pair<std::string, std::string>>& prefixes);

}  // namespace rollproof::interchange
