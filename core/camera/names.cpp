// SPDX-License-Identifier: Apache-2.0
#include "core/camera/names.h"

#include <fmt/format.h>

#include <cctype>
#include <charconv>

namespace rollproof::camera {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool isLower(char c) { return c >= 'a' && c <= 'z'; }
char upper(char c) { return isLower(c) ? static_cast<char>(c - 'a' + 'A') : c; }

// Eats a name from the left; letters match whatever their case, since copies change it.
class Eater {
 public:
  explicit Eater(std::string_view rest) : m_rest(rest) {}
  template <class Test>
  bool take(std::size_t count, Test test, std::string* into = nullptr) {
    if (m_rest.size() < count) return false;
    std::string taken;
    for (std::size_t i = 0; i < count; ++i) {
      const char c = upper(m_rest[i]);
      if (!test(c)) return false;
      taken += c;
    }
    m_rest.remove_prefix(count);
    if (into) *into += taken;
    return true;
  }
  bool letter(char wanted) {
    return take(1, [wanted](char c) { return c == wanted; });
  }
  bool digits(std::size_t count, std::string* into = nullptr) { return take(count, isDigit, into); }
  bool code(std::size_t count, std::string* into = nullptr) {
    return take(
        count, [](char c) { return isDigit(c) || isUpper(c); }, into);
  }
  [[nodiscard]] std::size_t leadingDigits() const {
    std::size_t n = 0;
    while (n < m_rest.size() && isDigit(m_rest[n])) ++n;
    return n;
  }
  [[nodiscard]] bool startsWith(char c) const { return !m_rest.empty() && m_rest.front() == c; }
  [[nodiscard]] bool empty() const { return m_rest.empty(); }
  [[nodiscard]] std::size_t left() const { return m_rest.size(); }

 private:
  std::string_view m_rest;
};

// "240426" or "20240426" -> "2024-04-26"; "" if it is no date.
std::string isoDate(const std::string& digits) {
  const std::string year = digits.size() == 8 ? digits.substr(0, 4) : "20" + digits.substr(0, 2);
  const std::string month = digits.substr(digits.size() - 4, 2), day = digits.substr(digits.size() - 2);
  if (month < "01" || month > "12" || day < "01" || day > "31") return {};
  return fmt::format("{}-{}-{}", year, month, day);
}

std::string isoTime(const std::string& digits) {
  const std::string hour = digits.substr(0, 2), minute = digits.substr(2, 2), second = digits.substr(4, 2);
  if (hour > "23" || minute > "59" || second > "59") return {};
  return fmt::format("T{}:{}:{}", hour, minute, second);
}

std::optional<NameFacts> arriClassic(std::string_view stem) {
  Eater eat(stem);
  NameFacts facts;
  std::string date;
  if (!eat.take(1, isUpper, &facts.letter)) return std::nullopt;
  facts.reel = facts.letter;
  if (!eat.digits(3, &facts.reel) || !eat.take(1, [](char c) { return c == 'C' || c == 'D'; }) || !eat.digits(3) ||
      !eat.letter('_')) {
    return std::nullopt;
  }
  const std::size_t length = eat.leadingDigits();
  if ((length != 6 && length != 8) || !eat.digits(length, &date) || !eat.letter('_')) return std::nullopt;
  if (!eat.code(4, &facts.cameraId) || !eat.empty()) return std::nullopt;
  facts.reel += facts.cameraId;
  facts.date = isoDate(date);
  return facts;
}

bool alexa35Index(Eater& eat, NameFacts& facts) {
  if (!eat.take(1, isUpper, &facts.letter)) return false;
  facts.reel = facts.letter;
  if (!eat.take(
          1, [](char c) { return isUpper(c) || c == '_'; }, &facts.reel))
    return false;
  if (eat.startsWith('_'))
    (void)eat.take(
        1, [](char c) { return c == '_'; }, &facts.reel);
  const std::size_t length = eat.leadingDigits();
  return (length == 3 || length == 4) && eat.digits(length, &facts.reel);
}

std::optional<NameFacts> alexa35(std::string_view stem) {
  Eater eat(stem);
  NameFacts facts;
  std::string date, time;
  if (!alexa35Index(eat, facts) || !eat.letter('C') || !eat.digits(3) || !eat.letter('_') || !eat.digits(6, &date) ||
      !eat.letter('_') || !eat.digits(6, &time) || !eat.letter('_') || !eat.take(1, isUpper) ||
      !eat.code(4, &facts.cameraId) || !eat.empty()) {
    return std::nullopt;
  }
  facts.reel += "_" + facts.cameraId;
  facts.date = isoDate(date);
  if (!facts.date.empty()) facts.date += isoTime(time);
  return facts;
}

}  // namespace

std::optional<NameFacts> arriClipName(std::string_view stem) {
  auto facts = arriClassic(stem);
  return facts ? facts : alexa35(stem);
}

bool isArriReelName(std::string_view name) {
  Eater classic(name);
  if (classic.take(1, isUpper) && classic.digits(3) && classic.take(1, isUpper) && classic.code(3) && classic.empty()) {
    return true;
  }
  Eater eat(name);
  NameFacts facts;
  return alexa35Index(eat, facts) && eat.letter('_') && eat.code(4) && eat.empty();
}

std::optional<NameFacts> sonyClipName(std::string_view stem) {
  Eater eat(stem);
  NameFacts facts;
  std::string date;
  if (!eat.take(1, isUpper, &facts.letter)) return std::nullopt;
  facts.reel = facts.letter;
  if (!eat.digits(3, &facts.reel) || !eat.letter('C') || !eat.digits(3) || !eat.letter('_') || !eat.digits(6, &date) ||
      !eat.code(2) || !eat.empty()) {
    return std::nullopt;
  }
  facts.date = isoDate(date);
  return facts;
}

std::optional<NameFacts> blackmagicClipName(std::string_view stem) {
  Eater eat(stem);
  NameFacts facts;
  if (!eat.take(1, isUpper, &facts.letter)) return std::nullopt;
  facts.reel = facts.letter;
  if (!eat.digits(3, &facts.reel) || !eat.letter('_') || !eat.digits(8) || !eat.letter('_') ||
      !eat.take(1, [](char c) { return c == 'C' || c == 'S'; }) || !eat.digits(3)) {
    return std::nullopt;
  }
  return facts;
}

std::optional<CanonName> canonClipName(std::string_view stem) {
  Eater eat(stem);
  CanonName name;
  NameFacts& facts = name.facts;
  std::string date;
  if (!eat.take(1, isUpper, &facts.letter)) return std::nullopt;
  facts.reel = facts.letter;
  if (!eat.digits(3, &facts.reel) || !eat.take(1, [](char c) { return c == 'C' || c == 'D'; }) || !eat.digits(3) ||
      !eat.letter('_') || !eat.digits(6, &date) || !eat.code(2) || !eat.letter('_')) {
    return std::nullopt;
  }
  std::size_t user = 0;
  while (user < 5 && eat.code(1)) ++user;
  if (user == 0) return std::nullopt;
  facts.date = isoDate(date);
  name.base = std::string(stem.substr(0, stem.size() - eat.left()));
  while (eat.letter('_')) {
    std::string digits;
    const std::size_t length = eat.leadingDigits();
    if (name.segment == 0 && !name.proxy && (length == 2 || length == 3) && eat.digits(length, &digits)) {
      std::from_chars(digits.data(), digits.data() + digits.size(), name.segment);
    } else if (!name.proxy && eat.letter('P') && eat.letter('R') && eat.letter('O') && eat.letter('X') &&
               eat.letter('Y')) {
      name.proxy = true;
    } else {
      return std::nullopt;
    }
  }
  if (!eat.empty()) return std::nullopt;
  return name;
}

std::optional<SonySideFile> sonySideFile(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot < 4) return std::nullopt;
  std::string extension;
  for (const char c : name.substr(dot + 1)) extension += upper(c);
  if (extension != "XML" && extension != "JPG" && extension != "MP4" && extension != "BIM" && extension != "MXF") {
    return std::nullopt;
  }
  const char kind = upper(name[dot - 3]);
  if (!isDigit(name[dot - 1]) || !isDigit(name[dot - 2])) return std::nullopt;
  if (kind != 'M' && kind != 'T' && kind != 'S' && kind != 'R') return std::nullopt;
  return SonySideFile{std::string(name.substr(0, dot - 3)), kind};
}

std::optional<FrameName> frameName(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  std::size_t begin = dot;
  while (begin > 0 && isDigit(name[begin - 1])) --begin;
  if (begin == dot || dot - begin > 18) return std::nullopt;
  FrameName frame{std::string(name.substr(0, begin)), static_cast<int>(dot - begin), 0};
  std::from_chars(name.data() + begin, name.data() + dot, frame.number);
  return frame;
}

bool fitsShape(std::string_view text, std::string_view shape) {
  if (text.size() != shape.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = upper(text[i]);
    const bool fits = shape[i] == 'A'   ? isUpper(c)
                      : shape[i] == '0' ? isDigit(c)
                      : shape[i] == 'X' ? isUpper(c) || isDigit(c)
                                        : c == upper(shape[i]);
    if (!fits) return false;
  }
  return true;
}

std::optional<NameFacts> redClipName(std::string_view name) {
  constexpr std::string_view kShape = "A000_A000_0000XX";
  if (name.size() < kShape.size() || !fitsShape(name.substr(name.size() - kShape.size()), kShape)) return std::nullopt;
  const std::string_view own = name.substr(name.size() - kShape.size());
  NameFacts facts;
  for (const char c : own.substr(0, 4)) facts.reel += upper(c);
  facts.letter = facts.reel.substr(0, 1);
  return facts;
}

}  // namespace rollproof::camera
