// SPDX-License-Identifier: Apache-2.0
#include "core/dailies/sound.h"

#include <algorithm>
#include <cmath>

#include "core/base/path.h"

namespace rollproof::dailies {

std::unique_ptr<Sound> Sound::open(OpenedClip& clip, const ClipSource& source) {
  auto sound = std::make_unique<Sound>();
  sound->m_rate = clip.rate;
  std::vector<std::string> first{clip.paths.front()};
  const bool movie = clip.media.decoder != "oiio";
  bool separate = false;
  if (!movie || clip.media.audio.empty()) {
    // Cameras that record sound beside the picture keep a file a track.
    first.clear();
    for (const model::ClipFile& file : source.clip.files) {
      if (file.role == model::FileRole::audio && path::isSafeRelative(file.path)) {
        first.push_back(path::join(source.root, file.path));
      }
    }
    separate = true;
    if (first.empty()) return nullptr;
  }
  auto reader = media::openAudio(first);
  if (!reader) {
    if (reader.error().code != Errc::notFound) {
      clip.warnings.push_back({"sound_unreadable", "The clip's sound cannot be read: " + describe(reader.error())});
    }
    return nullptr;
  }
  sound->m_channels = (*reader)->channels();
  sound->m_sampleRate = (*reader)->sampleRate();
  if (sound->m_channels < 1 || sound->m_sampleRate < 1) return nullptr;
  sound->m_reader = std::move(*reader);
  sound->m_parts.push_back({std::move(first), 0});
  if (!separate) {
    std::int64_t frames = clip.video.frames.value_or(0);
    for (std::size_t i = 1; i < clip.paths.size(); ++i) {
      const auto info = media::probe(clip.paths[i]);
      sound->m_parts.push_back({{clip.paths[i]}, sound->sampleAt(frames)});
      if (info && info->video) frames += info->video->frames.value_or(0);
    }
  }
  return sound;
}

std::int64_t Sound::sampleAt(std::int64_t frame) const { return frame * m_sampleRate * m_rate.den / m_rate.num; }

bool Sound::openPart(std::size_t part) {
  m_part = part;
  m_next = m_parts[part].firstSample;
  auto reader = media::openAudio(m_parts[part].paths);
  // A part with another layout cannot be spliced; its stretch stays silent and is reported.
  if (!reader || (*reader)->channels() != m_channels || (*reader)->sampleRate() != m_sampleRate) {
    m_reader.reset();
    m_trouble = true;
    return false;
  }
  m_reader = std::move(*reader);
  return true;
}

void Sound::readInto(std::vector<float>& into, std::int64_t from, std::size_t samples) {
  const auto channels = static_cast<std::size_t>(m_channels);
  const std::size_t goal = into.size() + samples * channels;
  if (m_reader && m_next != from) {
    if (auto sought = m_reader->seek(from - m_parts[m_part].firstSample); !sought) {
      m_trouble = true;
      m_reader.reset();
    }
  }
  while (m_reader && into.size() < goal) {
    auto piece = m_reader->read((goal - into.size()) / channels);
    if (!piece) {
      m_trouble = true;
      m_reader.reset();
      break;
    }
    if (piece->empty()) break;
    into.insert(into.end(), piece->begin(), piece->end());
  }
  // Past the end of the sound the reader stands where it is; asking it to seek there would be an error each time.
  m_next = from + static_cast<std::int64_t>(samples);
  into.resize(goal, 0.0F);
}

std::vector<float> Sound::frame(std::int64_t index) {
  std::vector<float> samples;
  std::int64_t from = sampleAt(index);
  const std::int64_t end = sampleAt(index + 1);
  while (from < end) {
    std::size_t part = m_parts.size() - 1;
    while (part > 0 && m_parts[part].firstSample > from) --part;
    if (part != m_part) openPart(part);
    const std::int64_t stop = part + 1 < m_parts.size() ? std::min(end, m_parts[part + 1].firstSample) : end;
    readInto(samples, from, static_cast<std::size_t>(stop - from));
    from = stop;
  }
  return samples;
}

}  // namespace rollproof::dailies
