// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>

#include "core/interchange/ale.h"
#include "core/interchange/csv.h"

using namespace rollproof;
using interchange::csvRow;

TEST_CASE("cells are quoted where a reader would split them") {
  CHECK(csvRow({"a", "b c", "1,5", "say \"x\"", "two\nlines", ""}) ==
        "a,b c,\"1,5\",\"say \"\"x\"\"\",\"two\nlines\",\r\n");
}

TEST_CASE("a cell never starts a formula and numbers stay numbers") {
  CHECK(csvRow({"=1+1"}) == "'=1+1\r\n");
  CHECK(csvRow({"@x"}) == "'@x\r\n");
  CHECK(csvRow({"-x"}) == "'-x\r\n");
  CHECK(csvRow({"+1+cmd"}) == "'+1+cmd\r\n");
  CHECK(csvRow({"-3.5", "+2", "-"}) == "-3.5,+2,'-\r\n");
  CHECK(csvRow({"=a,\"b"}) == "\"'=a,\"\"b\"\r\n");
}

TEST_CASE("every row of clips has as many cells as the title row") {
  model::Clip clip;
  clip.name = "=HYPERLINK(1)";
  clip.files = {{"a\xFF.mov", model::FileRole::essence, 3}};
  const std::string csv = interchange::csvFromClips({clip, clip});
  CHECK(csv.find("'=HYPERLINK(1)") != std::string::npos);
  std::size_t at = 0, rows = 0, commas = 0, first = 0;
  while (at < csv.size()) {
    const std::size_t end = csv.find("\r\n", at);
    REQUIRE(end != std::string::npos);
    commas = static_cast<std::size_t>(
        std::count(csv.begin() + static_cast<std::ptrdiff_t>(at), csv.begin() + static_cast<std::ptrdiff_t>(end), ','));
    if (rows++ == 0) first = commas;
    CHECK(commas == first);
    at = end + 2;
  }
  CHECK(rows == 3);
}
