// SPDX-License-Identifier: Apache-2.0
// Looks before they go into the catalog: files that hold one or many (AMF, CDL collections, EDL, ALE, LUT), and which
// clips each belongs to, with the reason. Threads: pure functions; readLooks reads files.
// Errors: Errc::usage for a colour space or transform the configuration does not have; those of the readers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/catalog/catalog.h"
#include "core/colour/colour.h"
#include "core/model/look.h"

namespace rollproof::session {

// The same look with every space, display and transform as the configuration writes it, so that what is kept can be
// found again.
[[nodiscard]] Result<model::Look> inWordsOf(const colour::Config& config, const model::Look& look);

struct LookMatch {
  catalog::ClipId clip;
  std::string name;  // of the clip
  std::string why;   // "A001C003 by reel A001R1AA and timecode 10:20:30:05"
};
struct ReadLook {
  model::Look look;
  std::vector<LookMatch> clips;
  std::vector<model::Warning> findings;
};
// Every look in the file, matched to `clips` as interchange::matchLog does; several copies of one clip are all meant. A
// collection's corrections without an id are findings, not looks.
[[nodiscard]] Result<std::vector<ReadLook>> readLooks(const colour::Config& config, const std::string& path,
                                                      const std::vector<catalog::ClipRow>& clips);

}  // namespace rollproof::session
