// SPDX-License-Identifier: Apache-2.0
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <future>
#include <thread>

#include "core/volumes/volumes.h"
#include "tests/core/volumes/disks.h"

using namespace rollproof;
using namespace std::chrono_literals;
using test::Disks;

namespace {

constexpr auto kPatience = 30s;  // never waited for but where the test fails

// Takes what other tests' devices have to say in the meantime.
void drain(volumes::Watch& watch) {
  for (int i = 0; i < 100 && watch.wait(0ms, {}); ++i) continue;
}

}  // namespace

TEST_CASE("a mount and an unmount are seen even if they came before the wait") {
  NEEDS(test::privateMounts(), "right to mount");
  Disks disks;
  const auto watch = volumes::Watch::open();
  REQUIRE(watch);
  const auto folder = disks.mounted("card", "-t tmpfs tmpfs");
  NEEDS(!folder.empty(), "tmpfs");
  CHECK((*watch)->wait(kPatience, {}));
  drain(**watch);
  REQUIRE(::umount2(folder.c_str(), 0) == 0);
  CHECK((*watch)->wait(kPatience, {}));
}

TEST_CASE("a mount while waiting ends the wait") {
  NEEDS(test::privateMounts(), "right to mount");
  Disks disks;
  const auto watch = volumes::Watch::open();
  REQUIRE(watch);
  auto seen = std::async(std::launch::async, [&] { return (*watch)->wait(kPatience, {}); });
  const auto folder = disks.mounted("card", "-t tmpfs tmpfs");
  const bool told = seen.get();
  NEEDS(!folder.empty(), "tmpfs");
  CHECK(told);
}

TEST_CASE("nothing new is nothing and a stop ends the wait") {
  const auto watch = volumes::Watch::open();
  REQUIRE(watch);
  std::stop_source stop;
  stop.request_stop();
  CHECK_FALSE((*watch)->wait(kPatience, stop.get_token()));
  // Many rounds, for a stop may come before the wait has begun; where only those are heard one of them hangs.
  for (int round = 0; round < 50; ++round) {
    std::stop_source later;
    std::promise<void> begun;
    auto seen = std::async(std::launch::async, [&] {
      begun.set_value();
      // Devices of other tests may speak up; the stop ends it all the same.
      while ((*watch)->wait(1h, later.get_token())) continue;
      return later.stop_requested();
    });
    begun.get_future().wait();
    for (int turn = 0; turn < round * 100; ++turn) std::this_thread::yield();
    later.request_stop();
    REQUIRE(seen.get());
  }
}

TEST_CASE("a device that speaks up is seen where the kernel lets us hear it") {
  NEEDS(test::privateMounts(), "right to mount");
  const int ear = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  kernel.nl_groups = 1;
  NEEDS(ear >= 0 && ::bind(ear, reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel) == 0, "netlink");
  const auto watch = volumes::Watch::open();
  REQUIRE(watch);
  drain(**watch);
  std::ofstream event("/sys/block/loop0/uevent");
  event << "change\n" << std::flush;
  pollfd heard{ear, POLLIN, 0};
  const bool told = event.good() && ::poll(&heard, 1, 1000) == 1;
  ::close(ear);
  NEEDS(told, "device events from the kernel");
  CHECK((*watch)->wait(kPatience, {}));
}
