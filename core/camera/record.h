// SPDX-License-Identifier: Apache-2.0
// What each source says about one clip, and the clip record that comes out: the best source wins, those that disagree
// are kept behind it. Private to this folder.
// Threads: one record belongs to one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/timecode.h"
#include "core/model/clip.h"

namespace rollproof::camera {

// Best first. `tag` is what any writer puts into a container by default (colour tags, creation time): it only fills
// gaps.
enum class Rank { file, sidecar, ale, name, tag };

struct From {
  Rank rank;
  const char* source;  // provenance word
};

class Record {
 public:
  // Grouping fills name, family, files; everything else goes through the functions below.
  model::Clip clip;

  // Fields are named as in the JSON record. Blank text says nothing.
  void text(const char* field, From from, std::string_view raw) { text(field, from, raw, raw); }
  void text(const char* field, From from, std::string_view raw, std::string_view value);
  void number(const char* field, From from, std::string_view raw, double value);
  void whole(const char* field, From from, std::string_view raw, std::int64_t value);
  void flag(const char* field, From from, std::string_view raw, bool value);
  void ratio(const char* field, From from, std::string_view raw, Rational value);
  void frameRate(From from, std::string_view raw, FrameRate rate);
  // `word` is the record's timecode_source. The text form is read at the clip's frame rate.
  void start(From from, std::string_view raw, const char* word, Timecode timecode);
  void startText(From from, std::string_view raw, const char* word, std::string timecode);
  void cdl(From from, std::string_view raw, const model::Cdl& value);
  void tracks(From from, std::vector<std::string> names);
  void warn(std::string code, std::string sentence);  // once, however often it is said

  // Applies everything said. Call once.
  void finish();

 private:
  struct Said {
    Rank rank;
    model::Provenance provenance;
    std::string canonical;  // equal for sources that agree
    std::function<bool(model::Clip&)> apply;
  };
  void say(const char* field, From from, std::string_view raw, std::string canonical,
           std::function<bool(model::Clip&)> apply);
  void settle(const std::string& field, std::vector<Said>& said);

  std::map<std::string, std::vector<Said>> m_said;
};

// Number at the start of a text, "172.8 deg" -> 172.8; nullopt if there is none or it is not finite.
[[nodiscard]] std::optional<double> leadingNumber(std::string_view text);
// The whole text as a number.
[[nodiscard]] std::optional<std::int64_t> wholeNumber(std::string_view text);
// "24p", "23.98p", "59.94i" as Sony and Panasonic write formats: the interlaced count fields. Invalid if it is no rate.
[[nodiscard]] FrameRate videoFormatRate(std::string_view text);
// "2026:05:02 11:30:00" or "2026:05:02:11:30:00:PST" -> "2026-05-02T11:30:00"; a zone's letters name no offset. "" if
// it is no moment.
[[nodiscard]] std::string isoMoment(const std::string& text);
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace rollproof::camera
