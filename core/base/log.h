// SPDX-License-Identifier: Apache-2.0
// One log line a thing worth knowing later; never media content, never secrets.
// Threads: safe from any thread.
#pragma once

#include <string_view>

namespace rollproof::log {

// Lines go to stderr from `warn` up, unless ROLLPROOF_LOG=debug|info|warn|error|off says otherwise.
void debug(std::string_view text);
void info(std::string_view text);
void warn(std::string_view text);
void error(std::string_view text);

}  // namespace rollproof::log
