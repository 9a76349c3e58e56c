// SPDX-License-Identifier: Apache-2.0
// Burn-in templates and framings people keep by name in the catalog, beside the shipped ones. Private to this folder.
// Threads: as the catalog. Errors: Errc::usage for what is no template or framing, and for a shipped one's name;
// Errc::notFound for a name nobody gave; the catalog's.
#pragma once

#include <string>
#include <vector>

#include "core/catalog/catalog.h"
#include "core/dailies/burnin.h"

namespace rollproof::session {

// The shipped ones, then the kept ones by name; what is not understood (of a newer program) is left out.
[[nodiscard]] Result<std::vector<dailies::BurnInTemplate>> allBurnIns(catalog::Catalog& catalog);
[[nodiscard]] Status keepBurnIn(catalog::Catalog& catalog, const dailies::BurnInTemplate& burnin);
[[nodiscard]] Status dropBurnIn(catalog::Catalog& catalog, const std::string& name);

[[nodiscard]] Result<std::vector<std::string>> allFramings(catalog::Catalog& catalog);
// `json`: a framing or an ASC FDL; "" takes it away.
[[nodiscard]] Status keepFraming(catalog::Catalog& catalog, const std::string& name, const std::string& json);
// What a camera format may say of its framing: a kept name, an aspect, JSON, or the path of a file, which is kept under
// its name. As it is to be written to the format.
[[nodiscard]] Result<std::string> framingForFormat(catalog::Catalog& catalog, const std::string& said);

// Puts the texts of kept documents where their names stand.
[[nodiscard]] Status textsFor(catalog::Catalog& catalog, std::string& burnin, std::string& framing);

}  // namespace rollproof::session
