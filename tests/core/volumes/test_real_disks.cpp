// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>

#include "core/volumes/volumes.h"
#include "tests/core/volumes/disks.h"

using namespace rollproof;
using test::Disks;

TEST_CASE("an ext4 on a loop device tells its device its identity and its UUID") {
  NEEDS(test::privateMounts(), "right to mount");
  Disks disks;
  const auto device = disks.loop("a.img", 16);
  NEEDS(!device.empty(), "loop devices");
  const std::string uuid = "12345678-9abc-4def-8123-456789abcdef";
  NEEDS(Disks::run("mkfs.ext4 -q -U " + uuid + " " + device), "mkfs.ext4");
  const auto folder = disks.mounted("card", device);
  NEEDS(!folder.empty(), "ext4");
  const auto volume = volumes::volumeOf(folder);
  REQUIRE(volume);
  CHECK(volume->mountPoint == folder);
  CHECK(volume->devicePath == device);
  CHECK(volume->device.id == "loop:7:" + device.substr(std::string("/dev/loop").size()));
  CHECK(volume->device.members.empty());
  CHECK(volume->device.durable);
  CHECK(volume->ejectable);
  if (volume->fileSystemId.empty())
    WARN("neither udev nor this kernel tells a mounted file system's UUID");
  else
    CHECK(volume->fileSystemId == uuid);
  const auto all = volumes::mounted();
  CHECK(std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.mountPoint == folder; }));
  const auto system = volumes::volumeOf("/");
  CHECK_FALSE(system->ejectable);
  CHECK_FALSE(volumes::sharesDevice(volume->device, system->device));
}

TEST_CASE("a disk that holds part of the system is not ejectable wherever it is mounted besides") {
  NEEDS(test::privateMounts() && test::stdfs::exists("/home"), "right to mount");
  Disks disks;
  const auto device = disks.loop("a.img", 16);
  NEEDS(!device.empty(), "loop devices");
  NEEDS(Disks::run("mkfs.ext4 -q " + device), "mkfs.ext4");
  const auto folder = disks.mounted("card", device);
  NEEDS(!folder.empty(), "ext4");
  CHECK(volumes::volumeOf(folder)->ejectable);
  REQUIRE(::mount(folder.c_str(), "/home", nullptr, MS_BIND, nullptr) == 0);
  const bool ejectable = volumes::volumeOf(folder)->ejectable;
  REQUIRE(::umount2("/home", MNT_DETACH) == 0);
  CHECK_FALSE(ejectable);
}

TEST_CASE("one btrfs over two loop devices has both as members") {
  NEEDS(test::privateMounts(), "right to mount");
  Disks disks;
  const auto one = disks.loop("a.img", 128), two = disks.loop("b.img", 128);
  NEEDS(!one.empty() && !two.empty(), "loop devices");
  const std::string uuid = "aaaabbbb-cccc-4ddd-8eee-ffff00001111";
  NEEDS(Disks::run("mkfs.btrfs -q -f -U " + uuid + " -d raid1 -m raid1 " + one + " " + two + " >/dev/null 2>&1"),
        "mkfs.btrfs");
  const auto folder = disks.mounted("raid", "-t btrfs -o device=" + two + " " + one);
  NEEDS(!folder.empty(), "btrfs");
  const auto volume = volumes::volumeOf(folder);
  REQUIRE(volume);
  const auto number = [](const std::string& device) {
    return "loop:7:" + device.substr(std::string("/dev/loop").size());
  };
  CHECK(volume->device.id == "btrfs:" + uuid);
  CHECK(volume->fileSystemId == uuid);
  auto members = volume->device.members;
  std::sort(members.begin(), members.end());
  std::vector<std::string> expected{number(one), number(two)};
  std::sort(expected.begin(), expected.end());
  CHECK(members == expected);
  CHECK(volume->device.durable);
  CHECK((volume->devicePath == one || volume->devicePath == two));
  model::DeviceIdentity leg;
  leg.id = number(two);
  CHECK(volumes::sharesDevice(volume->device, leg));
}

TEST_CASE("a FUSE driver over a loop device has that device") {
  NEEDS(test::privateMounts(), "right to mount");
  Disks disks;
  const auto device = disks.loop("a.img", 16);
  NEEDS(!device.empty(), "loop devices");
  NEEDS(Disks::run("mkfs.exfat " + device + " >/dev/null 2>&1"), "mkfs.exfat");
  const auto folder = disks.mounted("card", "-t exfat-fuse " + device);
  NEEDS(!folder.empty(), "exfat-fuse");
  const auto volume = volumes::volumeOf(folder);
  REQUIRE(volume);
  CHECK(volume->fuse);
  CHECK(volume->devicePath == device);
  CHECK(volume->device.durable);
  CHECK(volume->device.id == "loop:7:" + device.substr(std::string("/dev/loop").size()));
}

TEST_CASE("memory has no device to eject") {
  NEEDS(test::privateMounts(), "right to mount");
  Disks disks;
  const auto folder = disks.mounted("memory", "-t tmpfs tmpfs");
  NEEDS(!folder.empty(), "tmpfs");
  const auto volume = volumes::volumeOf(folder);
  REQUIRE(volume);
  CHECK_FALSE(volume->device.durable);
  CHECK_FALSE(volume->ejectable);
  CHECK(volume->devicePath.empty());
}
