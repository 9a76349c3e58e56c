// SPDX-License-Identifier: Apache-2.0
// CLF as SMPTE ST 2136-1 writes it, in the words of the Academy's CLF 3.0 that OpenColorIO 2.1 reads.
// Threads: pure functions. Errors: Errc::corrupt for text that is no XML, or has a document type.
// Source: SMPTE ST 2136-1:2024 (namespace, Id element instead of the attributes id and compCLFversion); S-2014-006.
#pragma once

#include <string>

#include "core/base/error.h"

namespace rollproof::colour {

// Text that needs nothing comes back as it is.
[[nodiscard]] Result<std::string> academyClf(std::string text, const std::string& path);

}  // namespace rollproof::colour
