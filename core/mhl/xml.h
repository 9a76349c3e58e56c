// SPDX-License-Identifier: Apache-2.0
// Bounded streaming XML reading for manifests and chains, and the text rules of writing them.
// Threads: plain functions; one reader per call. Errors: Errc::corrupt for anything that is not well-formed, has a
// document type, or exceeds the limits below.
// Source: XML 1.0 (Fifth Edition) 2.2 Characters, 2.11 End-of-Line Handling; XML Schema Part 2, dateTime.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace rollproof::mhl {

constexpr std::size_t kMaxTextBytes = std::size_t{64} * 1024;  // of one element's text we keep
constexpr std::size_t kMaxAttributeBytes = 4096;
constexpr int kMaxDepth = 64;

struct XmlAttribute {
  std::string_view name;
  std::string_view value;
};

class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  // Is this element's text wanted? An error ends the reading.
  virtual Result<bool> open(std::string_view nameSpace, std::string_view name,
                            std::span<const XmlAttribute> attributes) = 0;
  virtual Status close(std::string_view text) = 0;
};

// Bytes in their order.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Fewer than asked for only at the end, then 0.
  virtual Result<std::size_t> read(std::span<std::byte> into) = 0;
};

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string_view bytes) : m_left(bytes) {}
  Result<std::size_t> read(std::span<std::byte> into) override;

 private:
  std::string_view m_left;
};

// Memory does not grow with the document. An error of the source ends the reading and is its result.
[[nodiscard]] Status readXml(ByteSource& source, XmlHandler& handler);
[[nodiscard]] Status readXml(std::string_view xml, XmlHandler& handler);

// Can XML 1.0 hold these bytes, with character references for tab and line ends?
[[nodiscard]] bool isXmlText(std::string_view bytes);
// Escapes for element text and attributes. The bytes must be isXmlText.
[[nodiscard]] std::string xmlEscape(std::string_view text);
// For free text that may hold anything: what XML cannot carry becomes U+FFFD.
[[nodiscard]] std::string xmlEscapeLossy(std::string_view bytes);

// Nanoseconds since 1970 of an xsd:dateTime; no zone counts as UTC. nullopt when malformed or out of range.
[[nodiscard]] std::optional<std::int64_t> parseDateTime(std::string_view text);

}  // namespace rollproof::mhl
