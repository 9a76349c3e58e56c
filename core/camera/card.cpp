// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "core/base/log.h"
#include "core/base/path.h"
#include "core/camera/camera.h"
#include "core/camera/families.h"
#include "core/camera/grouped_card.h"
#include "core/camera/xml.h"

namespace rollproof::camera {
namespace {

// Made by computers, bins of computers, and seals: files of the card, but never clips.
bool isJunkComponent(std::string_view lower) {
  static constexpr std::string_view kNames[] = {".trashes",
                                                ".spotlight-v100",
                                                ".fseventsd",
                                                ".temporaryitems",
                                                ".documentrevisions-v100",
                                                ".ds_store",
                                                ".volumeicon.icns",
                                                "system volume information",
                                                "$recycle.bin",
                                                "recycler",
                                                "thumbs.db",
                                                "desktop.ini",
                                                "ascmhl",
                                                "lost+found"};
  if (lower.starts_with("._") || lower.starts_with(".trash-") || lower.starts_with(".rollproof-")) return true;
  return std::find(std::begin(kNames), std::end(kNames), lower) != std::end(kNames) || isPartName(lower);
}

bool isJunk(const std::string& relative) {
  const std::string lower = path::lowerAscii(relative);
  std::string_view rest = lower;
  for (;;) {
    const std::size_t slash = rest.find('/');
    if (isJunkComponent(rest.substr(0, slash))) return true;
    if (slash == std::string_view::npos) return false;
    rest.remove_prefix(slash + 1);
  }
}

CardFile cardFile(const std::string& relative, std::uint64_t bytes) {
  CardFile file;
  file.path = relative;
  file.directory = path::parent(relative);
  file.name = path::fileName(relative);
  file.lower = path::lowerAscii(file.name);
  file.stem = path::stem(relative);
  file.lowerStem = path::lowerAscii(file.stem);
  file.extension = path::extension(relative);
  file.bytes = bytes;
  return file;
}

void warnTemporary(Reading& reading) {
  for (const CardFile& file : reading.files) {
    if (file.extension == "tmp" || file.extension == "part" || file.lower.find("recover") != std::string::npos) {
      reading.warn("temp_file", fmt::format("{} looks like a recording that was not finished or was recovered.",
                                            path::display(file.path)));
    }
  }
}

// A whole card or folder.
Status readTree(Reading& reading, model::Card& card) {
  auto tree = walk(*reading.fs, card.root);
  if (!tree) return tl::unexpected<Error>(tree.error());
  for (const TreeEntry& entry : tree->entries) {
    if (entry.info.kind != FileKind::regular) continue;
    ++card.files;
    card.bytes += entry.info.bytes;
    if (!isJunk(entry.path)) reading.files.push_back(cardFile(entry.path, entry.info.bytes));
  }
  for (const Error& error : tree->unreadable) reading.warn("unreadable_folder", describe(error) + ".");
  return {};
}

// One media file: itself and what lies beside it under its name, as a card of its folder.
Status readSingle(Reading& reading, model::Card& card, const FileInfo& info, std::string& only) {
  const std::string name = path::fileName(card.root);
  const std::string stem = path::lowerAscii(path::stem(name));
  card.root = path::parent(card.root);
  reading.root = card.root;
  only = name;
  reading.files.push_back(cardFile(name, info.bytes));
  auto siblings = reading.fs->list(card.root);
  if (!siblings) return {};  // the file itself can still be read
  for (const DirectoryEntry& entry : *siblings) {
    if (entry.name == name || entry.kind != FileKind::regular || isJunk(entry.name)) continue;
    const std::string lower = path::lowerAscii(entry.name);
    if (!lower.starts_with(stem) && !lower.ends_with(".ale")) continue;
    const auto about = reading.fs->info(path::join(card.root, entry.name));
    if (about && about->kind == FileKind::regular) reading.files.push_back(cardFile(entry.name, about->bytes));
  }
  std::sort(reading.files.begin(), reading.files.end(),
            [](const CardFile& a, const CardFile& b) { return a.path < b.path; });
  return {};
}

bool ownsFile(const model::Clip& clip, const std::string& relative) {
  return std::any_of(clip.files.begin(), clip.files.end(),
                     [&relative](const model::ClipFile& file) { return file.path == relative; });
}

void finishRecord(Record& record) {
  record.finish();
  model::Clip& clip = record.clip;
  const std::string space = colourSpaceFor(clip.camera.make, clip.camera.model, clip.colour.gamma,
                                           clip.colour.primaries, clip.exposure.ei.value_or(0));
  if (clip.colour.space.empty() && !space.empty()) {
    clip.colour.space = space;
    const auto because = clip.provenance.find("colour.gamma");
    if (because != clip.provenance.end()) clip.provenance["colour.space"] = {because->second.front()};
  }
  if (clip.colour.space == "ARRI LogC3 (EI800)" && clip.exposure.ei && *clip.exposure.ei != 800) {
    record.warn("ei_curve", fmt::format("Recorded at EI {}; the LogC3 curves known here are ARRI's for EI 160 to 1600, "
                                        "and that for EI 800 is used.",
                                        *clip.exposure.ei));
  }
  bool empty = false;
  for (const model::ClipFile& file : clip.files) {
    if (file.bytes > 0 || (file.role != model::FileRole::essence && file.role != model::FileRole::audio)) continue;
    // One sentence is enough for a sequence that lost many frames.
    if (!std::exchange(empty, true)) {
      record.warn("zero_length", fmt::format("{} is empty.", path::display(path::fileName(file.path))));
    }
  }
}

std::string cameraText(const model::Clip& clip) {
  const std::string& make = clip.camera.make;
  const std::string& model = clip.camera.model;
  if (model.empty() || path::lowerAscii(model).starts_with(path::lowerAscii(make))) return model.empty() ? make : model;
  return make + " " + model;
}

}  // namespace

void Reading::index() {
  for (CardFile& file : files) {
    folders[path::lowerAscii(file.directory)].push_back(&file);
    m_byLowerPath.emplace(path::lowerAscii(file.path), &file);
    m_byPath.emplace(file.path, &file);
  }
}

CardFile* Reading::find(const std::string& folder, const std::string& lowerName) const {
  const auto found = m_byLowerPath.find(path::join(path::lowerAscii(folder), lowerName));
  return found == m_byLowerPath.end() ? nullptr : found->second;
}

CardFile* Reading::at(const std::string& path) const {
  const auto found = m_byPath.find(path);
  return found == m_byPath.end() ? nullptr : found->second;
}

std::string Reading::absolutePath(const CardFile& file) const { return path::join(root, file.path); }

const interchange::Ale* Reading::ale(const CardFile& file) {
  const auto [entry, fresh] = m_ales.try_emplace(file.path);
  if (fresh) {
    auto text = readSmallFile(*fs, absolutePath(file), kMaxXmlBytes);
    auto parsed = text ? interchange::parseAle(*text) : tl::unexpected<Error>(text.error());
    if (parsed) {
      entry->second = std::make_unique<interchange::Ale>(std::move(*parsed));
    } else {
      warn("unreadable_sidecar", fmt::format("{}: {}.", path::display(file.path), parsed.error().message));
    }
  }
  return entry->second.get();
}

const WavInfo* Reading::wav(const CardFile& file) {
  const auto [entry, fresh] = m_wavs.try_emplace(file.path);
  if (fresh) {
    if (auto info = readWav(*fs, absolutePath(file))) entry->second = std::make_unique<WavInfo>(std::move(*info));
  }
  return entry->second.get();
}

void claim(Record& record, CardFile& file, model::FileRole role) {
  file.claimed = true;
  record.clip.files.push_back({file.path, role, file.bytes});
}

void summariseCard(model::Card& card, bool single) {
  if (single) {
    card.files = card.bytes = 0;
    for (const model::Clip& clip : card.clips) {
      card.files += clip.files.size();
      for (const model::ClipFile& file : clip.files) card.bytes += file.bytes;
    }
  }

  for (const Family& family : families()) {
    const bool present = std::any_of(card.clips.begin(), card.clips.end(),
                                     [&family](const model::Clip& clip) { return clip.family == family.name; });
    if (present) card.families.emplace_back(family.name);
  }
  // "generic" names what no camera family took, so any other says more.
  std::stable_partition(card.families.begin(), card.families.end(),
                        [](const std::string& name) { return name != "generic"; });
  std::vector<std::string> named = card.families;
  std::erase_if(named, [](const std::string& name) { return name == "generic" || name == "sound"; });
  if (named.size() > 1)
    card.warnings.push_back(
        {"mixed_cards", fmt::format("Clips of several kinds are here: {}.", fmt::join(named, ", "))});
  card.family = card.families.empty() ? "generic" : card.families.front();
  for (const model::Clip& clip : card.clips) {
    if (card.camera.empty()) card.camera = cameraText(clip);
    if (card.reel.empty() && clip.family == card.family) card.reel = clip.reel;
  }
  if (card.reel.empty()) card.reel = path::display(path::fileName(card.root));
}

Result<std::unique_ptr<GroupedCard>> GroupedCard::group(const FileSystem& fs, const std::string& root, Depth depth,
                                                        const std::stop_token& stop) {
  auto grouped = std::make_unique<GroupedCard>();
  model::Card& card = grouped->m_card;
  Reading& reading = grouped->m_reading;
  card.root = path::absolute(root);
  const auto about = fs.info(card.root);
  if (!about) return tl::unexpected<Error>(about.error());
  reading.fs = &fs;
  reading.root = card.root;
  reading.depth = depth;
  std::string only;
  Status listed;
  if (about->kind == FileKind::regular) {
    grouped->m_single = true;
    listed = readSingle(reading, card, *about, only);
  } else if (about->kind == FileKind::directory) {
    listed = readTree(reading, card);
  } else {
    return fail(Errc::notRegular, "is neither a folder nor a media file", card.root);
  }
  if (!listed) return tl::unexpected<Error>(listed.error());
  reading.index();
  warnTemporary(reading);
  for (const Family& family : families()) {
    if (stop.stop_requested()) return fail(Errc::cancelled, "stopped", card.root);
    for (Record& record : family.group(reading)) {
      record.clip.family = family.name;
      if (only.empty() || ownsFile(record.clip, only)) grouped->m_pending.push_back({std::move(record), &family});
    }
  }
  return grouped;
}

model::Clip GroupedCard::describe(std::size_t clip, Depth depth) {
  Record record = m_pending[clip].record;
  const Depth before = std::exchange(m_reading.depth, depth);
  m_pending[clip].family->describe(record, m_reading);
  m_reading.depth = before;
  finishRecord(record);
  return std::move(record.clip);
}

model::Card GroupedCard::finish(std::vector<model::Clip> clips, std::vector<model::Warning> warnings) const {
  model::Card card = m_card;
  card.clips = std::move(clips);
  card.warnings = std::move(warnings);
  summariseCard(card, m_single);
  return card;
}

Result<model::Card> readCard(const FileSystem& fs, const std::string& root, Depth depth, std::stop_token stop,
                             const std::function<void(std::size_t done, std::size_t total)>& step) {
  auto grouped = GroupedCard::group(fs, root, depth, stop);
  if (!grouped) return tl::unexpected<Error>(grouped.error());
  std::vector<model::Clip> clips;
  for (std::size_t clip = 0; clip < (*grouped)->clips(); ++clip) {
    if (stop.stop_requested()) return fail(Errc::cancelled, "stopped", (*grouped)->counted().root);
    clips.push_back((*grouped)->describe(clip, depth));
    if (step) step(clip + 1, (*grouped)->clips());
  }
  return (*grouped)->finish(std::move(clips), (*grouped)->warnings());
}

}  // namespace rollproof::camera
