// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "core/volumes/eject.h"
#include "core/volumes/volumes.h"
#include "tests/core/volumes/disks.h"
#include "tests/core/volumes/private_bus.h"

using namespace rollproof;
using test::Disks;
using test::FakeLogind;
using test::FakeUdisks;
using test::PrivateBus;
using Calls = std::vector<std::string>;

namespace {

constexpr const char* kNoBus = "unix:path=/nonexistent/rollproof-bus";

struct BusAddress {
  explicit BusAddress(const char* address) { ::setenv("DBUS_SYSTEM_BUS_ADDRESS", address, 1); }
  ~BusAddress() { ::unsetenv("DBUS_SYSTEM_BUS_ADDRESS"); }
  BusAddress(const BusAddress&) = delete;
  BusAddress& operator=(const BusAddress&) = delete;
};

// A volume that UDisks2 knows; nothing is mounted there in truth.
model::Volume volume(const Disks& disks, const std::string& label, const std::string& devicePath) {
  model::Volume one;
  one.mountPoint = (disks.root / label).native();
  test::stdfs::create_directories(one.mountPoint);
  one.label = label;
  one.devicePath = devicePath;
  one.device.id = "serial:x";
  one.ejectable = true;
  one.readOnly = true;  // spares the machine's own disk from being flushed
  return one;
}

bool isMounted(const std::string& folder) {
  const auto all = volumes::mounted();
  return std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.mountPoint == folder; });
}

}  // namespace

TEST_CASE("a card is unmounted and ejected and its reader keeps its power") {
  PrivateBus bus;
  NEEDS(!bus.address().empty(), "dbus-daemon");
  Disks disks;
  FakeUdisks udisks;
  udisks.devices["/dev/sdx1"] = {"sdx1", "reader", "", {}};
  udisks.drives["reader"] = {true, true, true};
  udisks.serve(bus);
  CHECK(volumes::ejectTogether({volume(disks, "A001", "/dev/sdx1")}));
  CHECK(udisks.calls() == Calls{"Unmount sdx1", "Eject reader"});
}

TEST_CASE("a drive is unmounted with all its partitions and then powered off") {
  PrivateBus bus;
  NEEDS(!bus.address().empty(), "dbus-daemon");
  Disks disks;
  FakeUdisks udisks;
  udisks.devices["/dev/sdx1"] = {"sdx1", "ssd", "", {}};
  udisks.devices["/dev/sdx2"] = {"sdx2", "ssd", "", {}};
  udisks.drives["ssd"] = {true, false, true};
  udisks.serve(bus);
  CHECK(volumes::ejectTogether({volume(disks, "SHUTTLE", "/dev/sdx1"), volume(disks, "EFI", "/dev/sdx2")}));
  CHECK(udisks.calls() == Calls{"Unmount sdx1", "Unmount sdx2", "PowerOff ssd"});
}

TEST_CASE("one disk of several keeps its power") {
  PrivateBus bus;
  NEEDS(!bus.address().empty(), "dbus-daemon");
  Disks disks;
  FakeUdisks udisks;
  udisks.devices["/dev/sdx1"] = {"sdx1", "ssd", "", {}};
  udisks.drives["ssd"] = {true, false, true};
  udisks.serve(bus);
  auto raid = volume(disks, "RAID", "/dev/sdx1");
  raid.device.members = {"serial:a", "serial:b"};
  CHECK(volumes::ejectTogether({raid}));
  CHECK(udisks.calls() == Calls{"Unmount sdx1"});
}

TEST_CASE("a volume in use says so by its name and keeps its power") {
  PrivateBus bus;
  NEEDS(!bus.address().empty(), "dbus-daemon");
  Disks disks;
  FakeUdisks udisks;
  udisks.devices["/dev/sdx1"] = {"sdx1", "ssd", "", {}};
  udisks.devices["/dev/sdx2"] = {"sdx2", "ssd", "org.freedesktop.UDisks2.Error.DeviceBusy", {}};
  udisks.drives["ssd"] = {true, false, true};
  udisks.serve(bus);
  const auto done = volumes::ejectTogether({volume(disks, "ONE", "/dev/sdx1"), volume(disks, "TWO", "/dev/sdx2")});
  REQUIRE_FALSE(done);
  CHECK(done.error().code == Errc::busy);
  CHECK(describe(done.error()) == "TWO is still in use");
  CHECK(udisks.calls() == Calls{"Unmount sdx1", "Unmount sdx2"});
}

TEST_CASE("a drive that will not power off is safe to pull all the same") {
  PrivateBus bus;
  NEEDS(!bus.address().empty(), "dbus-daemon");
  Disks disks;
  FakeUdisks udisks;
  udisks.devices["/dev/sdx1"] = {"sdx1", "ssd", "", {}};
  udisks.drives["ssd"] = {false, false, true};
  udisks.powerError = "org.freedesktop.UDisks2.Error.NotAuthorized";
  udisks.serve(bus);
  CHECK(volumes::ejectTogether({volume(disks, "A001", "/dev/sdx1")}));
  CHECK(udisks.calls() == Calls{"Unmount sdx1", "PowerOff ssd"});
}

TEST_CASE("a refusal and a failure of an unmount are told apart") {
  NEEDS(test::privateMounts(), "right to mount");
  PrivateBus bus;
  NEEDS(!bus.address().empty(), "dbus-daemon");
  Disks disks;
  const auto folder = disks.mounted("A001", "-t tmpfs tmpfs");
  NEEDS(!folder.empty(), "tmpfs");
  FakeUdisks udisks;
  udisks.devices["/dev/sdx1"] = {"sdx1", "", "org.freedesktop.UDisks2.Error.NotAuthorizedDismissed", {}};
  udisks.devices["/dev/sdx2"] = {"sdx2", "", "org.freedesktop.UDisks2.Error.Failed", {}};
  udisks.serve(bus);
  const auto refused = volumes::ejectTogether({volume(disks, "A001", "/dev/sdx1")});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::permission);
  const auto failed = volumes::ejectTogether({volume(disks, "A001", "/dev/sdx2")});
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == Errc::failed);
  CHECK(describe(failed.error()) == "A001: org.freedesktop.UDisks2 says: refused by the test");
}

TEST_CASE("a real volume is ejected without udisks as root and told busy while it is read") {
  NEEDS(test::privateMounts(), "right to mount");
  const BusAddress none(kNoBus);
  Disks disks;
  const auto device = disks.loop("a.img", 16);
  NEEDS(!device.empty(), "loop devices");
  NEEDS(Disks::run("mkfs.ext4 -q " + device), "mkfs.ext4");
  const auto folder = disks.mounted("A001", device);
  NEEDS(!folder.empty(), "ext4");
  const auto card = volumes::volumeOf(folder);
  REQUIRE(card);
  const int reader = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const auto busy = volumes::eject(*card);
  ::close(reader);
  REQUIRE_FALSE(busy);
  CHECK(busy.error().code == Errc::busy);
  CHECK(describe(busy.error()) == "A001 is still in use");
  CHECK(isMounted(folder));
  CHECK(volumes::eject(*card));
  CHECK_FALSE(isMounted(folder));
  const auto gone = volumes::eject(*card);
  REQUIRE_FALSE(gone);
  CHECK(gone.error().code == Errc::notFound);
}

TEST_CASE("a real volume is ejected through udisks and so is what is mounted inside it") {
  NEEDS(test::privateMounts(), "right to mount");
  PrivateBus bus;
  NEEDS(!bus.address().empty(), "dbus-daemon");
  Disks disks;
  const auto device = disks.loop("a.img", 16);
  NEEDS(!device.empty(), "loop devices");
  NEEDS(Disks::run("mkfs.ext4 -q " + device), "mkfs.ext4");
  const auto folder = disks.mounted("A001", device);
  NEEDS(!folder.empty(), "ext4");
  const auto inner = disks.mounted("A001/inner", "--bind " + folder);
  NEEDS(!inner.empty(), "bind mounts");
  FakeUdisks udisks;
  udisks.devices[device] = {"loop", "", "", {inner, folder}};
  udisks.serve(bus);
  const auto card = volumes::volumeOf(folder);
  REQUIRE(card);
  CHECK(volumes::eject(*card));
  CHECK_FALSE(isMounted(inner));
  CHECK_FALSE(isMounted(folder));
  CHECK(udisks.calls() == Calls{"Unmount loop", "Unmount loop"});
}

TEST_CASE("a volume whose file system udisks does not see is unmounted by root") {
  NEEDS(test::privateMounts(), "right to mount");
  PrivateBus bus;
  NEEDS(!bus.address().empty(), "dbus-daemon");
  Disks disks;
  const auto folder = disks.mounted("A001", "-t tmpfs tmpfs");
  NEEDS(!folder.empty(), "tmpfs");
  FakeUdisks udisks;
  udisks.devices["/dev/sdx1"] = {"sdx1", "", "org.freedesktop.DBus.Error.UnknownMethod", {}};
  udisks.serve(bus);
  CHECK(volumes::ejectTogether({volume(disks, "A001", "/dev/sdx1")}));
  CHECK_FALSE(isMounted(folder));
}

TEST_CASE("another card in the slot is not ejected in the first one's place") {
  NEEDS(test::privateMounts(), "right to mount");
  const BusAddress none(kNoBus);
  Disks disks;
  const auto device = disks.loop("a.img", 16);
  NEEDS(!device.empty(), "loop devices");
  NEEDS(Disks::run("mkfs.ext4 -q " + device), "mkfs.ext4");
  const auto folder = disks.mounted("A001", device);
  NEEDS(!folder.empty(), "ext4");
  auto card = volumes::volumeOf(folder);
  REQUIRE(card);
  card->fileSystemId = "the one before";
  const auto done = volumes::eject(*card);
  REQUIRE_FALSE(done);
  CHECK(done.error().code == Errc::notFound);
  CHECK(isMounted(folder));
}

TEST_CASE("the machine's own disk is never ejected") {
  const auto root = volumes::volumeOf("/");
  REQUIRE(root);
  const auto done = volumes::eject(*root);
  REQUIRE_FALSE(done);
  CHECK(done.error().code == Errc::usage);
}

TEST_CASE("the machine is kept awake while the inhibitor lives and no longer") {
  PrivateBus bus;
  NEEDS(!bus.address().empty(), "dbus-daemon");
  FakeLogind logind;
  logind.serve(bus);
  {
    const volumes::SleepInhibitor awake("Copying A001");
    CHECK(awake.held());
    CHECK(awake.problem().empty());
    CHECK(logind.holding());
  }
  CHECK(logind.released());
  CHECK(logind.asked() == Calls{"sleep:shutdown:idle|Rollproof|Copying A001|block"});
}

TEST_CASE("where shutdown may not be held up sleep is and it says so") {
  PrivateBus bus;
  NEEDS(!bus.address().empty(), "dbus-daemon");
  FakeLogind logind;
  logind.refused = "shutdown";
  logind.serve(bus);
  const volumes::SleepInhibitor awake("Copying A001");
  CHECK(awake.held());
  CHECK(awake.problem().starts_with("The machine may be shut down: "));
  CHECK(logind.asked().size() == 2);
}

TEST_CASE("without logind or without a bus nothing is held and the reason is told") {
  {
    const BusAddress none(kNoBus);
    const volumes::SleepInhibitor awake("Copying A001");
    CHECK_FALSE(awake.held());
    CHECK(awake.problem().find("message bus") != std::string::npos);
  }
  PrivateBus bus;
  NEEDS(!bus.address().empty(), "dbus-daemon");
  const volumes::SleepInhibitor awake("Copying A001");
  CHECK_FALSE(awake.held());
  CHECK(awake.problem().starts_with("The machine may fall asleep: "));
}
