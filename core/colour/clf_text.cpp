// SPDX-License-Identifier: Apache-2.0
#include "core/colour/clf_text.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include <memory>
#include <string_view>

#include "core/base/path.h"

namespace rollproof::colour {
namespace {

const xmlChar* xml(const char* text) { return reinterpret_cast<const xmlChar*>(text); }

std::string nameOf(const xmlNode* node) { return reinterpret_cast<const char*>(node->name); }

void dropNamespaces(xmlNode* node) {
  for (; node; node = node->next) {
    if (node->type != XML_ELEMENT_NODE) continue;
    node->ns = nullptr;
    dropNamespaces(node->children);
  }
}

// The root element's start tag says it all: written without a prefix and with its version it is the Academy's form.
bool isAcademy(std::string_view text) {
  const auto at = text.find("<ProcessList");
  if (at == std::string_view::npos) return false;
  return text.substr(at, text.find('>', at) - at).find("compCLFversion") != std::string_view::npos;
}

}  // namespace

Result<std::string> academyClf(std::string text, const std::string& path) {
  if (isAcademy(text)) return text;
  if (text.find("<!DOCTYPE") != std::string::npos) {
    return fail(Errc::corrupt, "a CLF file has no business with a document type", path);
  }
  const std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)> doc(
      xmlReadMemory(text.data(), static_cast<int>(text.size()), nullptr, nullptr,
                    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE),
      xmlFreeDoc);
  if (!doc) return fail(Errc::corrupt, "the CLF file is not well-formed XML", path);
  xmlNode* const root = xmlDocGetRootElement(doc.get());
  if (!root || nameOf(root) != "ProcessList") return text;  // OpenColorIO says what it thinks of it
  std::string id = "none";
  for (xmlNode* child = root->children; child;) {
    xmlNode* const next = child->next;
    if (child->type == XML_ELEMENT_NODE && nameOf(child) == "Id") {
      const std::unique_ptr<xmlChar, decltype(xmlFree)> content(xmlNodeGetContent(child), xmlFree);
      if (content) id = reinterpret_cast<const char*>(content.get());
      xmlUnlinkNode(child);
      xmlFreeNode(child);
    }
    child = next;
  }
  dropNamespaces(root);
  if (!xmlHasProp(root, xml("compCLFversion"))) xmlSetProp(root, xml("compCLFversion"), xml("3.0"));
  if (!xmlHasProp(root, xml("id"))) xmlSetProp(root, xml("id"), xml(id.c_str()));
  xmlChar* bytes = nullptr;
  int size = 0;
  xmlDocDumpMemory(doc.get(), &bytes, &size);
  const std::unique_ptr<xmlChar, decltype(xmlFree)> kept(bytes, xmlFree);
  if (!kept || size <= 0) return fail(Errc::failed, "there is no memory for the CLF file", path);
  return std::string(reinterpret_cast<const char*>(kept.get()), static_cast<std::size_t>(size));
}

}  // namespace rollproof::colour
