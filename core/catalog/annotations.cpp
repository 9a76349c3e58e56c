// SPDX-License-Identifier: Apache-2.0
#include "core/catalog/annotations.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "core/base/path.h"

namespace rollproof::catalog {

namespace {

constexpr std::size_t kMaxValueBytes = 64 * 1024;

// Which record field an annotation lies over, and how the record's JSON calls it.
struct Field {
  const char* name;
  const char* recordName;
  std::string& (*text)(model::Clip&);  // null for those that are no plain text
};

const Field kFields[] = {
    {"scene", "slate.scene", [](model::Clip& c) -> std::string& { return c.slate.scene; }},
    {"shot", "slate.shot", [](model::Clip& c) -> std::string& { return c.slate.shot; }},
    {"take", "slate.take", [](model::Clip& c) -> std::string& { return c.slate.take; }},
    {"circled", "slate.circled", nullptr},
    {"notes", "slate.notes", [](model::Clip& c) -> std::string& { return c.slate.notes; }},
    {"production", "slate.production", [](model::Clip& c) -> std::string& { return c.slate.production; }},
    {"director", "slate.director", [](model::Clip& c) -> std::string& { return c.slate.director; }},
    {"dop", "slate.dop", [](model::Clip& c) -> std::string& { return c.slate.dop; }},
    {"unit", "slate.unit", [](model::Clip& c) -> std::string& { return c.slate.unit; }},
    {"reel", "reel", [](model::Clip& c) -> std::string& { return c.reel; }},
    {"camera", "camera_letter", [](model::Clip& c) -> std::string& { return c.cameraLetter; }},
    {"lens", "lens.model", [](model::Clip& c) -> std::string& { return c.lens.model; }},
    {"space", "colour.space", [](model::Clip& c) -> std::string& { return c.colour.space; }},
    {"ei", "exposure.ei", nullptr},
};

const Field* findField(const std::string& name) {
  for (const auto& field : kFields) {
    if (name == field.name) return &field;
  }
  return nullptr;
}

std::optional<bool> parseYesNo(const std::string& value) {
  const std::string word = path::lowerAscii(value);
  if (word == "yes" || word == "true" || word == "1") return true;
  if (word == "no" || word == "false" || word == "0") return false;
  return std::nullopt;
}

std::optional<int> parsePositive(const std::string& value) {
  int number = 0;
  const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (code != std::errc() || end != value.data() + value.size() || number <= 0) return std::nullopt;
  return number;
}

}  // namespace

Result<std::string> checkedAnnotation(const std::string& field, const std::string& value) {
  const Field* known = findField(field);
  if (!known) {
    std::string names;
    for (const auto& each : kFields) names += (names.empty() ? "" : ", ") + std::string(each.name);
    return fail(Errc::usage, fmt::format("there is no such field to annotate; known are {}", names), field);
  }
  if (value.size() > kMaxValueBytes) return fail(Errc::usage, "this value is longer than 64 KiB", field);
  if (!path::isUtf8(value) || value.find('\0') != std::string::npos) {
    return fail(Errc::usage, "this value is not text in UTF-8", field);
  }
  if (value.empty()) return value;
  if (field == "circled") {
    const auto circled = parseYesNo(value);
    if (!circled) return fail(Errc::usage, "circled is yes or no", field);
    return std::string(*circled ? "yes" : "no");
  }
  if (field == "ei" && !parsePositive(value)) return fail(Errc::usage, "ei is a whole number above 0", field);
  return value;
}

void applyAnnotation(model::Clip& clip, const std::string& field, const std::string& value) {
  const Field* known = findField(field);
  if (!known || value.empty()) return;
  if (known->text) {
    known->text(clip) = value;
  } else if (field == "circled") {
    clip.slate.circled = parseYesNo(value);
  } else if (const auto ei = parsePositive(value)) {
    clip.exposure.ei = ei;
  }
  auto& sources = clip.provenance[known->recordName];
  sources.insert(sources.begin(), {"user", value});
}

}  // namespace rollproof::catalog
