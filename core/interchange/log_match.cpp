// SPDX-License-Identifier: Apache-2.0
// Which clips a log speaks of.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <unordered_map>

#include "core/base/path.h"
#include "core/interchange/clip_text.h"
#include "core/interchange/logs.h"

namespace rollproof::interchange {
namespace {

using model::Clip;
using Indexes = std::vector<std::size_t>;

constexpr std::size_t kShown = 4;
// A shorter beginning would fit half a day's clips.
constexpr std::size_t kShortestBeginning = 6;
constexpr std::string_view kUuidUrn = "urn:uuid:";

std::string key(std::string_view text) { return path::lowerAscii(text); }
std::string beginning(std::string_view text) { return key(text.substr(0, kShortestBeginning)); }

// "A001C003" begins "A001C003_260502_R1AA", and not "A001C0031".
bool beginsWords(std::string_view part, std::string_view whole) {
  if (part.size() < kShortestBeginning || part.size() >= whole.size()) return false;
  constexpr std::string_view kBoundary = "_.- ";
  return kBoundary.find(whole[part.size()]) != std::string_view::npos && key(whole.substr(0, part.size())) == key(part);
}

class Matcher {
 public:
  explicit Matcher(const std::vector<Clip>& clips) : m_clips(clips) {
    for (std::size_t i = 0; i < clips.size(); ++i) {
      const Clip& clip = clips[i];
      if (!clip.reel.empty()) m_reels[key(clip.reel)].push_back(i);
      for (const std::string& whole : {clip.reel, clip.name}) {
        if (whole.size() > kShortestBeginning) put(m_beginnings, beginning(whole), i);
      }
      for (const std::string& id : {clip.uuid, clip.umid}) {
        if (!id.empty()) put(m_uuids, key(id), i);
      }
      add(clip.name, i);
      const std::string file = sourceFile(clip);
      add(file, i);
      add(path::stem(file), i);
    }
  }

  LogMatch match(const LogEntry& entry) const {
    const std::string uuid = entry.uuid.starts_with(kUuidUrn) ? entry.uuid.substr(kUuidUrn.size()) : entry.uuid;
    if (const Indexes* same = find(m_uuids, uuid)) {
      if (same->size() > 1) return ambiguous(*same, fmt::format("the uuid {}", path::display(uuid)));
      return matched(same->front(), entry, fmt::format("by its uuid {}", path::display(uuid)));
    }
    const bool timed = !entry.start.empty() || entry.startFrames;
    std::string reelWords = fmt::format("reel {}", path::display(entry.reel));
    const Indexes* onReel = find(m_reels, entry.reel);
    // Lists cut reels to eight letters, or write the beginning of the clip's name where a reel belongs.
    const Indexes begun = onReel || !timed ? Indexes{} : begunBy(entry.reel);
    if (!onReel && !begun.empty()) {
      onReel = &begun;
      reelWords = fmt::format("{}, which begins its reel or name,", path::display(entry.reel));
    }
    Indexes named = namedAs(entry);
    std::string nameWords = "name";
    if (named.empty()) {
      named = begunByWords(entry);
      nameWords = "name's beginning";
    }
    if (onReel && timed) {
      const Indexes here = at(entry, *onReel);
      if (here.size() == 1) {
        return matched(here.front(), entry,
                       fmt::format("by {} and timecode {}", reelWords, shown(entry, here.front())));
      }
      if (here.size() > 1) {
        const Indexes both = common(here, named);
        if (both.size() == 1) {
          return matched(
              both.front(), entry,
              fmt::format("by {}, timecode {} and its {}", reelWords, shown(entry, both.front()), nameWords));
        }
        return ambiguous(both.empty() ? here : both,
                         fmt::format("{} and timecode {}", reelWords, shown(entry, here.front())));
      }
    }
    if (!named.empty() && timed) {
      const Indexes here = at(entry, named);
      if (here.size() == 1) {
        const Clip& clip = m_clips[here.front()];
        const bool otherReel = !entry.reel.empty() && !clip.reel.empty();
        return matched(here.front(), entry,
                       fmt::format("by its {} and timecode {}{}", nameWords, shown(entry, here.front()),
                                   otherReel ? fmt::format(", though the log has the reel {} and the clip {}",
                                                           path::display(entry.reel), clip.reel)
                                             : std::string()));
      }
      if (here.size() > 1)
        return ambiguous(here, fmt::format("its {} and timecode {}", nameWords, shown(entry, here.front())));
      const Clip& clip = m_clips[named.front()];
      if (clip.start) {
        return unmatched(fmt::format("{} has that name, but it runs from {} to {} and the log says {}", clip.name,
                                     startText(clip), endText(clip), shown(entry, named.front())));
      }
      // The clip has no timecode at all, so there is nothing to contradict.
      if (named.size() == 1)
        return matched(named.front(), entry, fmt::format("by its {} alone: the clip has no timecode", nameWords));
    }
    if (!named.empty()) {
      const Indexes both = onReel ? common(named, *onReel) : entry.reel.empty() ? named : Indexes{};
      if (both.size() == 1) {
        return matched(both.front(), entry,
                       onReel ? fmt::format("by {} and its {}", reelWords, nameWords)
                              : fmt::format("by its {} alone: the log has no timecode for it", nameWords));
      }
      if (both.size() > 1) return ambiguous(both, "its " + nameWords);
      return unmatched(fmt::format("{} has that name, but it is of the reel {}", m_clips[named.front()].name,
                                   m_clips[named.front()].reel.empty() ? "-" : m_clips[named.front()].reel));
    }
    if (onReel && !timed)
      return unmatched(
          fmt::format("{} is known, but the log has neither timecode nor a name that a clip has", reelWords));
    if (onReel)
      return unmatched(fmt::format("no clip of {} has timecode {}", reelWords, shown(entry, onReel->front())));
    if (!entry.reel.empty())
      return unmatched(fmt::format("no clip is of {}{}", reelWords, entry.name.empty() ? "" : " or has that name"));
    return unmatched(entry.name.empty() && entry.sourceFile.empty() ? "it names no reel, clip or file"
                                                                    : "no clip has that name");
  }

 private:
  using Map = std::unordered_map<std::string, Indexes>;

  static void put(Map& map, const std::string& what, std::size_t index) {
    Indexes& list = map[what];
    if (list.empty() || list.back() != index) list.push_back(index);
  }
  void add(const std::string& name, std::size_t index) {
    if (!name.empty()) put(m_names, key(name), index);
  }
  template <typename Fits>
  Indexes amongBegun(const std::string& text, Fits fits) const {
    Indexes out;
    if (text.size() < kShortestBeginning) return out;
    const Indexes* near = find(m_beginnings, beginning(text));
    if (near) std::copy_if(near->begin(), near->end(), std::back_inserter(out), fits);
    return out;
  }
  Indexes begunBy(const std::string& reel) const {
    return amongBegun(reel, [&](std::size_t i) {
      return key(m_clips[i].reel).starts_with(key(reel)) || key(m_clips[i].name).starts_with(key(reel));
    });
  }
  Indexes begunByWords(const LogEntry& entry) const {
    return amongBegun(entry.name, [&](std::size_t i) { return beginsWords(entry.name, m_clips[i].name); });
  }
  static const Indexes* find(const Map& map, const std::string& what) {
    if (what.empty()) return nullptr;
    const auto found = map.find(key(what));
    return found == map.end() ? nullptr : &found->second;
  }

  Indexes namedAs(const LogEntry& entry) const {
    Indexes out;
    const std::string file = path::fileName(entry.sourceFile);
    // An editor's master clip may have lost or kept its extension.
    for (const std::string& name : {entry.name, path::stem(entry.name), file, path::stem(file)}) {
      const Indexes* found = find(m_names, name);
      if (found) return *found;
    }
    return out;
  }

  // The log's start as frames of this clip's clock; nullopt if it cannot be one.
  static std::optional<std::int64_t> startIn(const LogEntry& entry, const Clip& clip) {
    if (!clip.start || !clip.frameRate.valid()) return std::nullopt;
    if (entry.startFrames) {
      // A log that counts at another rate may still mean the same clock.
      if (entry.rate.nominal() != clip.frameRate.nominal()) return std::nullopt;
      return entry.startFrames;
    }
    std::string text = entry.start;
    if (clip.start->dropFrame && text.size() > 8 && text[8] == ':') text[8] = ';';
    const auto parsed = Timecode::parse(text, clip.frameRate);
    return parsed ? std::optional(parsed->frames) : std::nullopt;
  }

  Indexes at(const LogEntry& entry, const Indexes& among) const {
    Indexes out;
    for (const std::size_t i : among) {
      const auto start = startIn(entry, m_clips[i]);
      if (!start) continue;
      const std::int64_t first = m_clips[i].start->frames;
      const std::int64_t frames = std::max<std::int64_t>(m_clips[i].durationFrames.value_or(1), 1);
      if (*start >= first && *start - first < frames) out.push_back(i);
    }
    return out;
  }

  std::string shown(const LogEntry& entry, std::size_t clip) const {
    if (!entry.start.empty()) return path::display(entry.start);
    const auto frames = startIn(entry, m_clips[clip]);
    return frames && m_clips[clip].start
               ? Timecode{*frames, m_clips[clip].frameRate, m_clips[clip].start->dropFrame}.text()
               : fmt::format("frame {}", entry.startFrames.value_or(0));
  }

  static Indexes common(const Indexes& left, const Indexes& right) {
    Indexes out;
    for (const std::size_t one : left) {
      if (std::find(right.begin(), right.end(), one) != right.end()) out.push_back(one);
    }
    return out;
  }

  LogMatch matched(std::size_t clip, const LogEntry& entry, std::string why) const {
    const Clip& one = m_clips[clip];
    const std::string file = sourceFile(one);
    const std::string called = key(entry.name);
    const bool same = called.empty() || called == key(one.name) || called == key(file) ||
                      called == key(path::stem(file)) || key(path::stem(entry.name)) == key(one.name) ||
                      beginsWords(entry.name, one.name);
    if (!same) why += fmt::format("; the log calls it {}", path::display(entry.name));
    return {LogMatch::How::matched, clip, {}, fmt::format("{} {}", one.name, why)};
  }
  LogMatch ambiguous(const Indexes& clips, const std::string& by) const {
    std::string names;
    for (std::size_t i = 0; i < clips.size() && i < kShown; ++i)
      names += fmt::format("{}{}", i ? ", " : "", m_clips[clips[i]].name);
    if (clips.size() > kShown) names += ", ...";
    return {LogMatch::How::ambiguous, 0, clips, fmt::format("{} clips have {}: {}", clips.size(), by, names)};
  }
  static LogMatch unmatched(std::string why) { return {LogMatch::How::unmatched, 0, {}, std::move(why)}; }

  const std::vector<Clip>& m_clips;
  Map m_reels, m_names, m_uuids;
  Map m_beginnings;  // of reels and names
};

}  // namespace

std::vector<LogMatch> matchLog(const Log& log, const std::vector<model::Clip>& clips) {
  const Matcher matcher(clips);
  std::vector<LogMatch> out;
  out.reserve(log.entries.size());
  for (const LogEntry& entry : log.entries) out.push_back(matcher.match(entry));
  return out;
}

}  // namespace rollproof::interchange
