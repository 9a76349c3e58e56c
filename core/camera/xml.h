// SPDX-License-Identifier: Apache-2.0
// Small XML side files as a plain tree, names without their namespaces. Private to this folder.
// Hostile input: no network, no entities (a document type is refused), bounded size and node count.
// Threads: pure. Errors: Errc::corrupt. Source: libxml2.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.h"

namespace rollproof::camera {

inline constexpr std::uint64_t kMaxXmlBytes = 16u << 20;

struct XmlNode {
  std::string name;
  std::string text;  // its own character data, trimmed
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<XmlNode> children;

  [[nodiscard]] std::string attribute(std::string_view key) const;  // "" if there is none
  [[nodiscard]] const XmlNode* child(std::string_view key) const;   // first of that name, nullptr
  [[nodiscard]] std::string childText(std::string_view key) const;
};

// `lenient` accepts what recorders get wrong (stray bytes, missing end) as far as it goes.
[[nodiscard]] Result<XmlNode> parseXml(std::string_view bytes, bool lenient = false);

}  // namespace rollproof::camera
