// SPDX-License-Identifier: Apache-2.0
// Render presets: the shipped ones and those kept in the catalog. Private to this folder.
// Threads: as the catalog. Errors: Errc::usage for a name that is taken or no preset; the catalog's.
#pragma once

#include <string>
#include <vector>

#include "core/catalog/catalog.h"
#include "core/dailies/dailies.h"

namespace rollproof::session {

// A document that is no preset (of a newer program) is left out, with a line in the log.
[[nodiscard]] Result<std::vector<dailies::Preset>> allPresets(catalog::Catalog& catalog);
// The same with the kept burn-in templates they name in place of the names.
[[nodiscard]] Result<std::vector<dailies::Preset>> presetsToRender(catalog::Catalog& catalog);
[[nodiscard]] Status keepPreset(catalog::Catalog& catalog, const dailies::Preset& preset);
[[nodiscard]] Status dropPreset(catalog::Catalog& catalog, const std::string& name);

}  // namespace rollproof::session
