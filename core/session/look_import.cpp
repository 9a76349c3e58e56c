// SPDX-License-Identifier: Apache-2.0
#include "core/session/look_import.h"

#include <algorithm>
#include <set>

#include "core/base/path.h"
#include "core/session/looks.h"

namespace rollproof::session {
namespace {

bool saysAnything(const model::Look& look) {
  return look.cdl || !look.steps.empty() || !look.lutFile.empty() || !look.input.empty() || !look.view.empty();
}

std::string targetOf(catalog::ClipId id) { return "clip:" + std::to_string(id.value); }

}  // namespace

bool mayHoldMany(const std::string& path) {
  const std::string suffix = path::extension(path);
  return suffix == "amf" || suffix == "ccc" || suffix == "cdl" || suffix == "edl" || suffix == "ale";
}

Result<LookImport> importLooks(Session& session, const std::string& path, const std::vector<catalog::ClipRow>& clips) {
  LookImport result;
  std::set<std::int64_t> got;
  if (!mayHoldMany(path)) {
    const auto look = session.addLookFile(path, {});
    if (!look) return tl::unexpected(look.error());
    result.looks.push_back(look->name);
    for (const auto& row : clips) {
      if (auto done = session.assignLook(look->name, targetOf(row.id)); !done) return tl::unexpected(done.error());
      got.insert(row.id.value);
    }
    result.clips = got.size();
    return result;
  }
  const auto config = session.colourConfig();
  if (!config) return tl::unexpected(config.error());
  auto read = readLooks(**config, path::absolute(path), clips);
  if (!read) return tl::unexpected(read.error());
  std::vector<const ReadLook*> whole;
  for (const auto& one : *read) {
    for (const auto& finding : one.findings) {
      // Which look was for nobody is told by its name below.
      if (finding.code != "look_not_matched") result.findings.push_back(finding);
    }
    if (saysAnything(one.look)) whole.push_back(&one);
  }
  for (const ReadLook* one : whole) {
    if (auto added = session.addLook(one->look); !added) return tl::unexpected(added.error());
    result.looks.push_back(one->look.name);
    std::vector<catalog::ClipId> targets;
    if (whole.size() == 1) {
      for (const auto& row : clips) targets.push_back(row.id);
    } else {
      for (const auto& match : one->clips) targets.push_back(match.clip);
    }
    if (targets.empty()) result.leftOver.push_back(one->look.name);
    for (const auto id : targets) {
      if (auto done = session.assignLook(one->look.name, targetOf(id)); !done) return tl::unexpected(done.error());
      got.insert(id.value);
    }
  }
  for (const auto& row : clips) {
    if (!got.contains(row.id.value)) result.without.push_back(row.clip.name);
  }
  result.clips = got.size();
  return result;
}

}  // namespace rollproof::session
