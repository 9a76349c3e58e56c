// SPDX-License-Identifier: Apache-2.0
#include "core/camera/xml.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include <algorithm>
#include <memory>

#include "core/camera/record.h"

namespace rollproof::camera {
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

// libxml2 itself stops at 256 levels, so the recursion is bounded.
bool copy(const xmlNode* from, XmlNode& into, std::size_t& nodes) {
  if (++nodes > kMaxNodes) return false;
  into.name = toString(from->name);
  for (const xmlAttr* a = from->properties; a; a = a->next) {
    std::string value;
    for (const xmlNode* part = a->children; part; part = part->next) {
      if (part->type == XML_TEXT_NODE) value += toString(part->content);
    }
    into.attributes.emplace_back(toString(a->name), std::move(value));
  }
  for (const xmlNode* child = from->children; child; child = child->next) {
    if (child->type == XML_ELEMENT_NODE) {
      if (!copy(child, into.children.emplace_back(), nodes)) return false;
    } else if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE) {
      into.text += toString(child->content);
    }
  }
  into.text = std::string(trimmed(into.text));
  return true;
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

Result<XmlNode> parseXml(std::string_view bytes, bool lenient) {
  if (bytes.size() > kMaxXmlBytes) return fail(Errc::unsupported, "the XML is larger than any camera writes");
  if (hasDocumentType(bytes)) return fail(Errc::corrupt, "the XML has a document type, which cameras do not write");
  xmlSetGenericErrorFunc(nullptr, sayNothing);  // of this thread
  int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
  if (lenient) options |= XML_PARSE_RECOVER;
  const std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)> document(
      xmlReadMemory(bytes.data(), static_cast<int>(bytes.size()), nullptr, nullptr, options), &xmlFreeDoc);
  const xmlNode* root = document ? xmlDocGetRootElement(document.get()) : nullptr;
  if (!root || document->intSubset) return fail(Errc::corrupt, "the XML cannot be parsed");
  XmlNode out;
  std::size_t nodes = 0;
  if (!copy(root, out, nodes)) return fail(Errc::corrupt, "the XML has too many elements");
  return out;
}

}  // namespace rollproof::camera
