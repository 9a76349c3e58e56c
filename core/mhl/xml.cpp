// SPDX-License-Identifier: Apache-2.0
#include "core/mhl/xml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

namespace rollproof::mhl {
namespace {

struct FreeContext {
  void operator()(xmlParserCtxt* context) const { xmlFreeParserCtxt(context); }
};

std::string_view view(const xmlChar* text) {
  return text == nullptr ? std::string_view{} : std::string_view{reinterpret_cast<const char*>(text)};
}

struct Reading {
  XmlHandler& handler;
  ByteSource& source;
  xmlParserCtxt* context = nullptr;
  Status status;
  std::vector<bool> wanted;  // per open element
  std::string text;
  std::vector<XmlAttribute> attributes;
  std::vector<std::string> decoded;  // values that held an ampersand
  Error sourceError;                 // no message: none
  bool any = false;                  // did the source give a byte?

  void stop(Error error) {
    if (status) status = tl::unexpected<Error>(std::move(error));
    xmlStopParser(context);
  }
  void stop(std::string message) { stop(Error{Errc::corrupt, std::move(message), {}, 0, -1}); }
};

// With entities off, the parser hands an attribute's "&amp;" on as "&#38;", and every plain '&' only in this form.
std::string withAmpersands(std::string_view raw) {
  constexpr std::string_view kReference = "&#38;";
  std::string text;
  for (auto at = raw.find(kReference); at != std::string_view::npos; at = raw.find(kReference)) {
    text.append(raw.substr(0, at)).push_back('&');
    raw.remove_prefix(at + kReference.size());
  }
  return text.append(raw);
}

void onStart(void* user, const xmlChar* name, const xmlChar*, const xmlChar* uri, int, const xmlChar**,
             int attributeCount, int, const xmlChar** raw) {
  auto& reading = *static_cast<Reading*>(user);
  if (!reading.status) return;
  if (reading.wanted.size() >= static_cast<std::size_t>(kMaxDepth)) {
    return reading.stop("its elements are nested too deep");
  }
  reading.attributes.clear();
  reading.decoded.clear();
  reading.decoded.reserve(static_cast<std::size_t>(attributeCount));
  for (int i = 0; i < attributeCount; ++i) {
    const xmlChar** one = raw + 5 * std::ptrdiff_t{i};
    if (one[2] != nullptr) continue;  // attributes of other namespaces are none of ours
    const std::string_view value{reinterpret_cast<const char*>(one[3]), static_cast<std::size_t>(one[4] - one[3])};
    if (value.size() > kMaxAttributeBytes) return reading.stop("an attribute is too long to be meant");
    const bool plain = value.find('&') == std::string_view::npos;
    reading.attributes.push_back({view(one[0]), plain ? value : reading.decoded.emplace_back(withAmpersands(value))});
  }
  reading.text.clear();
  const auto wanted = reading.handler.open(view(uri), view(name), reading.attributes);
  if (!wanted) return reading.stop(wanted.error());
  reading.wanted.push_back(*wanted);
}

void onEnd(void* user, const xmlChar*, const xmlChar*, const xmlChar*) {
  auto& reading = *static_cast<Reading*>(user);
  if (!reading.status || reading.wanted.empty()) return;
  const bool wanted = reading.wanted.back();
  reading.wanted.pop_back();
  if (const auto closed = reading.handler.close(wanted ? std::string_view{reading.text} : std::string_view{});
      !closed) {
    return reading.stop(closed.error());
  }
  reading.text.clear();
}

void onText(void* user, const xmlChar* text, int length) {
  auto& reading = *static_cast<Reading*>(user);
  if (!reading.status || length <= 0 || reading.wanted.empty() || !reading.wanted.back()) return;
  if (reading.text.size() + static_cast<std::size_t>(length) > kMaxTextBytes) {
    return reading.stop("an element's text is too long to be meant");
  }
  reading.text.append(reinterpret_cast<const char*>(text), static_cast<std::size_t>(length));
}

// A manifest has no use for a document type, and entities are the classic way to make a small file large.
void onDoctype(void* user, const xmlChar*, const xmlChar*, const xmlChar*) {
  static_cast<Reading*>(user)->stop("it has a document type, which no manifest has");
}

void onReference(void* user, const xmlChar*) {
  static_cast<Reading*>(user)->stop("it refers to an entity, which no manifest does");
}

// The parser's own sentence goes into the Error; nothing may be printed.
void onError(void* user, xmlErrorPtr error) {
  auto& reading = *static_cast<Reading*>(user);
  if (!reading.status || error == nullptr || error->level < XML_ERR_ERROR) return;
  std::string message = "is not well-formed XML";
  if (error->line > 0) message += " (line " + std::to_string(error->line) + ")";
  reading.status = fail(Errc::corrupt, std::move(message));
}

void ignoreMessage(void*, const char*, ...) {}

int onRead(void* user, char* into, int size) {
  auto& reading = *static_cast<Reading*>(user);
  if (size <= 0 || !reading.sourceError.message.empty()) return -1;
  const auto got = reading.source.read(std::as_writable_bytes(std::span(into, static_cast<std::size_t>(size))));
  if (!got) {
    reading.sourceError = got.error();
    return -1;
  }
  reading.any = reading.any || *got > 0;
  return static_cast<int>(*got);
}

}  // namespace

Status readXml(ByteSource& source, XmlHandler& handler) {
  xmlInitParser();
  // Of this thread: what libxml2 says outside the parser's own handler (a character that cannot be converted) goes to
  // stderr otherwise.
  xmlSetGenericErrorFunc(nullptr, ignoreMessage);
  Reading reading{handler, source, nullptr, {}, {}, {}, {}, {}, {}, false};
  xmlSAXHandler sax{};
  sax.initialized = XML_SAX2_MAGIC;
  sax.startElementNs = onStart;
  sax.endElementNs = onEnd;
  sax.characters = onText;
  sax.ignorableWhitespace = onText;
  sax.cdataBlock = onText;
  sax.internalSubset = onDoctype;
  sax.reference = onReference;
  sax.serror = onError;
  const std::unique_ptr<xmlParserCtxt, FreeContext> context{
      xmlCreateIOParserCtxt(&sax, &reading, onRead, nullptr, &reading, XML_CHAR_ENCODING_NONE)};
  if (!context) return fail(Errc::failed, "the XML reader could not be set up");
  reading.context = context.get();
  (void)xmlCtxtUseOptions(context.get(), XML_PARSE_NONET);
  (void)xmlParseDocument(context.get());
  if (!reading.any && reading.sourceError.message.empty()) return fail(Errc::corrupt, "is empty");
  if (!reading.sourceError.message.empty()) return tl::unexpected(reading.sourceError);
  if (!reading.status) return reading.status;
  if (context->wellFormed == 0) return fail(Errc::corrupt, "is not well-formed XML");
  return {};
}

Result<std::size_t> MemorySource::read(std::span<std::byte> into) {
  const std::size_t size = std::min(into.size(), m_left.size());
  if (size > 0) std::memcpy(into.data(), m_left.data(), size);
  m_left.remove_prefix(size);
  return size;
}

Status readXml(std::string_view xml, XmlHandler& handler) {
  MemorySource source(xml);
  return readXml(source, handler);
}

}  // namespace rollproof::mhl
