// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <libudev.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "core/volumes/volumes.h"

namespace rollproof::volumes {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int value) : m_value(value) {}
  ~Descriptor() {
    if (m_value >= 0) ::close(m_value);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return m_value; }

 private:
  int m_value;
};

using UdevContext = std::unique_ptr<udev, decltype(&udev_unref)>;
using UdevMonitor = std::unique_ptr<udev_monitor, decltype(&udev_monitor_unref)>;

UdevMonitor listen(udev* context) {
  UdevMonitor none(nullptr, &udev_monitor_unref);
  if (context == nullptr) return none;
  // Without its daemon udev says nothing, while the kernel always does; with it, its word comes when the device's
  // properties can be read.
  const char* source = ::access("/run/udev/control", F_OK) == 0 ? "udev" : "kernel";
  UdevMonitor monitor(udev_monitor_new_from_netlink(context, source), &udev_monitor_unref);
  if (!monitor || udev_monitor_filter_add_match_subsystem_devtype(monitor.get(), "block", nullptr) < 0 ||
      udev_monitor_enable_receiving(monitor.get()) < 0)
    return none;
  return monitor;
}

}  // namespace

struct Watch::State {
  State()
      : mounts(::open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC)), wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

  const Descriptor mounts, wake;
  const UdevContext context{udev_new(), &udev_unref};
  const UdevMonitor monitor{listen(context.get())};

  // Takes all events there are; one is news enough.
  bool plugged() const {
    bool any = false;
    while (udev_device* device = udev_monitor_receive_device(monitor.get())) {
      udev_device_unref(device);
      any = true;
    }
    return any;
  }
};

Watch::Watch(std::unique_ptr<State> state) : m_state(std::move(state)) {}
Watch::~Watch() = default;

Result<std::unique_ptr<Watch>> Watch::open() {
  auto state = std::make_unique<State>();
  if (state->mounts.get() < 0 || state->wake.get() < 0)
    return tl::unexpected(systemError(errno, "cannot watch", "/proc/self/mountinfo"));
  return std::unique_ptr<Watch>(new Watch(std::move(state)));
}

bool Watch::wait(std::chrono::milliseconds longest, const std::stop_token& stop) {
  using Steady = std::chrono::steady_clock;
  const auto end = Steady::now() + longest;
  std::uint64_t count = 0;
  while (::read(m_state->wake.get(), &count, sizeof count) > 0) count = 0;  // a stop of an earlier wait
  const std::stop_callback wake(stop, [this] {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(m_state->wake.get(), &one, sizeof one);
  });
  for (;;) {
    if (stop.stop_requested()) return false;
    std::array<pollfd, 3> watched{{{m_state->mounts.get(), POLLPRI, 0},
                                   {m_state->wake.get(), POLLIN, 0},
                                   {m_state->monitor ? udev_monitor_get_fd(m_state->monitor.get()) : -1, POLLIN, 0}}};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Steady::now()).count();
    const int ready =
        ::poll(watched.data(), watched.size(), static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000)));
    if (ready < 0 && errno != EINTR) return false;
    if (ready > 0) {
      // Both are asked, so that one change gives one answer.
      const bool device = watched[2].revents != 0 && m_state->plugged();
      if ((watched[0].revents & (POLLPRI | POLLERR)) != 0 || device) return true;
      if (watched[1].revents != 0) return false;
    }
    if (Steady::now() >= end) return false;
  }
}

}  // namespace rollproof::volumes
