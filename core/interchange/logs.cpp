// SPDX-License-Identifier: Apache-2.0
// The five kinds of logs as entries of one kind.
#include "core/interchange/logs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/path.h"
#include "core/interchange/ale.h"
#include "core/interchange/cdl.h"
#include "core/interchange/csv.h"
#include "core/interchange/edl.h"
#include "core/interchange/otio.h"
#include "core/interchange/text_lines.h"

namespace rollproof::interchange {
namespace {

// Titles of tables, lower case and with blanks for underlines, and what they mean here.
struct Title {
  std::string_view title, meaning;
};
constexpr std::array kTitles{
    Title{"name", "name"},
    Title{"clip", "name"},
    Title{"clip name", "name"},
    Title{"clipname", "name"},
    Title{"tape", "reel"},
    Title{"reel", "reel"},
    Title{"reel name", "reel"},
    Title{"camroll", "reel"},
    Title{"camera roll", "reel"},
    Title{"soundroll", "reel"},
    Title{"start", "start"},
    Title{"start timecode", "start"},
    Title{"start tc", "start"},
    Title{"src start", "start"},
    Title{"source start", "start"},
    Title{"timecode", "start"},
    Title{"fps", "rate"},
    Title{"frame rate", "rate"},
    Title{"source file", "file"},
    Title{"source file path", "file"},
    Title{"source path", "file"},
    Title{"file", "file"},
    Title{"file name", "file"},
    Title{"filename", "file"},
    Title{"uuid", "uuid"},
    Title{"scene", "scene"},
    Title{"shot", "shot"},
    Title{"take", "take"},
    Title{"circled", "circled"},
    Title{"circle", "circled"},
    Title{"circle take", "circled"},
    Title{"good take", "circled"},
    Title{"notes", "notes"},
    Title{"note", "notes"},
    Title{"comments", "notes"},
    Title{"comment", "notes"},
    Title{"descript", "notes"},
    Title{"asc sop", "sop"},
    Title{"asc sat", "sat"},
    Title{"amf name", "amf"},
    Title{"amf uuid", "amf"},
};

std::string_view meaningOf(std::string_view title) {
  std::string plain = path::lowerAscii(trimEnds(title));
  std::replace_if(
      plain.begin(), plain.end(), [](char c) { return c == '_' || c == '-'; }, ' ');
  for (const Title& one : kTitles) {
    if (one.title == plain) return one.meaning;
  }
  return {};
}

// "yes" and "no" in the words that logs use; "" if it is neither.
std::string circledWord(std::string_view value) {
  const std::string word = path::lowerAscii(trimEnds(value));
  for (const char* yes : {"yes", "y", "true", "1", "x", "*", "circled", "good", "ok"}) {
    if (word == yes) return "yes";
  }
  for (const char* no : {"no", "n", "false", "0", "ng"}) {
    if (word == no) return "no";
  }
  return {};
}

// A row of a table into an entry. The first column of a meaning that is not empty counts.
class TableReader {
 public:
  TableReader(Log& log, const std::vector<std::string>& titles) : m_log(log) {
    for (const std::string& title : titles) m_meanings.push_back(meaningOf(title));
  }
  [[nodiscard]] bool tellsClips() const { return has("name") || has("reel") || has("file") || has("uuid"); }

  void row(const std::vector<std::string>& cells, std::string where, FrameRate usual) {
    LogEntry one;
    one.where = std::move(where);
    one.rate = usual;
    std::string sop, sat;
    bool amf = false;
    for (std::size_t i = 0; i < cells.size() && i < m_meanings.size(); ++i) {
      const std::string value(trimEnds(cells[i]));
      const std::string_view meaning = m_meanings[i];
      if (value.empty() || meaning.empty()) continue;
      const auto put = [&](std::string& into) {
        if (into.empty()) into = value;
      };
      if (meaning == "name") {
        put(one.name);
      } else if (meaning == "reel") {
        put(one.reel);
      } else if (meaning == "start") {
        put(one.start);
      } else if (meaning == "file") {
        put(one.sourceFile);
      } else if (meaning == "uuid") {
        put(one.uuid);
      } else if (meaning == "sop") {
        put(sop);
      } else if (meaning == "sat") {
        put(sat);
      } else if (meaning == "amf") {
        amf = true;
      } else if (meaning == "rate") {
        if (const auto rate = FrameRate::parse(value)) one.rate = *rate;
      } else if (meaning == "circled") {
        const std::string word = circledWord(value);
        if (word.empty()) {
          m_log.findings.push_back(
              fmt::format("{}: \"{}\" does not say whether the take is circled", one.where, path::display(value)));
        } else {
          one.values.emplace("circled", word);
        }
      } else {
        one.values.emplace(std::string(meaning), value);
      }
    }
    if (!sop.empty() || !sat.empty()) {
      const auto numbers = sop.empty() ? std::optional(model::Cdl{}) : parseSop(sop);
      const auto saturation = sat.empty() ? std::optional(1.0) : parseSat(sat);
      if (!numbers || !saturation) {
        m_log.findings.push_back(fmt::format("{}: its CDL is not made of plain numbers and is left out", one.where));
      } else if (amf) {
        m_log.findings.push_back(fmt::format("{}: it names an AMF, so its inline CDL is left out", one.where));
      } else {
        one.cdl = numbers;
        one.cdl->saturation = *saturation;
      }
    }
    m_log.entries.push_back(std::move(one));
  }

 private:
  [[nodiscard]] bool has(std::string_view meaning) const {
    return std::find(m_meanings.begin(), m_meanings.end(), meaning) != m_meanings.end();
  }
  Log& m_log;
  std::vector<std::string_view> m_meanings;
};

Result<Log> fromAle(std::string_view text) {
  const auto ale = parseAle(text);
  if (!ale) return tl::unexpected(ale.error());
  Log log;
  log.kind = "ale";
  FrameRate usual{0, 1};
  std::string tape;
  for (const auto& [key, value] : ale->heading) {
    if (key == "FPS") usual = FrameRate::parse(value).value_or(usual);
    if (key == "TAPE") tape = value;
  }
  TableReader table(log, ale->columns);
  for (std::size_t i = 0; i < ale->rows.size(); ++i) {
    table.row(ale->rows[i], fmt::format("row {}", i + 1), usual);
    if (log.entries.back().reel.empty()) log.entries.back().reel = tape;
  }
  return log;
}

Result<Log> fromCsv(std::string_view text) {
  const auto rows = parseCsv(text);
  if (!rows) return tl::unexpected(rows.error());
  Log log;
  log.kind = "csv";
  if (rows->empty()) return fail(Errc::corrupt, "the file is empty");
  TableReader table(log, rows->front());
  if (!table.tellsClips()) {
    return fail(Errc::corrupt,
                "the file is no log: its first line has no title such as Name, Clip, Reel, Tape or File");
  }
  for (std::size_t i = 1; i < rows->size(); ++i) {
    if ((*rows)[i].size() == 1 && (*rows)[i][0].empty()) continue;
    table.row((*rows)[i], fmt::format("row {}", i), {0, 1});
  }
  return log;
}

// "SCENE: 12" among the comments of an event.
void commentValue(const EdlEvent& event, std::string_view title, const char* field, LogEntry& into) {
  for (const std::string& one : event.comments) {
    if (!std::string_view(one).starts_with(title)) continue;
    const std::string_view rest = trimEnds(std::string_view(one).substr(title.size()));
    if (rest.starts_with(':') && !trimEnds(rest.substr(1)).empty()) {
      into.values.emplace(field, trimEnds(rest.substr(1)));
    }
  }
}

Log fromEdl(const Edl& edl) {
  Log log;
  log.kind = "edl";
  log.findings = edl.findings;
  for (const EdlEvent& event : edl.events) {
    // The line of a dissolve that only says what it goes out of.
    if (event.sourceIn == event.sourceOut && event.recordIn == event.recordOut) continue;
    if (event.reel == "BL") continue;
    LogEntry one;
    one.where = fmt::format("event {}", event.number);
    one.name = event.clipName;
    one.reel = event.reel == "AX" ? std::string() : event.reel;
    one.sourceFile = event.sourceFile;
    one.start = event.sourceIn.text();
    one.cdl = event.cdl();
    if (one.cdl && (!event.amfName.empty() || !event.amfUuid.empty())) {
      log.findings.push_back(fmt::format("{}: it names an AMF, so its inline CDL is left out", one.where));
      one.cdl.reset();
    }
    commentValue(event, "SCENE", "scene", one);
    commentValue(event, "TAKE", "take", one);
    commentValue(event, "COMMENT", "notes", one);
    log.entries.push_back(std::move(one));
  }
  return log;
}

std::string textAt(const OtioJson& json, std::initializer_list<const char*> keys) {
  const OtioJson* at = &json;
  for (const char* key : keys) {
    if (!at->is_object()) return {};
    const auto found = at->find(key);
    if (found == at->end()) return {};
    at = &*found;
  }
  return at->is_string() ? at->get<std::string>() : std::string();
}

bool numbersAt(const OtioJson& json, const char* key, std::array<double, 3>& into) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_array() || found->size() != 3) return false;
  for (std::size_t i = 0; i < 3; ++i) {
    if (!(*found)[i].is_number()) return false;
    into[i] = (*found)[i].get<double>();
  }
  return true;
}

std::optional<model::Cdl> cdlOf(const OtioJson& metadata) {
  const auto found = metadata.is_object() ? metadata.find("cdl") : metadata.end();
  if (!metadata.is_object() || found == metadata.end() || !found->is_object()) return std::nullopt;
  model::Cdl cdl;
  bool any = false;
  if (const auto sop = found->find("asc_sop"); sop != found->end() && sop->is_object()) {
    any = numbersAt(*sop, "slope", cdl.slope) && numbersAt(*sop, "offset", cdl.offset) &&
          numbersAt(*sop, "power", cdl.power);
    if (!any) return std::nullopt;
  }
  if (const auto sat = found->find("asc_sat"); sat != found->end() && sat->is_number()) {
    cdl.saturation = sat->get<double>();
    any = true;
  }
  return any ? std::optional(cdl) : std::nullopt;
}

Result<Log> fromOtio(std::string_view text) {
  const auto root = parseOtio(text);
  if (!root) return tl::unexpected(root.error());
  Log log;
  log.kind = "otio";
  std::size_t number = 0;
  for (const OtioItem* clip : otioClips(*root)) {
    LogEntry one;
    one.where = fmt::format("clip {}", ++number);
    one.name = clip->name;
    for (const auto& keys :
         {std::initializer_list<const char*>{"rollproof", "reel"}, {"cmx_3600", "reel"}, {"ALE", "Tape"}}) {
      if (one.reel.empty()) one.reel = textAt(clip->metadata, keys);
    }
    one.uuid = textAt(clip->metadata, {"rollproof", "uuid"});
    one.sourceFile = textAt(clip->metadata, {"rollproof", "source_file"});
    const OtioMedia* media = clip->activeReference();
    if (one.sourceFile.empty() && media) one.sourceFile = path::percentDecode(path::fileName(media->url));
    const auto& range = clip->range ? clip->range : media ? media->available : std::nullopt;
    if (range && std::isfinite(range->start.value) && std::isfinite(range->start.rate) && range->start.rate > 0 &&
        range->start.rate < 1000 && std::abs(range->start.value) < 1e12) {
      one.startFrames = static_cast<std::int64_t>(std::llround(range->start.value));
      one.rate = FrameRate::fromDouble(range->start.rate);
    }
    for (const char* field : {"scene", "shot", "take", "notes"}) {
      if (std::string value = textAt(clip->metadata, {"rollproof", field}); !value.empty())
        one.values.emplace(field, value);
    }
    if (const std::string word = circledWord(textAt(clip->metadata, {"rollproof", "circled"})); !word.empty()) {
      one.values.emplace("circled", word);
    }
    one.cdl = cdlOf(clip->metadata);
    log.entries.push_back(std::move(one));
  }
  return log;
}

Result<Log> fromCdl(std::string_view text) {
  const auto file = parseCdl(text);
  if (!file) return tl::unexpected(file.error());
  Log log;
  log.kind = "cdl";
  log.findings = checkCdl(*file);
  std::size_t number = 0;
  for (const Correction& one : file->corrections) {
    ++number;
    if (!one.reference.empty() || (!one.hasSop && !one.hasSat)) continue;
    LogEntry entry;
    entry.where = fmt::format("correction {}", number);
    entry.name = one.id;
    if (!one.mediaRef.empty()) entry.sourceFile = path::percentDecode(path::fileName(one.mediaRef));
    entry.cdl = one.cdl;
    log.entries.push_back(std::move(entry));
  }
  return log;
}

std::string_view firstLine(std::string_view text) {
  Lines lines(text);
  std::string_view line;
  while (lines.next(line)) {
    if (!trimEnds(line).empty()) return trimEnds(line);
  }
  return {};
}

}  // namespace

Result<Log> readLog(std::string_view text) {
  const std::string_view first = firstLine(text);
  if (first.empty()) return fail(Errc::corrupt, "the file is empty");
  if (first == "Heading") return fromAle(text);
  if (first.starts_with('<')) return fromCdl(text);
  if (first.starts_with('{')) return fromOtio(text);
  if (const auto edl = parseEdl(text); edl && !edl->events.empty()) return fromEdl(*edl);
  return fromCsv(text);
}

}  // namespace rollproof::interchange
