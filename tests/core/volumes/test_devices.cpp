// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/volumes/block_device.h"
#include "core/volumes/mount_table.h"
#include "core/volumes/volumes.h"
#include "tests/core/volumes/sysfs.h"

using namespace rollproof;
using namespace rollproof::volumes;
using test::Sysfs;
using test::Udev;
namespace stdfs = std::filesystem;

namespace {

using Ids = std::vector<std::string>;

model::DeviceIdentity identityOf(const Sysfs& sys, unsigned major, unsigned minor, const Udev& udev = {}) {
  return identifyBlockDevice(sys.root.native(), major, minor, udev).identity;
}

// A disk behind USB, as the kernel lays it out.
stdfs::path usbDisk(Sysfs& sys, const std::string& port, const std::string& address, const std::string& name,
                    const std::string& number, const std::string& serial) {
  const auto bus = sys.root / "devices/pci0000:00/usb2";
  const auto folder =
      sys.device("pci0000:00/usb2/" + port + "/host6/target6:0:0/" + address + "/block/" + name, number);
  Sysfs::put(bus / "serial", "0000:00:14.0\n");  // the controller's, never the drive's
  Sysfs::put(bus / "idVendor", "1d6b\n");
  Sysfs::put(bus / port / "idVendor", "0bda\n");
  Sysfs::put(bus / port / "idProduct", "0306\n");
  if (!serial.empty()) Sysfs::put(bus / port / "serial", serial + "\n");
  Sysfs::put(folder / "removable", "1\n");
  stdfs::create_directory_symlink(folder.parent_path().parent_path(), folder / "device");
  return folder;
}

}  // namespace

TEST_CASE("a RAID is all of its disks and shares with a volume on any of them") {
  Sysfs sys;
  const auto a = sys.device("sda", "8:0"), b = sys.device("sdb", "8:16");
  Sysfs::put(a / "device/serial", "AAA");
  Sysfs::put(b / "device/serial", "BBB");
  Sysfs::put(b / "queue/rotational", "1");
  const auto one = sys.partition("sda", "sda1", "8:1"), two = sys.partition("sdb", "sdb1", "8:17");
  sys.partition("sdb", "sdb2", "8:18");
  const auto md = sys.device("md0", "9:0");
  stdfs::create_directories(md / "md");
  sys.slave(md, one);
  sys.slave(md, two);
  const Udev udev{{{"9:0 MD_UUID", "11:22:33:44"}}};
  const auto raid = identityOf(sys, 9, 0, udev);
  CHECK(raid.id == "md:11:22:33:44");
  CHECK(raid.members == Ids{"serial:AAA", "serial:BBB"});
  CHECK(raid.durable);
  CHECK(raid.rotational);
  CHECK(raid.description.starts_with("RAID over 2 disks: "));
  const auto beside = identityOf(sys, 8, 18);
  CHECK(beside.id == "serial:BBB");
  CHECK(beside.members.empty());
  CHECK(sharesDevice(raid, beside));
  CHECK(sharesDevice(beside, raid));
  CHECK_FALSE(sharesDevice(beside, identityOf(sys, 8, 1)));
}

TEST_CASE("a logical volume over an encrypted RAID is the disks at the bottom") {
  Sysfs sys;
  const auto a = sys.device("sda", "8:0"), b = sys.device("sdb", "8:16"), c = sys.device("sdc", "8:32");
  const auto md = sys.device("md0", "9:0"), crypt = sys.device("dm-0", "252:0"), lv = sys.device("dm-1", "252:1"),
             other = sys.device("dm-2", "252:2");
  sys.slave(md, a);
  sys.slave(md, b);
  sys.slave(crypt, md);
  sys.slave(lv, crypt);
  sys.slave(other, c);
  Sysfs::put(lv / "dm/uuid", "LVM-xyz\n");
  const auto volume = identityOf(sys, 252, 1);
  CHECK(volume.id == "dm:LVM-xyz");
  CHECK(volume.members == Ids{"dev:8:0", "dev:8:16"});
  CHECK(identityOf(sys, 252, 2).id == "dev:8:32");
  CHECK_FALSE(sharesDevice(volume, identityOf(sys, 252, 2)));
  CHECK(sharesDevice(volume, identityOf(sys, 9, 0)));
  CHECK(identifyBlockDevice(sys.root.native(), 252, 1, Udev{}).path == "/dev/dm-1");
}

TEST_CASE("two logical volumes over two partitions of one disk are that disk") {
  Sysfs sys;
  const auto disk = sys.device("sda", "8:0");
  const auto one = sys.partition("sda", "sda1", "8:1"), two = sys.partition("sda", "sda2", "8:2");
  const auto lv = sys.device("dm-0", "252:0");
  sys.slave(lv, one);
  sys.slave(lv, two);
  CHECK(identityOf(sys, 252, 0).id == "dev:8:0");
  CHECK(identityOf(sys, 252, 0).members.empty());
}

TEST_CASE("two paths to one disk are one disk") {
  Sysfs sys;
  const auto a = sys.device("sda", "8:0"), b = sys.device("sdb", "8:16"), multi = sys.device("dm-0", "252:0");
  for (const auto& path : {a, b}) Sysfs::put(path / "device/wwid", "naa.600");
  sys.slave(multi, a);
  sys.slave(multi, b);
  CHECK(identityOf(sys, 252, 0).id == "wwn:naa.600");
  CHECK(identityOf(sys, 252, 0).members.empty());
}

TEST_CASE("a volume with one leg in memory is not durable") {
  Sysfs sys;
  const auto a = sys.device("sda", "8:0"), ram = sys.device("ram0", "1:0"), md = sys.device("md0", "9:0");
  sys.slave(md, a);
  sys.slave(md, ram);
  CHECK_FALSE(identityOf(sys, 9, 0).durable);
}

TEST_CASE("mappings in a circle end") {
  Sysfs sys;
  const auto a = sys.device("dm-0", "252:0"), b = sys.device("dm-1", "252:1");
  sys.slave(a, b);
  sys.slave(b, a);
  CHECK_FALSE(identityOf(sys, 252, 0).id.empty());
}

TEST_CASE("btrfs over two disks has both as members and one alone has none") {
  Sysfs sys;
  const auto a = sys.device("sda", "8:0"), b = sys.device("sdb", "8:16"), c = sys.device("sdc", "8:32");
  const auto part = sys.partition("sdb", "sdb1", "8:17");
  const auto put = [&](const std::string& uuid, const stdfs::path& device) {
    stdfs::create_directories(sys.root / "fs/btrfs" / uuid / "devices");
    stdfs::create_directory_symlink(device, sys.root / "fs/btrfs" / uuid / "devices" / device.filename());
  };
  stdfs::create_directories(sys.root / "fs/btrfs/features");
  put("uuid-1", a);
  put("uuid-1", part);
  put("uuid-2", c);
  const auto both = btrfsOn(sys.root.native(), 8, 17);
  CHECK(both.uuid == "uuid-1");
  CHECK(btrfsOn(sys.root.native(), 8, 0).uuid == "uuid-1");
  CHECK(btrfsOn(sys.root.native(), 8, 48).uuid.empty());
  const auto identity = identifyBtrfs(sys.root.native(), both, Udev{}).identity;
  CHECK(identity.id == "btrfs:uuid-1");
  CHECK(identity.members == Ids{"dev:8:0", "dev:8:16"});
  CHECK(sharesDevice(identity, identityOf(sys, 8, 16)));
  CHECK_FALSE(sharesDevice(identity, identityOf(sys, 8, 32)));
  const auto alone = identifyBtrfs(sys.root.native(), btrfsOn(sys.root.native(), 8, 32), Udev{}).identity;
  CHECK(alone.id == "dev:8:32");
  CHECK(alone.members.empty());
}

TEST_CASE("two slots of one reader are two media with udev and without") {
  Sysfs sys;
  usbDisk(sys, "2-1", "6:0:0:0", "sdb", "8:16", "0001");
  usbDisk(sys, "2-1", "6:0:0:1", "sdc", "8:32", "0001");
  CHECK(identityOf(sys, 8, 16).id == "serial:0bda:0306:0001-0");
  CHECK(identityOf(sys, 8, 32).id == "serial:0bda:0306:0001-1");
  const Udev udev{{{"8:16 ID_SERIAL", "Generic_Reader_0001-0:0"}, {"8:32 ID_SERIAL", "Generic_Reader_0001-0:1"}}};
  CHECK_FALSE(sharesDevice(identityOf(sys, 8, 16, udev), identityOf(sys, 8, 32, udev)));
}

TEST_CASE("two cards one after the other in one slot are two media") {
  Sysfs sys;
  const auto slot = usbDisk(sys, "2-1", "6:0:0:0", "sdb", "8:16", "0001");
  sys.partition("pci0000:00/usb2/2-1/host6/target6:0:0/6:0:0:0/block/sdb", "sdb1", "8:17");
  Sysfs::put(slot / "size", "125\n");
  const Udev first{{{"8:16 ID_SERIAL", "Reader_0001-0:0"}, {"8:17 ID_FS_UUID", "1111-AAAA"}}},
      second{{{"8:16 ID_SERIAL", "Reader_0001-0:0"}, {"8:17 ID_FS_UUID", "2222-BBBB"}}};
  const auto a = identityOf(sys, 8, 17, first), b = identityOf(sys, 8, 17, second);
  CHECK(a.id == "serial:Reader_0001-0:0/125:1111-AAAA");
  CHECK_FALSE(sharesDevice(a, b));
}

TEST_CASE("two partitions of one medium behind USB are one device") {
  Sysfs sys;
  usbDisk(sys, "2-1", "6:0:0:0", "sdb", "8:16", "0001");
  const std::string path = "pci0000:00/usb2/2-1/host6/target6:0:0/6:0:0:0/block/sdb";
  sys.partition(path, "sdb1", "8:17");
  sys.partition(path, "sdb2", "8:18");
  for (const char* table : {"", "abcd"}) {
    const Udev udev{
        {{"8:16 ID_PART_TABLE_UUID", table}, {"8:17 ID_FS_UUID", "1111-AAAA"}, {"8:18 ID_FS_UUID", "2222-BBBB"}}};
    CHECK(identityOf(sys, 8, 17, udev).id == identityOf(sys, 8, 18, udev).id);
  }
}

TEST_CASE("bridges with one serial for every unit are told apart by what is in them and else count as one") {
  Sysfs sys;
  const auto a = usbDisk(sys, "2-1", "6:0:0:0", "sdb", "8:16", "123456"),
             b = usbDisk(sys, "2-2", "7:0:0:0", "sdc", "8:32", "123456");
  for (const auto& disk : {a, b}) Sysfs::put(disk / "size", "1000\n");
  CHECK(sharesDevice(identityOf(sys, 8, 16), identityOf(sys, 8, 32)));
  const Udev udev{{{"8:16 ID_WWN", "0x5000"},
                   {"8:32 ID_WWN", "0x5000"},
                   {"8:16 ID_PART_TABLE_UUID", "aaaa"},
                   {"8:32 ID_PART_TABLE_UUID", "bbbb"}}};
  CHECK_FALSE(sharesDevice(identityOf(sys, 8, 16, udev), identityOf(sys, 8, 32, udev)));
  Sysfs::put(b / "size", "2000\n");
  CHECK_FALSE(sharesDevice(identityOf(sys, 8, 16), identityOf(sys, 8, 32)));
}

TEST_CASE("an inner disk keeps its identity when it is partitioned anew") {
  Sysfs sys;
  const auto disk = sys.device("pci0000:00/ata1/block/sda", "8:0");
  Sysfs::put(disk / "device/wwid", "naa.500");
  CHECK(identityOf(sys, 8, 0, Udev{{{"8:0 ID_PART_TABLE_UUID", "aaaa"}}}).id == "wwn:naa.500");
  CHECK_FALSE(identifyBlockDevice(sys.root.native(), 8, 0, Udev{}).hotPlugged);
}

TEST_CASE("an SD card is known by its own register and comes from outside while soldered memory does not") {
  Sysfs sys;
  const auto card = sys.device("mmc0/mmcblk0", "179:0"), inner = sys.device("mmc1/mmcblk1", "179:8");
  Sysfs::put(card / "device/cid", "035344534333324781\n");
  Sysfs::put(card / "device/type", "SD\n");
  Sysfs::put(card / "device/name", "SC32G\n");
  Sysfs::put(card / "device/serial", "0x1234\n");
  Sysfs::put(inner / "device/type", "MMC\n");
  const auto found = identifyBlockDevice(sys.root.native(), 179, 0, Udev{});
  CHECK(found.identity.id == "mmc:035344534333324781");
  CHECK(found.identity.description == "SD card SC32G (serial 0x1234)");
  CHECK(found.hotPlugged);
  CHECK_FALSE(identifyBlockDevice(sys.root.native(), 179, 8, Udev{}).hotPlugged);
}

TEST_CASE("a drive behind a port that the firmware calls removable comes from outside") {
  Sysfs sys;
  const auto drive = sys.device("pci0000:00/0000:03:00.0/nvme/nvme1/nvme1n1", "259:1");
  Sysfs::put(drive / "wwid", "eui.0025\n");
  CHECK_FALSE(identifyBlockDevice(sys.root.native(), 259, 1, Udev{}).hotPlugged);
  Sysfs::put(sys.root / "devices/pci0000:00/0000:03:00.0/removable", "removable\n");
  CHECK(identifyBlockDevice(sys.root.native(), 259, 1, Udev{}).hotPlugged);
}

TEST_CASE("devices share where any id or member is common or one is not known") {
  const auto device = [](std::string id, Ids members = {}) {
    return model::DeviceIdentity{std::move(id), "", true, false, std::move(members)};
  };
  CHECK(sharesDevice(device("a"), device("a")));
  CHECK_FALSE(sharesDevice(device("a"), device("b")));
  CHECK(sharesDevice(device("md", {"a", "b"}), device("b")));
  CHECK(sharesDevice(device("b"), device("md", {"a", "b"})));
  CHECK(sharesDevice(device("md", {"a", "b"}), device("lv", {"b", "c"})));
  CHECK_FALSE(sharesDevice(device("md", {"a", "b"}), device("lv", {"c", "d"})));
  CHECK(sharesDevice(device(""), device("a")));
  CHECK(sharesDevice(device("a"), device("")));
}

TEST_CASE("network mounts name the machine that serves them") {
  CHECK(serverOf("nfs4", "NAS:/export/a") == "nas");
  CHECK(serverOf("nfs", "[2001:db8::1]:/x") == "[2001:db8::1]");
  CHECK(serverOf("cifs", "//User@NAS/Media") == "nas");
  CHECK(serverOf("ceph", "mon1,mon2:/") == "mon1,mon2");
  CHECK(serverOf("virtiofs", "share").empty());
  CHECK(serverOf("9p", "a:/b").empty());
}
