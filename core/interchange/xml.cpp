// SPDX-License-Identifier: Apache-2.0
#include "core/interchange/xml.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "core/base/xml_text.h"

namespace rollproof::interchange {
namespace {

constexpr std::size_t kMaxNodes = 400'000;

std::string toString(const xmlChar* text) { return text ? reinterpret_cast<const char*>(text) : ""; }

// A document type is what entity bombs need. Zero bytes are skipped so that UTF-16 hides nothing.
bool hasDocumentType(std::string_view bytes) {
  constexpr std::string_view kWord = "<!DOCTYPE";
  std::size_t matched = 0;
  for (const char c : bytes) {
    if (c == '\0') continue;
    if (c == kWord[matched]) {
      if (++matched == kWord.size()) return true;
    } else {
      matched = c == '<' ? 1 : 0;
    }
  }
  return false;
}

// What libxml2 would print of bad encodings whatever it is told.
void sayNothing(void*, const char*, ...) {}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// With entities off, libxml2 hands every '&' of a namespace on as "&#38;", and only those.
std::string spaceOf(const xmlNs* space) {
  constexpr std::string_view kReference = "&#38;";
  std::string out = space ? toString(space->href) : std::string();
  for (auto at = out.find(kReference); at != std::string::npos; at = out.find(kReference, at + 1)) {
    out.erase(at + 1, kReference.size() - 1);
  }
  return out;
}

struct Copying {
  bool exact = false;
  std::size_t nodes = 0;
  bool undeclared = false;  // a prefix that stands for no namespace: it could not be written again
};

// libxml2 itself stops at 256 levels, so the recursion is bounded.
bool copy(const xmlNode* from, XmlNode& into, Copying& how) {
  if (++how.nodes > kMaxNodes) return false;
  into.name = toString(from->name);
  if (how.exact) into.nameSpace = spaceOf(from->ns);
  how.undeclared = how.undeclared || into.name.find(':') != std::string::npos;
  for (const xmlAttr* a = from->properties; a; a = a->next) {
    if (++how.nodes > kMaxNodes) return false;
    std::string value;
    for (const xmlNode* part = a->children; part; part = part->next) {
      if (part->type == XML_TEXT_NODE) value += toString(part->content);
    }
    std::string key = toString(a->name);
    how.undeclared = how.undeclared || key.find(':') != std::string::npos;
    if (how.exact && a->ns) key = fmt::format("{{{}}}{}", spaceOf(a->ns), key);
    into.attributes.emplace_back(std::move(key), std::move(value));
  }
  for (const xmlNode* child = from->children; child; child = child->next) {
    if (child->type == XML_ELEMENT_NODE) {
      if (!copy(child, into.children.emplace_back(), how)) return false;
    } else if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE) {
      into.text += toString(child->content);
    }
  }
  if (!how.exact || !into.children.empty()) into.text = std::string(trimmed(into.text));
  return true;
}

Result<XmlNode> parse(std::string_view bytes, bool lenient, bool exact) {
  if (bytes.size() > kMaxXmlBytes) return fail(Errc::unsupported, "the XML is larger than such files are");
  if (hasDocumentType(bytes)) return fail(Errc::corrupt, "the XML has a document type, which such files never have");
  xmlSetGenericErrorFunc(nullptr, sayNothing);  // of this thread
  int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
  if (lenient) options |= XML_PARSE_RECOVER;
  const std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)> document(
      xmlReadMemory(bytes.data(), static_cast<int>(bytes.size()), nullptr, nullptr, options), &xmlFreeDoc);
  const xmlNode* root = document ? xmlDocGetRootElement(document.get()) : nullptr;
  if (!root || document->intSubset) return fail(Errc::corrupt, "the XML cannot be parsed");
  XmlNode out;
  Copying how{exact};
  if (!copy(root, out, how)) return fail(Errc::corrupt, "the XML has too many elements");
  if (exact && how.undeclared) return fail(Errc::corrupt, "the XML has a prefix that no namespace is declared for");
  return out;
}

using Prefixes = std::vector<std::pair<std::string, std::string>>;

const std::string* prefixOf(const Prefixes& prefixes, std::string_view space, bool forAttribute) {
  for (auto it = prefixes.rbegin(); it != prefixes.rend(); ++it) {
    if (it->first != space) continue;
    if (forAttribute && it->second.empty()) continue;  // an attribute without a prefix is in no namespace
    const bool hidden =
        std::any_of(prefixes.rbegin(), it, [&](const auto& inner) { return inner.second == it->second; });
    if (!hidden) return &it->second;
  }
  return nullptr;
}

std::string qualified(const std::string& prefix, std::string_view name) {
  return prefix.empty() ? std::string(name) : fmt::format("{}:{}", prefix, name);
}

constexpr std::string_view kXmlSpace = "http://www.w3.org/XML/1998/namespace";

// "{namespace}name" in its parts; the namespace "" if there is none.
std::pair<std::string_view, std::string_view> parts(std::string_view key) {
  const std::size_t end = key.starts_with('{') ? key.rfind('}') : std::string_view::npos;
  if (end == std::string_view::npos) return {{}, key};
  return {key.substr(1, end - 1), key.substr(end + 1)};
}

void write(const XmlNode& node, Prefixes prefixes, std::size_t depth, std::string declared, std::string& out) {
  const auto declare = [&](const std::string& space, const std::string& prefix) {
    declared += prefix.empty() ? fmt::format(" xmlns=\"{}\"", xmlEscapeLossy(space))
                               : fmt::format(" xmlns:{}=\"{}\"", prefix, xmlEscapeLossy(space));
    prefixes.emplace_back(space, prefix);
  };
  const bool hasDefault =
      std::any_of(prefixes.begin(), prefixes.end(), [](const auto& one) { return one.second.empty(); });
  std::string name = node.name;
  if (!node.nameSpace.empty()) {
    if (!prefixOf(prefixes, node.nameSpace, false)) declare(node.nameSpace, fmt::format("n{}", prefixes.size()));
    name = qualified(*prefixOf(prefixes, node.nameSpace, false), node.name);
  } else if (hasDefault && !prefixOf(prefixes, {}, false)) {
    declare({}, {});
  }
  std::string attributes;
  for (const auto& [key, value] : node.attributes) {
    const auto [space, local] = parts(key);
    std::string shown(local);
    if (space == kXmlSpace) {
      shown = fmt::format("xml:{}", local);
    } else if (!space.empty()) {
      if (!prefixOf(prefixes, space, true)) declare(std::string(space), fmt::format("n{}", prefixes.size()));
      shown = qualified(*prefixOf(prefixes, space, true), local);
    }
    attributes += fmt::format(" {}=\"{}\"", shown, xmlEscapeLossy(value));
  }
  out.append(depth * 4, ' ').append(fmt::format("<{}{}{}", name, declared, attributes));
  if (node.text.empty() && node.children.empty()) {
    out += "/>\n";
    return;
  }
  out.append(">").append(xmlEscapeLossy(node.text));
  if (!node.children.empty()) {
    out += '\n';
    for (const XmlNode& child : node.children) write(child, prefixes, depth + 1, {}, out);
    out.append(depth * 4, ' ');
  }
  out.append(fmt::format("</{}>\n", name));
}

}  // namespace

std::string XmlNode::attribute(std::string_view key) const {
  for (const auto& [name_, value] : attributes) {
    if (name_ == key) return value;
  }
  return {};
}

const XmlNode* XmlNode::child(std::string_view key) const {
  const auto found = std::find_if(children.begin(), children.end(), [key](const XmlNode& n) { return n.name == key; });
  return found == children.end() ? nullptr : &*found;
}

std::string XmlNode::childText(std::string_view key) const {
  const XmlNode* node = child(key);
  return node ? node->text : std::string();
}

Result<XmlNode> parseXml(std::string_view bytes, bool lenient) { return parse(bytes, lenient, false); }

Result<XmlNode> parseXmlExact(std::string_view bytes) { return parse(bytes, false, true); }

std::string formatXml(const XmlNode& root, const Prefixes& prefixes) {
  std::string declared;
  for (const auto& [space, prefix] : prefixes) {
    declared += prefix.empty() ? fmt::format(" xmlns=\"{}\"", xmlEscapeLossy(space))
                               : fmt::format(" xmlns:{}=\"{}\"", prefix, xmlEscapeLossy(space));
  }
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  write(root, prefixes, 0, std::move(declared), out);
  return out;
}

}  // namespace rollproof::interchange
