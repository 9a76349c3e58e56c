// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "core/base/path.h"
#include "core/camera/families.h"

namespace rollproof::camera {
namespace {

constexpr From kBext{Rank::file, "bext"};
constexpr From kIxml{Rank::file, "ixml"};
constexpr From kFormat{Rank::file, "wav"};

bool isSound(const CardFile& file) {
  return file.extension == "wav" || file.extension == "bwf" || file.extension == "rf64" || file.extension == "w64";
}

struct Part {
  CardFile* file;
  std::int64_t order;
};

// What the names of a set share, cut at its last separator: "A101_1_1", "A101_1_2" -> "A101_1".
std::string sharedName(const std::vector<Part>& parts) {
  std::string shared = parts.front().file->stem;
  for (const Part& part : parts) {
    std::size_t same = 0;
    while (same < shared.size() && same < part.file->stem.size() && shared[same] == part.file->stem[same]) ++same;
    shared.resize(same);
  }
  const std::size_t separator = shared.find_last_of("_-. ");
  if (separator != std::string::npos && separator > 0) shared.resize(separator);
  return shared.empty() ? parts.front().file->stem : shared;
}

Record setRecord(std::vector<Part> parts, const WavInfo* first) {
  std::stable_sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.order < b.order; });
  Record record;
  record.clip.name = parts.size() == 1 ? parts.front().file->stem : sharedName(parts);
  for (const Part& part : parts) claim(record, *part.file, model::FileRole::essence);
  const int total = first && first->ixml ? first->ixml->totalFiles : 0;
  if (total > 1 && static_cast<std::size_t>(total) != parts.size()) {
    record.warn("missing_part", fmt::format("The recorder made {} files, {} are here.", total, parts.size()));
  }
  return record;
}

// Recorders put their slate into the description too: "sSCENE=A101".
std::map<std::string, std::string> descriptionFields(const std::string& description) {
  std::map<std::string, std::string> out;
  std::size_t at = 0;
  while (at < description.size()) {
    const std::size_t end = std::min(description.find_first_of("\r\n", at), description.size());
    const std::string line = description.substr(at, end - at);
    const std::size_t equals = line.find('=');
    if (equals != std::string::npos && equals > 1) {
      std::size_t begin = 0;
      // One lower-case letter in front is the recorder's mark.
      if (line[0] >= 'a' && line[0] <= 'z' && line[1] >= 'A' && line[1] <= 'Z') begin = 1;
      out.emplace(line.substr(begin, equals - begin), std::string(trimmed(line.substr(equals + 1))));
    }
    at = end + 1;
  }
  return out;
}

struct Speed {
  FrameRate rate;
  bool dropFrame = false;
};

// "023.976-ND", "029.97-DF".
Speed descriptionSpeed(const std::string& text) {
  const auto number = leadingNumber(text);
  if (!number) return {};
  return {FrameRate::fromDouble(*number), text.ends_with("-DF")};
}

// frames = samples * rate / sampleRate, rounded down; sound ends inside a frame as a rule.
std::int64_t framesOf(std::uint64_t samples, int sampleRate, FrameRate rate) {
  using Wide = unsigned long long;
  const Wide perRate = static_cast<Wide>(rate.den) * static_cast<Wide>(sampleRate);
  const Wide whole = samples / perRate, rest = samples % perRate;
  const Wide num = static_cast<Wide>(rate.num);
  return static_cast<std::int64_t>(whole * num + rest * num / perRate);
}

void sayTime(Record& record, const WavInfo& info, const std::map<std::string, std::string>& described) {
  Speed speed;
  const auto written = described.find("SPEED");
  if (written != described.end()) {
    speed = descriptionSpeed(written->second);
    if (!info.ixml || !info.ixml->timecodeRate.valid()) record.frameRate(kBext, written->second, speed.rate);
  }
  if (info.ixml && info.ixml->timecodeRate.valid()) {
    speed = {info.ixml->timecodeRate, info.ixml->dropFrame};
    record.frameRate(kIxml, info.ixml->rawRate, speed.rate);
  }
  // Without the recorder's timecode rate a sample count names no frame.
  if (!speed.rate.valid()) return;
  const auto sampleRate = static_cast<std::uint32_t>(info.sampleRate);
  if (info.bext) {
    record.start(kBext, fmt::format("{}", info.bext->samplesSinceMidnight), "bwf",
                 Timecode::fromSamples(info.bext->samplesSinceMidnight, sampleRate, speed.rate, speed.dropFrame));
  }
  if (info.ixml && info.ixml->samplesSinceMidnight) {
    record.start(kIxml, info.ixml->rawSamples, "bwf",
                 Timecode::fromSamples(*info.ixml->samplesSinceMidnight, sampleRate, speed.rate, speed.dropFrame));
  }
  record.whole("duration_frames", kFormat, fmt::format("{} samples", info.sampleFrames),
               framesOf(info.sampleFrames, info.sampleRate, speed.rate));
}

void sayIxml(Record& record, const Ixml& ixml) {
  record.text("reel", kIxml, ixml.tape);
  record.text("slate.scene", kIxml, ixml.scene);
  record.text("slate.take", kIxml, ixml.take);
  record.text("slate.production", kIxml, ixml.project);
  record.text("slate.notes", kIxml, ixml.note);
  record.text("uuid", kIxml, ixml.familyUid.empty() ? ixml.fileUid : ixml.familyUid);
  const std::string circled = path::lowerAscii(ixml.circled);
  if (circled == "true" || circled == "false") record.flag("slate.circled", kIxml, ixml.circled, circled == "true");
}

void sayBext(Record& record, const Bext& bext, const std::map<std::string, std::string>& described) {
  auto value = [&described](const char* key) {
    const auto found = described.find(key);
    return found == described.end() ? std::string() : found->second;
  };
  record.text("reel", kBext, value("TAPE"));
  record.text("slate.scene", kBext, value("SCENE"));
  record.text("slate.take", kBext, value("TAKE"));
  record.text("slate.production", kBext, value("PROJECT"));
  record.text("slate.notes", kBext, value("NOTE"));
  record.text("camera.model", kBext, bext.originator);
  record.text("umid", kBext, bext.umid);
  std::string date = bext.date;
  std::replace(date.begin(), date.end(), ':', '-');
  if (date.size() == 10) {
    record.text("recorded_at", kBext, bext.date + " " + bext.time,
                bext.time.size() == 8 ? date + "T" + bext.time : date);
  }
}

}  // namespace

std::vector<Record> groupSound(Reading& reading) {
  std::vector<Record> out;
  std::map<std::tuple<std::string, std::string, int>, std::vector<Part>> sets;
  for (CardFile& file : reading.files) {
    if (file.claimed || !isSound(file)) continue;
    const WavInfo* info = reading.depth == Depth::metadata && file.bytes > 0 ? reading.wav(file) : nullptr;
    if (info && info->ixml && info->ixml->totalFiles > 1 && !info->ixml->familyUid.empty()) {
      // Letters mark mixes ("A"), which stand before the numbered tracks.
      const std::int64_t order = wholeNumber(info->ixml->setIndex).value_or(0);
      sets[{file.directory, info->ixml->familyUid, info->ixml->totalFiles}].push_back({&file, order});
      continue;
    }
    out.push_back(setRecord({{&file, 0}}, info));
  }
  for (auto& [key, parts] : sets) {
    const WavInfo* first = reading.wav(*parts.front().file);
    out.push_back(setRecord(std::move(parts), first));
  }
  std::stable_sort(out.begin(), out.end(), [](const Record& a, const Record& b) {
    return a.clip.files.front().path < b.clip.files.front().path;
  });
  return out;
}

void describeSound(Record& record, Reading& reading) {
  if (reading.depth != Depth::metadata) return;
  int channels = 0;
  std::vector<std::string> tracks;
  const WavInfo* first = nullptr;
  for (const model::ClipFile& part : record.clip.files) {
    const CardFile* file = reading.at(part.path);
    if (!file || file->bytes == 0) continue;
    const WavInfo* info = reading.wav(*file);
    if (!info) {
      record.warn("unreadable_media",
                  fmt::format("{} is not a sound file that can be read.", path::display(file->name)));
      continue;
    }
    if (!first) first = info;
    if (info->truncated) {
      record.warn("unfinished", fmt::format("{} is shorter than its header says.", path::display(file->name)));
    }
    channels += info->channels;
    for (int i = 0; i < std::min(info->channels, 256); ++i) {
      const auto at = static_cast<std::size_t>(i);
      tracks.push_back(info->ixml && at < info->ixml->tracks.size() ? info->ixml->tracks[at] : std::string());
    }
  }
  if (!first) return;
  record.clip.decoder = "ffmpeg";
  record.whole("audio.channels", kFormat, fmt::format("{}", channels), channels);
  record.whole("audio.sample_rate", kFormat, fmt::format("{}", first->sampleRate), first->sampleRate);
  if (first->bitDepth > 0) {
    record.whole("audio.bit_depth", kFormat, fmt::format("{}", first->bitDepth), first->bitDepth);
  }
  if (std::any_of(tracks.begin(), tracks.end(), [](const std::string& track) { return !track.empty(); })) {
    record.tracks(kIxml, tracks);
  }
  std::map<std::string, std::string> described;
  if (first->bext) {
    described = descriptionFields(first->bext->description);
    for (const auto& [key, value] : described) record.clip.raw["bext:" + key] = value;
  }
  if (first->ixml) sayIxml(record, *first->ixml);
  if (first->bext) sayBext(record, *first->bext, described);
  sayTime(record, *first, described);
}

}  // namespace rollproof::camera
