// SPDX-License-Identifier: Apache-2.0
// Rolls expected against rolls received: nothing finds footage that never came but a list of what should have.
//
//   auto expected = readExpectedRolls(fs, "A001 A002 B001");           // or a file: day list, camera report CSV
//   auto answer = compareRolls(*expected, receivedRolls({tree}));
//
// Kinds of finding: roll_missing (expected, not here) · roll_unexpected (here, not on the list) · roll_duplicate (the
// same content twice) · roll_conflict (one name, two contents) · roll_differs (files, bytes, clips or camera are not as
// listed) · roll_unproven (here, but its verification is not "verified").
// complete: every expected roll is here, once or as equal copies, as listed. A roll that nobody expected and an equal
// copy are said but leave it complete; two names that hold one content do not.
// Threads: plain functions. Errors: Errc::usage for a list that names no roll; Errc::notFound, Errc::unsupported from
// the file. Source: RFC 4180; core/report/card_csv.cpp for our own reports.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/file_system.h"
#include "core/mhl/verify.h"

namespace rollproof::session {

struct ExpectedRoll {
  std::string name;                                  // "A001"
  std::optional<std::uint64_t> files, bytes, clips;  // nullopt: the list does not say
  std::string camera;                                // "" the list does not say
};

struct ReceivedRoll {
  std::string name;        // of its folder
  std::string sealedName;  // of the folder when it was first sealed; "" not known
  std::string path;        // absolute
  mhl::VerifyResult result = mhl::VerifyResult::unknown;
  std::uint64_t files = 0, bytes = 0;
  std::optional<std::uint64_t> clips;  // nullopt: not counted
  std::string camera;                  // "" not looked at
  std::vector<model::Digest> content;  // of all files, one a format: equal in one format is equal
  std::string inventory;               // digest of names and sizes, for rolls with no format in common
};

struct Completeness {
  bool asked = false;  // false: nobody gave a list, and nothing below means anything
  bool complete = false;
  std::uint64_t expected = 0;
  std::uint64_t received = 0;          // of the expected ones
  std::vector<std::string> missing;    // names
  std::vector<mhl::Finding> findings;  // path: the roll's folder, or "" for one that is not there
};

// CSV with a header that has `roll` (and files, bytes, clips, camera, in any order; separated by comma, semicolon or
// tab), one or several of our camera reports, one name a line with # comments, or names separated by blanks or commas.
// `A001-A004` counts up. Names twice are one.
[[nodiscard]] Result<std::vector<ExpectedRoll>> parseExpectedRolls(std::string_view text);
// The same from a file, or from the text itself when there is no such file.
[[nodiscard]] Result<std::vector<ExpectedRoll>> readExpectedRolls(const FileSystem& fs, const std::string& fileOrNames);

[[nodiscard]] std::vector<ReceivedRoll> receivedRolls(const std::vector<mhl::TreeOutcome>& trees);

// A roll answers to a name when its folder, or the folder it was sealed as, has it, whatever the letter case; or begins
// with it and goes on with something other than a digit (`A001R2EC` is A001).
[[nodiscard]] Completeness compareRolls(const std::vector<ExpectedRoll>& expected,
                                        const std::vector<ReceivedRoll>& received);

}  // namespace rollproof::session
