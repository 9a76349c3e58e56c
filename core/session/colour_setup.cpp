// SPDX-License-Identifier: Apache-2.0
#include "core/session/colour_setup.h"

#include <nlohmann/json.hpp>

#include "core/base/path.h"

namespace rollproof::session {
namespace {

// Named documents hold it, so that it goes with the catalog.
constexpr const char* kKind = "colour_config";
constexpr const char* kName = "file";
constexpr const char* kMember = "path_percent";
// Shows numbers as they are on a Rec.709 screen.
constexpr const char* kAsRecorded = "Rec.709 video";

}  // namespace

Result<std::string> colourConfigFile(catalog::Catalog& catalog) {
  const auto text = catalog.document(kKind, kName);
  if (!text || text->empty()) return text;
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object() || !json.contains(kMember) || !json[kMember].is_string()) return std::string();
  return path::percentDecode(json[kMember].get<std::string>());
}

Result<std::shared_ptr<const colour::Config>> ColourSetup::config(const std::string& file) {
  const std::scoped_lock lock(m_mutex);
  auto& kept = file.empty() ? m_own : m_config;
  if (!kept || (!file.empty() && m_file != file)) {
    auto loaded = colour::loadConfig(file);
    if (!loaded) return loaded;
    kept = *loaded;
    if (!file.empty()) m_file = file;
  }
  return kept;
}

Status ColourSetup::keep(catalog::Catalog& catalog, const std::string& file) {
  if (file.empty()) return catalog.setDocument(kKind, kName, {});
  auto loaded = colour::loadConfig(file);
  if (!loaded) return tl::unexpected(loaded.error());
  {
    // One that is set again may have been edited.
    const std::scoped_lock lock(m_mutex);
    m_file = file;
    m_config = std::move(*loaded);
  }
  return catalog.setDocument(kKind, kName, nlohmann::json{{kMember, path::percentEncode(file)}}.dump());
}

Result<std::shared_ptr<const colour::Config>> ColourSetup::configToView(const std::string& file,
                                                                        dailies::ColourChoice& choice) {
  auto wanted = config(file);
  if (wanted || file.empty()) return wanted;
  choice = {};
  choice.input = kAsRecorded;
  choice.look = model::Look();
  choice.remark = "as recorded: " + describe(wanted.error());
  return config({});
}

}  // namespace rollproof::session
