// SPDX-License-Identifier: Apache-2.0
#include "core/media/op_atom.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <ctime>

#include "core/base/clock.h"
#include "core/base/file_system.h"
#include "core/media/op_atom_metadata.h"
#include "core/media/picture_encoder.h"

namespace rollproof::media {
namespace {

constexpr std::uint64_t kGrid = 512;  // every partition and element begins on it
constexpr std::size_t kSoundBlock = 256 * 1024;

std::span<const std::byte> bytesOf(const std::string& text) {
  return std::as_bytes(std::span<const char>(text.data(), text.size()));
}

enum class Partition : std::uint8_t { header = 2, body = 3, footer = 4 };

struct Places {
  std::uint64_t begin = 0, previous = 0, footer = 0, headerBytes = 0, indexBytes = 0;
};

// A partition pack and the fill after it.
std::string partitionPack(Partition kind, bool closed, const Places& places, const OpAtomTrack& track) {
  KlvBytes body;
  body.u16(1).u16(3).u32(kGrid);
  body.u64(places.begin).u64(places.previous).u64(places.footer).u64(places.headerBytes).u64(places.indexBytes);
  body.u32(places.indexBytes > 0 ? kIndexSid : 0).u64(0).u32(kind == Partition::body ? kBodySid : 0);
  body.label(operationalPattern()).u32(1).u32(16).label(containerOf(track));
  // Open and incomplete until the file is whole, closed and complete then.
  const Label key{0x06,
                  0x0E,
                  0x2B,
                  0x34,
                  0x02,
                  0x05,
                  0x01,
                  0x01,
                  0x0D,
                  0x01,
                  0x02,
                  0x01,
                  0x01,
                  static_cast<std::uint8_t>(kind),
                  static_cast<std::uint8_t>(closed ? 4 : 1),
                  0x00};
  KlvBytes out;
  return out.packet(key, body.text()).fillTo(places.begin, kGrid).text();
}

// One track's file while it grows.
class TrackFile {
 public:
  Status open(const OpAtomSet& set, std::size_t index, const std::string& path) {
    m_set = &set;
    m_index = index;
    auto file = realFileSystem().createNew(path);
    if (!file) return tl::unexpected(file.error());
    m_file = std::move(*file);
    const std::string head = front(std::vector<std::int64_t>(set.tracks.size(), -1), false, 0, 0);
    m_at = head.size();
    m_essence = m_at;
    return m_file->writeAt(bytesOf(head), 0);
  }

  Status append(std::span<const std::byte> bytes) {
    if (auto ok = m_file->writeAt(bytes, m_at); !ok) return ok;
    m_at += bytes.size();
    return {};
  }

  // Sound comes in small pieces.
  Status appendLater(const std::string& bytes) {
    m_waiting += bytes;
    return m_waiting.size() < kSoundBlock ? Status{} : settle();
  }
  Status settle() {
    if (m_waiting.empty()) return {};
    auto ok = append(bytesOf(m_waiting));
    m_waiting.clear();
    return ok;
  }

  Status finish(const std::vector<std::int64_t>& durations, std::uint32_t unitBytes) {
    if (auto ok = settle(); !ok) return ok;
    const std::uint64_t bytes = m_at - m_essence;
    KlvBytes tail;
    tail.fillTo(m_at, kGrid);
    const OpAtomTrack& track = m_set->tracks[m_index];
    Places places;
    places.begin = places.footer = m_at + tail.size();
    places.previous = m_body;
    KlvBytes index;
    index.raw(indexTable(track, unitBytes, durations[m_index])).fillTo(0, kGrid);
    places.indexBytes = index.size();
    tail.raw(partitionPack(Partition::footer, true, places, track)).raw(index.text());
    // Where the partitions are, for whoever reads from the end.
    KlvBytes list;
    list.u32(0).u64(0).u32(kBodySid).u64(m_body).u32(0).u64(places.footer);
    list.u32(static_cast<std::uint32_t>(list.size() + 24));  // this pack with its key, length and this number
    constexpr Label kRandomIndex{0x06, 0x0E, 0x2B, 0x34, 0x02, 0x05, 0x01, 0x01,
                                 0x0D, 0x01, 0x02, 0x01, 0x01, 0x11, 0x01, 0x00};
    tail.packet(kRandomIndex, list.text());
    if (auto ok = append(bytesOf(tail.text())); !ok) return ok;
    const std::string head = front(durations, true, places.footer, bytes);
    if (auto ok = m_file->writeAt(bytesOf(head), 0); !ok) return ok;
    return m_file->close();
  }

 private:
  // All that comes before the essence; as long whatever the values.
  std::string front(const std::vector<std::int64_t>& durations, bool closed, std::uint64_t footer,
                    std::uint64_t bytes) {
    const OpAtomTrack& track = m_set->tracks[m_index];
    const std::string metadata = headerMetadata(*m_set, m_index, durations);
    Places places;
    const std::uint64_t packed = partitionPack(Partition::header, closed, places, track).size();
    KlvBytes out;
    out.raw(metadata).fillTo(packed, kGrid);
    places.headerBytes = out.size();
    places.footer = footer;
    const std::string pack = partitionPack(Partition::header, closed, places, track);
    m_body = pack.size() + out.size();
    Places body;
    body.begin = m_body;
    body.footer = footer;
    const std::string bodyPack = partitionPack(Partition::body, closed, body, track);
    KlvBytes all;
    all.raw(pack).raw(out.text()).raw(bodyPack);
    all.label(essenceKeyOf(track)).u8(0x88).u64(bytes);
    return all.text();
  }

  const OpAtomSet* m_set = nullptr;
  std::size_t m_index = 0;
  std::unique_ptr<File> m_file;
  std::uint64_t m_at = 0, m_essence = 0, m_body = 0;
  std::string m_waiting;
};

class OpAtomWriter final : public MovieWriter {
 public:
  explicit OpAtomWriter(WriterOptions options) : m_options(std::move(options)) {}

  Status open() {
    auto encoder = PictureEncoder::open(m_options.video, false, m_options.threads, m_options.path);
    if (!encoder) return tl::unexpected(encoder.error());
    m_encoder = std::move(*encoder);
    if (m_encoder->vc3Id() == 0) {
      return fail(Errc::unsupported, "OP-Atom files hold DNxHD or DNxHR pictures", m_options.path);
    }
    if (m_options.path.empty()) return fail(Errc::usage, "a movie needs a file name");
    std::vector<std::string> paths{m_options.path};
    if (m_options.audio && m_options.audio->channels > 0) {
      const AudioTarget& audio = *m_options.audio;
      if (audio.codec != "pcm_s24le") return fail(Errc::unsupported, "OP-Atom sound is 24-bit PCM", m_options.path);
      if (audio.paths.size() != static_cast<std::size_t>(audio.channels)) {
        return fail(Errc::usage, "every sound track needs a file name", m_options.path);
      }
      if (audio.sampleRate != 48000) {
        return fail(Errc::unsupported, "Avid takes sound at 48000 Hz", m_options.path);
      }
      paths.insert(paths.end(), audio.paths.begin(), audio.paths.end());
    }
    if (auto ok = describe(paths.size()); !ok) return ok;
    m_files.resize(paths.size());
    for (std::size_t i = 0; i < paths.size(); ++i) {
      if (auto ok = m_files[i].open(m_set, i, paths[i]); !ok) return ok;
    }
    return {};
  }

  Status writeFrame(const Frame16& frame) override {
    if (m_finished) return fail(Errc::usage, "the movie is finished", m_options.path);
    return m_encoder->write(frame, [this](AVPacket& packet) { return take(packet); });
  }

  Result<PlanarRoom> nextPicture() override {
    if (m_finished) return fail(Errc::usage, "the movie is finished", m_options.path);
    return m_encoder->next();
  }
  Status writePicture() override {
    if (m_finished) return fail(Errc::usage, "the movie is finished", m_options.path);
    return m_encoder->writeNext([this](AVPacket& packet) { return take(packet); });
  }

  Status writeAudio(const std::vector<float>& interleaved) override {
    const std::size_t channels = m_files.size() - 1;
    if (m_finished || channels == 0) return fail(Errc::usage, "this movie takes no sound now", m_options.path);
    if (interleaved.size() % channels != 0) {
      return fail(Errc::usage, "sound comes in whole sample frames", m_options.path);
    }
    const std::size_t count = interleaved.size() / channels;
    for (std::size_t c = 0; c < channels; ++c) {
      std::string bytes(count * kSoundUnit, '\0');
      for (std::size_t i = 0; i < count; ++i) {
        const float in = interleaved[i * channels + c];
        const double value = std::isfinite(in) ? std::clamp(static_cast<double>(in), -1.0, 1.0) : 0.0;
        const long code = std::min(std::lround(value * 8388608.0), 8388607L);
        for (std::size_t b = 0; b < kSoundUnit; ++b)
          bytes[i * kSoundUnit + b] = static_cast<char>(code >> (8 * b) & 0xFF);
      }
      if (auto ok = m_files[c + 1].appendLater(bytes); !ok) return ok;
    }
    m_samples += static_cast<std::int64_t>(count);
    return {};
  }

  Status finish() override {
    if (m_finished) return fail(Errc::usage, "the movie is finished", m_options.path);
    if (auto ok = m_encoder->flush([this](AVPacket& packet) { return take(packet); }); !ok) return ok;
    if (m_pictures == 0) return fail(Errc::usage, "a movie needs at least one frame", m_options.path);
    // Tracks of one clip are as long as each other.
    const FrameRate rate = m_options.video.rate;
    if (m_files.size() > 1) {
      const std::int64_t sampleRate = m_options.audio->sampleRate;
      const std::int64_t wanted = (m_pictures * sampleRate * rate.den + rate.num - 1) / rate.num;
      const auto channels = static_cast<std::int64_t>(m_files.size() - 1);
      while (m_samples < wanted) {
        const std::int64_t piece = std::min<std::int64_t>(wanted - m_samples, sampleRate);
        if (auto ok = writeAudio(std::vector<float>(static_cast<std::size_t>(piece * channels), 0.0F)); !ok) return ok;
      }
    }
    m_finished = true;
    std::vector<std::int64_t> durations(m_files.size(), m_samples);
    durations.front() = m_pictures;
    for (std::size_t i = 0; i < m_files.size(); ++i) {
      if (auto ok = m_files[i].finish(durations, i == 0 ? m_frameBytes : kSoundUnit); !ok) return ok;
    }
    return {};
  }

 private:
  Status describe(std::size_t tracks) {
    m_set.clip = m_options.clipName;
    m_set.rate = m_options.video.rate;
    if (m_options.start) {
      auto text = startText(*m_options.start, m_set.rate);
      if (!text) return tl::unexpected(text.error());
      if (const auto start = Timecode::parse(*text, m_set.rate)) {
        m_set.startFrame = start->frames;
        m_set.dropFrame = start->dropFrame;
      }
    }
    // A clip without a reel is its own tape: editors match on tape and timecode.
    m_set.tape = m_options.reel.empty() ? m_options.clipName : m_options.reel;
    m_set.comments = m_options.tags;
    m_set.width = m_options.video.width;
    m_set.height = m_options.video.height;
    m_set.vc3Id = m_encoder->vc3Id();
    m_set.bitDepth = m_encoder->context().pix_fmt == AV_PIX_FMT_YUV422P10LE ? 10 : 8;
    m_set.primaries = m_options.video.primaries;
    m_set.transfer = m_options.video.transfer;
    m_set.material = randomUuid();
    m_set.tapeUuid =
        namedUuid(fmt::format("rollproof tape {}{}{}", m_set.rate.text(), m_set.dropFrame ? ";" : ":", m_set.tape));
    const auto now = systemClock().now();
    const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    m_set.created = {utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, 0};
    for (std::size_t i = 0; i < tracks; ++i) {
      OpAtomTrack track;
      track.picture = i == 0;
      track.file = randomUuid();
      track.rate = i == 0 ? m_set.rate : FrameRate{m_options.audio->sampleRate, 1};
      track.name = i == 0 ? "V1" : fmt::format("A{}", i);
      if (i > 0 && i <= m_options.audio->names.size() && !m_options.audio->names[i - 1].empty()) {
        track.name = m_options.audio->names[i - 1];
      }
      m_set.tracks.push_back(std::move(track));
    }
    return {};
  }

  Status take(AVPacket& packet) {
    const auto bytes = static_cast<std::uint32_t>(packet.size);
    // VC-3 frames are of one size, and so is the index's unit.
    if (m_pictures > 0 && bytes != m_frameBytes) {
      return fail(Errc::failed, "the encoder gave a frame of another size", m_options.path);
    }
    m_frameBytes = bytes;
    ++m_pictures;
    return m_files.front().append(std::as_bytes(std::span<const std::uint8_t>(packet.data, bytes)));
  }

  WriterOptions m_options;
  std::unique_ptr<PictureEncoder> m_encoder;
  OpAtomSet m_set;
  std::vector<TrackFile> m_files;  // the picture's first
  std::int64_t m_pictures = 0, m_samples = 0;
  std::uint32_t m_frameBytes = 0;
  bool m_finished = false;
};

}  // namespace

Result<std::unique_ptr<MovieWriter>> createOpAtom(const WriterOptions& options) {
  auto writer = std::make_unique<OpAtomWriter>(options);
  if (auto ok = writer->open(); !ok) return tl::unexpected<Error>(ok.error());
  return std::unique_ptr<MovieWriter>(std::move(writer));
}

}  // namespace rollproof::media
