// SPDX-License-Identifier: Apache-2.0
#include "core/session/deliverables.h"

#include <algorithm>
#include <mutex>
#include <unordered_set>

#include "core/base/path.h"
#include "core/mhl/mhl.h"
#include "core/mhl/seal_in_place.h"
#include "core/readback/readback.h"

namespace rollproof::session {
namespace {

constexpr const char* kHistory = "ascmhl";

// All regular files of what was rendered.
Result<std::vector<std::string>> filesOf(const FileSystem& fs, const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& one : paths) {
    const auto info = fs.info(one);
    if (!info) return tl::unexpected(info.error());
    if (info->kind != FileKind::directory) {
      files.push_back(one);
      continue;
    }
    const auto entries = fs.list(one);
    if (!entries) return tl::unexpected(entries.error());
    for (const auto& entry : *entries) files.push_back(path::join(one, entry.name));
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

// Those of them that no proven generation of the folder's history names.
Result<std::vector<std::string>> unknownOf(const FileSystem& fs, const std::string& folder,
                                           const std::vector<std::string>& paths) {
  auto files = filesOf(fs, paths);
  if (!files || files->empty()) return files;
  const auto history = mhl::readHistory(fs, folder);
  if (!history && history.error().code != Errc::notFound) return tl::unexpected(history.error());
  if (!history) return files;
  std::unordered_set<std::string> known;
  for (const auto& generation : history->generations) {
    if (!generation.proven) continue;
    for (std::size_t i = 0; i < generation.manifest.files.size(); ++i) {
      known.insert(path::join(folder, std::string(generation.manifest.files.path(i))));
    }
  }
  std::erase_if(*files, [&](const std::string& file) { return known.contains(file); });
  return files;
}

Result<std::string> sealAll(FileSystem& fs, const std::string& folder, const Clock& clock, jobs::Progress& progress,
                            std::stop_token stop) {
  mhl::SealOptions options;
  options.creator = mhl::creatorHere();
  auto sealed = mhl::sealInPlace(fs, folder, options, clock, progress, std::move(stop));
  if (!sealed) return tl::unexpected(sealed.error());
  if (sealed->cancelled) return fail(Errc::cancelled, "sealing was stopped", folder);
  if (sealed->result != mhl::SealResult::sealed || sealed->manifests.empty()) {
    return fail(Errc::failed,
                sealed->findings.empty() ? "the folder could not be sealed whole"
                                         : "the folder could not be sealed whole: " + sealed->findings.front().path +
                                               " " + sealed->findings.front().text,
                folder);
  }
  return sealed->manifests.back();
}

Result<std::string> beginAnew(FileSystem& fs, const std::string& folder, const Clock& clock, jobs::Progress& progress,
                              std::stop_token stop) {
  std::string stamp = isoUtc(clock.now());
  std::erase_if(stamp, [](char c) { return c == ':' || c == '-'; });
  const std::string aside = path::join(folder, std::string("superseded-") + kHistory + "-" + stamp);
  if (auto moved = fs.renameNew(path::join(folder, kHistory), aside); !moved) return tl::unexpected(moved.error());
  if (auto synced = fs.syncDirectory(folder); !synced) return tl::unexpected(synced.error());
  return sealAll(fs, folder, clock, progress, std::move(stop));
}

}  // namespace

Deliverables deliverablesOf(const std::vector<dailies::Rendered>& rendered) {
  Deliverables all;
  for (const auto& one : rendered) {
    auto& files = one.kept ? all.standing : all.made;
    files.insert(files.end(), one.files.begin(), one.files.end());
  }
  return all;
}

Result<std::string> sealFiles(FileSystem& fs, const std::string& folder, const Deliverables& deliverables,
                              const Clock& clock, jobs::Progress& progress, std::stop_token stop) {
  progress.setPhase("Sealing");
  auto files = filesOf(fs, deliverables.made);
  if (!files) return tl::unexpected(files.error());
  auto unknown = unknownOf(fs, folder, deliverables.standing);
  if (!unknown) return tl::unexpected(unknown.error());
  files->insert(files->end(), unknown->begin(), unknown->end());
  if (files->empty()) return std::string();
  mhl::Manifest manifest;
  manifest.creator = mhl::creatorHere();
  manifest.startedAt = clock.now();
  manifest.process = mhl::Process::inPlace;
  std::vector<readback::Task> tasks;
  std::vector<mhl::FileEntry> entries;
  for (const std::string& file : *files) {
    if (!file.starts_with(folder + "/")) return fail(Errc::usage, "is not in the folder that is to be sealed", file);
    const auto info = fs.info(file);
    if (!info) return tl::unexpected(info.error());
    tasks.push_back({file, info->bytes, {model::HashFormat::xxh64}});
    entries.push_back({file.substr(folder.size() + 1), info->bytes, info->modifiedUnixNanos, {}, {}});
  }
  jobs::Meter& meter = progress.addMeter("Reading back");
  for (const auto& task : tasks) meter.totalBytes += task.bytes;
  readback::Settings settings;
  settings.meter = &meter;
  settings.progress = &progress;
  std::mutex mutex;
  Status trouble;
  const std::string date = isoUtc(clock.now());
  const auto done = readback::hashPastCache(
      fs, tasks, settings,
      [&](std::size_t index, Result<readback::Reading> reading) {
        const std::scoped_lock lock(mutex);
        if (!reading) {
          if (trouble) trouble = tl::unexpected(reading.error());
          return;
        }
        for (const auto& digest : reading->digests) {
          entries[index].hashes.push_back({digest, mhl::Action::original, date});
        }
      },
      stop);
  if (!done) return tl::unexpected(done.error());
  if (!trouble) return tl::unexpected(trouble.error());
  manifest.files = entries;
  auto sealed = mhl::appendFiles(fs, folder, std::move(manifest));
  if (sealed) return sealed->manifestPath;
  if (sealed.error().code == Errc::conflict) return beginAnew(fs, folder, clock, progress, std::move(stop));
  if (sealed.error().code == Errc::usage) return sealAll(fs, folder, clock, progress, std::move(stop));
  return tl::unexpected(sealed.error());
}

}  // namespace rollproof::session
