// SPDX-License-Identifier: Apache-2.0
#include "core/session/looks.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "core/base/file_system.h"
#include "core/base/path.h"
#include "core/colour/amf.h"
#include "core/interchange/ale.h"
#include "core/interchange/edl.h"

namespace rollproof::session {
namespace {

constexpr std::uint64_t kMaxListBytes = 16ULL << 20;
// A shorter beginning would fit half a day's clips.
constexpr std::size_t kShortestBeginning = 6;

// "" stays: it means the camera's own.
Status settle(const colour::Config& config, std::string& space) {
  if (space.empty() || space == "display") return {};
  const std::string name = config.canonical(space);
  if (name.empty()) return fail(Errc::usage, "is no colour space of the configuration", path::display(space));
  space = name;
  return {};
}

bool same(const std::string& a, const std::string& b) {
  return !a.empty() && path::lowerAscii(a) == path::lowerAscii(b);
}

// "A001C003" begins "A001C003_260502_R1AA", and not "A001C0031".
bool begins(const std::string& part, const std::string& whole) {
  if (part.size() < kShortestBeginning || part.size() >= whole.size()) return false;
  const char next = whole[part.size()];
  const bool boundary = next == '_' || next == '.' || next == '-' || next == ' ';
  return boundary && path::lowerAscii(whole.substr(0, part.size())) == path::lowerAscii(part);
}

bool holds(const model::Clip& clip, const Timecode& moment) {
  if (!clip.start || !clip.durationFrames || clip.start->rate.nominal() != moment.rate.nominal()) return false;
  return moment.frames >= clip.start->frames && moment.frames < clip.start->frames + *clip.durationFrames;
}

bool hasFile(const model::Clip& clip, const std::string& name) {
  if (name.empty()) return false;
  const std::string wanted = path::fileName(name);
  return std::any_of(clip.files.begin(), clip.files.end(), [&](const model::ClipFile& file) {
    return file.role == model::FileRole::essence &&
           (same(path::fileName(file.path), wanted) || same(path::stem(file.path), wanted));
  });
}

Result<std::string> readList(const std::string& path) {
  auto text = readSmallFile(realFileSystem(), path, kMaxListBytes);
  if (!text) text.error().subject = path;
  return text;
}

ReadLook gradeLook(const std::string& name, const model::Cdl& cdl, const std::string& source, const GradeKey& key,
                   const std::vector<catalog::ClipRow>& clips) {
  ReadLook read;
  read.look.name = name;
  read.look.cdl = cdl;
  read.look.source = source;
  for (const auto& fault : interchange::cdlFaults(cdl))
    read.findings.push_back({"cdl_faulty", name + ": " + fault + "."});
  std::string doubt;
  read.clips = matchClips(key, clips, doubt);
  if (!doubt.empty()) read.findings.push_back({"look_not_matched", name + ": " + doubt + "."});
  return read;
}

Result<std::vector<ReadLook>> readCdlFile(const std::string& path, const std::vector<catalog::ClipRow>& clips) {
  const auto text = readList(path);
  if (!text) return tl::unexpected(text.error());
  const auto file = interchange::parseCdl(*text);
  if (!file) return fail(file.error().code, file.error().message, path);
  std::vector<ReadLook> looks;
  const std::string source = path::display(path::fileName(path));
  for (const auto& correction : file->corrections) {
    if (!correction.reference.empty()) continue;
    if (!correction.hasSop && !correction.hasSat) continue;
    const bool only = file->corrections.size() == 1;
    if (correction.id.empty() && !only) {
      if (looks.empty()) looks.emplace_back();
      looks.front().findings.push_back(
          {"correction_without_id", source + " holds a correction without an id, so nothing says whose it is."});
      continue;
    }
    GradeKey key;
    key.id = correction.id;
    key.file = correction.mediaRef;
    looks.push_back(
        gradeLook(correction.id.empty() ? path::stem(path) : correction.id, correction.cdl, source, key, clips));
  }
  if (looks.empty()) return fail(Errc::corrupt, "there is no colour correction in this file", path);
  return looks;
}

Result<std::vector<ReadLook>> readEdlFile(const std::string& path, const std::vector<catalog::ClipRow>& clips) {
  const auto text = readList(path);
  if (!text) return tl::unexpected(text.error());
  const auto edl = interchange::parseEdl(*text);
  if (!edl) return fail(edl.error().code, edl.error().message, path);
  std::vector<ReadLook> looks;
  for (const auto& event : edl->events) {
    const auto cdl = event.cdl();
    if (!cdl || !event.hasPicture()) continue;
    GradeKey key;
    key.name = event.clipName;
    key.reel = event.reel;
    key.file = event.sourceFile;
    key.start = event.sourceIn;
    const std::string name = event.clipName.empty() ? path::stem(path) + " " + event.number : event.clipName;
    looks.push_back(gradeLook(
        name, *cdl, fmt::format("{}, event {}", path::display(path::fileName(path)), event.number), key, clips));
  }
  if (looks.empty()) return fail(Errc::corrupt, "no event of this EDL has a CDL", path);
  return looks;
}

Result<std::vector<ReadLook>> readAleFile(const std::string& path, const std::vector<catalog::ClipRow>& clips) {
  const auto text = readList(path);
  if (!text) return tl::unexpected(text.error());
  const auto ale = interchange::parseAle(*text);
  if (!ale) return fail(ale.error().code, ale.error().message, path);
  FrameRate rate;
  for (const auto& [name, value] : ale->heading)
    if (name == "FPS") rate = FrameRate::parse(value).value_or(FrameRate{});
  std::vector<ReadLook> looks;
  for (std::size_t row = 0; row < ale->rows.size(); ++row) {
    auto cdl = interchange::parseSop(ale->value(row, "ASC_SOP"));
    if (!cdl) continue;
    if (const auto saturation = interchange::parseSat(ale->value(row, "ASC_SAT"))) cdl->saturation = *saturation;
    GradeKey key;
    key.name = ale->value(row, "Name");
    key.reel = ale->value(row, "Tape");
    key.file = ale->value(row, "Source File");
    if (rate.valid()) key.start = Timecode::parse(ale->value(row, "Start"), rate);
    const std::string name = key.name.empty() ? fmt::format("{} {}", path::stem(path), row + 1) : key.name;
    looks.push_back(gradeLook(name, *cdl, path::display(path::fileName(path)), key, clips));
  }
  if (looks.empty()) return fail(Errc::corrupt, "no row of this ALE has a CDL", path);
  return looks;
}

Result<std::vector<ReadLook>> readAmfFile(const colour::Config& config, const std::string& path,
                                          const std::vector<catalog::ClipRow>& clips) {
  const auto text = readList(path);
  if (!text) return tl::unexpected(text.error());
  const auto amf = interchange::parseAmf(*text);
  if (!amf) return fail(amf.error().code, amf.error().message, path);
  auto reading = colour::lookFromAmf(config, *amf, path::parent(path), path::stem(path));
  if (!reading) return tl::unexpected(reading.error());
  ReadLook read{std::move(reading->look), {}, std::move(reading->findings)};
  read.look.source = path::display(path::fileName(path)) + ", " + read.look.source;
  if (amf->clip) {
    GradeKey key;
    key.name = amf->clip->name;
    key.file = amf->clip->file.value_or("");
    key.uuid = amf->clip->uuid.value_or("");
    std::string doubt;
    read.clips = matchClips(key, clips, doubt);
    if (!doubt.empty()) read.findings.push_back({"look_not_matched", read.look.name + ": " + doubt + "."});
  }
  return std::vector<ReadLook>{std::move(read)};
}

}  // namespace

Result<model::Look> inWordsOf(const colour::Config& config, const model::Look& look) {
  model::Look settled = look;
  std::vector<std::string*> spaces{&settled.cdlSpace, &settled.lutInput, &settled.lutOutput, &settled.input};
  for (auto& step : settled.steps) {
    spaces.push_back(&step.input);
    spaces.push_back(&step.output);
    const auto known = config.lookTransforms();
    if (step.kind == model::LookStep::Kind::transform && !step.applied &&
        std::find(known.begin(), known.end(), step.transform) == known.end())
      return fail(Errc::usage, "is no look transform of the configuration", path::display(step.transform));
  }
  for (std::string* space : spaces)
    if (auto fits = settle(config, *space); !fits) return tl::unexpected(fits.error());
  return settled;
}

std::vector<LookMatch> matchClips(const GradeKey& key, const std::vector<catalog::ClipRow>& clips, std::string& doubt) {
  struct Rule {
    bool asked;
    std::string why;
    std::function<bool(const model::Clip&)> fits;
  };
  const std::string bareUuid = key.uuid.starts_with("urn:uuid:") ? key.uuid.substr(9) : key.uuid;
  const std::string label = !key.id.empty() ? key.id : key.name;
  const std::string what = !key.id.empty() ? "id" : "clip name";
  const std::string moment = key.start ? key.start->text() : std::string();
  const std::vector<Rule> rules{
      {!bareUuid.empty(), "its unique id is the clip's",
       [&](const model::Clip& clip) { return same(clip.uuid, bareUuid) || same(clip.umid, bareUuid); }},
      {!key.file.empty(), fmt::format("its file {} is the clip's", path::display(path::fileName(key.file))),
       [&](const model::Clip& clip) { return hasFile(clip, key.file); }},
      {!label.empty(), fmt::format("its {} is the clip's name", what),
       [&](const model::Clip& clip) { return same(clip.name, label) || hasFile(clip, label); }},
      {!key.reel.empty() && key.start, fmt::format("reel {} and timecode {} lie in the clip", key.reel, moment),
       [&](const model::Clip& clip) { return same(clip.reel, key.reel) && holds(clip, *key.start); }},
      // Lists cut reels to eight letters, or write the clip's name where a reel belongs.
      {!key.reel.empty() && key.start,
       fmt::format("reel {} begins the clip's reel or name, and timecode {} lies in it", key.reel, moment),
       [&](const model::Clip& clip) {
         return holds(clip, *key.start) && key.reel.size() >= kShortestBeginning &&
                (path::lowerAscii(clip.reel).starts_with(path::lowerAscii(key.reel)) ||
                 path::lowerAscii(clip.name).starts_with(path::lowerAscii(key.reel)));
       }},
      {!label.empty(), fmt::format("its {} {} begins the clip's name", what, path::display(label)),
       [&](const model::Clip& clip) { return begins(label, clip.name); }}};
  for (const auto& rule : rules) {
    if (!rule.asked) continue;
    std::vector<LookMatch> found;
    std::vector<std::string> names;
    for (const auto& row : clips) {
      if (!rule.fits(row.clip)) continue;
      found.push_back({row.id, row.clip.name, rule.why});
      if (std::find(names.begin(), names.end(), row.clip.name) == names.end()) names.push_back(row.clip.name);
    }
    if (found.empty()) continue;
    if (names.size() == 1) return found;
    doubt = fmt::format("it could be {} or {}{}, because {} in each", path::display(names[0]), path::display(names[1]),
                        names.size() > 2 ? fmt::format(" or {} more", names.size() - 2) : "", rule.why);
    return {};
  }
  doubt = "no clip of the library fits it";
  return {};
}

Result<std::vector<ReadLook>> readLooks(const colour::Config& config, const std::string& path,
                                        const std::vector<catalog::ClipRow>& clips) {
  const std::string suffix = path::extension(path);
  if (suffix == "amf") return readAmfFile(config, path, clips);
  if (suffix == "cc" || suffix == "ccc" || suffix == "cdl") return readCdlFile(path, clips);
  if (suffix == "edl") return readEdlFile(path, clips);
  if (suffix == "ale") return readAleFile(path, clips);
  auto look = colour::loadLook(path);
  if (!look) return tl::unexpected(look.error());
  return std::vector<ReadLook>{{std::move(*look), {}, {}}};
}

}  // namespace rollproof::session
