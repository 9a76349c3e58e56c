// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/mhl/ignore.h"

using rollproof::mhl::IgnoreRules;

namespace {

struct Case {
  std::vector<std::string> patterns;
  std::string path;
  bool folder = false;
  bool ignored = false;
};

}  // namespace

// Each answer is the one `git check-ignore` gave.
TEST_CASE("patterns mean what they mean in a gitignore at the root of the scope") {
  const std::vector<Case> cases{
      {{"*.tmp"}, "a/b.tmp", false, true},
      {{"/top"}, "top", false, true},
      {{"/top"}, "s/top", false, false},
      {{"a/b"}, "a/b", false, true},
      {{"a/b"}, "s/a/b", false, false},
      {{"cache/"}, "s/cache", true, true},
      {{"cache/"}, "s/cache", false, false},
      {{"**/foo"}, "x/y/foo", false, true},
      {{"a/**"}, "a/b/c", false, true},
      {{"a/**"}, "a", true, false},
      {{"a/**/b"}, "a/b", false, true},
      {{"a/**/b"}, "a/x/y/b", false, true},
      {{"a*b"}, "a/b", false, false},
      {{"?"}, "ab", false, false},
      {{"*.mov", "!keep.mov"}, "keep.mov", false, false},
      {{"!keep.mov", "*.mov"}, "keep.mov", false, true},
      {{"\\#x"}, "#x", false, true},
      {{"#x"}, "#x", false, false},
      {{"\\!x"}, "!x", false, true},
      {{"x\\ "}, "x ", false, true},
      {{"x  "}, "x", false, true},
      {{"\\*"}, "*", false, true},
      {{"\\*"}, "a", false, false},
      {{"[a-c]1"}, "b1", false, true},
      {{"[!a-c]1"}, "b1", false, false},
      {{"[^a-c]1"}, "d1", false, true},
      {{"[]a]"}, "]", false, true},
      {{"[a-]"}, "-", false, true},
      {{"[\\]a]"}, "]", false, true},
      {{"[[:digit:]x]"}, "7", false, true},
      {{"[[:alpha:]]"}, "7", false, false},
      {{"[![:upper:]]"}, "Q", false, false},
      {{"[ab"}, "[ab", false, false},
      {{"ab\\"}, "ab\\", false, false},
      {{".*"}, ".hidden", false, true},
      {{"*"}, ".hidden", false, true},
  };
  for (const auto& one : cases) {
    INFO(one.patterns.front() << " on " << one.path);
    CHECK(IgnoreRules(one.patterns).matches(one.path, one.folder) == one.ignored);
  }
}

TEST_CASE("a hostile pattern takes no time to speak of") {
  const std::string stars(4000, '*');
  std::string alternating;
  for (int i = 0; i < 1000; ++i) alternating += "*a";
  std::string folders;
  for (int i = 0; i < 500; ++i) folders += "**/a/";
  const IgnoreRules rules({stars + "b", alternating + "b", folders + "b", "[" + std::string(3000, 'x')});
  std::string deep;
  for (int i = 0; i < 200; ++i) deep += "a/";
  CHECK_FALSE(rules.matches(deep + std::string(255, 'a'), false));
}
