// SPDX-License-Identifier: Apache-2.0
#include "core/demo/demo.h"

#include <fmt/format.h>

#include <filesystem>

#include "core/base/file_system.h"
#include "core/base/path.h"
#include "core/demo/cards.h"
#include "core/media/media.h"

namespace rollproof::demo {
namespace {

std::vector<CardRecipe> recipes() { return {arriCard(), sonyCard(), framesCard(), soundCard()}; }

// The day the demo was shot: 2026-05-02 12:00:00 UTC. Every file carries it, as the camera's clock would write.
constexpr std::int64_t kShotUnixNanos = 1'777'723'200'000'000'000;

// What speaks against the card being whole; empty if nothing does.
std::string flaw(const CardRecipe& recipe, const std::string& root) {
  FileSystem& fs = realFileSystem();
  std::uint64_t dpxBytes = 0;
  for (const Expected& file : recipe.files) {
    const std::string path = path::join(root, file.path);
    const auto info = fs.info(path);
    if (!info || info->kind != FileKind::regular) return file.path + " is missing";
    if (info->bytes == 0) return file.path + " is empty";
    if (path::extension(path) == "dpx") {
      // Uncompressed frames are of one size: the cheapest way to see that one was cut short.
      if (dpxBytes == 0) dpxBytes = info->bytes;
      if (info->bytes != dpxBytes) return file.path + " is damaged";
    }
    if (file.frames < 0) continue;
    const auto media = media::probe(path);
    if (!media) return file.path + " is damaged";
    const bool pictures = media->video && media->video->frames.value_or(file.frames) == file.frames;
    const bool sound =
        !media->video && media->audio.size() == 1 && media->audio.front().samples == file.frames * kSamplesPerFrame;
    if (!pictures && !sound) return file.path + " is damaged";
  }
  return {};
}

Status removeTree(const std::string& root) {
  std::error_code error;
  std::filesystem::remove_all(root, error);
  if (error) return tl::unexpected(systemError(error.value(), "cannot remove", root));
  return {};
}

// Everything below root to the disk, with the shooting day as its time.
Status settle(const std::string& root) {
  FileSystem& fs = realFileSystem();
  const auto tree = walk(fs, root);
  if (!tree) return tl::unexpected(tree.error());
  if (!tree->unreadable.empty()) return tl::unexpected(tree->unreadable.front());
  for (const TreeEntry& entry : tree->entries) {
    const std::string path = path::join(root, entry.path);
    if (entry.info.kind == FileKind::directory) {
      if (auto ok = fs.syncDirectory(path); !ok) return ok;
      continue;
    }
    auto file = fs.openForUpdate(path);
    if (!file) return tl::unexpected(file.error());
    if (auto ok = (*file)->setModified(kShotUnixNanos); !ok) return ok;
    if (auto ok = (*file)->sync(); !ok) return ok;
    if (auto ok = (*file)->close(); !ok) return ok;
  }
  return fs.syncDirectory(root);
}

Status makeCard(const CardRecipe& recipe, const Bench& bench, const std::string& directory) {
  FileSystem& fs = realFileSystem();
  const std::string root = path::join(directory, recipe.folder);
  const std::string part = path::join(directory, partName(recipe.folder));
  // Left by a run that was killed; the name is ours alone.
  if (auto ok = removeTree(part); !ok) return ok;
  if (auto ok = fs.makeDirectory(part); !ok) return ok;
  Status done = recipe.write(bench, part);
  if (done) done = settle(part);
  if (done) {
    if (const std::string wrong = flaw(recipe, part); !wrong.empty())
      done = fail(Errc::failed, "the demo card came out wrong: " + wrong, root);
  }
  if (done) done = fs.renameNew(part, root);
  if (done) return fs.syncDirectory(directory);
  // The reason is what counts; a part folder that cannot be removed now goes with the next run.
  static_cast<void>(removeTree(part));
  return done;
}

}  // namespace

Status step(const Bench& bench) {
  if (bench.stop.stop_requested()) return fail(Errc::cancelled, "stopped while making demo cards");
  ++bench.meter.doneItems;
  return {};
}

Result<std::vector<DemoCard>> writeDemoCards(const std::string& directory, jobs::Progress& progress,
                                             std::stop_token stop) {
  FileSystem& fs = realFileSystem();
  const std::string base = path::absolute(directory);
  if (auto ok = fs.makeDirectories(base); !ok) return tl::unexpected(ok.error());
  auto config = colour::loadConfig();
  if (!config) return tl::unexpected(config.error());

  std::vector<DemoCard> cards;
  std::vector<CardRecipe> missing;
  int steps = 0;
  for (const CardRecipe& recipe : recipes()) {
    const std::string root = path::join(base, recipe.folder);
    cards.push_back({root, recipe.family});
    const auto info = fs.info(root);
    if (info) {
      const std::string wrong = info->kind == FileKind::directory ? flaw(recipe, root) : "it is no folder";
      if (!wrong.empty())
        return fail(Errc::exists, "something else stands where a demo card belongs (" + wrong + ")", root);
      continue;
    }
    if (info.error().code != Errc::notFound) return tl::unexpected(info.error());
    steps += recipe.steps;
    missing.push_back(recipe);
  }
  jobs::Meter& meter = progress.addMeter("Frames");
  meter.totalItems = static_cast<std::uint64_t>(steps);
  const Bench bench{**config, progress, meter, stop};
  for (const CardRecipe& recipe : missing) {
    progress.setPhase("Making demo cards");
    progress.setCurrent(path::join(base, recipe.folder));
    if (auto ok = makeCard(recipe, bench, base); !ok) return tl::unexpected(ok.error());
  }
  return cards;
}

}  // namespace rollproof::demo
