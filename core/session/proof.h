// SPDX-License-Identifier: Apache-2.0
// Verification as a person asks for it: with the station's key, the keys they trust, the rolls they expect, and a
// certificate to hand over.
// Threads: blocks its caller; safe beside a Session.
// Errors: as mhl/verify.h and mhl/signature.h; Errc::exists for a file that would be overwritten.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/jobs/progress.h"
#include "core/mhl/verify.h"
#include "core/model/clip.h"
#include "core/session/expected.h"

namespace rollproof::session {

struct ProofOptions {
  std::string against;             // another copy whose first generation must agree; "" none
  bool seal = true;                // append a generation with the result
  bool sign = false;               // sign the chain with the station's key, which is made when there is none
  std::vector<std::string> trust;  // files of public keys; the station's own is always trusted
  bool listProven = false;         // keep what writeClassicList needs
};

// This station's key, made when there is none: the signer of mhl::SealOptions and ProofOptions::sign.
[[nodiscard]] Result<std::shared_ptr<const mhl::StationKey>> stationSigner();

// Every history at or below `path`, or above it; one .mhl; or the lists of hashes found there.
[[nodiscard]] Result<mhl::TreeOutcome> prove(const std::string& path, const ProofOptions& options,
                                             jobs::Progress& progress, std::stop_token stop);

// For a verification made without a Session: what it shows of copies that the catalog knows is recorded, their rolls'
// verdicts fall and rise with it. Gives what could not be recorded.
[[nodiscard]] std::vector<model::Warning> recordVerification(const std::string& catalogPath, const std::string& path,
                                                             const mhl::TreeOutcome& tree);

// Fills in the clips and the camera of a roll that was received.
using CountClips = std::function<void(ReceivedRoll& roll, const std::stop_token& stop)>;
void countClips(ReceivedRoll& roll, const std::stop_token& stop);  // by names; nothing of the media is opened
// Looks at the cards where the list says how many clips there should be, or of which camera.
[[nodiscard]] Completeness completenessOf(const std::vector<ExpectedRoll>& expected,
                                          const std::vector<mhl::TreeOutcome>& trees, const CountClips& look,
                                          const std::stop_token& stop);

// A classic MHL of the files that were just verified; Errc::usage unless that was one roll.
[[nodiscard]] Status writeClassicList(const std::string& file, const std::vector<mhl::TreeOutcome>& trees,
                                      WallTime startedAt);

struct ProofRun {
  std::vector<std::string> paths;
  std::string against;
  WallTime startedAt{}, finishedAt{};
  std::vector<mhl::TreeOutcome> trees;
  Completeness completeness;
};
[[nodiscard]] std::string certificateHtml(const ProofRun& run);

}  // namespace rollproof::session
