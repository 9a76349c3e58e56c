// SPDX-License-Identifier: Apache-2.0
#include "core/offload/seal.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/classic.h"

namespace rollproof::offload {

namespace {

// What the history says last about each file, per format; failed values are never believed.
std::map<std::string, std::vector<model::Digest>> lastKnown(const CopyHistory& history) {
  std::map<std::string, std::vector<model::Digest>> known;
  for (const auto& generation : history.generations) {
    for (const auto& file : generation.manifest.files) {
      auto& digests = known[file.path];
      for (const auto& entry : file.hashes) {
        if (entry.action == mhl::Action::failed) continue;
        const auto same = std::find_if(digests.begin(), digests.end(),
                                       [&](const auto& d) { return d.format == entry.digest.format; });
        if (same == digests.end()) {
          digests.push_back(entry.digest);
        } else {
          *same = entry.digest;
        }
      }
    }
  }
  return known;
}

const model::Digest* digestIn(const model::FileRecord& file, model::HashFormat format) {
  for (const auto& digest : file.digests) {
    if (digest.format == format) return &digest;
  }
  return nullptr;
}

std::string hostName() {
  std::array<char, 256> text{};
  if (::gethostname(text.data(), text.size() - 1) != 0) return "unknown";
  return text.data();
}

}  // namespace

bool ignoredByManifest(std::string_view path) {
  while (!path.empty()) {
    const auto slash = path.find('/');
    const auto name = path.substr(0, slash);
    if (name == kHistoryFolder || name == ".DS_Store") return true;
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return false;
}

CopyHistory readCopyHistory(const FileSystem& fs, const std::string& scope) {
  CopyHistory result;
  auto history = mhl::readHistory(fs, scope);
  if (!history) {
    if (history.error().code != Errc::notFound) result.broken = describe(history.error());
    return result;
  }
  result.generations = std::move(history->generations);
  if (!history->findings.empty()) result.broken = history->findings.front().text;
  return result;
}

bool continuesHistory(const CopyHistory& longer, const CopyHistory& shorter) {
  if (!longer.broken.empty() || !shorter.broken.empty() || longer.generations.size() < shorter.generations.size())
    return false;
  return std::equal(shorter.generations.begin(), shorter.generations.end(), longer.generations.begin(),
                    [](const auto& a, const auto& b) { return a.fileName == b.fileName && a.c4 == b.c4; });
}

std::set<model::HashFormat> formatsOf(const CopyHistory& history) {
  std::set<model::HashFormat> formats;
  for (const auto& generation : history.generations) {
    for (const auto& file : generation.manifest.files) {
      for (const auto& entry : file.hashes) formats.insert(entry.digest.format);
    }
  }
  return formats;
}

std::set<std::string> recordedPaths(const CopyHistory& history) {
  std::set<std::string> paths;
  for (const auto& generation : history.generations) {
    for (const auto& file : generation.manifest.files) paths.insert(file.path);
  }
  return paths;
}

std::optional<std::string> contradiction(const CopyHistory& history, const std::vector<model::FileRecord>& files) {
  const auto known = lastKnown(history);
  for (const auto& file : files) {
    const auto found = known.find(file.path);
    if (found == known.end()) continue;
    for (const auto& digest : found->second) {
      const auto* now = digestIn(file, digest.format);
      if (now && !hash::sameValue(*now, digest)) return file.path;
    }
  }
  return std::nullopt;
}

bool holdsAll(const mhl::Generation& generation, const std::vector<model::FileRecord>& files,
              const std::vector<model::HashFormat>& formats, const std::vector<std::string>& directories) {
  std::map<std::string, mhl::FileEntry> recorded;
  for (const auto& file : generation.manifest.files) recorded[file.path] = file;
  for (const auto& file : files) {
    if (ignoredByManifest(file.path)) continue;
    const auto found = recorded.find(file.path);
    if (found == recorded.end() || found->second.bytes != file.bytes) return false;
    for (const auto format : formats) {
      const auto* now = digestIn(file, format);
      const auto& hashes = found->second.hashes;
      const bool held = now && std::any_of(hashes.begin(), hashes.end(), [&](const auto& entry) {
                          return entry.action != mhl::Action::failed && entry.digest.format == format &&
                                 hash::sameValue(entry.digest, *now);
                        });
      if (!held) return false;
    }
  }
  std::set<std::string> folders;
  for (const auto& directory : generation.manifest.directories) folders.insert(directory.path);
  return std::all_of(directories.begin(), directories.end(), [&](const auto& directory) {
    return ignoredByManifest(directory) || folders.contains(directory);
  });
}

Result<mhl::Sealed> appendSeal(FileSystem& fs, const std::string& root, const CopyHistory& history,
                               const SealInput& input) {
  if (!history.broken.empty())
    return fail(Errc::conflict, "the history that is there cannot be continued: " + history.broken, root);
  if (const auto path = contradiction(history, input.files))
    return fail(Errc::conflict, "differs from what the history that is there records", *path);
  const auto known = lastKnown(history);
  mhl::Manifest manifest;
  manifest.creator.hostname = hostName();
  manifest.creator.tool = "Rollproof";
  manifest.creator.toolVersion = ROLLPROOF_VERSION;
  manifest.creator.comment = input.comment;
  manifest.startedAt = input.startedAt;
  manifest.process = mhl::Process::transfer;
  manifest.ignorePatterns = input.ignorePatterns;
  const std::string date = isoUtc(input.now);
  for (const auto& file : input.files) {
    if (ignoredByManifest(file.path)) continue;
    mhl::FileEntry entry;
    entry.path = file.path;
    entry.bytes = file.bytes;
    entry.modifiedUnixNanos = file.modifiedUnixNanos;
    const auto found = known.find(file.path);
    const bool seen = found != known.end() && !found->second.empty();
    for (const auto& digest : file.digests) {
      const bool asked = std::find(input.formats.begin(), input.formats.end(), digest.format) != input.formats.end();
      const bool earlier = seen && std::any_of(found->second.begin(), found->second.end(),
                                               [&](const auto& d) { return d.format == digest.format; });
      // Every earlier format was checked in the same read (contradiction() found none), so a new one counts as
      // verified.
      if (asked || earlier)
        entry.hashes.push_back({digest, seen ? mhl::Action::verified : mhl::Action::original, date});
    }
    manifest.files.push_back(std::move(entry));
  }
  if (manifest.files.empty())
    return fail(Errc::unsupported, "a manifest needs at least one file that the standard records", root);
  std::vector<std::string> directories;
  for (const auto& directory : input.directories) {
    if (!ignoredByManifest(directory)) directories.push_back(directory);
  }
  return mhl::appendGeneration(fs, root, std::move(manifest), directories);
}

std::vector<std::string> classicLists(const std::string& root, const CopyHistory& history) {
  std::vector<std::string> names;
  for (const auto& generation : history.generations) {
    const auto& left = generation.manifest.ignorePatterns;
    std::string name = mhl::classicFileName(path::fileName(root), generation.manifest.startedAt);
    if (std::find(left.begin(), left.end(), mhl::classicIgnorePattern(name)) != left.end())
      names.push_back(std::move(name));
  }
  return names;
}

Result<std::string> addClassic(FileSystem& fs, const std::string& root, bool fresh,
                               const std::vector<model::FileRecord>& files, WallTime now) {
  const auto history = readCopyHistory(fs, root);
  if (history.generations.empty()) return fail(Errc::notFound, "has no seal", root);
  const auto& manifest = history.generations.back().manifest;
  const auto lists = classicLists(root, history);
  const std::string name = mhl::classicFileName(path::fileName(root), manifest.startedAt);
  const std::string file = path::join(root, name);
  if (std::find(lists.begin(), lists.end(), name) == lists.end()) {
    return fail(Errc::conflict,
                "was sealed before without a classic MHL, which its history would not know: "
                "'verify --write-classic' writes one elsewhere",
                root);
  }
  if (!fresh && fs.info(file)) return file;
  if (auto written = mhl::writeClassic(fs, file, manifest.creator, manifest.startedAt, now, files); !written)
    return tl::unexpected(written.error());
  return file;
}

Status clearBrokenSeal(FileSystem& fs, const std::string& root, const std::set<std::string>& namesBefore) {
  const std::string folder = path::join(root, kHistoryFolder);
  const auto names = fs.list(folder);
  if (!names) return names.error().code == Errc::notFound ? Status{} : tl::unexpected(names.error());
  std::set<std::string> listed;
  if (const auto history = mhl::readHistory(fs, root)) {
    for (const auto& generation : history->generations) listed.insert(generation.fileName);
  }
  std::size_t left = names->size();
  for (const auto& entry : *names) {
    const bool manifest = entry.name.ends_with(".mhl") && entry.kind != FileKind::directory;
    if (!(manifest || isPartName(entry.name)) || namesBefore.contains(entry.name) || listed.contains(entry.name))
      continue;
    if (auto gone = fs.remove(path::join(folder, entry.name)); !gone) return gone;
    --left;
  }
  if (left == 0) {
    if (auto gone = fs.removeDirectory(folder); !gone) return gone;
    return fs.syncDirectory(root);
  }
  return fs.syncDirectory(folder);
}

}  // namespace rollproof::offload
