// SPDX-License-Identifier: Apache-2.0
// A LUT file as OpenColorIO operators, checked before it is believed.
// Threads: free-threaded. Errors: Errc::notFound, Errc::notRegular, Errc::unsupported (too large, unknown kind),
//          Errc::corrupt (unreadable, or with values that are no numbers).
#pragma once

#include <OpenColorIO/OpenColorIO.h>

#include <string>

#include "core/base/error.h"

namespace rollproof::colour {

// Does the file name end like a LUT this build reads?
[[nodiscard]] bool isLutName(const std::string& path);
[[nodiscard]] Result<OCIO_NAMESPACE::ConstGroupTransformRcPtr> loadLut(const std::string& path);

// "xxh64:<hex>" of the file's bytes.
[[nodiscard]] Result<std::string> hashOfFile(const std::string& path);

}  // namespace rollproof::colour
