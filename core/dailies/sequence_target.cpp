// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "core/base/log.h"
#include "core/base/path.h"
#include "core/dailies/target.h"

namespace rollproof::dailies {
namespace {

class SequenceTarget final : public Target {
 public:
  SequenceTarget(FileSystem& fs, const TargetOptions& options)
      : m_fs(fs),
        m_options(options),
        m_name(options.clip->fileName),
        m_part(path::join(options.directory, partName(m_name))),
        m_final(path::join(options.directory, m_name)),
        m_mark(renderMark(*options.clip, *options.preset)) {}

  ~SequenceTarget() override {
    if (m_published) return;
    if (auto removed = removeFrames(m_part); !removed && removed.error().code != Errc::notFound) {
      log::warn("half-rendered frames stay behind: " + describe(removed.error()));
    }
  }

  Status open() {
    if (auto standing = m_fs.info(m_final); standing) {
      if (standing->kind != FileKind::directory || !isOurs()) {
        m_published = true;  // nothing of ours to take back
        return fail(Errc::exists, "something that is no earlier render of this clip and preset has this name", m_final);
      }
    }
    if (auto stale = removeFrames(m_part); !stale && stale.error().code != Errc::notFound) return stale;
    return m_fs.makeDirectory(m_part);
  }

  Result<media::PlanarRoom> nextDisplay() override {
    return fail(Errc::unsupported, "a frame sequence takes scene-referred pictures", m_final);
  }
  Status writeDisplay() override {
    return fail(Errc::unsupported, "a frame sequence takes scene-referred pictures", m_final);
  }
  Status writeSound(const std::vector<float>&) override { return {}; }

  Status writeScene(const media::ImageF& image, std::int64_t frame) override {
    media::ImageOptions options;
    options.timecode = m_options.clip->timecodeAt(frame);
    options.rate = m_options.clip->rate;
    options.reel = path::display(m_options.clip->reel);
    options.strings["oiio:ColorSpace"] = m_options.space;
    options.strings["comments"] = m_options.chain;
    options.strings["DocumentName"] = m_mark;
    // ST 2065-4 files carry no compression.
    if (m_options.preset->name == "exr-aces") options.strings["compression"] = "none";
    const std::string file = path::join(m_part, fmt::format("{}.{:07}{}", m_name, frame + 1, m_options.preset->suffix));
    if (auto written = media::writeImage(file, image, options); !written) return written;
    return syncFile(m_fs, file);
  }

  Result<std::vector<std::string>> publish() override {
    if (auto synced = m_fs.syncDirectory(m_part); !synced) return tl::unexpected(synced.error());
    auto renamed = m_fs.renameNew(m_part, m_final);
    if (!renamed && renamed.error().code == Errc::exists && isOurs()) {
      // A folder cannot replace a full one in one step: the earlier render steps aside and goes once the new one
      // stands.
      const std::string aside = path::join(m_options.directory, partName(m_name + ".earlier"));
      if (auto stale = removeFrames(aside); !stale && stale.error().code != Errc::notFound) {
        return tl::unexpected(stale.error());
      }
      if (auto moved = m_fs.renameNew(m_final, aside); !moved) return tl::unexpected(moved.error());
      renamed = m_fs.renameNew(m_part, m_final);
      if (!renamed) {
        if (auto back = m_fs.renameNew(aside, m_final); !back) log::error(describe(back.error()));
        return tl::unexpected(renamed.error());
      }
      m_published = true;
      if (auto removed = removeFrames(aside); !removed) log::warn(describe(removed.error()));
    }
    if (!renamed) return tl::unexpected(renamed.error());
    m_published = true;
    if (auto synced = m_fs.syncDirectory(m_options.directory); !synced) return tl::unexpected(synced.error());
    return std::vector<std::string>{m_final};
  }

 private:
  [[nodiscard]] bool isFrameName(const std::string& name) const {
    return name.starts_with(m_name + ".") && name.ends_with(m_options.preset->suffix);
  }

  // Ours if there is at least one entry and every one is a frame of this clip, the first and last with our mark.
  [[nodiscard]] bool isOurs() const {
    auto entries = m_fs.list(m_final);
    if (!entries || entries->empty()) return false;
    std::sort(entries->begin(), entries->end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    const bool all = std::all_of(entries->begin(), entries->end(), [&](const auto& e) { return isFrameName(e.name); });
    return all && carriesMark(path::join(m_final, entries->front().name), m_mark) &&
           carriesMark(path::join(m_final, entries->back().name), m_mark);
  }

  // Removes a folder of ours with nothing but frames in it; a stranger in it stops the removal.
  Status removeFrames(const std::string& folder) {
    auto entries = m_fs.list(folder);
    if (!entries) return tl::unexpected(entries.error());
    for (const DirectoryEntry& entry : *entries) {
      if (!isFrameName(entry.name)) continue;
      if (auto removed = m_fs.remove(path::join(folder, entry.name)); !removed) return removed;
    }
    return m_fs.removeDirectory(folder);
  }

  FileSystem& m_fs;
  TargetOptions m_options;
  std::string m_name, m_part, m_final, m_mark;
  bool m_published = false;
};

}  // namespace

Result<std::unique_ptr<Target>> createSequenceTarget(FileSystem& fs, const TargetOptions& options) {
  auto target = std::make_unique<SequenceTarget>(fs, options);
  if (auto opened = target->open(); !opened) return tl::unexpected(opened.error());
  return std::unique_ptr<Target>(std::move(target));
}

}  // namespace rollproof::dailies
