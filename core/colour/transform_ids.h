// SPDX-License-Identifier: Apache-2.0
// Our names as ACES transform ids, "" where there is none. Threads: pure functions.
#pragma once

#include <string>

namespace rollproof::colour {

// The way to ACES2065-1, and the way back from it (only conversions have both; input transforms have one).
[[nodiscard]] std::string idOfSpace(const std::string& space);
[[nodiscard]] std::string idToSpace(const std::string& space);
// An ODT, which goes with the RRT, or an RRTODT, which is both.
[[nodiscard]] std::string idOfOutput(const std::string& display, const std::string& view);
[[nodiscard]] std::string idOfLook(const std::string& look);
inline constexpr const char* kReferenceRendering = "urn:ampas:aces:transformId:v1.5:RRT.a1.0.3";

}  // namespace rollproof::colour
