// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/base/path.h"

using namespace rollproof;

TEST_CASE("paths join with one slash and keep their bytes") {
  CHECK(path::join("/a", "b") == "/a/b");
  CHECK(path::join("/a/", "b") == "/a/b");
  CHECK(path::join("", "b") == "b");
  CHECK(path::join("/a", "") == "/a");
  CHECK(path::join("/a", "\xff\n") == "/a/\xff\n");
}

TEST_CASE("names and extensions are taken from the end") {
  CHECK(path::fileName("/a/b.MOV") == "b.MOV");
  CHECK(path::fileName("/a/b/") == "b");
  CHECK(path::parent("/a/b") == "/a");
  CHECK(path::parent("/a") == "/");
  CHECK(path::parent("a").empty());
  CHECK(path::extension("x.MOV") == "mov");
  CHECK(path::extension(".hidden").empty());
  CHECK(path::stem("a.0001.dpx") == "a.0001");
}

TEST_CASE("absolute removes dots by text") {
  CHECK(path::absolute("/a/./b//../c/") == "/a/c");
  CHECK(path::absolute("/..") == "/");
}

TEST_CASE("within means the same folder or below it and not a sibling with the same beginning") {
  CHECK(path::isWithin("/a/b", "/a"));
  CHECK(path::isWithin("/a", "/a/"));
  CHECK_FALSE(path::isWithin("/ab", "/a"));
  CHECK(path::isWithin("/anything", "/"));
}

TEST_CASE("a relative path that could leave its root is not safe") {
  CHECK(path::isSafeRelative("a/b"));
  for (const auto* bad : {"", "/a", "../a", "a/../b", "a//b", "a/.", "a/"}) CHECK_FALSE(path::isSafeRelative(bad));
  CHECK_FALSE(path::isSafeRelative(std::string_view("a\0b", 3)));
}

TEST_CASE("overlong and surrogate sequences are not UTF-8") {
  CHECK(path::isUtf8("Jour 2 \xC3\xA9t\xC3\xA9 \xF0\x9F\x8E\xAC"));
  for (const auto* bad : {"\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80", "\xC3"})
    CHECK_FALSE(path::isUtf8(bad));
}

TEST_CASE("display never passes a control character or a stray byte on") {
  CHECK(path::display("a\x1b[2J\xff") == "a\xEF\xBF\xBD[2J\xEF\xBF\xBD");
  CHECK(path::display("\xC2\x9B") == "\xEF\xBF\xBD");
  CHECK(path::display("plain") == "plain");
}

TEST_CASE("percent encoding is reversible for every byte") {
  std::string all;
  for (int i = 1; i < 256; ++i) all += static_cast<char>(i);
  CHECK(path::percentDecode(path::percentEncode(all)) == all);
  CHECK(path::percentEncode("a b/\xff") == "a%20b/%FF");
  CHECK(path::percentDecode("%zz%4") == "%zz%4");
}
