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

// What a list says of the picture a grade belongs to; "" and none where it does not say.
struct GradeKey {
  std::string id, name, reel, file, uuid;
  std::optional<Timecode> start;
};
struct LookMatch {
  catalog::ClipId clip;
  std::string name;  // of the clip
  std::string why;   // "its id is the clip's name", "reel A001R1AA and timecode 10:20:30:05 lie in the clip"
};
// The clips the key means: by unique id, by file, by name, by reel and timecode, by the beginning of the name, the
// first of these that finds any. Several clips are several copies or takes of one name; `doubt` says why none was
// chosen.
[[nodiscard]] std::vector<LookMatch> matchClips(const GradeKey& key, const std::vector<catalog::ClipRow>& clips,
                                                std::string& doubt);

struct ReadLook {
  model::Look look;
  std::vector<LookMatch> clips;
  std::vector<model::Warning> findings;
};
// Every look in the file, matched to `clips`. A collection's corrections without an id are findings, not looks.
[[nodiscard]] Result<std::vector<ReadLook>> readLooks(const colour::Config& config, const std::string& path,
                                                      const std::vector<catalog::ClipRow>& clips);

}  // namespace rollproof::session
