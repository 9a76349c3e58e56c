// SPDX-License-Identifier: Apache-2.0
// A roll: one card's worth of footage within a project and a shoot day. Threads: plain values.
#pragma once

#include <string>

namespace rollproof::model {

struct RollKey {
  std::string project;
  std::string day;   // YYYY-MM-DD
  std::string roll;  // "A001"
  bool operator==(const RollKey&) const = default;
};

}  // namespace rollproof::model
