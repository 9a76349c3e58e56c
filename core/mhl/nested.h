// SPDX-License-Identifier: Apache-2.0
// A history together with those nested in it that its references vouch for.
// Promises: a reference only ever leads down and inside: `..`, absolute paths, links on the way, a history that would
//           refer to itself or above are findings of kind "reference" and are not followed. Every history is read once.
// Threads: plain functions. Errors: Errc::notFound without a history. Source: ASC MHL Specification v1.0, references.
#pragma once

#include <string>
#include <vector>

#include "core/base/file_system.h"
#include "core/mhl/document.h"

namespace rollproof::mhl {

struct NestedHistory {
  std::string relative;           // its scope, relative to the outermost; "" itself
  std::vector<Finding> findings;  // paths relative to the outermost scope
  std::size_t generations = 0;    // as its chain lists them
};

// Hands over each generation of each history, outermost first and in order, and keeps none. `relative` as above.
using TakeNested = std::function<void(const std::string& relative, Generation)>;
[[nodiscard]] Result<std::vector<NestedHistory>> visitNested(const FileSystem& fs, const std::string& scope,
                                                             const TakeNested& take);

// The kinds of finding that make a history no proof any more.
[[nodiscard]] bool isBreach(const Finding& finding);

}  // namespace rollproof::mhl
