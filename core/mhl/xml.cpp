// SPDX-License-Identifier: Apache-2.0
#include "core/mhl/xml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <vector>

#include "core/base/path.h"

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

int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
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

bool isXmlText(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto c = static_cast<unsigned char>(bytes[i]);
    if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') return false;
    // U+FFFE and U+FFFF are UTF-8 but no characters of XML.
    if (c == 0xEF && i + 2 < bytes.size() && static_cast<unsigned char>(bytes[i + 1]) == 0xBF &&
        static_cast<unsigned char>(bytes[i + 2]) >= 0xBE) {
      return false;
    }
  }
  return path::isUtf8(bytes);
}

std::string xmlEscape(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 8);
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\t':
        out += "&#9;";
        break;
      case '\n':
        out += "&#10;";
        break;
      case '\r':
        out += "&#13;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string xmlEscapeLossy(std::string_view bytes) {
  return xmlEscape(isXmlText(bytes) ? std::string(bytes) : [&] {
    std::string shown = path::display(bytes);
    return isXmlText(shown) ? shown : path::percentEncode(bytes);
  }());
}

std::optional<std::int64_t> parseDateTime(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\t')) text.remove_suffix(1);
  if (text.size() < 19 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  const int year = digits(text, 0, 4);
  const int month = digits(text, 5, 2);
  const int day = digits(text, 8, 2);
  const int hour = digits(text, 11, 2);
  const int minute = digits(text, 14, 2);
  const int second = digits(text, 17, 2);
  // Nanoseconds in 64 bits end in 2262.
  if (year < 1700 || year > 2260 || month < 1 || day < 1 || hour < 0 || hour > 24 || minute < 0 || minute > 59 ||
      second < 0 || second > 60) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  std::int64_t seconds = std::chrono::sys_days{date}.time_since_epoch().count() * std::int64_t{86400} +
                         std::int64_t{hour} * 3600 + std::int64_t{minute} * 60 + second;
  std::int64_t nanos = 0;
  std::size_t at = 19;
  if (at < text.size() && text[at] == '.') {
    std::int64_t scale = 100'000'000;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      nanos += (text[at] - '0') * scale;
      scale /= 10;
    }
  }
  const std::string_view zone = text.substr(at);
  if (!zone.empty() && zone != "Z") {
    const int zoneHours = digits(zone, 1, 2);
    const int zoneMinutes = digits(zone, 4, 2);
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':' || zoneHours < 0 || zoneHours > 14 ||
        zoneMinutes < 0 || zoneMinutes > 59) {
      return std::nullopt;
    }
    const std::int64_t offset = std::int64_t{zoneHours} * 3600 + std::int64_t{zoneMinutes} * 60;
    seconds += zone[0] == '+' ? -offset : offset;
  }
  return seconds * 1'000'000'000 + nanos;
}

}  // namespace rollproof::mhl
