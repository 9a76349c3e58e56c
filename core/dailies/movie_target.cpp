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

// A file under its part name and the name it gets.
struct Place {
  std::string part, final;
};

class MovieTarget final : public Target {
 public:
  MovieTarget(FileSystem& fs, std::vector<Place> places, std::string mark)
      : m_fs(fs), m_places(std::move(places)), m_mark(std::move(mark)) {}
  ~MovieTarget() override {
    m_writer.reset();
    for (std::size_t i = 0; i < m_places.size() - m_published; ++i) {
      if (auto removed = m_fs.remove(m_places[i].part); !removed && removed.error().code != Errc::notFound) {
        log::warn("a half-rendered file stays behind: " + describe(removed.error()));
      }
    }
  }

  Status open(const TargetOptions& options) {
    for (const Place& place : m_places) {
      if (auto stale = m_fs.info(place.part); stale) {
        if (auto removed = m_fs.remove(place.part); !removed) return removed;
      }
    }
    media::WriterOptions writer;
    writer.path = m_places.front().part;
    writer.container = options.preset->container;
    writer.video.codec = options.preset->codec;
    writer.video.width = options.size.width;
    writer.video.height = options.size.height;
    writer.video.rate = options.clip->rate;
    writer.video.crf = options.preset->quality;
    writer.video.preset = options.preset->speed;
    const Tags tags = tagsFor(options.display);
    writer.video.primaries = tags.primaries;
    writer.video.transfer = tags.transfer;
    if (options.audioChannels > 0) {
      media::AudioTarget audio;
      audio.codec = options.preset->audioCodec;
      audio.channels = options.audioChannels;
      audio.sampleRate = options.sampleRate;
      if (options.clip->clip.audio) audio.names = options.clip->clip.audio->tracks;
      for (std::size_t i = 1; i < m_places.size(); ++i) audio.paths.push_back(m_places[i].part);
      writer.audio = std::move(audio);
    }
    writer.start = options.clip->timecodeAt(options.firstFrame);
    writer.reel = path::display(options.clip->reel);
    writer.clipName = path::display(options.clip->clip.name);
    writer.tags = tagsOf(options);
    auto made = media::createMovie(writer);
    if (!made) return tl::unexpected(made.error());
    m_writer = std::move(*made);
    return {};
  }

  Result<media::PlanarRoom> nextDisplay() override { return m_writer->nextPicture(); }
  Status writeDisplay(std::int64_t) override { return m_writer->writePicture(); }
  Status writeScene(const media::ImageF&, std::int64_t) override {
    return fail(Errc::unsupported, "a movie preset takes display pictures", m_places.front().final);
  }
  Status writeSound(const std::vector<float>& interleaved) override { return m_writer->writeAudio(interleaved); }

  Result<std::vector<std::string>> publish() override {
    if (auto finished = m_writer->finish(); !finished) return tl::unexpected(finished.error());
    m_writer.reset();
    for (const Place& place : m_places) {
      if (auto synced = syncFile(m_fs, place.part); !synced) return tl::unexpected(synced.error());
    }
    // Of several files the picture comes last: where it stands the set is whole.
    std::vector<std::string> paths;
    for (; m_published < m_places.size(); ++m_published) {
      const Place& place = m_places[m_places.size() - 1 - m_published];
      auto renamed = m_fs.renameNew(place.part, place.final);
      if (!renamed && renamed.error().code == Errc::exists && carriesMark(place.final, m_mark)) {
        renamed = m_fs.renameReplace(place.part, place.final);
      }
      if (!renamed) return tl::unexpected(renamed.error());
      paths.insert(paths.begin(), place.final);
    }
    const std::string folder = path::parent(m_places.front().final);
    if (auto synced = m_fs.syncDirectory(folder); !synced) return tl::unexpected(synced.error());
    return paths;
  }

 private:
  // What a later render knows this one by, and in Avid's files what fills the columns of its bins.
  [[nodiscard]] std::map<std::string, std::string> tagsOf(const TargetOptions& options) const {
    const std::string& container = options.preset->container;
    if (container == "mxf") return {{"comment_Render", fullMark(options)}, {"comment_Colour", options.chain}};
    if (container != "op_atom")
      return {{"com.rollproof.render", fullMark(options)}, {"com.rollproof.colour", options.chain}};
    const model::Clip& clip = options.clip->clip;
    std::map<std::string, std::string> comments{{"Render", fullMark(options)},
                                                {"Colour", options.chain},
                                                {"Scene", clip.slate.scene},
                                                {"Shot", clip.slate.shot},
                                                {"Take", clip.slate.take},
                                                {"Camera", clip.cameraLetter},
                                                {"Camroll", path::display(options.clip->reel)},
                                                {"Shoot Date", clip.recordedAt.substr(0, 10)},
                                                {"Comments", clip.slate.notes}};
    std::erase_if(comments, [](const auto& one) { return one.second.empty(); });
    return comments;
  }

  FileSystem& m_fs;
  std::vector<Place> m_places;  // the picture's first
  std::string m_mark;
  std::unique_ptr<media::MovieWriter> m_writer;
  std::size_t m_published = 0;  // from the last on
};

}  // namespace

namespace {

std::vector<std::string> namesOf(const TargetOptions& options) {
  if (options.preset->container != "op_atom") return {options.clip->fileName + options.preset->suffix};
  std::vector<std::string> names{options.clip->fileName + "_V1" + options.preset->suffix};
  for (int i = 1; i <= options.audioChannels; ++i) {
    names.push_back(options.clip->fileName + "_A" + std::to_string(i) + options.preset->suffix);
  }
  return names;
}

}  // namespace

std::vector<std::string> finishedMovie(const FileSystem& fs, const TargetOptions& options) {
  std::vector<std::string> paths;
  for (const std::string& name : namesOf(options)) {
    paths.push_back(path::join(options.directory, name));
    const auto standing = fs.info(paths.back());
    if (!standing || standing->kind != FileKind::regular || !carriesMark(paths.back(), fullMark(options))) return {};
  }
  return paths;
}

Result<std::unique_ptr<Target>> createMovieTarget(FileSystem& fs, const TargetOptions& options) {
  const std::string mark = renderMark(*options.clip, *options.preset);
  const std::vector<std::string> names = namesOf(options);
  std::vector<Place> places;
  for (const std::string& name : names) {
    const std::string finalPath = path::join(options.directory, name);
    if (auto standing = fs.info(finalPath); standing) {
      if (standing->kind != FileKind::regular || !carriesMark(finalPath, mark)) {
        return fail(Errc::exists, "something that is no earlier render of this clip and preset has this name",
                    finalPath);
      }
    }
    places.push_back({path::join(options.directory, partName(name)), finalPath});
  }
  auto target = std::make_unique<MovieTarget>(fs, std::move(places), mark);
  if (auto opened = target->open(options); !opened) return tl::unexpected(opened.error());
  return std::unique_ptr<Target>(std::move(target));
}

}  // namespace rollproof::dailies
