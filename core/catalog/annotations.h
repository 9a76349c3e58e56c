// SPDX-License-Identifier: Apache-2.0
// What people say about a clip, laid over what the camera said. The camera's value stays in the provenance. A field has
// the name that the record's JSON gives it ("exposure.ei"); some have a short one too ("ei"), under which they are
// kept. Threads: pure functions. Errors: Errc::usage for an unknown field or a value the field cannot hold.
#pragma once

#include <string>

#include "core/base/error.h"
#include "core/model/clip.h"

namespace rollproof::catalog {

// The name it is kept under.
[[nodiscard]] Result<std::string> annotatedField(const std::string& name);
// The value as it is stored: circled becomes yes or no. "" takes an annotation back. `clip` with what was said so far.
[[nodiscard]] Result<std::string> checkedAnnotation(const std::string& field, const std::string& value,
                                                    const model::Clip& clip);
// A value that does not fit (any more) is left out.
void applyAnnotation(model::Clip& clip, const std::string& field, const std::string& value);
// The camera format's colour space, unless a person said another of this very clip.
void applyFormatSpace(model::Clip& clip, const std::string& space);

}  // namespace rollproof::catalog
