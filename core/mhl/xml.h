// SPDX-License-Identifier: Apache-2.0
// Bounded streaming XML reading for manifests and chains.
// Threads: plain functions; one reader per call. Errors: Errc::corrupt for anything that is not well-formed, has a
// document type, or exceeds the limits below.
// Source: XML 1.0 (Fifth Edition).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/base/xml_text.h"

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

}  // namespace rollproof::mhl
