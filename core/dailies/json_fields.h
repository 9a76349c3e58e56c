// SPDX-License-Identifier: Apache-2.0
// A JSON object that people wrote, member by member: what is unknown or of the wrong kind is told by name, the first
// thing found counts. Private to this folder.
// Threads: one thread. Errors: collected in trouble(). Source: none.
#pragma once

#include <array>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace rollproof::dailies {

class JsonFields {
 public:
  using Names = std::initializer_list<const char*>;

  // `what` names the object in sentences: "framing".
  [[nodiscard]] static Result<JsonFields> parse(std::string_view text, const std::string& what, Names known);

  [[nodiscard]] std::optional<std::string> text(const char* key);
  [[nodiscard]] std::optional<double> number(const char* key, double least, double most);
  [[nodiscard]] std::optional<int> whole(const char* key, int least, int most);
  [[nodiscard]] std::optional<bool> flag(const char* key);
  // "#rrggbb"
  [[nodiscard]] std::array<std::uint8_t, 3> colour(const char* key, std::array<std::uint8_t, 3> otherwise);
  // A member that is an object; its trouble is taken with take().
  [[nodiscard]] std::optional<JsonFields> object(const char* key, Names known);
  void take(const JsonFields& inside) {
    if (inside.m_trouble) wrong(*inside.m_trouble);
  }
  template <typename Read>
  void each(const char* key, std::size_t most, Names known, const Read& read) {
    const auto at = m_json.find(key);
    if (at == m_json.end()) return;
    if (!at->is_array() || at->size() > most) {
      wrong(std::string(key) + " is no list of up to " + std::to_string(most));
      return;
    }
    for (const auto& item : *at) {
      JsonFields fields(item, "one of the " + std::string(key), known);
      read(fields);
      take(fields);
    }
  }
  void wrong(std::string what) {
    if (!m_trouble) m_trouble = std::move(what);
  }
  [[nodiscard]] const std::optional<std::string>& trouble() const { return m_trouble; }

 private:
  JsonFields(nlohmann::json json, std::string what, Names known);
  [[nodiscard]] const nlohmann::json* member(const char* key) const;

  nlohmann::json m_json;
  std::string m_what;
  std::optional<std::string> m_trouble;
};

[[nodiscard]] std::string colourText(std::array<std::uint8_t, 3> colour);  // "#rrggbb"

}  // namespace rollproof::dailies
