// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "core/base/file_system.h"
#include "core/base/path.h"

using namespace rollproof;

namespace {

class Scratch {
 public:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "rollproof-base-XXXXXX").string();
    m_path = mkdtemp(pattern.data());
  }
  ~Scratch() { std::filesystem::remove_all(m_path); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] std::string at(const std::string& name) const { return m_path + "/" + name; }
  [[nodiscard]] const std::string& path() const { return m_path; }

 private:
  std::string m_path;
};

std::span<const std::byte> bytesOf(std::string_view text) { return std::as_bytes(std::span(text.data(), text.size())); }

}  // namespace

TEST_CASE("a name that is taken is never created again nor renamed over") {
  const Scratch scratch;
  auto& fs = realFileSystem();
  REQUIRE(writeFileDurably(fs, scratch.at("a"), "first", false));
  CHECK(fs.createNew(scratch.at("a")).error().code == Errc::exists);
  CHECK(writeFileDurably(fs, scratch.at("a"), "second", false).error().code == Errc::exists);
  CHECK(readSmallFile(fs, scratch.at("a"), 100).value() == "first");
  REQUIRE(writeFileDurably(fs, scratch.at("a"), "third", true));
  CHECK(readSmallFile(fs, scratch.at("a"), 100).value() == "third");
  CHECK(fs.list(scratch.path())->size() == 1);  // no part file stays
}

TEST_CASE("a FIFO or a link is refused without waiting for it") {
  const Scratch scratch;
  REQUIRE(mkfifo(scratch.at("clip.mxf").c_str(), 0600) == 0);
  REQUIRE(symlink("/etc/hostname", scratch.at("link").c_str()) == 0);
  CHECK(realFileSystem().openForRead(scratch.at("clip.mxf"), ReadMode::direct).error().code == Errc::notRegular);
  CHECK(realFileSystem().openForRead(scratch.at("link"), ReadMode::cached).error().code == Errc::notRegular);
}

TEST_CASE("a direct read gives the same bytes at any size of file") {
  const Scratch scratch;
  for (const std::size_t size : {0U, 1U, 4095U, 4096U, 4097U, 100000U}) {
    std::string content(size, 'x');
    for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<char>(i * 7);
    const auto name = scratch.at("f" + std::to_string(size));
    REQUIRE(writeFileDurably(realFileSystem(), name, content, false));
    auto file = realFileSystem().openForRead(name, ReadMode::direct);
    REQUIRE(file);
    const AlignedBuffer buffer(1U << 20U);
    const auto got = (*file)->readAt(buffer.bytes(), 0);
    REQUIRE(got);
    REQUIRE(*got == size);
    CHECK(std::string(reinterpret_cast<const char*>(buffer.bytes().data()), *got) == content);
  }
}

TEST_CASE("after sync and drop the page cache holds nothing of the file") {
  const Scratch scratch;
  auto file = realFileSystem().createNew(scratch.at("big"));
  REQUIRE(file);
  const std::string block(1U << 20U, 'b');
  REQUIRE((*file)->writeAt(bytesOf(block), 0));
  CHECK((*file)->cachedBytes().value() > 0);
  REQUIRE((*file)->sync());
  (*file)->dropCache();
  const auto left = (*file)->cachedBytes();
  REQUIRE(left);
  struct stat s {};
  REQUIRE(stat(scratch.path().c_str(), &s) == 0);
  if (*left != 0) WARN("this file system keeps its pages: " << *left);
}

TEST_CASE("a direct write of whole blocks and a tail reads back as written and is durable after sync") {
  const Scratch scratch;
  constexpr std::size_t kBlock = 1U << 20U;
  for (const std::size_t size : {std::size_t{1}, std::size_t{4096}, kBlock, kBlock + 1, 2 * kBlock + 4097}) {
    INFO(size);
    const auto name = scratch.at("d" + std::to_string(size));
    auto file = realFileSystem().createNew(name, WriteMode::direct);
    REQUIRE(file);
    REQUIRE((*file)->preallocate(size));
    CHECK((*file)->info()->bytes == 0);
    std::string content;
    const AlignedBuffer buffer(kBlock);
    for (std::size_t at = 0; at < size; at += kBlock) {
      const auto part = buffer.bytes().first(std::min(kBlock, size - at));
      for (std::size_t i = 0; i < part.size(); ++i) part[i] = static_cast<std::byte>((at + i) * 31 >> 3U);
      content.append(reinterpret_cast<const char*>(part.data()), part.size());
      REQUIRE((*file)->writeAt(part, at));
    }
    CHECK((*file)->info()->bytes == size);
    REQUIRE((*file)->sync());
    REQUIRE((*file)->close());
    CHECK(readSmallFile(realFileSystem(), name, 4 * kBlock).value() == content);
  }
}

TEST_CASE("a file system is synced as a whole only where the kernel promises it") {
  const Scratch scratch;
  const auto here = realFileSystem().syncFileSystem(scratch.path());
  if (!here) CHECK(here.error().code == Errc::unsupported);
  CHECK(realFileSystem().syncFileSystem("/proc").error().code == Errc::unsupported);
  CHECK(realFileSystem().syncFileSystem(scratch.at("none")).error().code == Errc::notFound);
}

TEST_CASE("a walk lists names that are not UTF-8 and does not follow links") {
  const Scratch scratch;
  const std::string odd = "\xff\xfe\n name";
  REQUIRE(writeFileDurably(realFileSystem(), scratch.at(odd), "1", false));
  REQUIRE(symlink(scratch.path().c_str(), scratch.at("loop").c_str()) == 0);
  REQUIRE(realFileSystem().makeDirectories(scratch.at("d/e")));
  const auto tree = walk(realFileSystem(), scratch.path());
  REQUIRE(tree);
  REQUIRE(tree->entries.size() == 4);
  CHECK(tree->entries[0].path == "d");
  CHECK(tree->entries[1].path == "d/e");
  CHECK(tree->entries[2].path == "loop");
  CHECK(tree->entries[2].info.kind == FileKind::symlink);
  CHECK(tree->entries[3].path == odd);
}

TEST_CASE("part names are told apart and fit where the final name fits") {
  CHECK(isPartName(partName("A001.mov")));
  CHECK_FALSE(isPartName("A001.mov"));
  const std::string a(255, 'a'), b = std::string(254, 'a') + "b";
  CHECK(partName(a).size() <= 255);
  CHECK(partName(a) != partName(b));
}

TEST_CASE("a file larger than allowed is not read into memory") {
  const Scratch scratch;
  REQUIRE(writeFileDurably(realFileSystem(), scratch.at("x"), std::string(100, 'x'), false));
  CHECK(readSmallFile(realFileSystem(), scratch.at("x"), 99).error().code == Errc::unsupported);
  CHECK(readSmallFile(realFileSystem(), scratch.at("none"), 99).error().code == Errc::notFound);
}
