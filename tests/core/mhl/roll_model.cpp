// SPDX-License-Identifier: Apache-2.0
#include "tests/core/mhl/roll_model.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/core/mhl/fixture.h"

namespace rollproof::mhl::test {

namespace stdfs = std::filesystem;

namespace {

std::string parentOf(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string{} : path.substr(0, slash);
}
std::string nameOf(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}
std::string joined(const std::string& left, const std::string& right) {
  return left.empty() ? right : right.empty() ? left : left + "/" + right;
}
bool isAtOrBelow(const std::string& path, const std::string& folder) {
  return folder.empty() || path == folder || path.starts_with(folder + "/");
}
bool isManifestName(const std::string& path) { return path.ends_with(".mhl"); }

// The scopes whose ascmhl folder still holds something that makes it a history.
std::set<std::string> aliveScopes(const Disk& disk) {
  std::set<std::string> alive;
  for (const auto& [path, bytes] : disk.manifests) {
    if (isManifestName(path) || nameOf(path) == "ascmhl_chain.xml") alive.insert(parentOf(parentOf(path)));
  }
  return alive;
}

std::string ownerOf(const std::string& path, const std::set<std::string>& alive, const std::string& base) {
  for (std::string one = path;; one = parentOf(one)) {
    if (alive.contains(one) || one == base || one.empty()) return one;
  }
}

// Everything below a folder as one text: what its hashes are of.
std::string allBelow(const Disk& disk, const std::string& folder) {
  std::string all;
  for (const auto& [path, content] : disk.files) {
    if (isAtOrBelow(path, folder)) all.append(path.substr(folder.size())).append("=").append(content).append("\n");
  }
  for (const auto& path : disk.folders) {
    if (isAtOrBelow(path, folder)) all.append(path.substr(folder.size())).append("/\n");
  }
  return all;
}

struct ScopeView {
  std::string path;
  std::vector<const SealedGeneration*> proven;  // by number
  std::map<std::string, std::set<std::string>> records;
  const SealedGeneration* newest = nullptr;  // that says what its folders are
  const SealedGeneration* last = nullptr;
};

void readChain(ScopeView& view, const SealedScope& scope, const Disk& disk, Expected& expected) {
  const std::string folder = joined(view.path, "ascmhl");
  const std::string chain = folder + "/ascmhl_chain.xml";
  std::set<std::string> listed;
  if (!scope.hasChain) {
    expected.findings.push_back("chain_missing " + chain);
  } else {
    int number = 1;
    for (const auto& generation : scope.chain) {
      if (generation.number != number) expected.findings.push_back("chain_gap " + chain);
      number = generation.number + 1;
      const std::string file = folder + "/" + nameOf(generation.file);
      listed.insert(file);
      const auto there = disk.manifests.find(file);
      if (there == disk.manifests.end()) {
        expected.findings.push_back("manifest_missing " + file);
      } else if (there->second != generation.bytes) {
        expected.findings.push_back("manifest_altered " + file);
      } else {
        view.proven.push_back(&generation);
      }
    }
  }
  for (const auto& [path, bytes] : disk.manifests) {
    if (parentOf(path) == folder && isManifestName(path) && !listed.contains(path)) {
      expected.findings.push_back("unlisted_manifest " + path);
    }
  }
  std::sort(view.proven.begin(), view.proven.end(), [](const auto* a, const auto* b) { return a->number < b->number; });
  for (const auto* generation : view.proven) {
    for (const auto& [path, bytes] : generation->references) {
      const auto there = disk.manifests.find(path);
      if (there == disk.manifests.end() || there->second != bytes) expected.findings.push_back("reference " + path);
    }
    std::map<std::string, std::set<std::string>> moved;
    for (const auto& [path, file] : generation->files) {
      if (file.previous.empty() || !view.records.contains(file.previous)) continue;
      moved[path] = view.records.at(file.previous);
    }
    for (const auto& [path, file] : generation->files) {
      if (!file.previous.empty()) view.records.erase(file.previous);
    }
    for (auto& [path, record] : moved) view.records[path] = std::move(record);
    for (const auto& [path, file] : generation->files) {
      auto& record = view.records[path];
      if (!file.failed) record.insert(file.content);
    }
    view.last = generation;
    if (!generation->files.empty() || !generation->folders.empty()) view.newest = generation;
  }
}

}  // namespace

Disk readDisk(const std::string& root) {
  Disk disk;
  const auto begin = stdfs::recursive_directory_iterator(root);
  for (auto it = begin; it != stdfs::recursive_directory_iterator(); ++it) {
    const std::string path = it->path().string().substr(root.size() + 1);
    const bool inside = nameOf(path) == "ascmhl" || nameOf(parentOf(path)) == "ascmhl";
    if (it->is_directory()) {
      if (!inside) disk.folders.insert(path);
    } else if (inside) {
      disk.manifests[path] = get(it->path().string());
    } else if (nameOf(path) != ".DS_Store") {
      disk.files[path] = get(it->path().string());
    }
  }
  return disk;
}

Expected RollModel::expected(const std::string& base) const {
  const Disk disk = readDisk(m_root);
  Expected expected;
  const auto alive = aliveScopes(disk);
  std::map<std::string, ScopeView> views;
  for (const auto& path : alive) {
    if (!isAtOrBelow(path, base)) continue;
    auto& view = views[path];
    view.path = path;
    readChain(view, scopes.at(path), disk, expected);
  }
  std::set<std::string> touched;
  const auto touch = [&](const std::string& path) {
    for (std::string above = path; !above.empty();) touched.insert(above = parentOf(above));
  };
  // Files: the same, altered, gone or come. What is gone and what has come of one content in one history are renames.
  struct Group {
    std::vector<std::string> gone, come;
  };
  std::map<std::pair<std::string, std::string>, Group> groups;
  for (const auto& [scope, view] : views) {
    for (const auto& [path, contents] : view.records) {
      const auto now = disk.files.find(path);
      if (contents.empty()) {  // only ever seen failing: nothing says what it should be
        ++(now == disk.files.end() ? expected.missing : expected.unreadable);
        expected.findings.push_back((now == disk.files.end() ? "missing " : "unreadable ") + path);
        if (now == disk.files.end()) touch(path);
      } else if (now == disk.files.end()) {
        groups[{scope, *contents.begin()}].gone.push_back(path);
        touch(path);
      } else if (contents.contains(now->second)) {
        ++expected.verified;
      } else {
        ++expected.altered;
        expected.failed.insert(path);
        expected.findings.push_back("altered " + path);
        touch(path);
      }
    }
  }
  std::set<std::string> unproven;  // new files of a history that proves nothing: it has said so itself
  for (const auto& [path, content] : disk.files) {
    if (!isAtOrBelow(path, base)) continue;
    const std::string owner = ownerOf(path, alive, base);
    const auto view = views.find(owner);
    if (view != views.end() && view->second.records.contains(path)) continue;
    touch(path);
    if (view != views.end() && view->second.proven.empty()) {
      unproven.insert(path);
    } else {
      groups[{owner, content}].come.push_back(path);
    }
  }
  int number = 0;
  for (const auto& [key, group] : groups) {
    const auto sayGone = [&](const std::string& path) {
      const bool isFolder = disk.folders.contains(path);
      ++(isFolder ? expected.altered : expected.missing);
      return (isFolder ? "altered " : "missing ") + path;
    };
    const std::size_t renames = std::min(group.gone.size(), group.come.size());
    const bool certain = renames == 0 || group.gone.size() == group.come.size();
    std::string label = "~";
    label.append(std::to_string(++number));
    if (!certain) {
      for (const auto* side : {&group.gone, &group.come}) {
        if (side->size() == renames && side == &group.come) continue;
        if (side->size() > renames)
          for (const auto& path : *side) expected.group[path] = label;
      }
    }
    expected.renamed += renames;
    expected.newFiles += group.come.size() - renames;
    for (std::size_t i = 0; i < renames; ++i) {
      expected.findings.push_back("renamed " + group.come[i]);
      if (certain) expected.renamedFrom[group.come[i]] = group.gone[i];
    }
    for (std::size_t i = renames; i < group.come.size(); ++i) expected.findings.push_back("new " + group.come[i]);
    for (std::size_t i = renames; i < group.gone.size(); ++i) expected.findings.push_back(sayGone(group.gone[i]));
    for (const auto& path : group.come) {
      const auto same = [&](const std::string& one) { return nameOf(one) == nameOf(path); };
      if (std::count_if(group.gone.begin(), group.gone.end(), same) > 0 &&
          std::count_if(group.come.begin(), group.come.end(), same) == 1) {
        expected.keepsName.insert(path);
      }
    }
  }
  // Folders show through their hashes alone. One that went is told by what is gone below it, if that was said.
  std::map<std::string, bool> isEmpty;
  for (const auto& folder : disk.folders) isEmpty[folder] = true;
  for (const auto& folder : disk.folders) isEmpty[parentOf(folder)] = false;
  for (const auto& [path, content] : disk.files) isEmpty[parentOf(path)] = false;
  std::vector<const ScopeView*> order;
  for (const auto& [path, view] : views) order.push_back(&view);
  const auto depth = [](const std::string& path) {
    return path.empty() ? 0 : 1 + std::count(path.begin(), path.end(), '/');
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](const auto* a, const auto* b) { return depth(a->path) < depth(b->path); });
  for (const auto* view : order) {
    if (view->newest == nullptr || view->newest->folders.empty()) continue;
    std::vector<std::string> recorded;
    for (const auto& [folder, below] : view->newest->folders) recorded.push_back(folder);
    std::stable_sort(recorded.begin(), recorded.end(),
                     [&](const auto& a, const auto& b) { return depth(a) > depth(b); });
    for (const auto& folder : recorded) {
      if (folder == view->path || disk.folders.contains(folder) || touched.contains(folder)) continue;
      ++expected.missing;
      expected.findings.push_back("missing " + folder);
      touch(folder);
    }
    for (const auto& folder : disk.folders) {
      if (folder == view->path || ownerOf(folder, alive, base) != view->path) continue;
      if (view->newest->folders.contains(folder) || !isEmpty.at(folder)) continue;
      ++expected.newFiles;
      expected.findings.push_back("new " + folder);
      touch(folder);
    }
  }
  // A nested history that was sealed by itself explains what differs in the folders around it.
  for (const auto& [path, view] : views) {
    if (path == base || view.last == nullptr) continue;
    const auto above = views.find(ownerOf(parentOf(path), alive, base));
    const auto isIt = [&](const auto& reference) { return reference.first == view.last->file; };
    if (above == views.end() || above->second.newest == nullptr ||
        std::none_of(above->second.newest->references.begin(), above->second.newest->references.end(), isIt)) {
      touch(path + "/ascmhl");
    }
  }
  std::reverse(order.begin(), order.end());
  for (const auto* view : order) {
    if (view->newest == nullptr) continue;
    std::vector<std::pair<std::string, std::string>> recorded(view->newest->folders.begin(),
                                                              view->newest->folders.end());
    std::stable_sort(recorded.begin(), recorded.end(),
                     [&](const auto& a, const auto& b) { return depth(a.first) > depth(b.first); });
    for (const auto& [folder, below] : recorded) {
      if (touched.contains(folder) || (!folder.empty() && !disk.folders.contains(folder))) continue;
      const bool broken = folder == view->path && m_brokenFolders.contains(folder);
      if (!broken && below == allBelow(disk, folder)) continue;
      expected.findings.push_back("directory_hash " + folder);
      touch(folder);
    }
  }
  for (const auto& [path, view] : views) {
    const auto holds = [&](const std::string& one) {
      return one != path && isAtOrBelow(one, path) &&
             ownerOf(alive.contains(one) ? parentOf(one) : one, alive, base) == path;
    };
    const bool anyFile =
        std::any_of(disk.files.begin(), disk.files.end(), [&](const auto& one) { return holds(one.first); });
    if (!anyFile && std::none_of(disk.folders.begin(), disk.folders.end(), holds)) expected.hollow.insert(path);
  }
  expected.findings = canonical(expected, expected.findings);
  return expected;
}

std::vector<std::string> RollModel::canonical(const Expected& expected, const std::vector<std::string>& findings) {
  std::vector<std::string> result;
  for (const auto& one : findings) {
    const auto blank = one.find(' ');
    std::string kind = one.substr(0, blank);
    std::string path = one.substr(blank + 1);
    if (kind == "format_added" || kind == "sealed" || kind == "cache_verified_only") continue;
    const bool told = kind == "missing" || kind == "altered" || kind == "new" || kind == "renamed";
    const auto group = expected.group.find(path);
    if (told && group != expected.group.end()) {
      if (kind == "altered" && !expected.failed.contains(path)) kind = "missing";
      path = group->second;
    }
    result.push_back(kind.append(" ").append(path));
  }
  std::sort(result.begin(), result.end());
  return result;
}

void RollModel::seal(const std::string& scope, const std::function<void()>& work) {
  const Expected found = expected(scope);
  REQUIRE(found.group.empty());
  const Disk before = readDisk(m_root);
  work();
  const Disk after = readDisk(m_root);
  auto alive = aliveScopes(before);
  alive.insert(scope);
  std::map<std::string, SealedGeneration> made;
  for (const auto& [path, bytes] : after.manifests) {
    if (before.manifests.contains(path) || !isManifestName(path)) continue;
    auto& generation = made[parentOf(parentOf(path))];
    REQUIRE(generation.file.empty());
    generation.file = path;
    generation.bytes = bytes;
    generation.number = std::stoi(nameOf(path).substr(0, 4));
  }
  for (const auto& one : alive) {
    if (!isAtOrBelow(one, scope) || found.hollow.contains(one)) continue;
    INFO("no generation for " << one);
    REQUIRE(made.contains(one));
  }
  for (auto& [path, generation] : made) {
    CHECK(generation.number == static_cast<int>(scopes[path].chain.size()) + 1);
    for (const auto& [file, content] : after.files) {
      if (!isAtOrBelow(file, scope) || ownerOf(file, alive, scope) != path) continue;
      auto& record = generation.files[file];
      record.content = content;
      record.failed = found.failed.contains(file);
      if (const auto from = found.renamedFrom.find(file); from != found.renamedFrom.end())
        record.previous = from->second;
    }
    const auto isSpoilt = [&](const std::string& folder) {
      return std::any_of(found.failed.begin(), found.failed.end(),
                         [&](const std::string& file) { return isAtOrBelow(file, folder); });
    };
    for (const auto& folder : after.folders) {
      if (folder == path || !isAtOrBelow(folder, path) || isSpoilt(folder)) continue;
      const bool own = ownerOf(alive.contains(folder) ? parentOf(folder) : folder, alive, scope) == path;
      if (own) generation.folders[folder] = allBelow(after, folder);
    }
    if (!isSpoilt(path)) generation.folders[path] = allBelow(after, path);
    for (const auto& [inner, other] : made) {
      if (inner != path && isAtOrBelow(inner, path) && ownerOf(parentOf(inner), alive, scope) == path) {
        generation.references.emplace_back(other.file, other.bytes);
      }
    }
  }
  for (auto& [path, generation] : made) scopes[path].chain.push_back(generation);
}

}  // namespace rollproof::mhl::test
