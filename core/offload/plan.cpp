// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <map>
#include <memory>

#include "core/base/path.h"
#include "core/mhl/classic.h"
#include "core/offload/evidence_text.h"
#include "core/offload/journal.h"
#include "core/offload/offload.h"
#include "core/offload/seal.h"
#include "core/volumes/volumes.h"

namespace rollproof::offload {

namespace {

constexpr std::size_t kLongestName = 255;

// On the machine's own disks links in a named folder are followed once, here, so that "inside" and "the same" can be
// told from the text of the paths.
Result<std::string> resolved(const FileSystem& fs, const std::string& given) {
  if (&fs != &realFileSystem()) return path::absolute(given);
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(given.c_str(), nullptr), &std::free);
  if (!real) return tl::unexpected(systemError(errno, "cannot find", given));
  return std::string(real.get());
}

// Two paths may lead to one folder by a bind mount: the inode tells.
bool leadsInto(const FileSystem& fs, std::string inner, const FileInfo& outer) {
  for (;;) {
    const auto info = fs.info(inner);
    if (info && info->device == outer.device && info->inode == outer.inode) return true;
    std::string above = path::parent(inner);
    if (above.empty() || above == inner) return false;
    inner = std::move(above);
  }
}

bool caseInsensitive(const std::string& fileSystem) {
  static constexpr std::string_view kKinds[] = {"exfat",   "vfat", "msdos",   "ntfs", "ntfs3",
                                                "fuseblk", "hfs",  "hfsplus", "cifs", "smb3"};
  return std::find(std::begin(kKinds), std::end(kKinds), fileSystem) != std::end(kKinds);
}

Status checkNames(const Plan& plan, const PlannedCopy& copy) {
  const std::string name = copyName(copy.volume, copy.destination);
  std::vector<std::string> paths = plan.directories;
  for (const auto& file : plan.files) paths.push_back(file.path);
  const bool folds = caseInsensitive(copy.volume.fileSystem);
  const bool dosNames =
      copy.volume.fileSystem == "exfat" || copy.volume.fileSystem == "vfat" || copy.volume.fileSystem == "msdos";
  std::map<std::string, std::string> folded;
  for (const auto& one : paths) {
    const std::string last = path::fileName(one);
    if (last.size() > kLongestName)
      return fail(Errc::usage, fmt::format("has a name longer than {} bytes, which {} cannot hold", kLongestName, name),
                  one);
    if (dosNames && last.find_first_of("\\:*?\"<>|") != std::string::npos)
      return fail(Errc::usage,
                  fmt::format("has a character in its name that {} ({}) cannot hold", name, copy.volume.fileSystem),
                  one);
    if (!folds) continue;
    const auto [twin, fresh] = folded.emplace(path::lowerAscii(one), one);
    if (!fresh)
      return fail(Errc::usage,
                  fmt::format("differs from {} only in letter case, which {} ({}) cannot hold apart",
                              path::display(twin->second), name, copy.volume.fileSystem),
                  one);
  }
  return {};
}

Status readCard(const FileSystem& fs, Plan& plan) {
  const auto& source = plan.request.source;
  auto tree = walk(fs, source);
  if (!tree) {
    Error error = tree.error();
    error.message = "the card cannot be read: " + error.message;
    return tl::unexpected(std::move(error));
  }
  for (const auto& entry : tree->entries) {
    const auto skip = [&](std::string code, std::string text) {
      plan.skipped.push_back({entry.path, "source", std::move(code), std::move(text)});
    };
    if (entry.info.kind == FileKind::directory) {
      plan.directories.push_back(entry.path);
    } else if (entry.info.kind == FileKind::symlink) {
      skip("not_regular", "is a link: it is not copied, and neither is what it points to");
    } else if (entry.info.kind != FileKind::regular) {
      skip("not_regular", "is a pipe, socket or device: it is not copied");
    } else if (entry.path == kJournalName || isPartName(path::fileName(entry.path))) {
      skip("unfinished_copy", "belongs to an unfinished copy: the source is a copy that was not completed");
    } else {
      plan.files.push_back({entry.path, entry.info.bytes, entry.info.modifiedUnixNanos, {}});
      plan.bytes += entry.info.bytes;
    }
  }
  for (const auto& error : tree->unreadable) {
    const bool below = path::isWithin(error.subject, source) && error.subject.size() > source.size();
    plan.skipped.push_back(
        {below ? error.subject.substr(source.size() + (source.ends_with('/') ? 0 : 1)) : error.subject, "source",
         "unreadable", error.message});
  }
  const auto byPath = [](const auto& a, const auto& b) { return a.path < b.path; };
  std::sort(plan.files.begin(), plan.files.end(), byPath);
  std::sort(plan.directories.begin(), plan.directories.end());
  const bool something =
      std::any_of(plan.files.begin(), plan.files.end(), [](const auto& file) { return !ignoredByManifest(file.path); });
  if (!something && plan.skipped.empty())
    return fail(Errc::usage, "the card is empty: there is nothing to copy", source);
  if (!something) return fail(Errc::usage, "the card holds no file that can be copied", source);
  return {};
}

// FAT keeps times to two seconds.
constexpr std::int64_t kSameTimeNanos = 2'000'000'000;

// Size and kind are all a plan looks at: a file of the same size is proven by its content in the run. Where a person
// asked for a folder of its own rather than a conflict, another time is reason enough.
std::vector<model::FileProblem> conflictsAt(const FileSystem& fs, const Plan& plan, const PlannedCopy& copy) {
  const bool timesToo = plan.request.onConflict == OnConflict::numberedFolder;
  std::vector<model::FileProblem> met;
  if (!fs.info(copy.root)) return met;
  for (const auto& file : plan.files) {
    if (file.path == kChainPath) continue;  // a copy that was sealed has a longer chain than its card
    const auto there = fs.info(path::join(copy.root, file.path));
    if (!there) continue;
    const bool sameSize = there->kind == FileKind::regular && there->bytes == file.bytes;
    const bool sameTime = std::abs(there->modifiedUnixNanos - file.modifiedUnixNanos) <= kSameTimeNanos;
    if (sameSize && (sameTime || !timesToo)) continue;
    model::FileProblem problem{file.path, copy.root, "conflict", {}};
    problem.device = copyName(copy.volume, copy.destination);
    problem.text = there->kind != FileKind::regular ? std::string("stands there already and is no regular file")
                   : sameSize                       ? std::string("stands there already with another modification time")
                                                    : fmt::format("stands there already with {}, the card's has {}",
                                                                  counted(there->bytes, "byte"), counted(file.bytes, "byte"));
    met.push_back(std::move(problem));
  }
  return met;
}

// Nothing stands there but what an earlier, unfinished run of this very card may have left.
bool freeForThisCard(const FileSystem& fs, const Plan& plan, const PlannedCopy& copy) {
  if (!fs.info(copy.root)) return true;
  if (!conflictsAt(fs, plan, copy).empty()) return false;
  const auto tree = walk(fs, copy.root);
  if (!tree) return false;
  return std::all_of(tree->entries.begin(), tree->entries.end(), [&](const auto& entry) {
    const auto at = std::lower_bound(plan.files.begin(), plan.files.end(), entry.path,
                                     [](const auto& file, const auto& path) { return file.path < path; });
    const bool known = at != plan.files.end() && at->path == entry.path;
    return entry.info.kind == FileKind::directory || known || entry.path == kJournalName ||
           isPartName(path::fileName(entry.path)) || ignoredByManifest(entry.path);
  });
}

// Gives all copies the first numbered folder that is free everywhere: "A001" becomes "A001_2".
Status takeNumberedFolder(const FileSystem& fs, Plan& plan) {
  constexpr int kMost = 999;
  for (int number = 2; number <= kMost; ++number) {
    const std::string folder = fmt::format("{}_{}", plan.request.folder, number);
    auto copies = plan.copies;
    for (auto& copy : copies) copy.root = copy.root.substr(0, copy.root.size() - plan.request.folder.size()) + folder;
    if (!std::all_of(copies.begin(), copies.end(), [&](const auto& copy) { return freeForThisCard(fs, plan, copy); }))
      continue;
    plan.notes.push_back({"numbered_folder", fmt::format("Other content stands in {}: this roll goes to {}.",
                                                         path::display(plan.request.folder), path::display(folder))});
    plan.copies = std::move(copies);
    plan.request.folder = folder;
    plan.conflicts.clear();
    return {};
  }
  return fail(Errc::conflict, "has no free number left", plan.request.folder);
}

// What must still be written to this copy, rounded up to blocks, with room for the manifest and the journal.
std::uint64_t bytesNeeded(const FileSystem& fs, const Plan& plan, const std::string& root) {
  constexpr std::uint64_t kBlock = 4096;
  std::uint64_t needed = 64 * 1024 + plan.directories.size() * kBlock;
  const bool fresh = !fs.info(root);
  for (const auto& file : plan.files) {
    needed += 512;
    const auto there = fresh ? Result<FileInfo>(fail(Errc::notFound, {})) : fs.info(path::join(root, file.path));
    if (there && there->kind == FileKind::regular && there->bytes == file.bytes) continue;
    needed += (file.bytes + kBlock - 1) / kBlock * kBlock;
  }
  return needed;
}

Status checkRoot(const FileSystem& fs, const std::string& destination, const std::string& folder) {
  std::string here = destination;
  std::string_view rest = folder;
  while (!rest.empty()) {
    const auto slash = rest.find('/');
    here = path::join(here, rest.substr(0, slash));
    const auto info = fs.info(here);
    if (!info) {
      if (info.error().code == Errc::notFound) return {};
      return tl::unexpected(info.error());
    }
    if (info->kind != FileKind::directory)
      return fail(Errc::conflict, "stands where the roll's folder belongs and is not a folder", here);
    rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
  }
  return {};
}

bool mayWrite(const Request& request, const FileSystem& fs, const std::string& folder) {
  if (request.mayWrite) return request.mayWrite(folder);
  return &fs != &realFileSystem() || ::euidaccess(folder.c_str(), W_OK | X_OK) == 0;
}

void noteDevices(Plan& plan) {
  std::vector<std::vector<const PlannedCopy*>> groups;  // copies that share a physical disk
  for (const auto& copy : plan.copies) {
    const auto& device = copy.volume.device;
    const std::string name = copyName(copy.volume, copy.destination);
    const auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& others) {
      return std::any_of(others.begin(), others.end(),
                         [&](const auto* other) { return volumes::sharesDevice(other->volume.device, device); });
    });
    if (group == groups.end())
      groups.push_back({&copy});
    else
      group->push_back(&copy);
    if (copy.volume.fuse && device.durable) {
      plan.notes.push_back(
          {"fuse_volume",
           fmt::format("{} uses a file system driver with a cache of its own ({}): reading back from it proves less.",
                       name, copy.volume.fileSystem)});
    } else if (!device.durable) {
      plan.notes.push_back(
          {"memory_volume", fmt::format("{} lies on no disk that is known ({}): it will not count as a "
                                        "copy.",
                                        name, device.description)});
    }
    if (volumes::sharesDevice(device, plan.sourceVolume.device))
      plan.notes.push_back(
          {"on_the_card_device", fmt::format("{} lies on the same physical device as the source.", name)});
  }
  for (const auto& group : groups) {
    if (group.size() < 2) continue;
    std::string list;
    for (const auto* copy : group) list += (list.empty() ? "" : " and ") + copyName(copy->volume, copy->destination);
    plan.notes.push_back(
        {"one_device", fmt::format("{} lie on one physical device: together they count as one.", list)});
  }
}

}  // namespace

Result<Plan> planOffload(const FileSystem& fs, Request request) {
  if (!request.volumeOf) request.volumeOf = volumes::volumeOf;
  if (request.destinations.empty()) return fail(Errc::usage, "no destination is named");
  if (request.hashes.empty()) return fail(Errc::usage, "no hash format is named");
  if (request.classicMhl) mhl::addClassicFormat(request.hashes);
  if (request.source.empty()) return fail(Errc::usage, "no card is named");
  if (!path::isSafeRelative(request.folder))
    return fail(Errc::usage, "the roll's folder would not stay inside the destination", request.folder);

  auto source = resolved(fs, request.source);
  if (!source) {
    Error error = source.error();
    error.message = "the card is not there or cannot be reached";
    return tl::unexpected(std::move(error));
  }
  Plan plan;
  request.source = *source;
  const auto sourceInfo = fs.info(request.source);
  if (!sourceInfo) return fail(sourceInfo.error().code, "the card is not there or cannot be reached", request.source);
  if (sourceInfo->kind != FileKind::directory) return fail(Errc::usage, "the source is not a folder", request.source);

  std::vector<FileInfo> folders;
  for (const auto& asked : request.destinations) {
    const auto destination = resolved(fs, asked);
    const auto info = destination ? fs.info(*destination) : tl::unexpected(destination.error());
    if (!info) return fail(info.error().code, "the destination is not there or cannot be reached", asked);
    if (info->kind != FileKind::directory) return fail(Errc::usage, "the destination is not a folder", asked);
    if (auto clear = checkRoot(fs, *destination, request.folder); !clear) return tl::unexpected(clear.error());
    const std::string root = path::join(*destination, request.folder);
    if (path::isWithin(*destination, request.source) || leadsInto(fs, *destination, *sourceInfo))
      return fail(Errc::usage, "the destination lies inside the source", asked);
    if (path::isWithin(request.source, root))
      return fail(Errc::usage, "the source lies inside the roll's folder at the destination", root);
    if (const auto rootInfo = fs.info(root); rootInfo && leadsInto(fs, request.source, *rootInfo))
      return fail(Errc::usage, "the source lies inside the roll's folder at the destination", root);
    for (std::size_t i = 0; i < plan.copies.size(); ++i) {
      if (plan.copies[i].root == root || (folders[i].device == info->device && folders[i].inode == info->inode))
        return fail(Errc::usage, "two destinations are the same folder", asked);
      if (path::isWithin(root, plan.copies[i].root) || path::isWithin(plan.copies[i].root, root))
        return fail(Errc::usage, "one destination's roll folder lies inside another's", asked);
    }
    auto volume = request.volumeOf(*destination);
    if (!volume) return tl::unexpected(volume.error());
    if (volume->readOnly) return fail(Errc::readOnly, "the destination is read-only", asked);
    // The deepest folder that is there is the one that must take the new entry.
    std::string standing = root;
    while (!fs.info(standing) && standing != *destination) standing = path::parent(standing);
    if (!mayWrite(request, fs, standing))
      return fail(Errc::permission, "the destination does not let this user write", standing);
    folders.push_back(*info);
    plan.copies.push_back({asked, root, std::move(*volume)});
  }
  auto sourceVolume = request.volumeOf(request.source);
  if (!sourceVolume) return tl::unexpected(sourceVolume.error());
  plan.sourceVolume = std::move(*sourceVolume);
  plan.request = std::move(request);

  if (auto read = readCard(fs, plan); !read) return tl::unexpected(read.error());

  for (const auto& copy : plan.copies) {
    const auto met = conflictsAt(fs, plan, copy);
    plan.conflicts.insert(plan.conflicts.end(), met.begin(), met.end());
  }
  if (!plan.conflicts.empty() && plan.request.onConflict == OnConflict::numberedFolder) {
    if (auto taken = takeNumberedFolder(fs, plan); !taken) return tl::unexpected(taken.error());
  }

  std::map<std::uint64_t, std::uint64_t> neededOn;
  for (std::size_t i = 0; i < plan.copies.size(); ++i) {
    const auto& copy = plan.copies[i];
    if (auto named = checkNames(plan, copy); !named) return tl::unexpected(named.error());
    auto& needed = neededOn[folders[i].device];
    needed += bytesNeeded(fs, plan, copy.root);
    if (needed > copy.volume.freeBytes) {
      return fail(
          Errc::noSpace,
          fmt::format("not enough free space: {} needed, {} free", sizeText(needed), sizeText(copy.volume.freeBytes)),
          copy.destination);
    }
    if (copy.volume.freeBytes - needed < copy.volume.totalBytes / 50)
      plan.notes.push_back(
          {"little_space", fmt::format("{} will be nearly full.", copyName(copy.volume, copy.destination))});
  }
  noteDevices(plan);
  return plan;
}

}  // namespace rollproof::offload
