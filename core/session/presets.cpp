// SPDX-License-Identifier: Apache-2.0
#include "core/session/presets.h"

#include "core/base/log.h"
#include "core/base/path.h"
#include "core/session/picture_documents.h"

namespace rollproof::session {
namespace {

constexpr const char* kKind = "preset";

}  // namespace

Result<std::vector<dailies::Preset>> allPresets(catalog::Catalog& catalog) {
  std::vector<dailies::Preset> all = dailies::presets();
  const auto documents = catalog.documents(kKind);
  if (!documents) return tl::unexpected(documents.error());
  for (const auto& document : *documents) {
    auto preset = dailies::parsePreset(document.json);
    if (preset && !dailies::findPreset(preset->name)) {
      all.push_back(std::move(*preset));
    } else {
      log::warn("the preset '" + document.name + "' is not understood" +
                (preset ? std::string() : ": " + describe(preset.error())));
    }
  }
  return all;
}

Result<std::vector<dailies::Preset>> presetsToRender(catalog::Catalog& catalog) {
  auto all = allPresets(catalog);
  if (!all) return all;
  std::string noFraming;
  for (auto& preset : *all) {
    if (auto filled = textsFor(catalog, preset.burnin, noFraming); !filled) return tl::unexpected(filled.error());
  }
  return all;
}

Status keepPreset(catalog::Catalog& catalog, const dailies::Preset& preset) {
  // Its own text is the judge of what can be.
  const auto whole = dailies::parsePreset(dailies::presetJson(preset));
  if (!whole) return tl::unexpected(whole.error());
  if (dailies::findPreset(whole->name)) {
    return fail(Errc::usage, "this is a shipped preset's name; give yours another", path::display(whole->name));
  }
  return catalog.setDocument(kKind, whole->name, dailies::presetJson(*whole));
}

Status dropPreset(catalog::Catalog& catalog, const std::string& name) {
  if (dailies::findPreset(name)) return fail(Errc::usage, "shipped presets stay", path::display(name));
  const auto text = catalog.document(kKind, name);
  if (!text) return tl::unexpected(text.error());
  if (text->empty()) return fail(Errc::notFound, "there is no such preset", path::display(name));
  return catalog.setDocument(kKind, name, {});
}

}  // namespace rollproof::session
