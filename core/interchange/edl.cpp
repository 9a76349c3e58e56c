// SPDX-License-Identifier: Apache-2.0
#include "core/interchange/edl.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/path.h"
#include "core/interchange/cdl.h"
#include "core/interchange/text_lines.h"

namespace rollproof::interchange {
namespace {

constexpr std::size_t kMaxReel = 32;
constexpr std::size_t kMaxEvents = 1'000'000;
constexpr int kMaxChannel = 64;

bool isDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<int> toInt(std::string_view text) {
  int value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  return code == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

// HH:MM:SS:FF with any separator before the frames; nothing is said of the frame rate yet.
bool looksLikeTimecode(std::string_view text) {
  if (text.size() < 11 || text.size() > 12) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool mark = i == 2 || i == 5 || i == 8;
    if (mark ? std::string_view(":;.,").find(text[i]) == std::string_view::npos : text[i] < '0' || text[i] > '9') {
      return false;
    }
  }
  return true;
}

// An event's line taken apart, before the frame rate is known.
struct EventLine {
  std::string_view number, channels, transition, times[4];
  std::string reel;
  int frames = 0;
};

bool isTransition(std::string_view word) {
  if (word == "C" || word == "D" || word == "K" || word == "KB" || word == "KO") return true;
  return word.starts_with('W') && word.size() <= 4 && (word.size() == 1 || isDigits(word.substr(1)));
}

std::optional<EventLine> takeApart(std::string_view line) {
  const auto words = blankWords(line);
  if (words.size() < 8 || words[0].size() > 9 || !isDigits(words[0])) return std::nullopt;
  EventLine out;
  out.number = words[0];
  std::size_t end = words.size() - 4;
  for (std::size_t i = 0; i < 4; ++i) {
    out.times[i] = words[end + i];
    if (!looksLikeTimecode(out.times[i])) return std::nullopt;
  }
  // From the right, for a reel may hold blanks: [duration] transition channels reel.
  if (isDigits(words[end - 1]) && end >= 5 && isTransition(words[end - 2])) {
    const auto frames = toInt(words[end - 1]);
    if (!frames) return std::nullopt;
    out.frames = *frames;
    --end;
  }
  if (end < 4 || !isTransition(words[end - 1])) return std::nullopt;
  out.transition = words[end - 1];
  out.channels = words[end - 2];
  for (std::size_t i = 1; i < end - 2; ++i) {
    if (i > 1) out.reel += ' ';
    out.reel += words[i];
  }
  return out;
}

FrameRate guessedRate(int highestFrame, bool drop) {
  if (drop) return highestFrame < 30 ? FrameRate{30000, 1001} : FrameRate{60000, 1001};
  for (const int rate : {24, 25, 30, 48, 50, 60}) {
    if (highestFrame < rate) return {rate, 1};
  }
  return {120, 1};
}

// Where the star's comment has this title, what comes after it. Only the newer titles may go without their colon:
// "FROM CLIP IS A STILL" is a remark.
std::optional<std::string_view> after(std::string_view comment, std::string_view title, bool bare = false) {
  if (!comment.starts_with(title)) return std::nullopt;
  std::string_view rest = comment.substr(title.size());
  const bool colon = !rest.empty() && rest.front() == ':';
  if (colon) rest.remove_prefix(1);
  const bool apart = !rest.empty() && std::string_view(" \t(").find(rest.front()) != std::string_view::npos;
  if (!colon && !(bare && apart)) return std::nullopt;
  return trimEnds(rest);
}

class Reader {
 public:
  explicit Reader(FrameRate rate) : m_rate(rate) {}

  Result<Edl> read(std::string_view text) {
    if (!m_rate.valid()) m_rate = rateOf(text);
    m_edl.rate = m_rate;
    Lines lines(text);
    std::string_view raw;
    bool recognised = false;
    while (lines.next(raw)) {
      const std::string_view line = trimEnds(raw);
      if (line.empty()) continue;
      if (line.find('\0') != std::string_view::npos)
        return fail(Errc::corrupt, "the text holds zero bytes and is no EDL");
      m_line = lines.number();
      if (line.starts_with("TITLE:")) {
        m_edl.title = trimEnds(line.substr(6));
        recognised = true;
      } else if (line.starts_with("FCM:")) {
        m_drop = line.find("NON") == std::string_view::npos && line.find("DROP") != std::string_view::npos;
        if (m_edl.events.empty() && !m_counted) m_edl.dropFrame = m_drop;
        m_counted = true;
        recognised = true;
      } else if (line.starts_with('*')) {
        comment(trimEnds(line.substr(1)));
      } else if (const auto taken = takeApart(line)) {
        if (m_edl.events.size() >= kMaxEvents) return fail(Errc::corrupt, "the EDL has too many events");
        event(*taken);
      } else if (!m_edl.events.empty() && other(line)) {
        continue;
      } else if (m_edl.events.empty()) {
        m_edl.lines.emplace_back(line);
      } else {
        m_edl.events.back().lines.emplace_back(line);
      }
    }
    if (m_edl.events.empty() && !recognised)
      return fail(Errc::corrupt, "there is no event in the text, so it is no EDL");
    return std::move(m_edl);
  }

 private:
  static FrameRate rateOf(std::string_view text) {
    Lines lines(text);
    std::string_view line;
    int highest = 0;
    bool drop = false;
    while (lines.next(line)) {
      line = trimEnds(line);
      if (line.starts_with("FCM:")) drop = drop || line.find("NON") == std::string_view::npos;
      const auto taken = takeApart(line);
      if (!taken) continue;
      for (const std::string_view time : taken->times) {
        highest = std::max(highest, toInt(time.substr(9)).value_or(0));
        drop = drop || time[8] == ';';
      }
    }
    return guessedRate(highest, drop);
  }

  template <class... Args>
  void say(fmt::format_string<Args...> format, Args&&... args) {
    m_edl.findings.push_back(fmt::format("line {}: {}", m_line, fmt::format(format, std::forward<Args>(args)...)));
  }

  Timecode time(std::string_view text) {
    std::string plain(text);
    plain[2] = plain[5] = ':';
    if (m_drop) plain[8] = ';';
    const auto parsed = Timecode::parse(plain, m_rate);
    if (parsed) return *parsed;
    say("{} is no timecode at {} frames per second", path::display(text), m_rate.text());
    return Timecode{0, m_rate, false};
  }

  void event(const EventLine& line) {
    EdlEvent& one = m_edl.events.emplace_back();
    one.number = line.number;
    one.reel = line.reel;
    one.channels = line.channels;
    one.transition = line.transition;
    one.transitionFrames = line.frames;
    one.sourceIn = time(line.times[0]);
    one.sourceOut = time(line.times[1]);
    one.recordIn = time(line.times[2]);
    one.recordOut = time(line.times[3]);
    if (one.sourceOut.frames < one.sourceIn.frames) say("event {} ends in the source before it begins", one.number);
    if (one.recordOut.frames < one.recordIn.frames) say("event {} ends before it begins", one.number);
  }

  // The other line of a dissolve or wipe: what it goes out of.
  EdlEvent* outgoing() {
    const std::size_t count = m_edl.events.size();
    if (count < 2 || m_edl.events[count - 1].transition == "C") return nullptr;
    EdlEvent& before = m_edl.events[count - 2];
    return before.transition == "C" && before.number == m_edl.events[count - 1].number ? &before : nullptr;
  }

  void comment(std::string_view text) {
    if (m_edl.events.empty()) {
      m_edl.lines.push_back(fmt::format("* {}", text));
      return;
    }
    EdlEvent& one = m_edl.events.back();
    if (const auto from = after(text, "FROM CLIP NAME")) {
      EdlEvent* out = outgoing();
      put(out ? out->clipName : one.clipName, *from, text);
    } else if (const auto to = after(text, "TO CLIP NAME")) {
      put(one.clipName, *to, text);
    } else if (const auto file = after(text, "SOURCE FILE")) {
      put(one.sourceFile, *file, text);
    } else if (const auto clip = after(text, "FROM CLIP")) {
      put(one.clipPath, *clip, text);
    } else if (const auto name = after(text, "AMF_NAME", true)) {
      put(one.amfName, *name, text);
    } else if (const auto uuid = after(text, "AMF_UUID", true)) {
      put(one.amfUuid, *uuid, text);
    } else if (const auto sop = after(text, "ASC_SOP", true)) {
      auto parsed = parseSop(*sop);
      if (!parsed) say("the ASC_SOP is not three times three numbers");
      if (!parsed || one.sop) {
        one.comments.emplace_back(text);
      } else {
        one.sop = parsed;
      }
    } else if (const auto sat = after(text, "ASC_SAT", true)) {
      const auto parsed = parseSat(*sat);
      if (!parsed) say("the ASC_SAT is no number");
      if (!parsed || one.saturation) {
        one.comments.emplace_back(text);
      } else {
        one.saturation = parsed;
      }
    } else if (const auto locator = after(text, "LOC")) {
      const auto words = blankWords(*locator);
      if (words.size() < 2 || !looksLikeTimecode(words[0])) {
        one.comments.emplace_back(text);
      } else {
        const auto rest = static_cast<std::size_t>(words[1].data() + words[1].size() - locator->data());
        one.locators.push_back(
            {std::string(words[0]), std::string(words[1]), std::string(trimEnds(locator->substr(rest)))});
      }
    } else {
      one.comments.emplace_back(text);
    }
  }

  void put(std::string& into, std::string_view value, std::string_view whole) {
    if (into.empty() && !value.empty()) {
      into = value;
    } else if (value != into) {
      m_edl.events.back().comments.emplace_back(whole);
    }
  }

  bool other(std::string_view line) {
    EdlEvent& one = m_edl.events.back();
    const auto words = blankWords(line);
    if (words[0] == "M2" && words.size() >= 4 && !one.speed && looksLikeTimecode(words.back())) {
      double speed = 0;
      if (!parseNumbers(words[words.size() - 2], &speed, 1)) return false;
      one.speed = EdlSpeed{{}, speed, std::string(words.back())};
      for (std::size_t i = 1; i + 2 < words.size(); ++i) {
        if (i > 1) one.speed->reel += ' ';
        one.speed->reel += words[i];
      }
      return true;
    }
    if (words[0] == "AUD" && words.size() >= 2 && words.size() < 20) {
      std::vector<int> channels;
      for (std::size_t i = 1; i < words.size(); ++i) {
        const auto channel = toInt(words[i]);
        if (!channel || *channel < 1 || *channel > kMaxChannel) return false;
        channels.push_back(*channel);
      }
      one.moreAudio.insert(one.moreAudio.end(), channels.begin(), channels.end());
      return true;
    }
    return false;
  }

  FrameRate m_rate;
  Edl m_edl;
  bool m_drop = false;
  bool m_counted = false;  // its head has said how frames are counted
  std::size_t m_line = 0;
};

// What an event's line or comment must not hold, said with the event's number.
Status fits(const EdlEvent& event, std::string_view what, std::string_view value) {
  if (!breaksLine(value) && value.find('\0') == std::string_view::npos) return {};
  return fail(Errc::usage,
              fmt::format("event {}: the {} has a line break, which an EDL cannot hold", event.number, what),
              path::display(value));
}

void audioLines(std::string& out, const std::vector<int>& channels) {
  for (std::size_t i = 0; i < channels.size(); ++i) {
    if (i % 8 == 0) out += "AUD";
    out += fmt::format("{:>5}", channels[i]);
    if (i % 8 == 7 || i + 1 == channels.size()) out += '\n';
  }
}

std::string speedText(double framesPerSecond) {
  const bool tenths = std::abs(framesPerSecond) < 1000 && std::round(framesPerSecond * 10) == framesPerSecond * 10;
  return tenths ? fmt::format("{:05.1f}", framesPerSecond) : formatNumber(framesPerSecond);
}

bool isDrop(const EdlEvent& event) {
  return event.sourceIn.dropFrame && event.sourceOut.dropFrame && event.recordIn.dropFrame && event.recordOut.dropFrame;
}

Status check(const EdlEvent& event) {
  if (event.reel.empty() || characters(event.reel) > kMaxReel) {
    return fail(Errc::usage, fmt::format("event {}: a reel has 1 to {} characters", event.number, kMaxReel),
                event.reel);
  }
  if (!isDigits(event.number) || blankWords(event.channels).size() != 1 || !isTransition(event.transition)) {
    return fail(Errc::usage,
                fmt::format("event {}: its number, channels or transition are no words of an EDL", event.number));
  }
  for (const auto& [what, value] : {std::pair<std::string_view, const std::string*>{"reel", &event.reel},
                                    {"clip name", &event.clipName},
                                    {"source file", &event.sourceFile},
                                    {"path", &event.clipPath},
                                    {"AMF name", &event.amfName},
                                    {"AMF uuid", &event.amfUuid}}) {
    if (auto good = fits(event, what, *value); !good) return good;
  }
  if (event.speed && (blankWords(event.speed->reel).empty() || breaksLine(event.speed->reel) ||
                      !looksLikeTimecode(event.speed->timecode) || !std::isfinite(event.speed->framesPerSecond))) {
    return fail(Errc::usage, fmt::format("event {}: its speed has no reel, number or timecode", event.number));
  }
  for (const auto& one : event.comments) {
    if (auto good = fits(event, "comment", one); !good) return good;
  }
  for (const auto& one : event.lines) {
    if (auto good = fits(event, "line", one); !good) return good;
  }
  for (const auto& one : event.locators) {
    if (auto good = fits(event, "locator", one.text); !good) return good;
    if (auto good = fits(event, "locator", one.colour); !good) return good;
  }
  return {};
}

void comment(std::string& out, std::string_view title, std::string_view value) {
  if (!value.empty()) out += fmt::format("* {}: {}\n", title, value);
}

}  // namespace

bool EdlEvent::hasPicture() const { return channels == "B" || channels.find('V') != std::string::npos; }

std::vector<int> EdlEvent::audioChannels() const {
  std::vector<int> out;
  std::string_view rest = channels;
  if (rest == "B" || rest == "A") {
    out = {1};
  } else if (rest == "AA" || rest.starts_with("AA/") || rest.ends_with("/AA")) {
    out = {1, 2};
  } else {
    // "A2", "A2/V", "A1A2"
    while (!rest.empty()) {
      const std::size_t at = rest.find('A');
      if (at == std::string_view::npos) break;
      rest.remove_prefix(at + 1);
      const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
      const int channel = digits == 0 ? 1 : toInt(rest.substr(0, digits)).value_or(0);
      if (channel >= 1 && channel <= kMaxChannel) out.push_back(channel);
      rest.remove_prefix(digits);
    }
  }
  for (const int one : moreAudio) {
    if (std::find(out.begin(), out.end(), one) == out.end()) out.push_back(one);
  }
  return out;
}

std::optional<model::Cdl> EdlEvent::cdl() const {
  if (!sop && !saturation) return std::nullopt;
  model::Cdl out = sop.value_or(model::Cdl{});
  out.saturation = saturation.value_or(1.0);
  return out;
}

Result<Edl> parseEdl(std::string_view text, FrameRate rate) { return Reader(rate).read(text); }

Result<std::string> formatEdl(const Edl& edl) {
  if (breaksLine(edl.title))
    return fail(Errc::usage, "the title has a line break, which an EDL cannot hold", edl.title);
  std::string out = fmt::format("TITLE: {}\nFCM: {}\n", edl.title, edl.dropFrame ? "DROP FRAME" : "NON-DROP FRAME");
  for (const auto& line : edl.lines) {
    if (breaksLine(line))
      return fail(Errc::usage, "a line has a line break, which an EDL cannot hold", path::display(line));
    out += fmt::format("{}\n", line);
  }
  std::size_t width = 8;
  for (const auto& event : edl.events) width = std::max(width, characters(event.reel));
  bool drop = edl.dropFrame;
  for (std::size_t i = 0; i < edl.events.size(); ++i) {
    const EdlEvent& event = edl.events[i];
    if (auto good = check(event); !good) return tl::unexpected(good.error());
    if (isDrop(event) != drop) {
      drop = isDrop(event);
      out += fmt::format("FCM: {}\n", drop ? "DROP FRAME" : "NON-DROP FRAME");
    }
    const std::string padding(width - std::min(width, characters(event.reel)), ' ');
    const std::string frames = event.transition == "C" && event.transitionFrames == 0
                                   ? std::string(3, ' ')
                                   : fmt::format("{:03}", event.transitionFrames);
    out += fmt::format("{}  {}{} {:<5} {:<4} {} {} {} {} {}\n", event.number, event.reel, padding, event.channels,
                       event.transition, frames, event.sourceIn.text(), event.sourceOut.text(), event.recordIn.text(),
                       event.recordOut.text());
    audioLines(out, event.moreAudio);
    if (event.speed) {
      out += fmt::format("M2   {}  {}  {}\n", event.speed->reel, speedText(event.speed->framesPerSecond),
                         event.speed->timecode);
    }
    // The name of what a transition goes out of stands behind both of its lines, as editing systems have it; with its
    // own line too where other comments there would else be taken for it.
    const bool pairFirst = event.transition == "C" && i + 1 < edl.events.size() &&
                           edl.events[i + 1].number == event.number && edl.events[i + 1].transition != "C";
    const bool pairSecond = event.transition != "C" && i > 0 && edl.events[i - 1].number == event.number &&
                            edl.events[i - 1].transition == "C";
    if (pairSecond) comment(out, "FROM CLIP NAME", edl.events[i - 1].clipName);
    if (!pairFirst || !event.comments.empty()) {
      comment(out, pairSecond ? "TO CLIP NAME" : "FROM CLIP NAME", event.clipName);
    }
    comment(out, "SOURCE FILE", event.sourceFile);
    comment(out, "FROM CLIP", event.clipPath);
    if (event.sop) out += fmt::format("* ASC_SOP {}\n", formatSop(*event.sop));
    if (event.saturation) {
      model::Cdl one;
      one.saturation = *event.saturation;
      out += fmt::format("* ASC_SAT {}\n", formatSat(one));
    }
    comment(out, "AMF_NAME", event.amfName);
    comment(out, "AMF_UUID", event.amfUuid);
    for (const auto& one : event.locators)
      out += fmt::format("* LOC: {} {:<7} {}\n", one.timecode, one.colour, one.text);
    for (const auto& one : event.comments) out += fmt::format("* {}\n", one);
    for (const auto& one : event.lines) out += fmt::format("{}\n", one);
  }
  return out;
}

}  // namespace rollproof::interchange
