// SPDX-License-Identifier: Apache-2.0
// ASC CDL files: ColorCorrection, ColorCorrectionCollection and ColorDecisionList, any namespace version.
#include <libxml/parser.h>
#include <libxml/tree.h>

#include <charconv>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "core/base/file_system.h"
#include "core/base/path.h"
#include "core/colour/colour.h"
#include "core/colour/lut_file.h"

namespace rollproof::colour {
namespace {

constexpr std::uint64_t kMaxCdlBytes = 16ULL << 20;

struct Document {
  xmlDocPtr doc = nullptr;
  explicit Document(const std::string& text)
      : doc(xmlReadMemory(text.data(), static_cast<int>(text.size()), nullptr, nullptr,
                          XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA)) {}
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;
  ~Document() { xmlFreeDoc(doc); }
};

std::string localName(const xmlNode* node) {
  return node->type == XML_ELEMENT_NODE ? path::lowerAscii(reinterpret_cast<const char*>(node->name)) : std::string();
}

std::string textOf(const xmlNode* node) {
  std::string text;
  for (const xmlNode* child = node->children; child; child = child->next) {
    if ((child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE) && child->content) {
      text += reinterpret_cast<const char*>(child->content);
    }
  }
  return text;
}

bool parseNumbers(const std::string& text, double* values, int count) {
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  auto skip = [&] {
    while (at != end && std::strchr(" \t\r\n", *at)) ++at;
  };
  for (int i = 0; i < count; ++i) {
    skip();
    if (at != end && *at == '+') ++at;
    const auto [next, code] = std::from_chars(at, end, values[i]);
    if (code != std::errc() || !std::isfinite(values[i])) return false;
    at = next;
  }
  skip();
  return at == end;
}

struct Correction {
  std::string id;
  model::Cdl cdl;
};

Result<Correction> parseCorrection(const xmlNode* node, const std::string& path) {
  Correction result;
  for (const xmlAttr* attribute = node->properties; attribute; attribute = attribute->next) {
    if (path::lowerAscii(reinterpret_cast<const char*>(attribute->name)) == "id" && attribute->children &&
        attribute->children->content) {
      result.id = reinterpret_cast<const char*>(attribute->children->content);
    }
  }
  bool found = false;
  for (const xmlNode* part = node->children; part; part = part->next) {
    const std::string partName = localName(part);
    if (partName != "sopnode" && partName != "satnode") continue;
    for (const xmlNode* field = part->children; field; field = field->next) {
      const std::string fieldName = localName(field);
      bool good = true;
      if (fieldName == "slope") {
        good = parseNumbers(textOf(field), result.cdl.slope.data(), 3);
      } else if (fieldName == "offset") {
        good = parseNumbers(textOf(field), result.cdl.offset.data(), 3);
      } else if (fieldName == "power") {
        good = parseNumbers(textOf(field), result.cdl.power.data(), 3);
      } else if (fieldName == "saturation") {
        good = parseNumbers(textOf(field), &result.cdl.saturation, 1);
      } else {
        continue;
      }
      if (!good) return fail(Errc::corrupt, "the CDL's " + fieldName + " is not made of plain numbers", path);
      found = true;
    }
  }
  if (!found) return fail(Errc::corrupt, "the colour correction holds no CDL values", path);
  for (std::size_t i = 0; i < 3; ++i) {
    if (result.cdl.slope[i] < 0 || result.cdl.power[i] <= 0) {
      return fail(Errc::corrupt, "the CDL has a negative slope or a power that is not positive", path);
    }
  }
  if (result.cdl.saturation < 0) return fail(Errc::corrupt, "the CDL has a negative saturation", path);
  return result;
}

Status collect(const xmlNode* node, const std::string& path, std::vector<Correction>& into) {
  for (; node; node = node->next) {
    if (localName(node) == "colorcorrection") {
      auto correction = parseCorrection(node, path);
      if (!correction) return tl::unexpected(correction.error());
      into.push_back(std::move(*correction));
    } else if (node->type == XML_ELEMENT_NODE) {
      if (auto inner = collect(node->children, path, into); !inner) return inner;
    }
  }
  return {};
}

Result<model::Look> loadCdl(const std::string& path, const std::string& id) {
  std::error_code resolveError;
  const std::filesystem::path resolved = std::filesystem::canonical(path, resolveError);
  if (resolveError) return tl::unexpected(systemError(resolveError.value(), "cannot open the look", path));
  auto text = readSmallFile(realFileSystem(), resolved.native(), kMaxCdlBytes);
  if (!text) return tl::unexpected(text.error());
  const Document document(*text);
  if (!document.doc) return fail(Errc::corrupt, "the CDL file is not well-formed XML", path);
  if (document.doc->intSubset) return fail(Errc::corrupt, "a CDL file has no business with a document type", path);

  std::vector<Correction> corrections;
  if (auto collected = collect(xmlDocGetRootElement(document.doc), path, corrections); !collected) {
    return tl::unexpected(collected.error());
  }
  if (corrections.empty()) return fail(Errc::corrupt, "there is no colour correction in this file", path);
  const Correction* chosen = nullptr;
  if (id.empty()) {
    if (corrections.size() > 1) {
      std::string ids;
      for (std::size_t i = 0; i < corrections.size() && i < 8; ++i) {
        ids += (i ? ", " : "") + path::display(corrections[i].id);
      }
      return fail(Errc::usage,
                  "the file holds " + std::to_string(corrections.size()) + " looks, say which one by its id: " + ids,
                  path);
    }
    chosen = &corrections.front();
  } else {
    for (const Correction& correction : corrections) {
      if (correction.id == id) chosen = &correction;
    }
    if (!chosen) return fail(Errc::notFound, "there is no look with the id " + path::display(id), path);
  }
  model::Look look;
  look.name = chosen->id.empty() ? path::stem(path) : chosen->id;
  look.cdl = chosen->cdl;
  return look;
}

}  // namespace

Result<model::Look> loadLook(const std::string& path, const std::string& id) {
  const std::string suffix = path::extension(path);
  if (suffix == "cc" || suffix == "ccc" || suffix == "cdl") return loadCdl(path, id);
  if (!isLutName(path)) {
    return fail(Errc::unsupported, "a look is a .cc, .ccc or .cdl file or a LUT such as .cube, .clf or .3dl", path);
  }
  if (auto lut = loadLut(path); !lut) return tl::unexpected(lut.error());
  model::Look look;
  look.name = path::stem(path);
  look.lutFile = path::absolute(path);
  return look;
}

}  // namespace rollproof::colour
