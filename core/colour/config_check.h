// SPDX-License-Identifier: Apache-2.0
// Whether a configuration's spaces can be worked out at all. Threads: pure functions.
// Errors: Errc::corrupt naming the spaces that need each other. OpenColorIO 2.1 would follow such a circle until its
//         stack ends.
#pragma once

#include <OpenColorIO/OpenColorIO.h>

#include "core/base/error.h"

namespace rollproof::colour {

[[nodiscard]] Status checkForCircles(const OCIO_NAMESPACE::ConstConfigRcPtr& config, const std::string& file);

}  // namespace rollproof::colour
