// SPDX-License-Identifier: Apache-2.0
#include "core/mhl/seal_in_place.h"

#include <algorithm>
#include <utility>

#include "core/base/path.h"
#include "core/mhl/check.h"
#include "core/mhl/document.h"
#include "core/mhl/xml.h"

namespace rollproof::mhl {
namespace {

SealResult resultOf(const VerifyOutcome& checked) {
  const auto any = [&](const char* kind) {
    return std::any_of(checked.findings.begin(), checked.findings.end(),
                       [&](const Finding& one) { return one.kind == kind; });
  };
  // What verify makes of nothing verified is no matter here: a first seal has only new files.
  const bool defect = judge(checked) == VerifyResult::defect;
  if (defect) return SealResult::defect;
  if (checked.cancelled) return SealResult::incomplete;
  if (any("seal_failed") || any("not_sealed") || checked.manifests.empty()) return SealResult::failed;
  return checked.unreadable > 0 || any("unreadable") ? SealResult::incomplete : SealResult::sealed;
}

}  // namespace

const char* name(SealResult result) {
  switch (result) {
    case SealResult::sealed:
      return "sealed";
    case SealResult::defect:
      return "defect";
    case SealResult::incomplete:
      return "incomplete";
    case SealResult::failed:
      break;
  }
  return "failed";
}

Result<SealOutcome> sealInPlace(FileSystem& fs, const std::string& folder, const SealOptions& options,
                                const Clock& clock, jobs::Progress& progress, std::stop_token stop) {
  std::string scope = path::absolute(folder);
  if (path::fileName(scope) == kFolder) scope = path::parent(scope);
  const auto info = fs.info(scope);
  if (!info) return tl::unexpected(info.error());
  if (info->kind != FileKind::directory) return fail(Errc::usage, "is no folder: only a folder can be sealed", scope);
  for (const auto& pattern : options.ignorePatterns) {
    if (pattern.empty() || !isXmlText(pattern)) {
      return fail(Errc::usage, "is an ignore pattern that a manifest cannot hold", pattern);
    }
  }
  VerifyOptions checking;
  checking.begin = true;
  checking.creator = options.creator;
  checking.formats = options.formats;
  checking.ignorePatterns = options.ignorePatterns;
  checking.signer = options.signer;
  auto checked = verifyScope(fs, scope, checking, clock, progress, std::move(stop), {}, std::nullopt);
  if (!checked) return tl::unexpected(checked.error());
  SealOutcome outcome;
  outcome.scope = std::move(scope);
  outcome.result = resultOf(*checked);
  outcome.cancelled = checked->cancelled;
  outcome.original = checked->newFiles;
  outcome.verified = checked->verified;
  outcome.renamed = checked->renamed;
  outcome.failed = checked->altered;
  outcome.missing = checked->missing;
  outcome.unreadable = checked->unreadable;
  outcome.bytesRead = checked->bytesRead;
  outcome.findings = std::move(checked->findings);
  outcome.manifests = std::move(checked->manifests);
  return outcome;
}

}  // namespace rollproof::mhl
