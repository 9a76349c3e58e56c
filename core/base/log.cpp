// SPDX-License-Identifier: Apache-2.0
#include "core/base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "core/base/path.h"

namespace rollproof::log {

namespace {

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>("rollproof", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    const char* wish = std::getenv("ROLLPROOF_LOG");
    made->set_level(wish ? spdlog::level::from_str(wish) : spdlog::level::warn);
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
    return made;
  }();
  return *instance;
}

}  // namespace

// Text may hold names from a card: control characters must not reach a terminal.
void debug(std::string_view text) { logger().debug("{}", path::display(text)); }
void info(std::string_view text) { logger().info("{}", path::display(text)); }
void warn(std::string_view text) { logger().warn("{}", path::display(text)); }
void error(std::string_view text) { logger().error("{}", path::display(text)); }

}  // namespace rollproof::log
