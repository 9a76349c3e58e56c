// SPDX-License-Identifier: Apache-2.0
#include "core/session/expected.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "core/base/path.h"
#include "core/hash/hash.h"

namespace rollproof::session {

namespace {

constexpr std::uint64_t kMaxListBytes = std::uint64_t{64} * 1024 * 1024;  // a camera report lists every file
constexpr std::size_t kMaxRolls = 100'000;
constexpr unsigned kMaxRange = 10'000;

using Cells = std::vector<std::string>;

std::string trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(kBlank) - first + 1));
}

// RFC 4180, with any one separator; quoted cells may hold line ends.
std::vector<Cells> rowsOf(std::string_view text, char separator) {
  std::vector<Cells> rows;
  Cells row;
  std::string cell;
  bool quoted = false;
  const auto endCell = [&] {
    row.push_back(trimmed(cell));
    cell.clear();
  };
  const auto endRow = [&] {
    endCell();
    if (row.size() > 1 || !row.front().empty()) rows.push_back(std::move(row));
    row.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        cell += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        cell += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"' && trimmed(cell).empty()) {
      cell.clear();
      quoted = true;
    } else if (c == separator) {
      endCell();
    } else if (c == '\n' || c == '\r') {
      endRow();
    } else {
      cell += c;
    }
  }
  endRow();
  return rows;
}

// Counts as people write them: "1 234", "1,234"; no sign, no fraction.
std::optional<std::uint64_t> countFrom(const std::string& text) {
  std::string plain;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      plain += c;
    } else if (c != ' ' && c != ',' && c != '\'' && c != '_') {
      return std::nullopt;
    }
  }
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (plain.empty() || problem != std::errc{} || end != plain.data() + plain.size()) return std::nullopt;
  return value;
}

class RollList {
 public:
  // One entry a name, whatever the case; what a later row adds is kept.
  ExpectedRoll& at(const std::string& name) {
    const auto [found, isNew] = m_byName.emplace(path::lowerAscii(name), m_rolls.size());
    if (isNew) m_rolls.push_back({name, {}, {}, {}, {}});
    return m_rolls[found->second];
  }
  [[nodiscard]] bool isFull() const { return m_rolls.size() >= kMaxRolls; }
  [[nodiscard]] std::vector<ExpectedRoll> take() { return std::move(m_rolls); }

 private:
  std::vector<ExpectedRoll> m_rolls;
  std::map<std::string, std::size_t> m_byName;
};

struct Columns {
  std::map<std::string, std::size_t> at;  // by lower-case title
  [[nodiscard]] std::string of(const Cells& row, const char* title) const {
    const auto found = at.find(title);
    return found == at.end() || found->second >= row.size() ? std::string{} : row[found->second];
  }
};

bool isHeader(const Cells& row) {
  return std::any_of(row.begin(), row.end(), [](const std::string& cell) { return path::lowerAscii(cell) == "roll"; });
}

// Our own report has a row for the roll, one a clip and one a file; a day list has one row a roll.
void addRow(RollList& list, const Columns& columns, const Cells& row) {
  const std::string name = columns.of(row, "roll");
  if (name.empty()) return;
  ExpectedRoll& roll = list.at(name);
  const auto more = [](std::optional<std::uint64_t>& counted) { counted = counted.value_or(0) + 1; };
  if (columns.at.contains("row")) {
    const std::string what = columns.of(row, "row");
    if (what == "clip") more(roll.clips);
    if (what == "file") more(roll.files);
    if (what != "roll") return;
  } else {
    if (const auto files = countFrom(columns.of(row, "files"))) roll.files = files;
    if (const auto clips = countFrom(columns.of(row, "clips"))) roll.clips = clips;
  }
  if (const auto bytes = countFrom(columns.of(row, "bytes"))) roll.bytes = bytes;
  if (const std::string camera = columns.of(row, "camera"); !camera.empty()) roll.camera = camera;
}

std::vector<ExpectedRoll> fromTable(const std::vector<Cells>& rows) {
  RollList list;
  Columns columns;
  const Cells& header = rows.front();
  for (std::size_t i = 0; i < header.size(); ++i) columns.at.emplace(path::lowerAscii(header[i]), i);
  for (const auto& row : rows) {
    if (row != header && !list.isFull()) addRow(list, columns, row);  // reports one after the other repeat it
  }
  return list.take();
}

struct Numbered {
  std::string_view prefix;
  unsigned number = 0;
  std::size_t digits = 0;
};

std::optional<Numbered> numbered(std::string_view name) {
  std::size_t at = name.size();
  while (at > 0 && name[at - 1] >= '0' && name[at - 1] <= '9') --at;
  Numbered result{name.substr(0, at), 0, name.size() - at};
  if (result.digits == 0 || result.digits > 6) return std::nullopt;
  std::from_chars(name.data() + at, name.data() + name.size(), result.number);
  return result;
}

void addNames(RollList& list, std::string_view word) {
  const auto dash = word.find('-');
  if (dash != std::string_view::npos) {
    const auto first = numbered(word.substr(0, dash));
    const auto last = numbered(word.substr(dash + 1));
    if (first && last && first->prefix == last->prefix && !first->prefix.empty() && first->digits == last->digits &&
        first->number <= last->number && last->number - first->number < kMaxRange) {
      for (unsigned n = first->number; n <= last->number && !list.isFull(); ++n) {
        list.at(fmt::format("{}{:0{}}", first->prefix, n, first->digits));
      }
      return;
    }
  }
  if (!list.isFull()) list.at(std::string(word));
}

std::vector<ExpectedRoll> fromNames(std::string_view text) {
  RollList list;
  std::string word;
  const auto end = [&] {
    if (!word.empty()) addNames(list, word);
    word.clear();
  };
  bool comment = false;
  for (const char c : text) {
    if (c == '\n' || c == '\r') comment = false;
    if (c == '#' && word.empty()) comment = true;
    if (comment) continue;
    if (std::string_view(" \t\r\n,;").find(c) != std::string_view::npos) {
      end();
    } else {
      word += c;
    }
  }
  end();
  return list.take();
}

enum class Match { none, begins, exact };

Match matchName(const std::string& wanted, const std::string& folder) {
  const std::string name = path::lowerAscii(wanted);
  const std::string given = path::lowerAscii(folder);
  if (given == name) return Match::exact;
  if (name.empty() || !given.starts_with(name)) return Match::none;
  const char next = given[name.size()];
  return next >= '0' && next <= '9' ? Match::none : Match::begins;
}

Match matchRoll(const ExpectedRoll& wanted, const ReceivedRoll& roll) {
  return std::max(matchName(wanted.name, roll.name), matchName(wanted.name, roll.sealedName));
}

// Equal by what was computed from the bytes; names and sizes alone can only show a difference.
enum class Sameness { unknown, same, different };

Sameness compareContent(const ReceivedRoll& a, const ReceivedRoll& b) {
  for (const auto& one : a.content) {
    for (const auto& other : b.content) {
      if (one.format == other.format) return hash::sameValue(one, other) ? Sameness::same : Sameness::different;
    }
  }
  if (a.inventory.empty() || b.inventory.empty()) return Sameness::unknown;
  return a.inventory == b.inventory ? Sameness::unknown : Sameness::different;
}

class Comparison {
 public:
  Comparison(const std::vector<ExpectedRoll>& expected, const std::vector<ReceivedRoll>& received)
      : m_expected(expected), m_received(received), m_owner(received.size(), expected.size()) {}

  Completeness run() {
    m_result.asked = true;
    m_result.complete = true;
    m_result.expected = m_expected.size();
    assign();
    for (std::size_t e = 0; e < m_expected.size(); ++e) checkExpected(e);
    for (std::size_t r = 0; r < m_received.size(); ++r) {
      if (m_owner[r] == m_expected.size()) {
        finding("roll_unexpected", m_received[r].path,
                fmt::format("{} is here and on no list: find out whose day it belongs to",
                            path::display(m_received[r].name)));
      }
    }
    checkTwins();
    return std::move(m_result);
  }

 private:
  const std::vector<ExpectedRoll>& m_expected;
  const std::vector<ReceivedRoll>& m_received;
  std::vector<std::size_t> m_owner;  // of each received roll: index of the expected one, or past the end
  Completeness m_result;

  void finding(const char* kind, const std::string& where, std::string text) {
    m_result.findings.push_back({kind, where, std::move(text)});
  }
  void incomplete(const char* kind, const std::string& where, std::string text) {
    m_result.complete = false;
    finding(kind, where, std::move(text));
  }

  // The exact name wins over one that only begins so, and among those the longest: A001_B is not A001's.
  void assign() {
    for (std::size_t r = 0; r < m_received.size(); ++r) {
      Match best = Match::none;
      for (std::size_t e = 0; e < m_expected.size(); ++e) {
        const Match match = matchRoll(m_expected[e], m_received[r]);
        const bool longer =
            match == best && match == Match::begins && m_expected[e].name.size() > m_expected[m_owner[r]].name.size();
        if (match > best || longer) {
          best = match;
          m_owner[r] = e;
        }
      }
    }
  }

  void checkExpected(std::size_t e) {
    const ExpectedRoll& wanted = m_expected[e];
    std::vector<const ReceivedRoll*> here;
    for (std::size_t r = 0; r < m_received.size(); ++r) {
      if (m_owner[r] == e) here.push_back(&m_received[r]);
    }
    if (here.empty()) {
      m_result.missing.push_back(wanted.name);
      incomplete("roll_missing", {},
                 fmt::format("{} is expected and not here: look for the card before anybody formats it",
                             path::display(wanted.name)));
      return;
    }
    ++m_result.received;
    for (const auto* roll : here) checkAsListed(wanted, *roll);
    for (std::size_t i = 1; i < here.size(); ++i) {
      const auto same = compareContent(*here.front(), *here[i]);
      if (same == Sameness::same) {
        finding("roll_duplicate", here[i]->path,
                fmt::format("holds the same files as {}", path::display(here.front()->path)));
      } else {
        incomplete("roll_conflict", here[i]->path,
                   fmt::format(
                       "answers to the name {} like {}, and {}: find out which one is meant",
                       path::display(wanted.name), path::display(here.front()->path),
                       same == Sameness::different ? "holds other files" : "nothing shows whether both hold the same"));
      }
    }
  }

  void checkAsListed(const ExpectedRoll& wanted, const ReceivedRoll& roll) {
    const auto count = [&](const char* what, std::optional<std::uint64_t> listed, std::uint64_t found) {
      if (!listed || *listed == found) return;
      incomplete("roll_differs", roll.path, fmt::format("has {} {} where the list says {}", found, what, *listed));
    };
    count("files", wanted.files, roll.files);
    count("bytes", wanted.bytes, roll.bytes);
    if (roll.clips) count("clips", wanted.clips, *roll.clips);
    if (!wanted.camera.empty() && !roll.camera.empty() &&
        path::lowerAscii(wanted.camera) != path::lowerAscii(roll.camera)) {
      finding("roll_differs", roll.path,
              fmt::format("is from camera {} where the list says {}", path::display(roll.camera),
                          path::display(wanted.camera)));
    }
    if (roll.result != mhl::VerifyResult::verified) {
      incomplete("roll_unproven", roll.path,
                 fmt::format("is here, but its verification says {}", mhl::name(roll.result)));
    }
  }

  // One content under two names: one of the two cards was most likely never copied.
  void checkTwins() {
    std::map<std::string, std::size_t> firstWith;
    for (std::size_t r = 0; r < m_received.size(); ++r) {
      if (m_received[r].files == 0) continue;
      for (const auto& digest : m_received[r].content) {
        const auto [found, isNew] =
            firstWith.emplace(fmt::format("{} {}", hash::name(digest.format), path::lowerAscii(digest.text)), r);
        const std::size_t other = found->second;
        const bool bothStrange = m_owner[r] == m_expected.size() && m_owner[other] == m_expected.size();
        if (isNew || other == r || (m_owner[r] == m_owner[other] && !bothStrange)) continue;
        std::string text = fmt::format("holds the same files as {}", path::display(m_received[other].path));
        if (m_owner[r] == m_expected.size() || m_owner[other] == m_expected.size()) {
          finding("roll_duplicate", m_received[r].path, std::move(text));
        } else {
          incomplete("roll_duplicate", m_received[r].path,
                     text.append(" under another name: one card was copied twice"));
        }
        break;
      }
    }
  }
};

}  // namespace

Result<std::vector<ExpectedRoll>> parseExpectedRolls(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // spreadsheets write one
  std::vector<ExpectedRoll> rolls;
  bool isTable = false;
  for (const char separator : {',', ';', '\t'}) {
    const auto lineEnd = std::min(text.find_first_of("\r\n", text.find_first_not_of(" \t\r\n")), text.size());
    const auto head = rowsOf(text.substr(0, lineEnd), separator);
    if (head.empty() || !isHeader(head.front())) continue;
    isTable = true;
    rolls = fromTable(rowsOf(text, separator));
    break;
  }
  if (!isTable) rolls = fromNames(text);
  if (rolls.empty()) return fail(Errc::usage, "the list of expected rolls names none");
  return rolls;
}

Result<std::vector<ExpectedRoll>> readExpectedRolls(const FileSystem& fs, const std::string& fileOrNames) {
  const std::string asPath = path::absolute(fileOrNames);
  const auto info = fs.info(asPath);
  if (info && info->kind == FileKind::regular) {
    const auto text = readSmallFile(fs, asPath, kMaxListBytes);
    if (!text) return tl::unexpected(text.error());
    auto rolls = parseExpectedRolls(*text);
    if (!rolls) return fail(rolls.error().code, rolls.error().message, asPath);
    return rolls;
  }
  if (fileOrNames.find('/') != std::string::npos) return fail(Errc::notFound, "is no list of rolls", fileOrNames);
  return parseExpectedRolls(fileOrNames);
}

std::vector<ReceivedRoll> receivedRolls(const std::vector<mhl::TreeOutcome>& trees) {
  std::vector<ReceivedRoll> received;
  for (const auto& tree : trees) {
    for (const auto& roll : tree.rolls) {
      if (roll.result == mhl::VerifyResult::unsealed) continue;  // a folder is no roll yet
      ReceivedRoll one;
      one.name = path::fileName(roll.scope);
      one.sealedName = roll.sealedName;
      one.path = roll.scope;
      one.result = roll.result;
      one.files = roll.files;
      one.bytes = roll.bytes;
      one.content = roll.content;
      one.inventory = roll.inventory;
      received.push_back(std::move(one));
    }
  }
  return received;
}

Completeness compareRolls(const std::vector<ExpectedRoll>& expected, const std::vector<ReceivedRoll>& received) {
  return Comparison(expected, received).run();
}

}  // namespace rollproof::session
