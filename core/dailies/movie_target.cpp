// SPDX-License-Identifier: Apache-2.0
#include "core/base/log.h"
#include "core/base/path.h"
#include "core/dailies/target.h"

namespace rollproof::dailies {
namespace {

struct Tags {
  const char* primaries;
  const char* transfer;
};

// How a player is told what the codes mean (FFmpeg's names; "" = no tag fits).
Tags tagsFor(const std::string& display) {
  if (display.starts_with("sRGB")) return {"bt709", "iec61966-2-1"};
  if (display.starts_with("P3-D65")) return {"smpte432", ""};
  if (display.starts_with("Rec.2100-PQ")) return {"bt2020", "smpte2084"};
  if (display.starts_with("Rec.2100-HLG")) return {"bt2020", "arib-std-b67"};
  return {"bt709", "bt709"};
}

class MovieTarget final : public Target {
 public:
  MovieTarget(FileSystem& fs, std::string partPath, std::string finalPath, std::string mark)
      : m_fs(fs), m_part(std::move(partPath)), m_final(std::move(finalPath)), m_mark(std::move(mark)) {}
  ~MovieTarget() override {
    m_writer.reset();
    if (m_published) return;
    if (auto removed = m_fs.remove(m_part); !removed && removed.error().code != Errc::notFound) {
      log::warn("a half-rendered file stays behind: " + describe(removed.error()));
    }
  }

  Status open(const TargetOptions& options) {
    if (auto stale = m_fs.info(m_part); stale) {
      if (auto removed = m_fs.remove(m_part); !removed) return removed;
    }
    media::WriterOptions writer;
    writer.path = m_part;
    writer.container = options.preset->container;
    writer.video.codec = options.preset->codec;
    writer.video.width = options.size.width;
    writer.video.height = options.size.height;
    writer.video.rate = options.clip->rate;
    const Tags tags = tagsFor(options.display);
    writer.video.primaries = tags.primaries;
    writer.video.transfer = tags.transfer;
    if (options.audioChannels > 0) {
      writer.audio = media::AudioTarget{options.preset->audioCodec, options.audioChannels, options.sampleRate};
    }
    writer.start = options.clip->timecodeAt(options.firstFrame);
    writer.reel = path::display(options.clip->reel);
    writer.clipName = path::display(options.clip->clip.name);
    if (writer.container == "mxf") {
      writer.tags["comment_Render"] = m_mark;
      writer.tags["comment_Colour"] = options.chain;
    } else {
      writer.tags["com.rollproof.render"] = m_mark;
      writer.tags["com.rollproof.colour"] = options.chain;
    }
    auto made = media::createMovie(writer);
    if (!made) return tl::unexpected(made.error());
    m_writer = std::move(*made);
    return {};
  }

  Status writeDisplay(const media::Frame16& frame) override { return m_writer->writeFrame(frame); }
  Status writeScene(const media::ImageF&, std::int64_t) override {
    return fail(Errc::unsupported, "a movie preset takes display pictures", m_final);
  }
  Status writeSound(const std::vector<float>& interleaved) override { return m_writer->writeAudio(interleaved); }

  Result<std::string> publish() override {
    if (auto finished = m_writer->finish(); !finished) return tl::unexpected(finished.error());
    m_writer.reset();
    if (auto synced = syncFile(m_fs, m_part); !synced) return tl::unexpected(synced.error());
    auto renamed = m_fs.renameNew(m_part, m_final);
    if (!renamed && renamed.error().code == Errc::exists && carriesMark(m_final, m_mark)) {
      renamed = m_fs.renameReplace(m_part, m_final);
    }
    if (!renamed) return tl::unexpected(renamed.error());
    m_published = true;
    if (auto synced = m_fs.syncDirectory(path::parent(m_final)); !synced) return tl::unexpected(synced.error());
    return m_final;
  }

 private:
  FileSystem& m_fs;
  std::string m_part, m_final, m_mark;
  std::unique_ptr<media::MovieWriter> m_writer;
  bool m_published = false;
};

}  // namespace

Result<std::unique_ptr<Target>> createMovieTarget(FileSystem& fs, const TargetOptions& options) {
  const std::string name = options.clip->fileName + options.preset->suffix;
  const std::string finalPath = path::join(options.directory, name);
  const std::string mark = renderMark(*options.clip, *options.preset);
  if (auto standing = fs.info(finalPath); standing) {
    if (standing->kind != FileKind::regular || !carriesMark(finalPath, mark)) {
      return fail(Errc::exists, "something that is no earlier render of this clip and preset has this name", finalPath);
    }
  }
  auto target = std::make_unique<MovieTarget>(fs, path::join(options.directory, partName(name)), finalPath, mark);
  if (auto opened = target->open(options); !opened) return tl::unexpected(opened.error());
  return std::unique_ptr<Target>(std::move(target));
}

}  // namespace rollproof::dailies
