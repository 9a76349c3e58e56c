// SPDX-License-Identifier: Apache-2.0
#include "core/session/export_clips.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/file_system.h"
#include "core/base/path.h"
#include "core/interchange/exports.h"

namespace rollproof::session {
namespace {

constexpr std::uint64_t kMaxAmfBytes = 16u << 20;

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

}  // namespace

Result<ExportOutcome> exportClips(Session& session, const ExportSettings& settings, std::stop_token stop) {
  const auto rows = session.clips(settings.query);
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return fail(Errc::notFound, "no clip matches", settings.query);
  ExportOutcome out;
  const std::string file = path::absolute(settings.path);
  std::map<std::string, KnownAmf> amfs;
  if (!settings.amfDirectory.empty()) {
    auto known = readAmfs(path::absolute(settings.amfDirectory), out.warnings);
    if (!known) return tl::unexpected(known.error());
    amfs = std::move(*known);
  }
  std::vector<interchange::ExportClip> clips;
  clips.reserve(rows->size());
  for (const catalog::ClipRow& row : *rows) {
    if (stop.stop_requested()) return fail(Errc::cancelled, "stopped on request", file);
    interchange::ExportClip& one = clips.emplace_back();
    one.clip = row.clip;
    putLook(session, row, one.clip, out.warnings);
    for (const model::ClipFile& part : row.clip.files) {
      if (part.role != model::FileRole::essence && part.role != model::FileRole::audio) continue;
      if (!row.mediaRoot.empty()) one.mediaPath = path::join(row.mediaRoot, part.path);
      break;
    }
    if (const auto amf = amfs.find(row.clip.name); amf != amfs.end()) {
      one.amfName = amf->second.name;
      one.amfUuid = amf->second.uuid;
    }
  }
  // Editors read a day in the order in which it was shot.
  std::stable_sort(clips.begin(), clips.end(), [](const auto& left, const auto& right) {
    return std::tie(left.clip.reel, left.clip.name) < std::tie(right.clip.reel, right.clip.name);
  });
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
