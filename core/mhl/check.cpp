// SPDX-License-Identifier: Apache-2.0
#include "core/mhl/check.h"

namespace rollproof::mhl {

VerifyResult judge(const VerifyOutcome& outcome) {
  bool defect = outcome.missing > 0 || outcome.altered > 0;
  bool incomplete = outcome.cancelled || outcome.unreadable > 0;
  for (const auto& one : outcome.findings) {
    defect = defect || one.kind == "directory_hash" || one.kind == "reference" || one.kind == "manifest_altered" ||
             one.kind == "manifest_missing" || one.kind == "chain_missing" || one.kind == "chain_gap";
    incomplete = incomplete || one.kind == "unreadable";
  }
  if (defect) return VerifyResult::defect;
  if (incomplete || outcome.verified + outcome.renamed == 0) return VerifyResult::incomplete;
  return VerifyResult::verified;
}

}  // namespace rollproof::mhl
