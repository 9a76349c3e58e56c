// SPDX-License-Identifier: Apache-2.0
// What is built from the seam's calls alone, so that it works the same on the disk and in a test.
#include <algorithm>

#include "core/base/file_system.h"
#include "core/base/path.h"

namespace rollproof {

namespace {

// A card nests a handful of folders; a loop of mounts or a hostile image must not exhaust the stack.
constexpr int kDeepest = 64;

void walkInto(const FileSystem& fs, const std::string& root, const std::string& relative, int depth, Tree& tree) {
  const std::string here = path::join(root, relative);
  if (depth > kDeepest) {
    tree.unreadable.push_back({Errc::unsupported, "folders are nested deeper than 64 levels", here, 0, -1});
    return;
  }
  auto names = fs.list(here);
  if (!names) {
    tree.unreadable.push_back(names.error());
    return;
  }
  std::sort(names->begin(), names->end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  for (const auto& entry : *names) {
    std::string inner = relative.empty() ? entry.name : relative + "/" + entry.name;
    const auto info = fs.info(path::join(root, inner));
    if (!info) {
      tree.unreadable.push_back(info.error());
      continue;
    }
    tree.entries.push_back({inner, *info});
    if (info->kind == FileKind::directory) walkInto(fs, root, inner, depth + 1, tree);
  }
}

}  // namespace

Result<Tree> walk(const FileSystem& fs, const std::string& root) {
  const auto info = fs.info(root);
  if (!info) return tl::unexpected(info.error());
  if (info->kind != FileKind::directory) return fail(Errc::notFound, "is not a folder", root);
  const auto first = fs.list(root);
  if (!first) return tl::unexpected(first.error());
  Tree tree;
  walkInto(fs, root, {}, 0, tree);
  return tree;
}

Result<std::string> readSmallFile(const FileSystem& fs, const std::string& path, std::uint64_t maxBytes) {
  auto file = fs.openForRead(path, ReadMode::cached);
  if (!file) return tl::unexpected(file.error());
  const auto info = (*file)->info();
  if (!info) return tl::unexpected(info.error());
  if (info->bytes > maxBytes) return fail(Errc::unsupported, "is larger than such a file can be", path);
  std::string content(info->bytes, '\0');
  const auto got = (*file)->readAt(std::as_writable_bytes(std::span(content.data(), content.size())), 0);
  if (!got) return tl::unexpected(got.error());
  content.resize(*got);
  return content;
}

Status writeFileDurably(FileSystem& fs, const std::string& path, std::string_view content, bool replace) {
  const std::string folder = path::parent(path);
  const std::string part = path::join(folder, partName(path::fileName(path)));
  auto file = fs.createNew(part);
  if (!file && file.error().code == Errc::exists) {
    // Only we make names of this shape; one that is left over is from a run that was killed.
    if (auto gone = fs.remove(part); !gone) return gone;
    file = fs.createNew(part);
  }
  if (!file) return tl::unexpected(file.error());
  const auto abandon = [&](const Error& error) -> Status {
    (void)(*file)->close();
    (void)fs.remove(part);
    return tl::unexpected(error);
  };
  if (auto s = (*file)->writeAt(std::as_bytes(std::span(content.data(), content.size())), 0); !s)
    return abandon(s.error());
  if (auto s = (*file)->sync(); !s) return abandon(s.error());
  if (auto s = (*file)->close(); !s) return abandon(s.error());
  const Status named = replace ? fs.renameReplace(part, path) : fs.renameNew(part, path);
  if (!named) {
    (void)fs.remove(part);
    return named;
  }
  return fs.syncDirectory(folder);
}

namespace {
constexpr std::string_view kPartSuffix = ".rollproof-part";
constexpr std::size_t kLongestName = 255;
}  // namespace

std::string partName(std::string_view finalName) {
  std::string name = ".";
  const std::size_t room = kLongestName - 1 - kPartSuffix.size();
  if (finalName.size() <= room) return name.append(finalName).append(kPartSuffix);
  // Two long names that differ only at the end must not share a part: keep a digest of the whole (FNV-1a, 64 bit).
  std::uint64_t digest = 0xcbf29ce484222325ULL;
  for (const char c : finalName) digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string tail = "-";
  for (int shift = 60; shift >= 0; shift -= 4) tail += kHex[(digest >> static_cast<unsigned>(shift)) & 15U];
  return name.append(finalName.substr(0, room - tail.size())).append(tail).append(kPartSuffix);
}

bool isPartName(std::string_view name) {
  return name.size() > kPartSuffix.size() + 1 && name.front() == '.' && name.ends_with(kPartSuffix);
}

}  // namespace rollproof
