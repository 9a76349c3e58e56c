// SPDX-License-Identifier: Apache-2.0
#include "core/mhl/verify.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/check.h"
#include "core/mhl/document.h"

namespace rollproof::mhl {
namespace {

bool isManifestFile(const FileSystem& fs, const std::string& path) {
  const auto info = fs.info(path);
  return path::extension(path) == "mhl" && info && info->kind == FileKind::regular;
}

// Somebody may point at the history itself: the roll is the folder it lies in.
std::string rollOf(const std::string& path) {
  std::string absolute = path::absolute(path);
  return path::fileName(absolute) == kFolder ? path::parent(absolute) : absolute;
}

Result<VerifyOutcome> verifyManifest(FileSystem& fs, const std::string& path, VerifyOptions options, const Clock& clock,
                                     jobs::Progress& progress, std::stop_token stop) {
  const std::string folder = path::parent(path);
  const std::string name = path::fileName(path);
  options.seal = false;
  GivenHistory given;
  std::string scope = folder;
  bool unlisted = false;
  if (path::fileName(folder) == kFolder) {
    scope = path::parent(folder);
    auto history = readHistory(fs, scope);
    if (!history) return tl::unexpected(history.error());
    const std::string shown = path::join(kFolder, name);
    for (auto& one : history->findings) {
      if (one.path == shown || one.path == path::join(kFolder, kChainName)) given.findings.push_back(one);
    }
    std::erase_if(history->generations, [&](const Generation& one) { return one.fileName != name; });
    unlisted = history->generations.empty();
    given.history.generations = std::move(history->generations);
  } else {
    const auto content = readSmallFile(fs, path, kMaxManifestBytes);
    if (!content) return tl::unexpected(content.error());
    auto manifest = parseManifest(*content);
    if (!manifest) {
      Error error = manifest.error();
      error.subject = path;
      return tl::unexpected(error);
    }
    given.findings.push_back({"unlisted_manifest", name, "stands outside a history, so no chain vouches for it"});
    Generation generation;
    generation.number = 1;
    generation.fileName = name;
    generation.manifest = std::move(*manifest);
    generation.proven = true;
    given.history.generations.push_back(std::move(generation));
  }
  given.history.scope = scope;
  given.wholeScope = !given.history.generations.empty() && given.history.generations.front().manifest.root.has_value();
  auto outcome = verifyScope(fs, scope, options, clock, progress, std::move(stop), {}, std::move(given));
  if (outcome && unlisted && outcome->result != VerifyResult::defect) outcome->result = VerifyResult::incomplete;
  return outcome;
}

// Scopes at or below the path that lie in no other, sorted.
std::vector<std::string> outermostScopes(const Tree& tree) {
  std::vector<std::string> scopes;
  for (const auto& entry : tree.entries) {
    if (entry.info.kind == FileKind::directory && path::fileName(entry.path) == kFolder) {
      scopes.push_back(path::parent(entry.path));
    }
  }
  const auto depth = [](const std::string& one) {
    return one.empty() ? std::ptrdiff_t{0} : 1 + std::count(one.begin(), one.end(), '/');
  };
  std::sort(scopes.begin(), scopes.end(), [&](const std::string& a, const std::string& b) {
    return std::make_pair(depth(a), a) < std::make_pair(depth(b), b);
  });
  std::unordered_set<std::string> chosen;
  std::vector<std::string> result;
  for (const auto& scope : scopes) {
    bool inside = chosen.contains("");
    for (std::string above = scope; !inside && !above.empty(); above = path::parent(above)) {
      inside = chosen.contains(above);
    }
    if (inside) continue;
    chosen.insert(scope);
    result.push_back(scope);
  }
  std::sort(result.begin(), result.end());
  return result;
}

void add(TreeOutcome& tree, VerifyOutcome roll, const std::string& relative) {
  auto& total = tree.total;
  total.cancelled = total.cancelled || roll.cancelled;
  total.verified += roll.verified;
  total.missing += roll.missing;
  total.altered += roll.altered;
  total.newFiles += roll.newFiles;
  total.renamed += roll.renamed;
  total.unreadable += roll.unreadable;
  total.bytesRead += roll.bytesRead;
  for (const auto& one : roll.findings) total.findings.push_back({one.kind, path::join(relative, one.path), one.text});
  total.manifests.insert(total.manifests.end(), roll.manifests.begin(), roll.manifests.end());
  tree.rolls.push_back(std::move(roll));
}

// The worst of the rolls; a drive is verified only if every roll on it is.
VerifyResult worst(const TreeOutcome& tree) {
  const auto any = [&](VerifyResult result) {
    return std::any_of(tree.rolls.begin(), tree.rolls.end(),
                       [&](const VerifyOutcome& one) { return one.result == result; });
  };
  if (any(VerifyResult::defect)) return VerifyResult::defect;
  if (any(VerifyResult::incomplete) || any(VerifyResult::unknown) || tree.total.cancelled ||
      tree.total.unreadable > 0) {
    return VerifyResult::incomplete;
  }
  if (any(VerifyResult::verified)) return VerifyResult::verified;
  return VerifyResult::unsealed;
}

// Files that no roll answers for, and folders that gave no answer themselves.
void addOutside(TreeOutcome& result, const Tree& tree, const std::vector<std::string>& scopes) {
  const std::unordered_set<std::string> chosen(scopes.begin(), scopes.end());
  const auto isInside = [&](const std::string& relative) {
    if (chosen.contains("")) return true;
    for (std::string above = relative; !above.empty(); above = path::parent(above)) {
      if (chosen.contains(above)) return true;
    }
    return false;
  };
  std::uint64_t outside = 0;
  std::string example;
  for (const auto& entry : tree.entries) {
    if (entry.info.kind != FileKind::regular || path::fileName(entry.path) == ".DS_Store" || isInside(entry.path)) {
      continue;
    }
    if (outside++ == 0) example = entry.path;
  }
  if (outside > 0) {
    result.total.findings.push_back(
        {"unsealed", example, std::to_string(outside) + " files belong to no history, this is the first of them"});
  }
  for (const auto& error : tree.unreadable) {
    std::string where = error.subject;
    const std::string& root = result.total.scope;
    if (path::isWithin(where, root)) where = where.substr(std::min(where.size(), root.size() + (root == "/" ? 0 : 1)));
    if (isInside(where)) continue;  // its roll has said so
    ++result.total.unreadable;
    result.total.findings.push_back({"unreadable", where, error.message});
  }
}

}  // namespace

const char* name(VerifyResult result) {
  switch (result) {
    case VerifyResult::verified:
      return "verified";
    case VerifyResult::defect:
      return "defect";
    case VerifyResult::unsealed:
      return "unsealed";
    case VerifyResult::incomplete:
    case VerifyResult::unknown:
      break;
  }
  return "incomplete";
}

Result<VerifyOutcome> verifyRoll(FileSystem& fs, const std::string& scopeOrMhlFile, const VerifyOptions& options,
                                 const Clock& clock, jobs::Progress& progress, std::stop_token stop) {
  const std::string absolute = path::absolute(scopeOrMhlFile);
  if (isManifestFile(fs, absolute)) return verifyManifest(fs, absolute, options, clock, progress, std::move(stop));
  return verifyScope(fs, rollOf(absolute), options, clock, progress, std::move(stop), {}, std::nullopt);
}

Result<TreeOutcome> verifyTree(FileSystem& fs, const std::string& path, const VerifyOptions& options,
                               const Clock& clock, jobs::Progress& progress, std::stop_token stop) {
  TreeOutcome result;
  const std::string absolute = path::absolute(path);
  const bool single = isManifestFile(fs, absolute);
  result.total.scope = single ? absolute : rollOf(absolute);
  std::vector<std::string> scopes;
  std::optional<Tree> tree;
  if (!single) {
    auto walked = walk(fs, result.total.scope);
    if (!walked) return tl::unexpected(walked.error());
    tree = std::move(*walked);
    scopes = outermostScopes(*tree);
  }
  if (!options.against.empty() && scopes.size() > 1) {
    return fail(Errc::usage, "holds several rolls: name one to compare with an original", path);
  }
  if (scopes.empty()) {
    auto roll = verifyRoll(fs, absolute, options, clock, progress, stop);
    if (!roll) return tl::unexpected(roll.error());
    result.total.scope = roll->scope;
    add(result, std::move(*roll), {});
    result.total.result = result.rolls.front().result;
    return result;
  }
  for (const auto& scope : scopes) {
    if (stop.stop_requested()) {
      result.total.cancelled = true;
      break;
    }
    auto roll = verifyRoll(fs, path::join(result.total.scope, scope), options, clock, progress, stop);
    if (!roll) {
      if (scopes.size() == 1) return tl::unexpected(roll.error());
      ++result.total.unreadable;
      result.total.findings.push_back({"unreadable", scope, roll.error().message});
      continue;
    }
    add(result, std::move(*roll), scope);
  }
  addOutside(result, *tree, scopes);
  result.total.result = worst(result);
  return result;
}

}  // namespace rollproof::mhl
