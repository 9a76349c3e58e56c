// SPDX-License-Identifier: Apache-2.0
// Production sound found for clips and kept with them, so that their renders carry it.
// Threads: as Session; blocks while sound folders are read (by the program that reads cards). Errors: Errc::usage
// without a folder, those of the folders and the catalog. A clip without sound is an outcome, not an error.
#pragma once

#include <map>

#include "core/session/session.h"

namespace rollproof::session {

struct SoundSyncRequest {
  std::vector<catalog::ClipRow> clips;
  std::vector<std::string> folders;  // of sound files; what is below counts
  // By clip id: the sound that much earlier, in frames. What was moved by hand before stays so, unless a new number
  // (0, too) is given or another take is found.
  std::map<std::int64_t, double> shiftFrames;
  bool anyDay = false;  // sound of another day counts too
  bool keep = true;     // else only said
};
struct ClipSound {
  catalog::ClipId clip;
  std::string clipName;
  std::optional<dailies::ProductionSound> sound;  // none: `why`
  std::string why;
  double missingBefore = 0, missingAfter = 0;  // frames without sound
  std::vector<std::string> notes;
};
struct UnusedSound {
  std::string name, why;
  bool unreadable = false;
};
struct SoundSyncReport {
  std::vector<ClipSound> clips;  // as they were given
  std::vector<UnusedSound> unused;
  std::size_t matched = 0;
};
[[nodiscard]] Result<SoundSyncReport> syncSound(Session& session, const SoundSyncRequest& request,
                                                std::stop_token stop = {});

// The kept sound of a clip so many frames earlier than it was found; 0 puts it back. Errc::notFound without sound.
[[nodiscard]] Status moveSound(Session& session, const catalog::ClipRow& row, double frames);

// As the catalog keeps it: a document, named by the clip on any station. nullopt takes it away.
[[nodiscard]] Status keepSound(catalog::Catalog& catalog, const catalog::ClipRow& row,
                               const std::optional<dailies::ProductionSound>& sound);
[[nodiscard]] Result<std::optional<dailies::ProductionSound>> keptSound(catalog::Catalog& catalog,
                                                                        const catalog::ClipRow& row);

}  // namespace rollproof::session
