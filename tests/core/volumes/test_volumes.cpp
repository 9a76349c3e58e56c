// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <filesystem>

#include "core/volumes/block_device.h"
#include "core/volumes/mount_table.h"
#include "core/volumes/volumes.h"
#include "tests/core/volumes/sysfs.h"

using namespace rollproof;
using namespace rollproof::volumes;
using test::Sysfs;
namespace stdfs = std::filesystem;

namespace {

const test::Udev kNoUdev;

}  // namespace

TEST_CASE("mount table lines are read with their escapes and malformed ones left out") {
  const auto mounts = parseMountInfo(
      "36 35 8:17 / /media/A\\040B\\134\\012 rw,noatime master:1 shared:2 - exfat /dev/sdb1 rw,errors=ro\n"
      "garbage\n"
      "37 35 0:44 /sub /mnt/nas ro - nfs4 host:/export rw\n"
      "38 35 8:x / /y rw - ext4\n");
  REQUIRE(mounts.size() == 2);
  CHECK(mounts[0].mountPoint == "/media/A B\\\n");
  CHECK(mounts[0].major == 8);
  CHECK(mounts[0].minor == 17);
  CHECK_FALSE(mounts[0].readOnly);
  CHECK(mounts[1].readOnly);
  CHECK(mounts[1].source == "host:/export");
}

TEST_CASE("the longest and latest mount above a path holds it") {
  const auto mounts = parseMountInfo(
      "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
      "2 1 8:2 / /media/card rw - exfat /dev/sdb1 rw\n"
      "3 1 8:3 / /media/card rw - exfat /dev/sdc1 rw\n");
  CHECK(mountOf(mounts, "/media/card/x")->minor == 3);
  CHECK(mountOf(mounts, "/media/card2")->minor == 1);
}

TEST_CASE("two partitions of one disk are one device") {
  Sysfs sys;
  const auto disk = sys.device("sda", "8:0");
  Sysfs::put(disk / "removable", "1\n");
  Sysfs::put(disk / "device/model", "T7\n");
  Sysfs::put(disk / "device/serial", "  S5T  \n");
  for (const char* number : {"1", "2"})
    Sysfs::put(sys.device(std::string("sda/sda") + number, std::string("8:") + number) / "partition", number);
  const auto one = identifyBlockDevice(sys.root.native(), 8, 1, kNoUdev),
             two = identifyBlockDevice(sys.root.native(), 8, 2, kNoUdev);
  CHECK(one.identity.id == "serial:S5T");
  CHECK(two.identity.id == one.identity.id);
  CHECK(one.identity.description == "T7 (serial S5T)");
  CHECK(one.identity.durable);
  CHECK(one.removable);
}

TEST_CASE("a mapping over one device is that device and over two is its own") {
  Sysfs sys;
  const auto a = sys.device("sda", "8:0"), b = sys.device("sdb", "8:16");
  const auto dm = sys.device("dm-0", "252:0");
  stdfs::create_directories(dm / "slaves");
  stdfs::create_directory_symlink(a, dm / "slaves/sda");
  CHECK(identifyBlockDevice(sys.root.native(), 252, 0, kNoUdev).identity.id == "dev:8:0");
  stdfs::create_directory_symlink(b, dm / "slaves/sdb");
  CHECK(identifyBlockDevice(sys.root.native(), 252, 0, kNoUdev).identity.id == "dev:252:0");
}

TEST_CASE("loop devices stand for themselves and memory disks are never durable") {
  Sysfs sys;
  sys.device("loop3", "7:3");
  sys.device("zram0", "253:0");
  CHECK(identifyBlockDevice(sys.root.native(), 7, 3, kNoUdev).identity.id == "loop:7:3");
  CHECK_FALSE(identifyBlockDevice(sys.root.native(), 253, 0, kNoUdev).identity.durable);
  CHECK(identifyBlockDevice(sys.root.native(), 99, 1, kNoUdev).identity.id == "dev:99:1");
}

TEST_CASE("the machine's own paths have a device and memory is told apart") {
  const auto root = volumeOf("/");
  REQUIRE(root);
  CHECK_FALSE(root->device.id.empty());
  CHECK(root->mountPoint == "/");
  CHECK(volumeOf("/no/such/path").error().code == Errc::notFound);
  if (const auto shm = volumeOf("/dev/shm"); shm && shm->fileSystem == "tmpfs") {
    CHECK_FALSE(shm->device.durable);
    CHECK(shm->device.id.starts_with("memory:"));
  } else {
    WARN("no tmpfs at /dev/shm");
  }
  for (const auto& volume : mounted()) CHECK_FALSE(volume.mountPoint.starts_with("/proc"));
}
