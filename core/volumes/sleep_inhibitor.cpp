// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "core/volumes/system_bus.h"
#include "core/volumes/volumes.h"

namespace rollproof::volumes {

namespace {

constexpr std::chrono::seconds kPatience{5};

// A descriptor that holds the lock for as long as it is open.
Result<int> inhibit(SystemBus& bus, const char* what, const std::string& why) {
  const BusObject logind{"org.freedesktop.login1", "/org/freedesktop/login1"};
  const auto answer =
      bus.call(logind, "org.freedesktop.login1.Manager", "Inhibit", kPatience, [&](sd_bus_message* message) {
        return sd_bus_message_append(message, "ssss", what, "Rollproof", why.c_str(), "block");
      });
  if (!answer) return tl::unexpected(answer.error());
  int lent = -1;  // belongs to the message
  if (const int result = sd_bus_message_read(answer->get(), "h", &lent); result < 0)
    return tl::unexpected(unexpectedAnswer(logind, result));
  const int own = ::fcntl(lent, F_DUPFD_CLOEXEC, 3);
  if (own < 0) return tl::unexpected(systemError(errno, "the lock cannot be kept"));
  return own;
}

}  // namespace

SleepInhibitor::SleepInhibitor(const std::string& why) {
  auto bus = SystemBus::open();
  if (!bus) {
    m_problem = "The machine may fall asleep: " + describe(bus.error());
    return;
  }
  // Who sits at no seat of the machine may not hold up its shutdown; sleep and idle are asked for at least.
  struct Wish {
    const char* what;
    const char* without;
  };
  static constexpr std::array<Wish, 3> kWishes{{{"sleep:shutdown:idle", ""},
                                                {"sleep:idle", "The machine may be shut down"},
                                                {"idle", "The machine may be sent to sleep"}}};
  std::string refused;
  for (const auto& wish : kWishes) {
    const auto lock = inhibit(*bus, wish.what, why);
    if (lock) {
      m_lock = *lock;
      if (!refused.empty()) m_problem = std::string(wish.without).append(": ").append(refused);
      return;
    }
    refused = describe(lock.error());
    if (lock.error().code != Errc::permission) break;
  }
  m_problem = "The machine may fall asleep: " + refused;
}

SleepInhibitor::~SleepInhibitor() {
  if (m_lock >= 0) ::close(m_lock);
}

}  // namespace rollproof::volumes
