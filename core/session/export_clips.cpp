// SPDX-License-Identifier: Apache-2.0
#include "core/session/export_clips.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "core/base/clock.h"
#include "core/base/file_system.h"
#include "core/base/path.h"
#include "core/catalog/event_log.h"
#include "core/colour/amf.h"
#include "core/interchange/exports.h"

namespace rollproof::session {
namespace {

constexpr std::uint64_t kMaxAmfBytes = 16u << 20;
constexpr std::uint64_t kMaxLutBytes = 256u << 20;

// The look's colour lies over what the camera said, as it does in every render.
void putLook(Session& session, const catalog::ClipRow& row, model::Clip& clip, std::vector<model::Warning>& warnings) {
  const auto look = session.lookFor(row.id);
  if (!look) return;
  clip.colour.look = look->name;
  clip.colour.cdl.reset();
  clip.colour.lut.clear();
  std::size_t cdls = 0;
  for (const model::LookStep& step : colour::stepsOf(*look)) {
    if (step.applied) continue;
    if (step.kind == model::LookStep::Kind::cdl && step.cdl) {
      ++cdls;
      clip.colour.cdl = step.cdl;
    } else if (step.kind == model::LookStep::Kind::lut) {
      if (!clip.colour.lut.empty()) clip.colour.lut += "; ";
      clip.colour.lut += path::display(path::fileName(step.file));
    }
  }
  if (cdls > 1) {
    clip.colour.cdl.reset();
    warnings.push_back(
        {"look_not_simple", fmt::format("{}: the look {} has {} CDLs, and this format holds one; none stands there",
                                        clip.name, look->name, cdls)});
  }
}

struct KnownAmf {
  std::string name, uuid, modified;
};

struct Exportable {
  interchange::ExportClip clip;
  catalog::ClipId id;
};

// AMFs by the clip they say they are of; the one changed last counts.
Result<std::map<std::string, KnownAmf>> readAmfs(const std::string& directory, std::vector<model::Warning>& warnings) {
  std::map<std::string, KnownAmf> out;
  const auto entries = realFileSystem().list(directory);
  if (!entries) return tl::unexpected(entries.error());
  for (const DirectoryEntry& entry : *entries) {
    if (path::extension(entry.name) != "amf" || isPartName(entry.name)) continue;
    const auto text = readSmallFile(realFileSystem(), path::join(directory, entry.name), kMaxAmfBytes);
    const auto amf = text ? interchange::parseAmf(*text) : tl::unexpected<Error>(text.error());
    if (!amf) {
      warnings.push_back({"amf_unreadable", fmt::format("{}: {}", path::display(entry.name), amf.error().message)});
      continue;
    }
    if (!amf->clip || amf->clip->name.empty()) continue;
    std::string uuid = amf->info.uuid;
    if (uuid.starts_with("urn:uuid:")) uuid.erase(0, 9);
    KnownAmf one{path::display(entry.name), std::move(uuid), amf->info.modified};
    const auto [known, fresh] = out.emplace(amf->clip->name, one);
    if (!fresh && known->second.modified < one.modified) known->second = std::move(one);
  }
  return out;
}

// What the recorder's clock said at the sound that now lies at the clip's first frame, in its own count.
std::string soundTimecode(const dailies::ProductionSound& sound, const model::Clip& clip) {
  if (sound.movedFrames == 0 || !clip.frameRate.valid()) return sound.timecode;
  auto moved = Timecode::parse(sound.timecode, sound.timecodeRate);
  if (!moved) return {};
  const double frames = sound.movedFrames * sound.timecodeRate.approximate() / clip.frameRate.approximate();
  moved->frames += static_cast<std::int64_t>(std::floor(frames + 1e-6));
  return moved->frames < 0 ? std::string() : moved->text();
}

// The LUTs that a look names lie beside its AMFs, or nobody could apply them.
Status putSideFiles(const model::Look& look, const std::string& folder, ExportOutcome& out) {
  for (const model::LookStep& step : colour::stepsOf(look)) {
    if (step.kind != model::LookStep::Kind::lut || step.file.empty()) continue;
    const std::string to = path::join(folder, path::fileName(step.file));
    if (std::find(out.files.begin(), out.files.end(), to) != out.files.end()) continue;
    const auto bytes = readSmallFile(realFileSystem(), step.file, kMaxLutBytes);
    if (!bytes) return tl::unexpected(bytes.error());
    if (const auto done = writeFileDurably(realFileSystem(), to, *bytes, false); !done) {
      if (done.error().code != Errc::exists) return done;
      const auto stands = readSmallFile(realFileSystem(), to, kMaxLutBytes);
      if (stands && *stands == *bytes) continue;
      return fail(Errc::exists, "another LUT of this name stands there, and the AMF would name the wrong one", to);
    }
    out.files.push_back(to);
  }
  return {};
}

Status exportAmfs(Session& session, const std::vector<Exportable>& clips, const std::string& folder, bool replace,
                  ExportOutcome& out, const std::stop_token& stop) {
  const auto config = session.colourConfig();
  if (!config) return tl::unexpected(config.error());
  if (auto made = realFileSystem().makeDirectories(folder); !made) return made;
  std::map<std::string, std::size_t> names;
  for (const Exportable& one : clips) ++names[one.clip.clip.name];
  const auto now = systemClock().now();
  const std::string stamp = isoUtc(now);  // 2026-05-02T14:35:00Z
  std::string forName = stamp;
  std::erase(forName, ':');
  std::replace(forName.begin(), forName.end(), 'T', '_');
  for (const Exportable& one : clips) {
    if (stop.stop_requested()) return fail(Errc::cancelled, "stopped on request", folder);
    const model::Clip& clip = one.clip.clip;
    if (!clip.picture) continue;
    if (clip.colour.space.empty()) {
      out.warnings.push_back(
          {"clip_left_out", fmt::format("{}: its colour space is not known, and an AMF begins with it", clip.name)});
      continue;
    }
    const model::Look look = session.lookFor(one.id).value_or(model::Look{});
    colour::ChainRequest request;
    request.input = look.input.empty() ? clip.colour.space : look.input;
    request.look = look;
    if (!look.display.empty()) request.display = look.display;
    if (!look.view.empty()) request.view = look.view;
    const auto pipeline = colour::pipelineOf(**config, request);
    if (!pipeline) {
      out.warnings.push_back({"clip_left_out", fmt::format("{}: {}", clip.name, pipeline.error().message)});
      continue;
    }
    for (const auto& finding : pipeline->findings) {
      out.warnings.push_back({finding.code, fmt::format("{}: {}", clip.name, finding.text)});
    }
    const auto millis = static_cast<std::uint64_t>(std::max<std::int64_t>(unixMillis(now), 0));
    const auto uuid = catalog::uuidV7(millis), pipelineUuid = catalog::uuidV7(millis);
    if (!uuid || !pipelineUuid) return tl::unexpected(uuid ? pipelineUuid.error() : uuid.error());
    const auto amf = interchange::amfOf(one.clip, pipeline->pipeline, {stamp, *uuid, *pipelineUuid});
    if (!amf) return tl::unexpected(amf.error());
    const auto text = interchange::formatAmf(*amf);
    if (!text) return tl::unexpected(text.error());
    if (auto done = putSideFiles(look, folder, out); !done) return done;
    // <what>_YYYY-MM-DD_HHMMSSZ.amf, as the implementation guide has it.
    std::string name = clip.name;
    std::replace(name.begin(), name.end(), '/', '_');
    if (names[clip.name] > 1) name += fmt::format("_{}", one.id.value);
    const std::string file = path::join(folder, fmt::format("{}_{}.amf", name, forName));
    if (auto done = writeFileDurably(realFileSystem(), file, *text, replace); !done) return done;
    out.files.push_back(file);
    ++out.clips;
  }
  return {};
}

}  // namespace

Result<ExportOutcome> exportClips(Session& session, const ExportSettings& settings, std::stop_token stop) {
  auto rows = session.clips(settings.query);
  if (!rows) return tl::unexpected(rows.error());
  if (!settings.only.empty()) {
    std::set<std::int64_t> only;
    for (const catalog::ClipId id : settings.only) only.insert(id.value);
    std::erase_if(*rows, [&](const catalog::ClipRow& row) { return !only.contains(row.id.value); });
  }
  if (rows->empty()) return fail(Errc::notFound, "no clip matches", settings.query);
  ExportOutcome out;
  const std::string file = path::absolute(settings.path);
  std::map<std::string, KnownAmf> amfs;
  if (!settings.amfDirectory.empty()) {
    auto known = readAmfs(path::absolute(settings.amfDirectory), out.warnings);
    if (!known) return tl::unexpected(known.error());
    amfs = std::move(*known);
  }
  std::map<std::string, std::size_t> names;
  for (const catalog::ClipRow& row : *rows) ++names[row.clip.name];
  std::vector<Exportable> found;
  found.reserve(rows->size());
  for (const catalog::ClipRow& row : *rows) {
    if (stop.stop_requested()) return fail(Errc::cancelled, "stopped on request", file);
    interchange::ExportClip& one = found.emplace_back(Exportable{{}, row.id}).clip;
    one.clip = row.clip;
    if (settings.kind != ExportKind::amf) putLook(session, row, one.clip, out.warnings);
    for (const model::ClipFile& part : row.clip.files) {
      if (part.role != model::FileRole::essence && part.role != model::FileRole::audio) continue;
      if (!row.mediaRoot.empty()) one.mediaPath = path::join(row.mediaRoot, part.path);
      break;
    }
    if (const auto sound = session.soundOf(row.id)) {
      one.soundRoll = sound->roll;
      one.soundTimecode = soundTimecode(*sound, row.clip);
    }
    if (const auto amf = amfs.find(row.clip.name); amf != amfs.end()) {
      const bool alone = names[row.clip.name] == 1;
      if (alone) {
        one.amfName = amf->second.name;
        one.amfUuid = amf->second.uuid;
      } else {
        out.warnings.push_back(
            {"amf_ambiguous", fmt::format("{}: more clips than one have this name, so {} is named for none",
                                          row.clip.name, amf->second.name)});
      }
    }
  }
  // Editors read a day in the order in which it was shot.
  std::stable_sort(found.begin(), found.end(), [](const auto& left, const auto& right) {
    return std::tie(left.clip.clip.reel, left.clip.clip.name) < std::tie(right.clip.clip.reel, right.clip.clip.name);
  });
  if (settings.kind == ExportKind::amf) {
    if (auto done = exportAmfs(session, found, file, settings.replace, out, stop); !done)
      return tl::unexpected(done.error());
    if (out.clips == 0)
      return fail(Errc::notFound, "none of these clips is a picture whose colour space is known", settings.query);
    return out;
  }
  std::vector<interchange::ExportClip> clips;
  clips.reserve(found.size());
  for (Exportable& one : found) clips.push_back(std::move(one.clip));
  out.clips = clips.size();
  const std::string title = settings.title.empty() ? path::display(path::stem(file)) : settings.title;
  Result<interchange::Exported> made;
  switch (settings.kind) {
    case ExportKind::ale:
      made = interchange::exportAle(clips);
      break;
    case ExportKind::edl:
      made = interchange::exportEdl(clips, title);
      break;
    case ExportKind::otio:
      made = interchange::exportOtio(clips, title);
      break;
    case ExportKind::ccc:
      made = interchange::exportCcc(clips);
      break;
    case ExportKind::csv:
      made = interchange::exportCsv(clips);
      break;
    case ExportKind::amf:
      break;
  }
  if (!made) return tl::unexpected(made.error());
  out.warnings.insert(out.warnings.end(), made->warnings.begin(), made->warnings.end());
  if (auto done = writeFileDurably(realFileSystem(), file, made->text, settings.replace); !done) {
    return tl::unexpected(done.error());
  }
  out.files.push_back(file);
  return out;
}

}  // namespace rollproof::session
