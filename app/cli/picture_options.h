// SPDX-License-Identifier: Apache-2.0
// What `frame` and `proxy` share: naming a clip and overriding its colour.
// Threads: main thread only.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/verbs.h"

namespace rollproof::cli {

struct ColourOptions {
  std::string input, display, view;
  std::vector<std::string> looks;  // files: a CDL and a LUT may both be named
  void addTo(CLI::App& verb);
  [[nodiscard]] Result<dailies::ColourChoice> choice() const;
};

struct NamedClip {
  dailies::ClipSource source;
  std::optional<catalog::ClipId> id;  // none for a clip named by its path
};

// A catalog clip's name or id, or a path. Catalog clips bring their look when `choice` has none.
[[nodiscard]] Result<std::vector<NamedClip>> findClips(Context& context, const std::string& nameIdOrPath);

}  // namespace rollproof::cli
