// SPDX-License-Identifier: Apache-2.0
// Which colour configuration a catalog works with: Rollproof's own, or a user's or show's. Private to this folder.
// Threads: ColourSetup may be used from any. Errors: those of colour::loadConfig.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "core/catalog/catalog.h"
#include "core/dailies/dailies.h"

namespace rollproof::session {

// The file that was set, absolute; "" = Rollproof's own configuration.
[[nodiscard]] Result<std::string> colourConfigFile(catalog::Catalog& catalog);

class ColourSetup {
 public:
  // Loaded once for each file, and again when it was set anew.
  [[nodiscard]] Result<std::shared_ptr<const colour::Config>> config(const std::string& file);

  // Sets the file, "" = Rollproof's own. Refused unless it can be loaded.
  [[nodiscard]] Status keep(catalog::Catalog& catalog, const std::string& file);
  // For looking at pictures, which works whatever became of the file: then they are shown as recorded, and `choice`
  // says so.
  [[nodiscard]] Result<std::shared_ptr<const colour::Config>> configToView(const std::string& file,
                                                                           dailies::ColourChoice& choice);

 private:
  std::mutex m_mutex;  // guards the rest
  std::string m_file;
  std::shared_ptr<const colour::Config> m_config, m_own;
};

}  // namespace rollproof::session
