// SPDX-License-Identifier: Apache-2.0
#include "core/mhl/ignore.h"

#include <algorithm>
#include <cstddef>

#include "core/base/path.h"
#include "core/mhl/document.h"

namespace rollproof::mhl {
namespace {

constexpr std::size_t kMaxPatternBytes = 4096;

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (;;) {
    const auto slash = text.find('/', from);
    parts.emplace_back(text.substr(from, slash == std::string_view::npos ? slash : slash - from));
    if (slash == std::string_view::npos) return parts;
    from = slash + 1;
  }
}

// "[a-z]", "[!x]" at pattern[at]; next is set behind it. A bracket that never closes is a plain character.
bool bracketMatches(std::string_view pattern, std::size_t at, char c, std::size_t& next) {
  std::size_t i = at + 1;
  const bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
  if (negated) ++i;
  bool hit = false;
  bool first = true;
  for (; i < pattern.size() && (first || pattern[i] != ']'); ++i, first = false) {
    if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
    const auto low = static_cast<unsigned char>(pattern[i]);
    auto high = low;
    if (i + 2 < pattern.size() && pattern[i + 1] == '-' && pattern[i + 2] != ']') {
      high = static_cast<unsigned char>(pattern[i + 2]);
      i += 2;
    }
    const auto byte = static_cast<unsigned char>(c);
    hit = hit || (low <= byte && byte <= high);
  }
  if (i >= pattern.size()) {
    next = at + 1;
    return c == '[';
  }
  next = i + 1;
  return hit != negated;
}

// Does the single character (or escape, or class) at pattern[at] take c?
bool oneMatches(std::string_view pattern, std::size_t at, char c, std::size_t& next) {
  next = at + 1;
  if (pattern[at] == '?') return true;
  if (pattern[at] == '[') return bracketMatches(pattern, at, c, next);
  if (pattern[at] == '\\' && at + 1 < pattern.size()) {
    next = at + 2;
    return pattern[at + 1] == c;
  }
  return pattern[at] == c;
}

// One path component; going back only to the last '*' keeps hostile patterns at length times length.
bool componentMatches(std::string_view pattern, std::string_view name) {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;
  std::size_t starName = 0;
  while (n < name.size()) {
    std::size_t next = 0;
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      starName = n;
    } else if (p < pattern.size() && oneMatches(pattern, p, name[n], next)) {
      p = next;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++starName;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

// Components against components; "**" stands for any number of them. Same bounded way back as above.
bool pathMatches(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;
  std::size_t starPath = 0;
  while (n < path.size()) {
    if (p < pattern.size() && pattern[p] == "**") {
      star = p++;
      starPath = n;
      if (p == pattern.size()) return true;  // "a/**": everything inside
    } else if (p < pattern.size() && componentMatches(pattern[p], path[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++starPath;
    } else {
      return false;
    }
  }
  return p == pattern.size();
}

}  // namespace

IgnoreRules::IgnoreRules(const std::vector<std::string>& patterns) {
  for (std::string_view pattern : patterns) {
    if (pattern.empty() || pattern.size() > kMaxPatternBytes || pattern.front() == '#') continue;
    while (!pattern.empty() && pattern.back() == ' ' && (pattern.size() < 2 || pattern[pattern.size() - 2] != '\\')) {
      pattern.remove_suffix(1);
    }
    Rule rule;
    if (!pattern.empty() && pattern.front() == '!') {
      rule.negated = true;
      pattern.remove_prefix(1);
    }
    if (!pattern.empty() && pattern.back() == '/') {
      rule.directoryOnly = true;
      pattern.remove_suffix(1);
    }
    rule.anchored = pattern.find('/') != std::string_view::npos;
    if (!pattern.empty() && pattern.front() == '/') pattern.remove_prefix(1);
    if (pattern.empty()) continue;
    rule.components = split(pattern);
    m_rules.push_back(std::move(rule));
  }
}

bool IgnoreRules::matches(std::string_view relativePath, bool isDirectory) const {
  const std::string name = path::fileName(relativePath);
  if (std::find(kDefaultIgnores.begin(), kDefaultIgnores.end(), name) != kDefaultIgnores.end()) return true;
  std::vector<std::string> components;
  for (auto rule = m_rules.rbegin(); rule != m_rules.rend(); ++rule) {  // the last matching pattern decides
    if (rule->directoryOnly && !isDirectory) continue;
    bool hit = false;
    if (rule->anchored) {
      if (components.empty()) components = split(relativePath);
      hit = pathMatches(rule->components, components);
    } else {
      hit = componentMatches(rule->components.front(), name);
    }
    if (hit) return !rule->negated;
  }
  return false;
}

}  // namespace rollproof::mhl
