// SPDX-License-Identifier: Apache-2.0
// The files of resources/burnins, compiled in. Private to this folder. Threads: constants. Errors: none. Source: none.
#pragma once

#include <vector>

namespace rollproof::dailies {

[[nodiscard]] const std::vector<const char*>& burnInFiles();

}  // namespace rollproof::dailies
