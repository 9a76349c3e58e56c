// SPDX-License-Identifier: Apache-2.0
// What people say about a clip, laid over what the camera said. The camera's value stays in the provenance.
// Threads: pure functions. Errors: Errc::usage for an unknown field or a value the field cannot hold.
#pragma once

#include <string>

#include "core/base/error.h"
#include "core/model/clip.h"

namespace rollproof::catalog {

// The value as it is stored: circled becomes yes or no. "" takes an annotation back.
[[nodiscard]] Result<std::string> checkedAnnotation(const std::string& field, const std::string& value);
void applyAnnotation(model::Clip& clip, const std::string& field, const std::string& value);

}  // namespace rollproof::catalog
