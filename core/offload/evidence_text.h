// SPDX-License-Identifier: Apache-2.0
// Counts and names as people read them. Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/model/volume.h"

namespace rollproof::offload {

[[nodiscard]] std::string counted(std::uint64_t n, std::string_view singular);  // "1 file", "3 files"
[[nodiscard]] std::string sizeText(std::uint64_t bytes);                        // "1.5 GB"
[[nodiscard]] std::string copyName(const model::Volume& volume, const std::string& destination);

}  // namespace rollproof::offload
