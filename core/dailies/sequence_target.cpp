// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "core/base/log.h"
#include "core/base/path.h"
#include "core/dailies/presets.h"
#include "core/dailies/target.h"

namespace rollproof::dailies {
namespace {

// Writes one picture into a file of its own, with all that its format's header takes.
Status writePicture(FileSystem& fs, const TargetOptions& options, const std::string& file, const media::ImageF& image,
                    std::int64_t frame) {
  media::ImageOptions header;
  header.timecode = options.clip->timecodeAt(frame);
  header.rate = options.clip->rate;
  header.reel = path::display(options.clip->reel);
  header.strings["oiio:ColorSpace"] = options.space;
  header.strings["comments"] = options.chain;
  // JPEG has no place for a document's name.
  header.strings[options.preset->container == "jpeg" ? "ImageDescription" : "DocumentName"] = fullMark(options);
  // ST 2065-4 files carry no compression.
  if (options.space == "ACES2065-1") header.strings["compression"] = "none";
  if (options.preset->codec == "png16") header.bitDepth = 16;
  if (options.preset->codec == "png8") header.bitDepth = 8;
  if (auto written = media::writeImage(file, image, header); !written) return written;
  return syncFile(fs, file);
}

// Display pictures on their way into image files: planes to be filled, and RGB of them.
class DisplayImage {
 public:
  explicit DisplayImage(PictureSize size)
      : m_planes(media::makePlanes(size.width, size.height, 16, media::Chroma::s444)) {}
  [[nodiscard]] Result<media::PlanarRoom> room() const {
    if (!m_planes.memory) return fail(Errc::failed, "out of memory");
    return m_planes.room;
  }
  [[nodiscard]] media::ImageF image() const { return colour::toRgb(viewOf(m_planes.room)); }

 private:
  media::OwnPlanes m_planes;
};

// One file.
class StillTarget final : public Target {
 public:
  StillTarget(FileSystem& fs, const TargetOptions& options)
      : m_fs(fs),
        m_options(options),
        m_display(options.size),
        m_final(pathOf(options)),
        m_part(path::join(options.directory, partName(path::fileName(m_final)))) {}
  ~StillTarget() override {
    if (m_published) return;
    if (auto removed = m_fs.remove(m_part); !removed && removed.error().code != Errc::notFound) {
      log::warn("a half-rendered picture stays behind: " + describe(removed.error()));
    }
  }
  static std::string pathOf(const TargetOptions& options) {
    return path::join(options.directory, options.clip->fileName + options.preset->suffix);
  }
  Status open() {
    if (auto standing = m_fs.info(m_final); standing && (standing->kind != FileKind::regular || !isOurs())) {
      return fail(Errc::exists, "something that is no earlier render of this clip and preset has this name", m_final);
    }
    return {};
  }
  Result<media::PlanarRoom> nextDisplay() override { return m_display.room(); }
  Status writeDisplay(std::int64_t frame) override { return writeScene(m_display.image(), frame); }
  Status writeScene(const media::ImageF& image, std::int64_t frame) override {
    return writePicture(m_fs, m_options, m_part, image, frame);
  }
  Status writeSound(const std::vector<float>&) override { return {}; }
  Result<std::vector<std::string>> publish() override {
    auto renamed = m_fs.renameNew(m_part, m_final);
    if (!renamed && renamed.error().code == Errc::exists && isOurs()) renamed = m_fs.renameReplace(m_part, m_final);
    if (!renamed) return tl::unexpected(renamed.error());
    m_published = true;
    if (auto synced = m_fs.syncDirectory(m_options.directory); !synced) return tl::unexpected(synced.error());
    return std::vector<std::string>{m_final};
  }

 private:
  [[nodiscard]] bool isOurs() const { return carriesMark(m_final, renderMark(*m_options.clip, *m_options.preset)); }

  FileSystem& m_fs;
  TargetOptions m_options;
  DisplayImage m_display;
  std::string m_final, m_part;
  bool m_published = false;
};

class SequenceTarget final : public Target {
 public:
  SequenceTarget(FileSystem& fs, const TargetOptions& options)
      : m_fs(fs),
        m_options(options),
        m_name(options.clip->fileName),
        m_part(path::join(options.directory, partName(m_name))),
        m_final(path::join(options.directory, m_name)),
        m_mark(renderMark(*options.clip, *options.preset)) {
    if (kindOf(*options.preset) == PictureKind::display) m_display.emplace(options.size);
  }

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
    if (m_display) return m_display->room();
    return fail(Errc::unsupported, "these frames are scene-referred pictures", m_final);
  }
  Status writeDisplay(std::int64_t frame) override { return writeScene(m_display->image(), frame); }
  Status writeSound(const std::vector<float>&) override { return {}; }

  Status writeScene(const media::ImageF& image, std::int64_t frame) override {
    const std::string file = path::join(m_part, fmt::format("{}.{:07}{}", m_name, frame + 1, m_options.preset->suffix));
    return writePicture(m_fs, m_options, file, image, frame);
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
  std::optional<DisplayImage> m_display;
  std::string m_name, m_part, m_final, m_mark;
  bool m_published = false;
};

}  // namespace

std::vector<std::string> finishedFrames(const FileSystem& fs, const TargetOptions& options) {
  if (options.preset->frames != "all") {
    const std::string file = StillTarget::pathOf(options);
    const auto standing = fs.info(file);
    if (!standing || standing->kind != FileKind::regular || !carriesMark(file, fullMark(options))) return {};
    return {file};
  }
  const std::string folder = path::join(options.directory, options.clip->fileName);
  auto entries = fs.list(folder);
  if (!entries || static_cast<std::int64_t>(entries->size()) != options.frames || entries->empty()) return {};
  const auto byName = [](const auto& a, const auto& b) { return a.name < b.name; };
  const auto [first, last] = std::minmax_element(entries->begin(), entries->end(), byName);
  for (const auto& end : {first, last}) {
    if (!carriesMark(path::join(folder, end->name), fullMark(options))) return {};
  }
  return {folder};
}

Result<std::unique_ptr<Target>> createSequenceTarget(FileSystem& fs, const TargetOptions& options) {
  if (options.preset->frames != "all") {
    auto still = std::make_unique<StillTarget>(fs, options);
    if (auto opened = still->open(); !opened) return tl::unexpected(opened.error());
    return std::unique_ptr<Target>(std::move(still));
  }
  auto target = std::make_unique<SequenceTarget>(fs, options);
  if (auto opened = target->open(); !opened) return tl::unexpected(opened.error());
  return std::unique_ptr<Target>(std::move(target));
}

}  // namespace rollproof::dailies
