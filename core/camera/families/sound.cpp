// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "core/base/path.h"
#include "core/camera/families.h"
#include "core/camera/names.h"

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
  const WavInfo* info = nullptr;
};

// Where the file's sound ends in the day; the next part of a recording begins there.
std::uint64_t endOf(const WavInfo& info) { return info.firstSample().value_or(0) + info.sampleFrames; }

bool sameFormat(const WavInfo& a, const WavInfo& b) {
  return a.channels == b.channels && a.sampleRate == b.sampleRate && a.bitDepth == b.bitDepth;
}

// Recorders begin a new file when one is full, at 2 or 4 GB, and say so by the time stamp alone, or by the family too.
bool goesOn(const Part& before, const Part& after) {
  constexpr std::uint64_t kFull = (1ULL << 31) - (64ULL << 20);
  if (!before.info || !after.info || before.file->directory != after.file->directory) return false;
  if (!before.info->firstSample() || !after.info->firstSample() || before.info->sampleFrames == 0) return false;
  if (endOf(*before.info) != *after.info->firstSample() || !sameFormat(*before.info, *after.info)) return false;
  const bool family = before.info->ixml && after.info->ixml && !before.info->ixml->familyUid.empty() &&
                      before.info->ixml->familyUid == after.info->ixml->familyUid;
  return family || before.file->bytes >= kFull;
}

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

std::uint64_t startOf(const Part& part) { return part.info ? part.info->firstSample().value_or(0) : 0; }

// Files of one recording: the tracks of each span in the recorder's order, then the next span.
Record setRecord(Reading& reading, std::vector<Part> parts, bool sameName) {
  std::stable_sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
    return std::pair(startOf(a), a.order) < std::pair(startOf(b), b.order);
  });
  Record record;
  record.clip.name = sameName ? sharedName(parts) : parts.front().file->stem;
  for (const Part& part : parts) claim(record, *part.file, model::FileRole::essence);
  // What the recorder's own software says of the take.
  for (const char* extension : {"xml", "hprj"}) {
    const CardFile& first = *parts.front().file;
    CardFile* side = reading.find(first.directory, fmt::format("{}.{}", first.lowerStem, extension));
    if (side && !side->claimed) claim(record, *side, model::FileRole::sidecar);
  }
  std::set<std::int64_t> tracks;
  for (const Part& part : parts) tracks.insert(part.order);
  const WavInfo* first = parts.front().info;
  const int total = first && first->ixml ? first->ixml->totalFiles : 0;
  if (total > 1 && static_cast<std::size_t>(total) > tracks.size()) {
    record.warn("missing_audio_file", fmt::format("The recorder made {} files, {} are here.", total, tracks.size()));
  }
  return record;
}

// Files that stand alone, or go on in each other.
void addSpans(Reading& reading, std::vector<Part> singles, std::vector<Record>& out) {
  // Where several begin at one moment, more than these are not looked at.
  constexpr int kMostAtOnce = 64;
  std::stable_sort(singles.begin(), singles.end(), [](const Part& a, const Part& b) {
    return std::pair(a.file->directory, startOf(a)) < std::pair(b.file->directory, startOf(b));
  });
  std::multimap<std::pair<std::string, std::uint64_t>, Part> byStart;
  for (const Part& part : singles) byStart.emplace(std::pair(part.file->directory, startOf(part)), part);
  for (const Part& single : singles) {
    if (single.file->claimed) continue;
    std::vector<Part> chain{single};
    for (bool grew = single.info != nullptr; grew;) {
      grew = false;
      const auto [begin, end] = byStart.equal_range({single.file->directory, endOf(*chain.back().info)});
      int looked = 0;
      for (auto next = begin; next != end && looked < kMostAtOnce; ++next, ++looked) {
        if (next->second.file->claimed || !goesOn(chain.back(), next->second)) continue;
        chain.push_back(next->second);
        byStart.erase(next);
        grew = true;
        break;
      }
    }
    out.push_back(setRecord(reading, std::move(chain), false));
  }
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

// "18Y12M31": the folders in which Sound Devices' recorders begin a day, and the tape that they write into its files.
bool isDayRoll(const std::string& folder) { return fitsShape(folder, "00Y00M00"); }

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

void sayTime(Record& record, const WavInfo& info, std::uint64_t sampleFrames,
             const std::map<std::string, std::string>& described) {
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
  const bool pulled = info.ixml && info.ixml->timestampRate > 0;
  const auto sampleRate = static_cast<std::uint32_t>(pulled ? info.ixml->timestampRate : info.sampleRate);
  if (info.bext) {
    record.start(kBext, fmt::format("{}", info.bext->samplesSinceMidnight), "bwf",
                 Timecode::fromSamples(info.bext->samplesSinceMidnight, sampleRate, speed.rate, speed.dropFrame));
  }
  if (info.ixml && info.ixml->samplesSinceMidnight) {
    record.start(kIxml, info.ixml->rawSamples, "bwf",
                 Timecode::fromSamples(*info.ixml->samplesSinceMidnight, sampleRate, speed.rate, speed.dropFrame));
  }
  record.whole("duration_frames", kFormat, fmt::format("{} samples", sampleFrames),
               framesOf(sampleFrames, info.sampleRate, speed.rate));
}

void sayIxml(Record& record, const Ixml& ixml) {
  record.text("reel", kIxml, ixml.tape);
  record.text("slate.scene", kIxml, ixml.scene);
  record.text("slate.take", kIxml, ixml.take);
  record.text("slate.production", kIxml, ixml.project);
  record.text("slate.notes", kIxml, ixml.note);
  // The mix and the set of its tracks share a family: the mix is its file.
  record.text("uuid", kIxml, ixml.totalFiles > 1 || ixml.fileUid.empty() ? ixml.familyUid : ixml.fileUid);
  record.text("uuid", kIxml, ixml.fileUid);
  for (const auto& [key, value] : ixml.raw) record.clip.raw["ixml:" + key] = value;
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
  // "Sound Dev: 702T S#GR1112089007"
  constexpr std::string_view kSerial = " S#";
  if (const std::size_t at = bext.originator.find(kSerial); at != std::string::npos)
    record.text("camera.serial", kBext, bext.originator, bext.originator.substr(at + kSerial.size()));
  record.clip.raw["bext:originator_reference"] = bext.reference;
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
  std::vector<Part> singles;
  for (CardFile& file : reading.files) {
    if (file.claimed || !isSound(file)) continue;
    const WavInfo* info = reading.depth == Depth::metadata && file.bytes > 0 ? reading.wav(file) : nullptr;
    if (info && info->ixml && info->ixml->totalFiles > 1 && !info->ixml->familyUid.empty()) {
      // A letter marks the mix, which stands before the numbered tracks.
      const std::int64_t order = wholeNumber(info->ixml->setIndex).value_or(0);
      sets[{file.directory, info->ixml->familyUid, info->ixml->totalFiles}].push_back({&file, order, info});
      continue;
    }
    singles.push_back({&file, 0, info});
  }
  addSpans(reading, std::move(singles), out);
  for (auto& [key, parts] : sets) out.push_back(setRecord(reading, parts, parts.size() > 1));
  std::stable_sort(out.begin(), out.end(), [](const Record& a, const Record& b) {
    return a.clip.files.front().path < b.clip.files.front().path;
  });
  return out;
}

void describeSound(Record& record, Reading& reading) {
  if (reading.depth != Depth::metadata) return;
  const std::string folder = path::fileName(path::parent(record.clip.files.front().path));
  if (isDayRoll(folder)) record.text("reel", {Rank::name, "folder_name"}, folder);
  int channels = 0;
  std::vector<std::string> tracks;
  const WavInfo* first = nullptr;
  std::uint64_t sampleFrames = 0;
  for (const model::ClipFile& part : record.clip.files) {
    const CardFile* file = part.role == model::FileRole::essence ? reading.at(part.path) : nullptr;
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
    // A later span of the same tracks makes the recording longer, not wider.
    const std::uint64_t begin = info->firstSample().value_or(0), started = first->firstSample().value_or(0);
    if (begin > started && begin == started + sampleFrames) sampleFrames += info->sampleFrames;
    if (begin > started) continue;
    sampleFrames = std::max(sampleFrames, info->sampleFrames);
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
  sayTime(record, *first, sampleFrames, described);
}

}  // namespace rollproof::camera
