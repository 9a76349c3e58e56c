// SPDX-License-Identifier: Apache-2.0
// The text rules of XML for whoever writes it: what it can hold, how that is escaped, and its dates.
// Threads: pure functions. Errors: none.
// Source: XML 1.0 (Fifth Edition) 2.2 Characters, 2.11 End-of-Line Handling; XML Schema Part 2, dateTime.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollproof {

// Can XML 1.0 hold these bytes, with character references for tab and line ends?
[[nodiscard]] bool isXmlText(std::string_view bytes);
// Escapes for element text and attributes. The bytes must be isXmlText.
[[nodiscard]] std::string xmlEscape(std::string_view text);
// For free text that may hold anything: what XML cannot carry becomes U+FFFD.
[[nodiscard]] std::string xmlEscapeLossy(std::string_view bytes);

// Nanoseconds since 1970 of an xsd:dateTime; no zone counts as UTC. nullopt when malformed or out of range.
[[nodiscard]] std::optional<std::int64_t> parseDateTime(std::string_view text);

}  // namespace rollproof
