// SPDX-License-Identifier: Apache-2.0
#include "core/session/looks.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/file_system.h"
#include "core/base/path.h"
#include "core/colour/amf.h"
#include "core/interchange/ale.h"
#include "core/interchange/edl.h"
#include "core/interchange/logs.h"

namespace rollproof::session {
namespace {

constexpr std::uint64_t kMaxListBytes = 16ULL << 20;

// "" stays: it means the camera's own.
Status settle(const colour::Config& config, std::string& space) {
  if (space.empty() || space == "display") return {};
  const std::string name = config.canonical(space);
  if (name.empty()) return fail(Errc::usage, "is no colour space of the configuration", path::display(space));
  space = name;
  return {};
}

Result<std::string> readList(const std::string& path) {
  auto text = readSmallFile(realFileSystem(), path, kMaxListBytes);
  if (!text) text.error().subject = path;
  return text;
}

// Looks of a list, and what it says of the pictures they belong to, one for one.
struct Listed {
  std::vector<ReadLook> looks;
  interchange::Log log;

  void add(ReadLook look, interchange::LogEntry entry) {
    looks.push_back(std::move(look));
    log.entries.push_back(std::move(entry));
  }
};

ReadLook gradeLook(const std::string& name, const model::Cdl& cdl, const std::string& source) {
  ReadLook read;
  read.look.name = name;
  read.look.cdl = cdl;
  read.look.source = source;
  for (const auto& fault : interchange::cdlFaults(cdl))
    read.findings.push_back({"cdl_faulty", name + ": " + fault + "."});
  return read;
}

bool saysWhose(const interchange::LogEntry& entry) {
  return !entry.name.empty() || !entry.reel.empty() || !entry.sourceFile.empty() || !entry.uuid.empty();
}

std::vector<ReadLook> matched(Listed listed, const std::vector<catalog::ClipRow>& rows) {
  std::vector<model::Clip> clips;
  clips.reserve(rows.size());
  for (const auto& row : rows) clips.push_back(row.clip);
  const auto matches = interchange::matchLog(listed.log, clips);
  for (std::size_t i = 0; i < matches.size(); ++i) {
    if (!saysWhose(listed.log.entries[i])) continue;
    const interchange::LogMatch& match = matches[i];
    std::vector<std::size_t> meant = match.candidates;
    if (match.how == interchange::LogMatch::How::matched) meant = {match.clip};
    const bool one = !meant.empty() && std::all_of(meant.begin(), meant.end(), [&](std::size_t at) {
      return clips[at].name == clips[meant.front()].name;
    });
    ReadLook& look = listed.looks[i];
    if (one) {
      for (const std::size_t at : meant) look.clips.push_back({rows[at].id, clips[at].name, match.why});
    } else {
      look.findings.push_back({"look_not_matched", fmt::format("{}: {}.", look.look.name, match.why)});
    }
  }
  return std::move(listed.looks);
}

Result<std::vector<ReadLook>> readCdlFile(const std::string& path, const std::vector<catalog::ClipRow>& clips) {
  const auto text = readList(path);
  if (!text) return tl::unexpected(text.error());
  const auto file = interchange::parseCdl(*text);
  if (!file) return fail(file.error().code, file.error().message, path);
  Listed listed;
  const std::string source = path::display(path::fileName(path));
  for (const auto& correction : file->corrections) {
    if (!correction.reference.empty()) continue;
    if (!correction.hasSop && !correction.hasSat) continue;
    const bool only = file->corrections.size() == 1;
    if (correction.id.empty() && !only) {
      if (listed.looks.empty()) listed.add({}, {});
      listed.looks.front().findings.push_back(
          {"correction_without_id", source + " holds a correction without an id, so nothing says whose it is."});
      continue;
    }
    interchange::LogEntry entry;
    entry.name = correction.id;
    entry.sourceFile = correction.mediaRef;
    listed.add(gradeLook(correction.id.empty() ? path::stem(path) : correction.id, correction.cdl, source),
               std::move(entry));
  }
  if (listed.looks.empty()) return fail(Errc::corrupt, "there is no colour correction in this file", path);
  return matched(std::move(listed), clips);
}

Result<std::vector<ReadLook>> readEdlFile(const std::string& path, const std::vector<catalog::ClipRow>& clips) {
  const auto text = readList(path);
  if (!text) return tl::unexpected(text.error());
  const auto edl = interchange::parseEdl(*text);
  if (!edl) return fail(edl.error().code, edl.error().message, path);
  Listed listed;
  for (const auto& event : edl->events) {
    const auto cdl = event.cdl();
    if (!cdl || !event.hasPicture()) continue;
    interchange::LogEntry entry;
    entry.name = event.clipName;
    entry.reel = event.reel;
    entry.sourceFile = event.sourceFile;
    if (event.sourceIn.rate.valid()) entry.startFrames = event.sourceIn.frames;
    entry.rate = event.sourceIn.rate;
    const std::string name = event.clipName.empty() ? path::stem(path) + " " + event.number : event.clipName;
    listed.add(gradeLook(name, *cdl, fmt::format("{}, event {}", path::display(path::fileName(path)), event.number)),
               std::move(entry));
  }
  if (listed.looks.empty()) return fail(Errc::corrupt, "no event of this EDL has a CDL", path);
  return matched(std::move(listed), clips);
}

Result<std::vector<ReadLook>> readAleFile(const std::string& path, const std::vector<catalog::ClipRow>& clips) {
  const auto text = readList(path);
  if (!text) return tl::unexpected(text.error());
  const auto ale = interchange::parseAle(*text);
  if (!ale) return fail(ale.error().code, ale.error().message, path);
  FrameRate rate;
  for (const auto& [name, value] : ale->heading)
    if (name == "FPS") rate = FrameRate::parse(value).value_or(FrameRate{});
  Listed listed;
  for (std::size_t row = 0; row < ale->rows.size(); ++row) {
    auto cdl = interchange::parseSop(ale->value(row, "ASC_SOP"));
    if (!cdl) continue;
    if (const auto saturation = interchange::parseSat(ale->value(row, "ASC_SAT"))) cdl->saturation = *saturation;
    interchange::LogEntry entry;
    entry.name = ale->value(row, "Name");
    entry.reel = ale->value(row, "Tape");
    entry.sourceFile = ale->value(row, "Source File");
    entry.start = ale->value(row, "Start");
    entry.rate = rate;
    const std::string name = entry.name.empty() ? fmt::format("{} {}", path::stem(path), row + 1) : entry.name;
    listed.add(gradeLook(name, *cdl, path::display(path::fileName(path))), std::move(entry));
  }
  if (listed.looks.empty()) return fail(Errc::corrupt, "no row of this ALE has a CDL", path);
  return matched(std::move(listed), clips);
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
  interchange::LogEntry entry;
  if (amf->clip) {
    entry.name = amf->clip->name;
    entry.sourceFile = amf->clip->file.value_or("");
    entry.uuid = amf->clip->uuid.value_or("");
  }
  Listed listed;
  listed.add(std::move(read), std::move(entry));
  return matched(std::move(listed), clips);
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
