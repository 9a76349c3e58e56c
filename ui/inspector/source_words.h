// SPDX-License-Identifier: Apache-2.0
// Where a value came from, in words: a record names its sources by short codes ("nrt", "tmcd").
// Threads: pure function. Errors: a code that nobody put into words is shown as it is.
#pragma once

#include <QString>
#include <string>

namespace rollproof::ui {

[[nodiscard]] QString sourceWords(const std::string& source);

}  // namespace rollproof::ui
