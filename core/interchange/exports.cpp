// SPDX-License-Identifier: Apache-2.0
#include "core/interchange/exports.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "core/base/path.h"
#include "core/interchange/cdl.h"
#include "core/interchange/clip_text.h"
#include "core/interchange/edl.h"
#include "core/interchange/otio.h"
#include "core/interchange/text_lines.h"

namespace rollproof::interchange {
namespace {

using model::Clip;

constexpr std::size_t kClassicReel = 8;
constexpr std::size_t kLongReel = 32;
constexpr std::size_t kClassicEvents = 999;

void warn(Exported& out, const char* code, std::string text) { out.warnings.push_back({code, std::move(text)}); }

// A name as every format here wants it: one line of UTF-8.
Status nameFits(const Clip& clip, std::string_view what, const std::string& value) {
  if (path::isUtf8(value) && value.find_first_of(std::string_view("\t\r\n\v\f\0", 6)) == std::string::npos) return {};
  return fail(Errc::usage,
              fmt::format("the {} holds a tab, a line break or bytes that are not text, and no editing "
                          "system would match it",
                          what),
              path::display(clip.name.empty() ? value : clip.name));
}

Status namesFit(const std::vector<ExportClip>& clips) {
  for (const ExportClip& one : clips) {
    if (auto good = nameFits(one.clip, "name", one.clip.name); !good) return good;
    if (auto good = nameFits(one.clip, "reel", one.clip.reel); !good) return good;
    if (auto good = nameFits(one.clip, "file's name", sourceFile(one.clip)); !good) return good;
  }
  return {};
}

bool isUsable(const Clip& clip) {
  return clip.start && clip.durationFrames && *clip.durationFrames > 0 && clip.frameRate.valid();
}

FrameRate firstRate(const std::vector<ExportClip>& clips) {
  for (const ExportClip& one : clips) {
    if (isUsable(one.clip)) return one.clip.frameRate;
  }
  return {0, 1};
}

// "A1A2" of CMX: two channels in the event's line, the rest in AUD lines.
void putChannels(const Clip& clip, EdlEvent& event) {
  const int channels = clip.audio ? std::clamp(clip.audio->channels, 0, 64) : 0;
  const bool picture = clip.picture || channels == 0;
  event.channels = channels == 0 ? "V" : channels == 1 ? (picture ? "B" : "A") : (picture ? "AA/V" : "AA");
  for (int i = 3; i <= channels; ++i) event.moreAudio.push_back(i);
}

// "01:00:00:00" at this rate.
Timecode oneHour(FrameRate rate, bool drop) { return Timecode::fromFields(1, 0, 0, 0, rate, drop); }

std::string fileUrl(const std::string& absolutePath) {
  return absolutePath.empty() ? std::string() : fmt::format("file://{}", path::percentEncode(absolutePath));
}

OtioRange rangeOf(std::int64_t start, std::int64_t frames, double rate) {
  return {{static_cast<double>(start), rate}, {static_cast<double>(frames), rate}};
}

void put(OtioJson& into, const char* key, const std::string& value) {
  if (!value.empty()) into[key] = value;
}

OtioJson metadataOf(const ExportClip& one) {
  const Clip& clip = one.clip;
  OtioJson ours = OtioJson::object();
  put(ours, "reel", clip.reel);
  put(ours, "scene", clip.slate.scene);
  put(ours, "shot", clip.slate.shot);
  put(ours, "take", clip.slate.take);
  put(ours, "circled", circledText(clip));
  put(ours, "notes", clip.slate.notes);
  put(ours, "camera", clip.cameraLetter);
  put(ours, "shoot_date", shootDate(clip));
  put(ours, "colour_space", clip.colour.space);
  put(ours, "uuid", clip.uuid);
  put(ours, "source_file", sourceFile(clip));
  put(ours, "amf_name", one.amfName);
  put(ours, "amf_uuid", one.amfUuid);
  OtioJson out{{"rollproof", ours}};
  if (clip.colour.cdl) {
    const model::Cdl& cdl = *clip.colour.cdl;
    out["cdl"] = {{"asc_sat", cdl.saturation},
                  {"asc_sop", {{"slope", cdl.slope}, {"offset", cdl.offset}, {"power", cdl.power}}}};
  }
  if (!clip.reel.empty()) out["cmx_3600"] = {{"reel", clip.reel}};
  return out;
}

OtioMedia mediaOf(const ExportClip& one, const OtioRange& range) {
  OtioMedia media;
  media.name = one.clip.name;
  media.available = range;
  if (one.mediaPath.empty()) return media;
  const Clip& clip = one.clip;
  const std::string name = path::fileName(one.mediaPath);
  const auto dot = name.find_last_of('.');
  if (clip.firstFrameNumber && dot != std::string::npos) {
    std::size_t digits = dot;
    while (digits > 0 && name[digits - 1] >= '0' && name[digits - 1] <= '9') --digits;
    if (digits < dot) {
      media.kind = OtioMedia::Kind::sequence;
      media.url = fileUrl(path::parent(one.mediaPath)) + "/";
      media.prefix = path::display(name.substr(0, digits));
      media.suffix = path::display(name.substr(dot));
      media.firstFrame = *clip.firstFrameNumber;
      media.padding = static_cast<std::int64_t>(dot - digits);
      media.rate = range.start.rate;
      return media;
    }
  }
  media.kind = OtioMedia::Kind::external;
  media.url = fileUrl(one.mediaPath);
  return media;
}

OtioItem track(const char* kind, const char* name) {
  OtioItem out;
  out.kind = OtioItem::Kind::track;
  out.name = name;
  out.trackKind = kind;
  return out;
}

}  // namespace

Result<Exported> exportAle(const std::vector<ExportClip>& clips) {
  if (auto good = namesFit(clips); !good) return tl::unexpected(good.error());
  Exported out;
  const FrameRate rate = firstRate(clips);
  Ale ale = aleOf(clips);
  if (std::find(ale.columns.begin(), ale.columns.end(), "Sound TC") == ale.columns.end() &&
      std::any_of(clips.begin(), clips.end(), [](const ExportClip& one) { return !one.soundTimecode.empty(); }))
    warn(out, "value_blanked", "The log is full: 64 columns say something of these clips, and Sound TC has no place");
  for (std::size_t row = 0; row < ale.rows.size(); ++row) {
    const Clip& clip = clips[row].clip;
    if (clip.frameRate.valid() && !(clip.frameRate == rate)) {
      warn(out, "mixed_frame_rate",
           fmt::format("{} runs at {} and the log at {} frames per second: Avid takes one rate a log", clip.name,
                       clip.frameRate.text(), rate.text()));
    }
    if (clip.reel.empty()) {
      warn(out, "no_reel", fmt::format("{} has no reel, and Avid takes the log's own name for its tape", clip.name));
    }
    for (std::size_t column = 0; column < ale.columns.size(); ++column) {
      std::string& value = ale.rows[row][column];
      if (!path::isUtf8(value)) {
        value = path::display(value);
        warn(out, "not_utf8", fmt::format("{}: {} holds bytes that are not text", clip.name, ale.columns[column]));
      }
      if (value.find('\t') == std::string::npos && !breaksLine(value)) continue;
      warn(out, "value_blanked",
           fmt::format("{}: {} holds a tab or a line break, which no ALE can hold; blanks stand there", clip.name,
                       ale.columns[column]));
    }
  }
  out.text = formatAle(ale);
  return out;
}

Result<Exported> exportEdl(const std::vector<ExportClip>& clips, const std::string& title) {
  if (auto good = namesFit(clips); !good) return tl::unexpected(good.error());
  Exported out;
  Edl edl;
  edl.title = title;
  edl.rate = firstRate(clips);
  std::optional<Timecode> record;
  for (const ExportClip& one : clips) {
    const Clip& clip = one.clip;
    if (!isUsable(clip)) {
      warn(out, "clip_left_out", fmt::format("{} has no start timecode, length or frame rate", clip.name));
      continue;
    }
    if (!(clip.frameRate == edl.rate)) {
      warn(out, "clip_left_out",
           fmt::format("{} runs at {} and the EDL at {} frames per second: an EDL has one rate", clip.name,
                       clip.frameRate.text(), edl.rate.text()));
      continue;
    }
    EdlEvent event;
    event.number = fmt::format("{:03}", edl.events.size() + 1);
    const auto words = blankWords(clip.reel);
    for (const auto word : words) event.reel.append(event.reel.empty() ? "" : "_").append(word);
    if (event.reel.empty()) {
      event.reel = "AX";
      warn(out, "no_reel", fmt::format("{} has no reel; AX stands for it", clip.name));
    } else if (event.reel != clip.reel) {
      warn(out, "value_blanked",
           fmt::format("{}: the reel \"{}\" has blanks, and stands as {}", clip.name, clip.reel, event.reel));
    }
    const std::size_t length = characters(event.reel);
    if (length > kLongReel) {
      return fail(Errc::usage, fmt::format("the reel has {} characters, and an EDL holds {}", length, kLongReel),
                  clip.name);
    }
    if (length > kClassicReel) {
      warn(out, "reel_truncated",
           fmt::format("{}: the reel {} has {} characters, and systems that read classic EDLs keep the first {}",
                       clip.name, event.reel, length, kClassicReel));
    }
    putChannels(clip, event);
    const std::int64_t frames = *clip.durationFrames;
    event.sourceIn = *clip.start;
    event.sourceOut = clip.start->plus(frames);
    if (!record) {
      record = oneHour(edl.rate, clip.start->dropFrame);
      edl.dropFrame = clip.start->dropFrame;
    }
    event.recordIn = *record;
    record = record->plus(frames);
    event.recordOut = *record;
    event.clipName = clip.name;
    event.sourceFile = sourceFile(clip);
    event.clipPath = path::display(one.mediaPath);
    event.amfName = one.amfName;
    event.amfUuid = one.amfUuid;
    if (clip.colour.cdl && one.amfName.empty() && one.amfUuid.empty()) {
      event.sop = clip.colour.cdl;
      event.sop->saturation = 1;
      event.saturation = clip.colour.cdl->saturation;
    }
    const auto remark = [&](const char* what, const std::string& value) {
      if (value.empty()) return;
      std::string text = value;
      if (breaksLine(text)) {
        std::replace_if(
            text.begin(), text.end(), [](char c) { return breaksLine(std::string_view(&c, 1)); }, ' ');
        warn(out, "value_blanked",
             fmt::format("{}: {} holds a line break, which no EDL can hold; a blank stands there", clip.name, what));
      }
      event.comments.push_back(fmt::format("{}: {}", what, path::display(text)));
    };
    remark("SCENE", clip.slate.scene);
    remark("TAKE", clip.slate.take);
    remark("COMMENT", clip.slate.notes);
    edl.events.push_back(std::move(event));
  }
  if (edl.events.size() > kClassicEvents) {
    warn(out, "too_many_events",
         fmt::format("the EDL has {} events, and classic systems read {}", edl.events.size(), kClassicEvents));
  }
  auto text = formatEdl(edl);
  if (!text) return tl::unexpected(text.error());
  out.text = std::move(*text);
  return out;
}

Result<Exported> exportOtio(const std::vector<ExportClip>& clips, const std::string& title) {
  Exported out;
  OtioItem timeline;
  timeline.kind = OtioItem::Kind::timeline;
  timeline.name = title;
  OtioItem stack;
  stack.kind = OtioItem::Kind::stack;
  stack.name = "tracks";
  OtioItem picture = track("Video", "V1"), sound = track("Audio", "A1");
  bool anySound = false;
  for (const ExportClip& one : clips) {
    const Clip& clip = one.clip;
    if (!clip.durationFrames || *clip.durationFrames <= 0 || !clip.frameRate.valid()) {
      warn(out, "clip_left_out", fmt::format("{} has no length or frame rate", path::display(clip.name)));
      continue;
    }
    if (!path::isUtf8(clip.name) || !path::isUtf8(clip.reel)) {
      return fail(Errc::usage, "the name or reel holds bytes that are not text", path::display(clip.name));
    }
    const double rate = otioRate(clip.frameRate);
    const OtioRange range = rangeOf(clip.start ? clip.start->frames : 0, *clip.durationFrames, rate);
    OtioItem item;
    item.kind = OtioItem::Kind::clip;
    item.name = clip.name;
    item.range = range;
    item.metadata = metadataOf(one);
    item.media.emplace_back(item.activeMedia, mediaOf(one, range));
    OtioItem gap;
    gap.range = rangeOf(0, *clip.durationFrames, rate);
    const bool hasSound = clip.audio && clip.audio->channels > 0;
    const bool hasPicture = clip.picture || !hasSound;
    picture.children.push_back(hasPicture ? item : gap);
    sound.children.push_back(hasSound ? item : gap);
    anySound = anySound || hasSound;
  }
  stack.children.push_back(std::move(picture));
  if (anySound) stack.children.push_back(std::move(sound));
  timeline.children.push_back(std::move(stack));
  out.text = formatOtio(timeline);
  return out;
}

Result<Exported> exportCcc(const std::vector<ExportClip>& clips) {
  if (auto good = namesFit(clips); !good) return tl::unexpected(good.error());
  Exported out;
  CdlFile file;
  std::map<std::string, model::Cdl> seen;
  for (const ExportClip& one : clips) {
    const Clip& clip = one.clip;
    if (!clip.colour.cdl) {
      warn(out, "clip_left_out", fmt::format("{} has no CDL", clip.name));
      continue;
    }
    const auto [known, fresh] = seen.emplace(clip.name, *clip.colour.cdl);
    if (!fresh) {
      if (!(known->second == *clip.colour.cdl)) {
        return fail(Errc::usage, "two clips have this name and different CDLs, so their id would not tell them apart",
                    clip.name);
      }
      continue;
    }
    Correction& correction = file.corrections.emplace_back();
    correction.id = clip.name;
    correction.cdl = *clip.colour.cdl;
    correction.hasSop = correction.hasSat = true;
  }
  if (file.corrections.empty()) return fail(Errc::notFound, "none of these clips has a CDL");
  auto text = formatCdl(file);
  if (!text) return tl::unexpected(text.error());
  out.text = std::move(*text);
  return out;
}

Result<Exported> exportCsv(const std::vector<ExportClip>& clips) {
  std::vector<Clip> records;
  records.reserve(clips.size());
  for (const ExportClip& one : clips) records.push_back(one.clip);
  return Exported{csvFromClips(records), {}};
}

Result<Amf> amfOf(const ExportClip& one, AmfPipeline pipeline, const AmfStamp& stamp) {
  const Clip& clip = one.clip;
  if (auto good = nameFits(clip, "name", clip.name); !good) return tl::unexpected(good.error());
  const std::string file = sourceFile(clip);
  if (auto good = nameFits(clip, "file's name", file); !good) return tl::unexpected(good.error());
  Amf amf;
  amf.pipeline = std::move(pipeline);
  const auto stampInfo = [&](AmfInfo& info, const std::string& uuid) {
    info.created = info.modified = stamp.dateTime;
    info.uuid = fmt::format("urn:uuid:{}", uuid);
  };
  stampInfo(amf.info, stamp.uuid);
  stampInfo(amf.pipeline.info, stamp.pipelineUuid);
  amf.clip.emplace();
  amf.clip->name = clip.name;
  std::size_t digits = file.find_last_of('.');
  const std::size_t dot = digits;
  while (digits != std::string::npos && digits > 0 && file[digits - 1] >= '0' && file[digits - 1] <= '9') --digits;
  if (clip.firstFrameNumber && clip.durationFrames && dot != std::string::npos && digits < dot) {
    std::string pattern = file;
    std::fill(pattern.begin() + static_cast<std::ptrdiff_t>(digits), pattern.begin() + static_cast<std::ptrdiff_t>(dot),
              '#');
    amf.clip->sequence = AmfClipId::Sequence{
        pattern, "#", fmt::format("{}", std::max<std::int64_t>(*clip.firstFrameNumber, 0)),
        fmt::format("{}", static_cast<std::uint64_t>(std::max<std::int64_t>(*clip.firstFrameNumber, 0)) +
                              static_cast<std::uint64_t>(std::max<std::int64_t>(*clip.durationFrames, 1)) - 1)};
  } else {
    amf.clip->file = path::percentEncode(file);
  }
  return amf;
}

}  // namespace rollproof::interchange
