// SPDX-License-Identifier: Apache-2.0
// Is a document what the standard's schemas allow? Order, number and values of elements and attributes, one sentence
// for each violation. What we write must pass; what others write is read more kindly than this.
// Threads: plain functions. Errors: Errc::corrupt for what is no XML at all, or as the source says.
// Source: ASC MHL Specification v1.0, "XML schema"; ASCMHL.xsd and ASCMHLDirectory.xsd (namespaces urn:ASC:MHL:v2.0 and
// urn:ASC:MHL:DIRECTORY:v2.0).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/mhl/xml.h"

namespace rollproof::mhl {

enum class DocumentKind { manifest, chain };  // a collection has the shape of a chain

// Empty: as the schema has it. The first `atMost` violations, in the document's order.
[[nodiscard]] Result<std::vector<std::string>> schemaViolations(ByteSource& source, DocumentKind kind,
                                                                std::size_t atMost = 100);

}  // namespace rollproof::mhl
