// SPDX-License-Identifier: Apache-2.0
#include "core/session/proof.h"

#include <algorithm>

#include "core/base/path.h"
#include "core/catalog/catalog.h"
#include "core/hash/hash.h"
#include "core/mhl/classic.h"
#include "core/mhl/signature.h"
#include "core/report/certificate.h"
#include "core/session/roll_proof.h"
#include "core/session/session.h"
#include "core/volumes/volumes.h"

namespace rollproof::session {

namespace {

std::vector<report::CertificateFinding> findingsOf(const std::vector<mhl::Finding>& findings) {
  std::vector<report::CertificateFinding> result;
  for (const auto& one : findings) result.push_back({one.kind, one.path, one.text});
  return result;
}

report::ProofState stateOf(mhl::VerifyResult result) {
  switch (result) {
    case mhl::VerifyResult::verified:
      return report::ProofState::verified;
    case mhl::VerifyResult::defect:
      return report::ProofState::defect;
    case mhl::VerifyResult::unsealed:
      return report::ProofState::unsealed;
    case mhl::VerifyResult::incomplete:
    case mhl::VerifyResult::unknown:
      break;
  }
  return report::ProofState::incomplete;
}

report::CertificateRoll rollOf(const mhl::VerifyOutcome& outcome) {
  report::CertificateRoll roll;
  roll.name = path::fileName(outcome.scope);
  roll.path = outcome.scope;
  roll.part = outcome.part;
  roll.state = stateOf(outcome.result);
  roll.verified = outcome.verified;
  roll.missing = outcome.missing;
  roll.altered = outcome.altered;
  roll.newFiles = outcome.newFiles;
  roll.renamed = outcome.renamed;
  roll.unreadable = outcome.unreadable;
  roll.files = outcome.files;
  roll.bytes = outcome.bytes;
  for (const auto format : outcome.formats) roll.formats.emplace_back(hash::name(format));
  roll.findings = findingsOf(outcome.findings);
  return roll;
}

}  // namespace

Result<std::shared_ptr<const mhl::StationKey>> stationSigner() {
  auto key = mhl::StationKey::loadOrMake(mhl::defaultStationKeyPath(), mhl::creatorHere().hostname);
  if (!key) return tl::unexpected(key.error());
  return std::make_shared<const mhl::StationKey>(std::move(*key));
}

Result<mhl::TreeOutcome> prove(const std::string& path, const ProofOptions& options, jobs::Progress& progress,
                               std::stop_token stop) {
  mhl::VerifyOptions checking;
  checking.seal = options.seal;
  checking.against = options.against.empty() ? std::string{} : path::absolute(options.against);
  checking.creator = mhl::creatorHere();
  checking.listProven = options.listProven;
  const std::string keyFile = mhl::defaultStationKeyPath();
  if (options.sign) {
    auto signer = stationSigner();
    if (!signer) return tl::unexpected(signer.error());
    checking.trustedKeys.push_back((*signer)->publicKey());
    checking.signer = std::move(*signer);
  } else if (const auto own = mhl::StationKey::load(keyFile, checking.creator.hostname)) {
    checking.trustedKeys.push_back(own->publicKey());
  }
  for (const auto& file : options.trust) {
    const auto keys = mhl::readTrustedKeys(realFileSystem(), path::absolute(file));
    if (!keys) return tl::unexpected(keys.error());
    checking.trustedKeys.insert(checking.trustedKeys.end(), keys->begin(), keys->end());
  }
  return mhl::verifyTree(realFileSystem(), path::absolute(path), checking, systemClock(), progress, std::move(stop));
}

std::vector<model::Warning> recordVerification(const std::string& catalogPath, const std::string& path,
                                               const mhl::TreeOutcome& tree) {
  auto opened =
      catalog::Catalog::open(catalogPath.empty() ? catalog::defaultCatalogPath() : path::absolute(catalogPath));
  if (!opened) return {notRecorded(opened.error())};
  const auto rolls = (*opened)->rolls();
  if (!rolls) return {notRecorded(rolls.error())};
  return recordChecks(*rolls, volumes::mounted(), path::absolute(path), tree,
                      [&opened](catalog::CheckFact fact, const catalog::ConcludeCheck& conclude) {
                        return (*opened)->recordCheck(std::move(fact), conclude);
                      });
}

Completeness completenessOf(const std::vector<ExpectedRoll>& expected, const std::vector<mhl::TreeOutcome>& trees,
                            const CountClips& look, const std::stop_token& stop) {
  auto received = receivedRolls(trees);
  const bool wantsCards = std::any_of(expected.begin(), expected.end(), [](const ExpectedRoll& roll) {
    return roll.clips.has_value() || !roll.camera.empty();
  });
  if (wantsCards) {
    for (auto& roll : received) look(roll, stop);
  }
  return compareRolls(expected, received);
}

Status writeClassicList(const std::string& file, const std::vector<mhl::TreeOutcome>& trees, WallTime startedAt) {
  if (trees.size() != 1 || trees.front().rolls.size() != 1) {
    return fail(Errc::usage, "can list one roll, so verify one roll to write it", file);
  }
  const auto& roll = trees.front().rolls.front();
  if (roll.proven.empty()) return fail(Errc::usage, "would list nothing: no file was verified", file);
  return mhl::writeClassic(realFileSystem(), path::absolute(file), mhl::creatorHere(), startedAt, systemClock().now(),
                           roll.proven);
}

std::string certificateHtml(const ProofRun& run) {
  report::Certificate page;
  for (const auto& one : run.paths) page.paths.push_back(path::absolute(one));
  page.against = run.against.empty() ? std::string{} : path::absolute(run.against);
  page.startedAt = isoUtc(run.startedAt);
  page.finishedAt = isoUtc(run.finishedAt);
  const auto here = mhl::creatorHere();
  page.station = here.hostname;
  page.toolVersion = here.toolVersion;
  page.state = stateOf(mhl::worstOf(run.trees));
  for (const auto& tree : run.trees) {
    for (const auto& roll : tree.rolls) page.rolls.push_back(rollOf(roll));
    const auto outside = findingsOf(tree.outside);
    page.outside.insert(page.outside.end(), outside.begin(), outside.end());
  }
  const auto& counted = run.completeness;
  page.completeness = {counted.asked,    counted.complete, counted.expected,
                       counted.received, counted.missing,  findingsOf(counted.findings)};
  return report::verificationCertificateHtml(page);
}

Result<mhl::TreeOutcome> verify(const std::string& path, const std::string& against, bool seal,
                                jobs::Progress& progress, std::stop_token stop) {
  ProofOptions options;
  options.against = against;
  options.seal = seal;
  return prove(path, options, progress, std::move(stop));
}

}  // namespace rollproof::session
