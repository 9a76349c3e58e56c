// SPDX-License-Identifier: Apache-2.0
// Which entries of a scope the history leaves out: gitignore patterns anchored to the scope.
// Threads: immutable once built. Errors: none; a pattern too long to be meant matches nothing.
// Source: gitignore(5), "PATTERN FORMAT"; ASC MHL Specification v1.0, ignore.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rollproof::mhl {

class IgnoreRules {
 public:
  explicit IgnoreRules(const std::vector<std::string>& patterns);
  // Of this entry alone, the last pattern first; no pattern lifts the standard's own ignores; the caller leaves out
  // what lies below an ignored folder.
  [[nodiscard]] bool matches(std::string_view relativePath, bool isDirectory) const;

 private:
  struct Rule {
    std::vector<std::string> components;  // one: matches the base name at any depth unless anchored
    bool anchored = false;
    bool directoryOnly = false;
    bool negated = false;
  };
  std::vector<Rule> m_rules;
};

}  // namespace rollproof::mhl
