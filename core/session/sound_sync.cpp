// SPDX-License-Identifier: Apache-2.0
#include "core/session/sound_sync.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/path.h"
#include "core/sound/sound.h"

namespace rollproof::session {
namespace {

using Json = nlohmann::json;

dailies::ProductionSound soundOf(const sound::Take& take, const sound::Placed& placed) {
  dailies::ProductionSound found;
  found.name = take.name;
  for (const auto& file : take.files) {
    if (path::isSafeRelative(file)) found.paths.push_back(path::join(take.root, file));
  }
  found.channels = take.channels;
  found.offset = placed.offset;
  found.playRate = placed.playRate;
  found.tracks = take.tracks;
  found.roll = take.roll;
  found.timecode = placed.timecode;
  found.timecodeRate = take.timecodeRate;
  found.drift = placed.drift;
  return found;
}

constexpr double kMostFrames = 1e6;

Status checkMove(double frames, const std::string& clip) {
  if (std::isfinite(frames) && std::abs(frames) <= kMostFrames) return {};
  return fail(Errc::usage, "sound is not moved by that many frames", path::display(clip));
}

// Within `offset`, always from where it was found, so that no rounding adds up.
void moveTo(dailies::ProductionSound& sound, double frames, FrameRate rate) {
  const std::int64_t found = sound.offset - sound::shifted(0, sound.movedFrames, rate, sound.playRate);
  sound.offset = sound::shifted(found, frames, rate, sound.playRate);
  sound.movedFrames = frames;
}

// The same recording, in whatever folder it lies now.
bool same(const dailies::ProductionSound& a, const dailies::ProductionSound& b) {
  return a.name == b.name && a.timecode == b.timecode && a.channels == b.channels &&
         std::equal(a.paths.begin(), a.paths.end(), b.paths.begin(), b.paths.end(),
                    [](const auto& x, const auto& y) { return path::fileName(x) == path::fileName(y); });
}

constexpr const char* kDocument = "sound";

std::string keyOf(const catalog::ClipRow& row) {
  std::string key;
  for (const std::string* part : {&row.key.project, &row.key.day, &row.key.roll, &row.clip.name}) {
    key += path::percentEncode(*part) + "/";
  }
  // Two clips of one name in a roll differ in time.
  return key + (row.clip.start ? row.clip.start->text() : std::string("-"));
}

std::string textOf(const dailies::ProductionSound& sound) {
  Json paths = Json::array();
  for (const auto& one : sound.paths) paths.push_back(path::percentEncode(one));
  return Json{{"name", sound.name},
              {"paths", std::move(paths)},
              {"channels", sound.channels},
              {"offset", sound.offset},
              {"play_rate", sound.playRate},
              {"tracks", sound.tracks},
              {"moved_frames", sound.movedFrames},
              {"drift_frames", sound.drift},
              {"roll", sound.roll},
              {"timecode", sound.timecode},
              {"timecode_rate", {sound.timecodeRate.num, sound.timecodeRate.den}}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<dailies::ProductionSound> soundFrom(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  dailies::ProductionSound sound;
  try {
    sound.name = json.at("name").get<std::string>();
    for (const auto& one : json.at("paths")) sound.paths.push_back(path::percentDecode(one.get<std::string>()));
    sound.channels = json.at("channels").get<int>();
    sound.offset = json.at("offset").get<std::int64_t>();
    sound.playRate = json.at("play_rate").get<int>();
    sound.tracks = json.at("tracks").get<std::vector<std::string>>();
    sound.movedFrames = json.value("moved_frames", 0.0);
    sound.drift = json.value("drift_frames", 0.0);
    sound.roll = json.value("roll", std::string());
    sound.timecode = json.value("timecode", std::string());
    const auto rate = json.value("timecode_rate", std::vector<int>());
    if (rate.size() == 2) sound.timecodeRate = {rate[0], rate[1]};
  } catch (const Json::exception&) {
    return std::nullopt;
  }
  return sound;
}

Status readTakes(Session& session, const std::string& folder, std::vector<sound::Take>& takes,
                 std::vector<UnusedSound>& unused, const std::stop_token& stop) {
  const auto card = session.readCard(path::absolute(folder), true, stop);
  if (!card) return tl::unexpected(card.error());
  std::set<std::string> known;
  for (const auto& take : takes) {
    for (const auto& file : take.files) known.insert(path::join(take.root, file));
  }
  for (const auto& clip : card->clips) {
    if (clip.picture) continue;
    if (!clip.audio) {
      if (clip.family != "sound") continue;
      unused.push_back({path::display(clip.name),
                        clip.warnings.empty() ? "It is no sound file that can be read." : clip.warnings.front().text,
                        true});
      continue;
    }
    auto take = sound::takeFrom(clip, card->root);
    if (!take) {
      unused.push_back({path::display(clip.name), take.error().message + "."});
      continue;
    }
    // A folder given twice, or one inside the other.
    if (known.contains(path::join(take->root, take->files.front()))) continue;
    takes.push_back(std::move(*take));
  }
  return {};
}

}  // namespace

Result<SoundSyncReport> syncSound(Session& session, const SoundSyncRequest& request, std::stop_token stop) {
  if (request.folders.empty()) return fail(Errc::usage, "name a folder of sound files");
  if (request.clips.empty()) return fail(Errc::usage, "there is no clip to find sound for");
  for (const auto& row : request.clips) {
    const auto shift = request.shiftFrames.find(row.id.value);
    if (shift == request.shiftFrames.end()) continue;
    if (auto fits = checkMove(shift->second, row.clip.name); !fits) return tl::unexpected(fits.error());
  }
  SoundSyncReport report;
  std::vector<sound::Take> takes;
  for (const auto& folder : request.folders) {
    if (auto read = readTakes(session, folder, takes, report.unused, stop); !read) return tl::unexpected(read.error());
  }
  std::vector<model::Clip> clips;
  for (const auto& row : request.clips) clips.push_back(row.clip);
  const auto outcomes = sound::match(clips, takes, {request.anyDay});
  std::set<std::size_t> used;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const auto& row = request.clips[i];
    ClipSound one;
    one.clip = row.id;
    one.clipName = row.clip.name;
    one.why = outcomes[i].why;
    if (const auto& placed = outcomes[i].placed) {
      used.insert(placed->take);
      one.sound = soundOf(takes[placed->take], *placed);
      one.missingBefore = placed->missingBefore;
      one.missingAfter = placed->missingAfter;
      one.notes = placed->notes;
      const auto before = session.soundOf(row.id);
      if (const auto shift = request.shiftFrames.find(row.id.value); shift != request.shiftFrames.end()) {
        moveTo(*one.sound, shift->second, row.clip.frameRate);
        if (shift->second != 0) one.notes.push_back(fmt::format("Moved by hand by {:+g} frames.", shift->second));
      } else if (before && before->movedFrames != 0) {
        if (same(*before, *one.sound)) {
          moveTo(*one.sound, before->movedFrames, row.clip.frameRate);
          one.notes.push_back(fmt::format("Moved by hand by {:+g} frames, as before.", before->movedFrames));
        } else {
          one.notes.push_back(fmt::format("{} was moved by hand by {:+g} frames; this is another recording.",
                                          before->name, before->movedFrames));
        }
      }
      ++report.matched;
      if (request.keep) {
        if (auto kept = session.setSound(row.id, one.sound); !kept) return tl::unexpected(kept.error());
      }
    } else {
      if (request.shiftFrames.contains(row.id.value)) one.why += " There is nothing to move by hand.";
      // Another day's folder must not take it away; but nobody may believe that there is none.
      if (const auto before = session.soundOf(row.id)) one.why += " What was found before stays: " + before->name + ".";
    }
    report.clips.push_back(std::move(one));
  }
  for (std::size_t i = 0; i < takes.size(); ++i) {
    if (!used.contains(i))
      report.unused.push_back(
          {takes[i].name, "No clip took it: none lies at its timecode and day, or another take covers more."});
  }
  return report;
}

Status moveSound(Session& session, const catalog::ClipRow& row, double frames) {
  auto sound = session.soundOf(row.id);
  if (!sound) return fail(Errc::notFound, "has no production sound to move", path::display(row.clip.name));
  if (auto fits = checkMove(frames, row.clip.name); !fits) return fits;
  moveTo(*sound, frames, row.clip.frameRate);
  return session.setSound(row.id, sound);
}

Status keepSound(catalog::Catalog& catalog, const catalog::ClipRow& row,
                 const std::optional<dailies::ProductionSound>& sound) {
  return catalog.setDocument(kDocument, keyOf(row), sound ? textOf(*sound) : std::string());
}

Result<std::optional<dailies::ProductionSound>> keptSound(catalog::Catalog& catalog, const catalog::ClipRow& row) {
  const auto text = catalog.document(kDocument, keyOf(row));
  if (!text) return tl::unexpected(text.error());
  return text->empty() ? std::nullopt : soundFrom(*text);
}

}  // namespace rollproof::session
