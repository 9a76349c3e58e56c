// SPDX-License-Identifier: Apache-2.0
// A look's steps and what is said of them. Threads: pure functions.
#pragma once

#include <string>

#include "core/model/look.h"

namespace rollproof::colour {

// `where` is the space the step works in, as resolved; "" says what the step itself says.
[[nodiscard]] std::string stepInWords(const model::LookStep& step, const std::string& where = {});

}  // namespace rollproof::colour
