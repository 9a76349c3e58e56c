// SPDX-License-Identifier: Apache-2.0
// The verification certificate: what was checked, when, by which station, what came out, and what a hash can and cannot
// prove. Self-contained HTML for screen and paper (no scripts, no outside references).
// Threads: pure functions. Errors: none; every value is escaped.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rollproof::report {

enum class ProofState { incomplete, unsealed, defect, verified };

struct CertificateFinding {
  std::string kind, path, text;  // as the verifier names them
};

struct CertificateRoll {
  std::string name, path, part;  // part: only this folder of it was checked; "" all
  ProofState state = ProofState::incomplete;
  std::uint64_t verified = 0, missing = 0, altered = 0, newFiles = 0, renamed = 0, unreadable = 0;
  std::uint64_t files = 0, bytes = 0;
  std::vector<std::string> formats;  // that were computed: "xxh64", "md5"
  std::vector<CertificateFinding> findings;
};

struct CertificateRolls {  // expected against received
  bool asked = false;
  bool complete = false;
  std::uint64_t expected = 0, received = 0;
  std::vector<std::string> missing;
  std::vector<CertificateFinding> findings;
};

struct Certificate {
  std::vector<std::string> paths;  // that were asked about
  std::string against;             // the other copy they were compared with; "" none
  std::string startedAt, finishedAt, station, toolVersion;
  ProofState state = ProofState::incomplete;
  std::vector<CertificateRoll> rolls;
  std::vector<CertificateFinding> outside;  // of no roll
  CertificateRolls completeness;
};

[[nodiscard]] std::string verificationCertificateHtml(const Certificate& certificate);

// What a person does about a finding of this kind; "" when there is nothing to do.
[[nodiscard]] const char* nextStep(const std::string& findingKind);

}  // namespace rollproof::report
