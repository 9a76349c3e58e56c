// SPDX-License-Identifier: Apache-2.0
#include "core/mhl/verify.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/check.h"
#include "core/mhl/document.h"
#include "core/mhl/list_verifier.h"
#include "core/mhl/sum_file.h"

namespace rollproof::mhl {
namespace {

bool isRegular(const FileSystem& fs, const std::string& path) {
  const auto info = fs.info(path);
  return info && info->kind == FileKind::regular;
}

bool isManifestFile(const FileSystem& fs, const std::string& path) {
  return path::extension(path) == "mhl" && isRegular(fs, path);
}

// The closest folder at or above an absolute path that has a history; nullopt: none.
std::optional<std::string> historyAbove(const FileSystem& fs, const std::string& absolute) {
  for (std::string folder = absolute;; folder = path::parent(folder)) {
    const auto names = fs.list(path::join(folder, kFolder));
    const bool has =
        names && std::any_of(names->begin(), names->end(), [](const DirectoryEntry& one) {
          return one.name == kChainName || (path::extension(one.name) == "mhl" && !one.name.starts_with("._"));
        });
    if (has) return folder;
    if (folder.empty() || folder == "/") return std::nullopt;
  }
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
    if (!manifest && isClassicText(*content)) {
      return verifyLists(fs, folder, {name}, options, progress, std::move(stop));
    }
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

// Those that lie in no other, sorted.
std::vector<std::string> outermost(std::vector<std::string> scopes) {
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

std::vector<std::string> outermostScopes(const Tree& tree) {
  std::vector<std::string> scopes;
  for (const auto& entry : tree.entries) {
    if (entry.info.kind == FileKind::directory && path::fileName(entry.path) == kFolder) {
      scopes.push_back(path::parent(entry.path));
    }
  }
  return outermost(std::move(scopes));
}

// Is the place one of these folders, or below one?
bool isInside(const std::unordered_set<std::string>& folders, const std::string& relative) {
  if (folders.contains("")) return true;
  for (std::string above = relative; !above.empty(); above = path::parent(above)) {
    if (folders.contains(above)) return true;
  }
  return false;
}

// Lists of hashes that no history answers for, by the folder they are about. A classic MHL is about its own folder; the
// checksum files of a card about all of it, on a drive with several rolls about the top folder they lie in.
std::map<std::string, std::vector<std::string>> listsOf(const FileSystem& fs, const Tree& tree, const std::string& root,
                                                        const std::vector<std::string>& scopes) {
  const std::unordered_set<std::string> sealed(scopes.begin(), scopes.end());
  std::vector<std::string> classics;
  std::vector<std::string> sums;
  for (const auto& entry : tree.entries) {
    if (entry.info.kind != FileKind::regular || !isHashList(entry.path) || isInside(sealed, entry.path)) continue;
    if (isSumFile(entry.path)) {
      sums.push_back(entry.path);
    } else if (const auto text = readSmallFile(fs, path::join(root, entry.path), kMaxManifestBytes);
               !text || isClassicText(*text)) {
      classics.push_back(entry.path);
    }
  }
  std::vector<std::string> folders;
  for (const auto& list : classics) folders.push_back(path::parent(list));
  std::unordered_set<std::string> roots;
  for (auto& folder : outermost(std::move(folders))) roots.insert(std::move(folder));
  const bool alone = roots.empty() && scopes.empty();
  for (const auto& list : sums) {
    if (alone) {
      roots.insert("");
    } else if (!isInside(roots, list)) {
      const auto slash = list.find('/');
      roots.insert(slash == std::string::npos ? std::string{} : list.substr(0, slash));
    }
  }
  std::map<std::string, std::vector<std::string>> lists;
  for (const auto* all : {&classics, &sums}) {
    for (const auto& list : *all) {
      std::string folder = path::parent(list);
      while (!folder.empty() && !roots.contains(folder)) folder = path::parent(folder);
      lists[folder].push_back(folder.empty() ? list : list.substr(folder.size() + 1));
    }
  }
  return lists;
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

// The trees of some of its folders, so that nothing is walked twice. The walk is depth first: each is one run.
class Subtrees {
 public:
  Subtrees(const Tree& tree, std::string root, const std::vector<std::string>& folders)
      : m_tree(tree), m_root(std::move(root)) {
    const std::unordered_set<std::string> wanted(folders.begin(), folders.end());
    for (std::size_t i = 0; i < tree.entries.size(); ++i) {
      if (wanted.contains(tree.entries[i].path)) m_first.emplace(tree.entries[i].path, i + 1);
    }
  }
  [[nodiscard]] Tree of(const std::string& folder) const {
    if (folder.empty()) return m_tree;
    Tree inner;
    const std::string prefix = folder + "/";
    for (std::size_t i = m_first.at(folder); i < m_tree.entries.size(); ++i) {
      const auto& entry = m_tree.entries[i];
      if (!entry.path.starts_with(prefix)) break;
      inner.entries.push_back({entry.path.substr(prefix.size()), entry.info});
    }
    const std::string absolute = path::join(m_root, folder);
    for (const auto& error : m_tree.unreadable) {
      if (path::isWithin(error.subject, absolute)) inner.unreadable.push_back(error);
    }
    return inner;
  }

 private:
  const Tree& m_tree;
  std::string m_root;
  std::unordered_map<std::string, std::size_t> m_first;
};

// Files that no roll answers for, and folders that gave no answer themselves.
void addOutside(TreeOutcome& result, const Tree& tree, const std::vector<std::string>& scopes) {
  const std::unordered_set<std::string> chosen(scopes.begin(), scopes.end());
  std::uint64_t outside = 0;
  std::string example;
  for (const auto& entry : tree.entries) {
    if (entry.info.kind != FileKind::regular || path::fileName(entry.path) == ".DS_Store" ||
        isInside(chosen, entry.path)) {
      continue;
    }
    if (outside++ == 0) example = entry.path;
  }
  if (outside > 0) {
    result.outside.push_back(
        {"unsealed", example,
         outside == 1 ? std::string("this file belongs to no history")
                      : std::to_string(outside) + " files belong to no history, this is the first of them"});
  }
  for (const auto& error : tree.unreadable) {
    std::string where = error.subject;
    const std::string& root = result.total.scope;
    if (path::isWithin(where, root)) where = where.substr(std::min(where.size(), root.size() + (root == "/" ? 0 : 1)));
    if (isInside(chosen, where)) continue;  // its roll has said so
    ++result.total.unreadable;
    result.outside.push_back({"unreadable", where, error.message});
  }
  result.total.findings.insert(result.total.findings.end(), result.outside.begin(), result.outside.end());
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
  if (isSumFile(absolute) && isRegular(fs, absolute)) {
    return verifyLists(fs, path::parent(absolute), {path::fileName(absolute)}, options, progress, std::move(stop));
  }
  if (isManifestFile(fs, absolute)) return verifyManifest(fs, absolute, options, clock, progress, std::move(stop));
  return verifyScope(fs, rollOf(absolute), options, clock, progress, std::move(stop), {}, std::nullopt);
}

VerifyResult worstOf(const std::vector<TreeOutcome>& trees) {
  const auto any = [&](VerifyResult result) {
    return std::any_of(trees.begin(), trees.end(), [&](const TreeOutcome& one) { return one.total.result == result; });
  };
  for (const auto result : {VerifyResult::defect, VerifyResult::incomplete, VerifyResult::unknown}) {
    if (any(result)) return result;
  }
  if (trees.empty()) return VerifyResult::unknown;
  return any(VerifyResult::unsealed) ? VerifyResult::unsealed : VerifyResult::verified;
}

Result<TreeOutcome> verifyTree(FileSystem& fs, const std::string& path, const VerifyOptions& options,
                               const Clock& clock, jobs::Progress& progress, std::stop_token stop) {
  TreeOutcome result;
  const std::string absolute = path::absolute(path);
  const auto alone = [&](Result<VerifyOutcome> roll) -> Result<TreeOutcome> {
    if (!roll) return tl::unexpected(roll.error());
    result.total.scope = roll->scope;
    result.total.part = roll->part;
    add(result, std::move(*roll), {});
    result.total.result = result.rolls.front().result;
    return std::move(result);
  };
  const bool isFile = isRegular(fs, absolute);
  if (isFile && isHashList(absolute)) return alone(verifyRoll(fs, absolute, options, clock, progress, stop));
  const std::string root = rollOf(absolute);
  if (const auto above = historyAbove(fs, root); above && *above != root) {
    const std::string part = root.substr(*above == "/" ? 1 : above->size() + 1);
    return alone(verifyScope(fs, *above, options, clock, progress, stop, part, std::nullopt));
  }
  const auto tree = walk(fs, root);
  if (!tree) return tl::unexpected(tree.error());
  result.total.scope = root;
  const auto scopes = outermostScopes(*tree);
  if (!options.against.empty() && scopes.size() > 1) {
    return fail(Errc::usage, "holds several rolls: name one to compare with an original", path);
  }
  std::map<std::string, std::vector<std::string>> lists;
  if (options.against.empty()) lists = listsOf(fs, *tree, root, scopes);
  if (scopes.empty() && lists.empty()) return alone(verifyRoll(fs, root, options, clock, progress, stop));
  std::vector<std::string> places(scopes);
  for (const auto& [folder, files] : lists) places.push_back(folder);
  std::sort(places.begin(), places.end());
  const Subtrees subtrees(*tree, root, places);
  for (const auto& place : places) {
    if (stop.stop_requested()) {
      result.total.cancelled = true;
      break;
    }
    const auto listed = lists.find(place);
    const std::string where = path::join(root, place);
    auto roll = listed == lists.end()
                    ? verifyScope(fs, where, options, clock, progress, stop, {}, std::nullopt, subtrees.of(place))
                    : verifyLists(fs, where, listed->second, options, progress, stop);
    if (!roll) {
      if (places.size() == 1) return tl::unexpected(roll.error());
      ++result.total.unreadable;
      result.outside.push_back({"unreadable", place, roll.error().message});
      continue;
    }
    add(result, std::move(*roll), place);
  }
  addOutside(result, *tree, places);
  result.total.result = worst(result);
  return result;
}

}  // namespace rollproof::mhl
