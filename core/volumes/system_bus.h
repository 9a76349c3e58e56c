// SPDX-License-Identifier: Apache-2.0
// A connection to the system's D-Bus for a few calls.
// Threads: each of its own thread.
// Errors: Errc::notFound: there is no bus, no such service, or the service knows no such object. Errc::busy and
//         Errc::permission as UDisks2 and logind say them; everything else Errc::failed with the service's words.
// Source: sd-bus(3); org.freedesktop.UDisks2.Error.*
#pragma once

#include <systemd/sd-bus.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "core/base/error.h"

namespace rollproof::volumes {

using BusMessage = std::unique_ptr<sd_bus_message, decltype(&sd_bus_message_unref)>;

struct BusObject {
  std::string service, path;
};

class SystemBus {
 public:
  [[nodiscard]] static Result<SystemBus> open();
  // `append` adds the arguments and gives what the sd_bus_message_append functions give.
  [[nodiscard]] Result<BusMessage> call(const BusObject& object, const char* interface, const char* member,
                                        std::chrono::seconds longest,
                                        const std::function<int(sd_bus_message*)>& append);
  [[nodiscard]] bool flag(const BusObject& object, const char* interface, const char* property);  // false if not told
  [[nodiscard]] std::string objectPath(const BusObject& object, const char* interface, const char* property);

 private:
  explicit SystemBus(sd_bus* bus) : m_bus(bus, &sd_bus_flush_close_unref) {}
  std::unique_ptr<sd_bus, decltype(&sd_bus_flush_close_unref)> m_bus;
};

// A well-formed answer of another shape than agreed.
[[nodiscard]] Error unexpectedAnswer(const BusObject& object, int result);

}  // namespace rollproof::volumes
