// SPDX-License-Identifier: Apache-2.0
// The text of resources/ocio/rollproof.ocio, compiled in. Threads: a constant.
#pragma once

namespace rollproof::colour {

[[nodiscard]] const char* builtinConfigText();

}  // namespace rollproof::colour
