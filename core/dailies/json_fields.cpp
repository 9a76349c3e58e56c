// SPDX-License-Identifier: Apache-2.0
#include "core/dailies/json_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "core/base/path.h"

namespace rollproof::dailies {

namespace {
constexpr std::size_t kMostBytes = 1U << 20;
}

Result<JsonFields> JsonFields::parse(std::string_view text, const std::string& what, Names known) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.size() > kMostBytes) return fail(Errc::usage, fmt::format("a {} is no more than 1 MiB of JSON", what));
  auto json = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
  if (!json.is_object()) return fail(Errc::usage, fmt::format("a {} is a JSON object", what));
  return JsonFields(std::move(json), fmt::format("a {}", what), known);
}

JsonFields::JsonFields(nlohmann::json json, std::string what, Names known)
    : m_json(std::move(json)), m_what(std::move(what)) {
  if (!m_json.is_object()) {
    wrong(fmt::format("{} is no JSON object", m_what));
    m_json = nlohmann::json::object();
    return;
  }
  for (const auto& [key, value] : m_json.items()) {
    if (std::any_of(known.begin(), known.end(), [&key = key](const char* one) { return key == one; })) continue;
    std::string all;
    for (const char* one : known) all.append(all.empty() ? "" : ", ").append(one);
    wrong(fmt::format("{} has no '{}'; it has {}", m_what, path::display(key), all));
  }
}

const nlohmann::json* JsonFields::member(const char* key) const {
  const auto at = m_json.find(key);
  return at == m_json.end() ? nullptr : &*at;
}

std::optional<std::string> JsonFields::text(const char* key) {
  const auto* value = member(key);
  if (!value) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  wrong(fmt::format("'{}' of {} is no text", key, m_what));
  return std::nullopt;
}

std::optional<double> JsonFields::number(const char* key, double least, double most) {
  const auto* value = member(key);
  if (!value) return std::nullopt;
  // False for a NaN.
  if (value->is_number() && value->get<double>() >= least && value->get<double>() <= most) return value->get<double>();
  wrong(fmt::format("'{}' of {} is no number from {:g} to {:g}", key, m_what, least, most));
  return std::nullopt;
}

std::optional<int> JsonFields::whole(const char* key, int least, int most) {
  const auto value = number(key, least, most);
  if (!value) return std::nullopt;
  if (*value == std::floor(*value)) return static_cast<int>(*value);
  wrong(fmt::format("'{}' of {} is no whole number", key, m_what));
  return std::nullopt;
}

std::optional<bool> JsonFields::flag(const char* key) {
  const auto* value = member(key);
  if (!value) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  wrong(fmt::format("'{}' of {} is neither true nor false", key, m_what));
  return std::nullopt;
}

std::array<std::uint8_t, 3> JsonFields::colour(const char* key, std::array<std::uint8_t, 3> otherwise) {
  const auto said = text(key);
  if (!said) return otherwise;
  unsigned value = 0;
  const char* end = said->data() + said->size();
  const auto read = said->size() == 7 && said->front() == '#'
                        ? std::from_chars(said->data() + 1, end, value, 16)
                        : std::from_chars_result{said->data(), std::errc::invalid_argument};
  if (read.ec != std::errc{} || read.ptr != end) {
    wrong(fmt::format("'{}' of {} is no colour such as #ffcc00", key, m_what));
    return otherwise;
  }
  return {static_cast<std::uint8_t>(value >> 16), static_cast<std::uint8_t>(value >> 8 & 0xFF),
          static_cast<std::uint8_t>(value & 0xFF)};
}

std::optional<JsonFields> JsonFields::object(const char* key, Names known) {
  const auto* value = member(key);
  if (!value) return std::nullopt;
  return JsonFields(*value, fmt::format("'{}' of {}", key, m_what), known);
}

std::string colourText(std::array<std::uint8_t, 3> colour) {
  return fmt::format("#{:02x}{:02x}{:02x}", colour[0], colour[1], colour[2]);
}

}  // namespace rollproof::dailies
