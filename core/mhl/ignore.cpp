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

// Where a bracket expression that begins at pattern[at] ends, behind its ']'; npos if it never does.
std::size_t bracketEnd(std::string_view pattern, std::size_t at) {
  std::size_t i = at + 1;
  if (i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^')) ++i;
  for (bool first = true; i < pattern.size(); ++i, first = false) {
    if (pattern[i] == ']' && !first) return i + 1;
    if (pattern[i] == '\\') {
      ++i;
    } else if (pattern.substr(i, 2) == "[:") {
      const auto close = pattern.find(":]", i + 2);
      if (close == std::string_view::npos) continue;  // a plain '['
      i = close + 1;
    }
  }
  return std::string_view::npos;
}

bool inClass(std::string_view name, unsigned char c) {
  const bool upper = c >= 'A' && c <= 'Z';
  const bool lower = c >= 'a' && c <= 'z';
  const bool digit = c >= '0' && c <= '9';
  const bool graph = c > 0x20 && c < 0x7F;
  if (name == "alpha") return upper || lower;
  if (name == "digit") return digit;
  if (name == "alnum") return upper || lower || digit;
  if (name == "upper") return upper;
  if (name == "lower") return lower;
  if (name == "space") return c == ' ' || (c >= '\t' && c <= '\r');
  if (name == "blank") return c == ' ' || c == '\t';
  if (name == "punct") return graph && !upper && !lower && !digit;
  if (name == "print") return graph || c == ' ';
  if (name == "graph") return graph;
  if (name == "cntrl") return c < 0x20 || c == 0x7F;
  if (name == "xdigit") return digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  return false;
}

// "[a-z]", "[!x]", "[[:alpha:]_]" from pattern[at] to its end: does it take c?
bool bracketMatches(std::string_view pattern, std::size_t at, std::size_t end, unsigned char c) {
  std::size_t i = at + 1;
  const bool negated = pattern[i] == '!' || pattern[i] == '^';
  if (negated) ++i;
  bool hit = false;
  while (i + 1 < end) {
    if (pattern.substr(i, 2) == "[:") {
      if (const auto close = pattern.find(":]", i + 2); close != std::string_view::npos && close + 2 < end) {
        hit = hit || inClass(pattern.substr(i + 2, close - i - 2), c);
        i = close + 2;
        continue;
      }
    }
    if (pattern[i] == '\\') ++i;
    const auto low = static_cast<unsigned char>(pattern[i++]);
    auto high = low;
    if (i + 2 < end && pattern[i] == '-') {  // a '-' before the end is one of the characters
      ++i;
      if (pattern[i] == '\\') ++i;
      high = static_cast<unsigned char>(pattern[i++]);
    }
    hit = hit || (low <= c && c <= high);
  }
  return hit != negated;
}

// As git has it: a bracket that never closes and a backslash at the very end match nothing at all.
bool isWellFormed(std::string_view pattern) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      if (++i == pattern.size()) return false;
      continue;
    }
    if (pattern[i] != '[') continue;
    const auto end = bracketEnd(pattern, i);
    if (end == std::string_view::npos) return false;
    i = end - 1;
  }
  return true;
}

// Does the single character (or escape, or class) at pattern[at] take c? The pattern is well-formed.
bool oneMatches(std::string_view pattern, std::size_t at, char c, std::size_t& next) {
  next = at + 1;
  if (pattern[at] == '?') return true;
  if (pattern[at] == '[') {
    next = bracketEnd(pattern, at);
    return bracketMatches(pattern, at, next, static_cast<unsigned char>(c));
  }
  if (pattern[at] == '\\') {
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
    if (!std::all_of(rule.components.begin(), rule.components.end(), isWellFormed)) continue;
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
