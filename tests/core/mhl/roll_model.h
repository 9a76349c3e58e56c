// SPDX-License-Identifier: Apache-2.0
// What a verifier has to say of a roll, worked out the slow and simple way from whole contents held in memory: no
// digest, no index and no function of the product's takes part.
//
//   RollModel model(folder);
//   model.seal("", [] { ... });    // the product seals it, the model takes down what that had to record
//   ... the disk changes ...
//   model.expected().findings      // "kind path" each, sorted
//
// Where several files of one content are gone and fewer of it are new (or the other way round), any choice is right:
// `canonical` writes such paths as the group they belong to, on both sides.
// Threads: one test, one thread. Errors: what cannot be done fails the test.
// Source: ASC MHL Specification v1.0; the finding kinds of core/mhl/verify.h.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace rollproof::mhl::test {

// A roll on the disk. Paths relative to it.
struct Disk {
  std::map<std::string, std::string> files;      // content of what is media
  std::map<std::string, std::string> manifests;  // all inside ascmhl folders
  std::set<std::string> folders;                 // without ascmhl folders
};
[[nodiscard]] Disk readDisk(const std::string& root);

struct Recorded {
  std::string content, previous;
  bool failed = false;
};

struct SealedGeneration {
  int number = 0;
  std::string file, bytes;  // of the manifest; path from the roll
  std::map<std::string, Recorded> files;
  std::map<std::string, std::string> folders;                   // with all that was below each, the scope itself too
  std::vector<std::pair<std::string, std::string>> references;  // path and bytes of manifests below
};

struct SealedScope {
  std::vector<SealedGeneration> chain;  // as its chain lists them
  bool hasChain = true;
};

struct Expected {
  std::vector<std::string> findings;  // "kind path", canonical, sorted
  std::uint64_t verified = 0, missing = 0, altered = 0, newFiles = 0, renamed = 0, unreadable = 0;
  std::map<std::string, std::string> group;        // of paths where any choice is right
  std::set<std::string> keepsName;                 // new paths that have to be the renamed ones of their group
  std::set<std::string> hollow;                    // histories with nothing left that a generation could list
  std::set<std::string> failed;                    // files that differ
  std::map<std::string, std::string> renamedFrom;  // new path to old, where it is certain
};

class RollModel {
 public:
  explicit RollModel(std::string root) : m_root(std::move(root)) {}

  // Calls `work`, which seals the history at `scope` and all below, and takes down what that had to record.
  void seal(const std::string& scope, const std::function<void()>& work);
  [[nodiscard]] Expected expected(const std::string& base = {}) const;
  // The findings as `expected` writes them.
  [[nodiscard]] static std::vector<std::string> canonical(const Expected& expected,
                                                          const std::vector<std::string>& findings);
  // Its folder hash was made wrong on purpose.
  void breakFolder(const std::string& path) { m_brokenFolders.insert(path); }

  std::map<std::string, SealedScope> scopes;

 private:
  std::string m_root;
  std::set<std::string> m_brokenFolders;
};

}  // namespace rollproof::mhl::test
