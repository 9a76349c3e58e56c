// SPDX-License-Identifier: Apache-2.0
// What `proxy` and `dailies` take about burn-ins and framing.
// Threads: main thread only. Errors: Errc::usage for what cannot be, files that cannot be read as they say. Source:
// none.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "core/dailies/dailies.h"

namespace rollproof::cli {

struct FramingOptions {
  std::string burnin, show, recipient;
  std::vector<std::string> free = std::vector<std::string>(9);
  std::string framing, intent, aspect, fit, flip, lines;
  int rotate = -1;
  double squeeze = 0;
  bool desqueeze = true;
  void addTo(CLI::App& verb);
  // Reads the files that are named.
  [[nodiscard]] Status fill(dailies::RenderRequest& request) const;
};

}  // namespace rollproof::cli
