// SPDX-License-Identifier: Apache-2.0
// The offload on real disks: killed, filled up, damaged below the cache.
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/base/path.h"
#include "core/offload/offload.h"
#include "core/volumes/volumes.h"

using namespace rollproof;
using namespace rollproof::offload;
namespace stdfs = std::filesystem;

namespace {

struct Scratch {
  stdfs::path root;
  explicit Scratch(const stdfs::path& under = stdfs::temp_directory_path()) {
    std::string name = (under / "rollproof-fault-XXXXXX").native();
    root = ::mkdtemp(name.data());
  }
  ~Scratch() {
    std::error_code ignored;
    stdfs::remove_all(root, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
};

void put(const stdfs::path& path, const std::string& text) {
  stdfs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string slurp(const stdfs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void makeCard(const stdfs::path& card) {
  put(card / "CLIPS/A001C001.mov", std::string(5'000'001, 'a'));
  put(card / "CLIPS/A001C002.mov", std::string(4097, 'b'));
  put(card / std::string("\xff\xfe odd\n.txt"), "bytes");
  put(card / std::string(255, 'n'), "long name");
  put(card / "empty.bin", "");
  stdfs::create_directories(card / "EMPTY");
}

// A loop-mounted ext4 of its own; absent where the machine does not allow it.
struct LoopDisk {
  stdfs::path image, mountPoint;
  bool mounted = false;
  LoopDisk(const stdfs::path& root, const std::string& name, int megabytes)
      : image(root / (name + ".img")), mountPoint(root / name) {
    if (::geteuid() != 0) return;
    stdfs::create_directories(mountPoint);
    const std::string make = "truncate -s " + std::to_string(megabytes) + "M '" + image.native() +
                             "' && mkfs.ext4 -q -m 0 '" + image.native() + "' && mount -o loop '" + image.native() +
                             "' '" + mountPoint.native() + "' 2>/dev/null";
    mounted = std::system(make.c_str()) == 0;
  }
  ~LoopDisk() {
    if (mounted && std::system(("umount '" + mountPoint.native() + "'").c_str()) != 0)
      WARN("cannot unmount " << mountPoint);
  }
  LoopDisk(const LoopDisk&) = delete;
  LoopDisk& operator=(const LoopDisk&) = delete;
};

Request requestFor(const stdfs::path& card, const std::vector<stdfs::path>& to) {
  Request request;
  request.source = card.native();
  for (const auto& one : to) {
    stdfs::create_directories(one);
    request.destinations.push_back(one.native());
  }
  request.folder = "P/D/A001";
  return request;
}

Outcome run(const Request& request, FileSystem& fs = realFileSystem()) {
  const auto plan = planOffload(realFileSystem(), request);
  if (!plan) {
    Outcome none;
    none.verdict.reasons.push_back({"plan", describe(plan.error())});
    return none;
  }
  jobs::Progress progress;
  return runOffload(fs, *plan, systemClock(), progress, {});
}

bool safe(const Outcome& outcome) { return outcome.verdict.kind == model::VerdictKind::safe; }
bool says(const Outcome& outcome, std::string_view code) {
  return std::any_of(outcome.verdict.reasons.begin(), outcome.verdict.reasons.end(),
                     [&](const auto& r) { return r.code == code; });
}
std::string told(const Outcome& outcome) {
  std::string text;
  for (const auto& r : outcome.verdict.reasons) text += r.code + ": " + r.text + "\n";
  for (const auto& p : outcome.problems)
    text += "! " + p.code + " " + path::display(p.path) + ": " + path::display(p.text) + "\n";
  return text;
}

int manifestsIn(const stdfs::path& root) {
  int count = 0;
  std::error_code none;
  for (stdfs::directory_iterator it(root / "ascmhl", none), end; !none && it != end; ++it)
    count += it->path().extension() == ".mhl";
  return count;
}

int leftoversIn(const stdfs::path& root) {
  int count = 0;
  for (const auto& entry : stdfs::recursive_directory_iterator(root))
    count += entry.path().filename().native().find("rollproof") != std::string::npos;
  return count;
}

// Ends the process without warning at its n-th change to the disk, as a pulled plug of the program would.
class DyingFile final : public File {
 public:
  DyingFile(std::unique_ptr<File> file, std::function<void()> step)
      : m_file(std::move(file)), m_step(std::move(step)) {}
  Result<std::size_t> readAt(std::span<std::byte> into, std::uint64_t offset) override {
    return m_file->readAt(into, offset);
  }
  Status writeAt(std::span<const std::byte> from, std::uint64_t offset) override {
    m_step();
    if (from.size() > 1) {
      if (auto half = m_file->writeAt(from.first(from.size() / 2), offset); !half) return half;
      m_step();
    }
    return m_file->writeAt(from, offset);
  }
  Status preallocate(std::uint64_t bytes) override { return m_file->preallocate(bytes); }
  Result<FileInfo> info() override { return m_file->info(); }
  Status sync() override {
    m_step();
    return m_file->sync();
  }
  Status setModified(std::int64_t nanos) override { return m_file->setModified(nanos); }
  void startWriteBack(std::uint64_t offset, std::uint64_t bytes) override { m_file->startWriteBack(offset, bytes); }
  void dropCache() override { m_file->dropCache(); }
  Result<std::uint64_t> cachedBytes() override { return m_file->cachedBytes(); }
  [[nodiscard]] bool isDirect() const override { return m_file->isDirect(); }
  Status close() override { return m_file->close(); }

 private:
  std::unique_ptr<File> m_file;
  std::function<void()> m_step;
};

class DyingFileSystem final : public FileSystem {
 public:
  explicit DyingFileSystem(int n) : m_left(n) {}
  Result<std::unique_ptr<File>> openForRead(const std::string& p, ReadMode mode) const override {
    return m_real.openForRead(p, mode);
  }
  Result<std::unique_ptr<File>> createNew(const std::string& p, WriteMode mode) override {
    step();
    return wrapped(m_real.createNew(p, mode));
  }
  Status syncFileSystem(const std::string& p) override {
    step();
    return m_real.syncFileSystem(p);
  }
  Result<std::unique_ptr<File>> openForUpdate(const std::string& p) override {
    step();
    return wrapped(m_real.openForUpdate(p));
  }
  Result<FileInfo> info(const std::string& p) const override { return m_real.info(p); }
  Result<std::vector<DirectoryEntry>> list(const std::string& p) const override { return m_real.list(p); }
  Status makeDirectory(const std::string& p) override {
    step();
    return m_real.makeDirectory(p);
  }
  Status makeDirectories(const std::string& p) override {
    step();
    return m_real.makeDirectories(p);
  }
  Status renameNew(const std::string& a, const std::string& b) override {
    step();
    return m_real.renameNew(a, b);
  }
  Status renameReplace(const std::string& a, const std::string& b) override {
    step();
    return m_real.renameReplace(a, b);
  }
  Status remove(const std::string& p) override {
    step();
    return m_real.remove(p);
  }
  Status removeDirectory(const std::string& p) override {
    step();
    return m_real.removeDirectory(p);
  }
  Status syncDirectory(const std::string& p) override {
    step();
    return m_real.syncDirectory(p);
  }

 private:
  void step() {
    if (--m_left == 0) ::kill(::getpid(), SIGKILL);
  }
  Result<std::unique_ptr<File>> wrapped(Result<std::unique_ptr<File>> file) {
    if (!file) return file;
    return std::make_unique<DyingFile>(std::move(*file), [this] { step(); });
  }
  FileSystem& m_real = realFileSystem();
  std::atomic<int> m_left;
};

}  // namespace

TEST_CASE("killed at any change to the disk the next run ends with one manifest and nothing half done") {
  Scratch scratch;
  makeCard(scratch.root / "card");
  bool finished = false;
  for (int n = 1; !finished; n += 3) {
    REQUIRE(n < 1000);
    stdfs::remove_all(scratch.root / "a");
    stdfs::remove_all(scratch.root / "b");
    auto request = requestFor(scratch.root / "card", {scratch.root / "a", scratch.root / "b"});
    request.policy.minDevices = 1;
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      DyingFileSystem dying(n);
      (void)run(request, dying);
      ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    finished = WIFEXITED(status);
    INFO("killed at change " << n);
    for (const char* to : {"a", "b"}) {
      for (const char* file : {"CLIPS/A001C001.mov", "CLIPS/A001C002.mov"}) {
        const auto there = scratch.root / to / "P/D/A001" / file;
        if (stdfs::exists(there)) REQUIRE(slurp(there) == slurp(scratch.root / "card" / file));
      }
    }
    const auto next = run(request);
    INFO(told(next));
    if (!volumes::volumeOf(scratch.root.native())->device.durable) {
      WARN("the temporary folder lies in memory: no verdict can be safe here");
    } else {
      REQUIRE(safe(next));
      REQUIRE(says(next, "one_device"));
    }
    for (const char* to : {"a", "b"}) {
      REQUIRE(manifestsIn(scratch.root / to / "P/D/A001") == 1);
      REQUIRE(leftoversIn(scratch.root / to) == 0);
    }
  }
}

TEST_CASE("two disks of their own are safe and damage below the cache is found") {
  Scratch scratch;
  makeCard(scratch.root / "card");
  LoopDisk a(scratch.root, "a", 32), b(scratch.root, "b", 32);
  if (!a.mounted || !b.mounted) {
    WARN("no loop devices here");
    return;
  }
  const auto request = requestFor(scratch.root / "card", {a.mountPoint, b.mountPoint});
  const auto outcome = run(request);
  INFO(told(outcome));
  REQUIRE(safe(outcome));
  REQUIRE(outcome.copies[0].deviceId != outcome.copies[1].deviceId);
  REQUIRE(outcome.copies[0].deviceId.starts_with("loop:"));

  // Flip one byte of the clip in the image under the mounted file system; its cached pages still look good.
  const auto clip = b.mountPoint / "P/D/A001/CLIPS/A001C002.mov";
  REQUIRE(slurp(clip).size() == 4097);
  ::sync();
  std::fstream image(b.image, std::ios::in | std::ios::out | std::ios::binary);
  const std::string whole = slurp(b.image);
  const auto at = whole.find(std::string(4096, 'b'));
  REQUIRE(at != std::string::npos);
  image.seekp(static_cast<std::streamoff>(at) + 77);
  image.put('B');
  image.close();
  ::sync();
  REQUIRE(slurp(clip) == std::string(4097, 'b'));
  const auto damaged = run(request);
  INFO(told(damaged));
  CHECK_FALSE(safe(damaged));
  CHECK(damaged.copies[1].state == model::CopyState::defect);
  CHECK(damaged.copies[0].state == model::CopyState::verified);
}

TEST_CASE("a real disk that fills up stops alone") {
  Scratch scratch;
  makeCard(scratch.root / "card");
  LoopDisk a(scratch.root, "a", 32), b(scratch.root, "b", 16);
  if (!a.mounted || !b.mounted) {
    WARN("no loop devices here");
    return;
  }
  const auto request = requestFor(scratch.root / "card", {a.mountPoint, b.mountPoint});
  const auto plan = planOffload(realFileSystem(), request);
  REQUIRE(plan);
  const auto room = volumes::volumeOf(b.mountPoint.native())->freeBytes;
  REQUIRE(room > 4'000'000);
  put(b.mountPoint / "others.bin", std::string(room - 3'000'000, 'x'));
  jobs::Progress progress;
  const auto outcome = runOffload(realFileSystem(), *plan, systemClock(), progress, {});
  INFO(told(outcome));
  CHECK_FALSE(safe(outcome));
  CHECK(says(outcome, "no_space"));
  CHECK(outcome.copies[0].state == model::CopyState::verified);
  CHECK(manifestsIn(a.mountPoint / "P/D/A001") == 1);
  CHECK_FALSE(stdfs::exists(b.mountPoint / "P/D/A001/CLIPS/A001C001.mov"));
  stdfs::remove(b.mountPoint / "others.bin");
  const auto next = run(request);
  INFO(told(next));
  CHECK(safe(next));
  CHECK(manifestsIn(b.mountPoint / "P/D/A001") == 1);
  CHECK(leftoversIn(b.mountPoint) == 0);
}

TEST_CASE("a copy on tmpfs is never safe") {
  const auto shm = volumes::volumeOf("/dev/shm");
  if (!shm || shm->fileSystem != "tmpfs") {
    WARN("no tmpfs at /dev/shm");
    return;
  }
  Scratch scratch, memory("/dev/shm");
  makeCard(scratch.root / "card");
  auto request = requestFor(scratch.root / "card", {memory.root / "a", memory.root / "b"});
  request.policy = {1, 1};
  const auto outcome = run(request);
  CHECK_FALSE(safe(outcome));
  CHECK(says(outcome, "memory_volume"));
}

TEST_CASE("a pipe on the card neither blocks the run nor is forgotten") {
  Scratch scratch;
  makeCard(scratch.root / "card");
  REQUIRE(::mkfifo((scratch.root / "card/pipe").c_str(), 0600) == 0);
  stdfs::create_symlink("/etc/passwd", scratch.root / "card/link");
  auto request = requestFor(scratch.root / "card", {scratch.root / "a"});
  request.policy = {1, 1};
  const auto outcome = run(request);
  CHECK_FALSE(safe(outcome));
  CHECK(says(outcome, "not_copied"));
  CHECK(stdfs::exists(scratch.root / "a/P/D/A001/CLIPS/A001C001.mov"));
  CHECK_FALSE(stdfs::exists(scratch.root / "a/P/D/A001/link"));
}
