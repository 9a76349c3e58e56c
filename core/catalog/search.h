// SPDX-License-Identifier: Apache-2.0
// What a person types in the search box, as conditions on the clip tables; and the other half, what a clip offers to
// be found by.
// Threads: pure functions. Errors: Errc::usage for an unknown field, naming the known ones.
// Source: SQLite FTS5, full-text query syntax.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/model/clip.h"
#include "core/model/roll.h"

namespace rollproof::catalog {

struct FieldFilter {
  enum class Match { equal, prefix, absent, less, atMost, greater, atLeast, between };
  std::string field;
  std::string value;  // folded
  Match match = Match::equal;
  std::string upTo;  // of between, itself included
};

// The condition on `value` of clip_field, and what its question marks stand for.
struct ValueCondition {
  std::string sql;
  std::vector<std::string> values;
};
[[nodiscard]] ValueCondition conditionOf(const FieldFilter& filter);

struct Query {
  std::string fullText;  // an FTS5 expression, "" none
  std::vector<FieldFilter> filters;
};

[[nodiscard]] Result<Query> parseQuery(const std::string& text);

// Lower case for Latin, Greek and Cyrillic letters; other characters stay.
[[nodiscard]] std::string foldCase(const std::string& utf8);

struct Findable {
  std::vector<std::pair<std::string, std::string>> fields;  // name, folded value
  std::string text;
};
// `clip` as it counts: what people and its camera format say lies on top.
[[nodiscard]] Findable findableFrom(model::Clip clip, const model::RollKey& roll, bool safe);
// The findings of a clip that was checked as values of the field "qc"; "clean" without any.
[[nodiscard]] std::set<std::string> qcValues(const std::vector<model::QcFinding>& findings);

}  // namespace rollproof::catalog
