// SPDX-License-Identifier: Apache-2.0
#include "core/dailies/sound.h"

#include <algorithm>
#include <cmath>

#include "core/base/path.h"

namespace rollproof::dailies {
namespace {

constexpr int kEditingRate = 48000;

}  // namespace

// A take's files lie side by side, a track or more each, or follow each other in time; only their channels tell.
std::unique_ptr<Sound> Sound::openProduction(OpenedClip& clip, const ProductionSound& production) {
  const auto unreadable = [&](const std::string& why) {
    clip.warnings.push_back({"production_sound_unreadable", "The production sound " + path::display(production.name) +
                                                                " cannot be read, the camera's is used: " + why});
    return nullptr;
  };
  if (production.paths.empty()) return unreadable("it has no files");
  std::vector<std::int64_t> samples;
  int header = 0, all = 0;
  bool following = production.paths.size() > 1;
  for (const std::string& file : production.paths) {
    const auto info = media::probe(file);
    if (!info) return unreadable(describe(info.error()));
    int channels = 0;
    for (const auto& stream : info->audio) channels += stream.channels;
    if (channels < 1) return unreadable("there is no sound in " + path::display(file));
    if (header == 0) header = info->audio.front().sampleRate;
    samples.push_back(info->audio.front().samples);
    all += channels;
    following = following && channels == production.channels;
  }
  if (following && all == production.channels) following = false;
  // Tracks that are spanned too would lie side by side and out of time.
  if (!following && production.channels > 0 && all != production.channels) {
    return unreadable("its files are neither a track each nor one after the other");
  }
  auto sound = std::make_unique<Sound>();
  sound->m_rate = clip.rate;
  // 48 kHz is what editing takes; MXF carries nothing else.
  const int played48 = production.playRate > 0 ? production.playRate : header;
  if (played48 != kEditingRate || header != kEditingRate) sound->m_as = {played48, kEditingRate};
  std::vector<std::string> first = production.paths;
  if (following) first.resize(1);
  auto reader = media::openAudio(first, sound->m_as);
  if (!reader) return unreadable(describe(reader.error()));
  sound->m_channels = (*reader)->channels();
  sound->m_sampleRate = (*reader)->sampleRate();
  sound->m_reader = std::move(*reader);
  const double played = sound->m_as.counted > 0 ? static_cast<double>(kEditingRate) / played48 : 1.0;
  sound->m_shift = std::llround(static_cast<double>(production.offset) * played);
  sound->m_parts.push_back({std::move(first), 0});
  std::int64_t at = 0;
  for (std::size_t i = 1; following && i < production.paths.size(); ++i) {
    at += samples[i - 1];
    sound->m_parts.push_back({{production.paths[i]}, std::llround(static_cast<double>(at) * played)});
  }
  if (!clip.clip.audio) clip.clip.audio.emplace();
  clip.clip.audio->tracks = production.tracks;
  return sound;
}

std::unique_ptr<Sound> Sound::open(OpenedClip& clip, const ClipSource& source) {
  if (source.sound) {
    if (auto sound = openProduction(clip, *source.sound)) return sound;
  }
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
  auto reader = media::openAudio(m_parts[part].paths, m_as);
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
  std::int64_t from = sampleAt(index) + m_shift;
  const std::int64_t end = sampleAt(index + 1) + m_shift;
  // Before the first sample there is silence.
  if (from < 0) {
    const std::int64_t silent = std::min<std::int64_t>(end, 0) - from;
    samples.resize(static_cast<std::size_t>(silent) * static_cast<std::size_t>(m_channels), 0.0F);
    from += silent;
  }
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
