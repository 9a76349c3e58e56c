// SPDX-License-Identifier: Apache-2.0
#include "core/catalog/formats.h"

#include <fmt/format.h>

#include <numeric>

#include "core/base/path.h"
#include "core/catalog/event_body.h"

namespace rollproof::catalog {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxValueBytes = 4096;

// Spherical is no squeeze, whether the file says 1/1 or nothing.
std::string squeezeText(const std::optional<Rational>& squeeze) {
  if (!squeeze || squeeze->num <= 0 || squeeze->den <= 0 || squeeze->num == squeeze->den) return {};
  const auto divisor = std::gcd(squeeze->num, squeeze->den);
  return fmt::format("{}/{}", squeeze->num / divisor, squeeze->den / divisor);
}

}  // namespace

std::optional<FormatKey> formatOf(const model::Clip& clip, const std::string& project) {
  if (!clip.picture) return std::nullopt;
  FormatKey key;
  key.project = project;
  key.letter = asText(clip.cameraLetter);
  key.model = asText(clip.camera.model.empty() ? clip.camera.make : clip.camera.model);
  key.sensorMode = asText(clip.camera.sensorMode);
  if (key.sensorMode.empty() && clip.picture->width > 0)
    key.sensorMode = fmt::format("{}x{}", clip.picture->width, clip.picture->height);
  key.codec = asText(clip.picture->codec);
  key.squeeze = squeezeText(clip.picture->lensSqueeze);
  return key;
}

Json toJson(const FormatKey& key) {
  return {{"project", key.project},        {"letter", key.letter}, {"model", key.model},
          {"sensor_mode", key.sensorMode}, {"codec", key.codec},   {"squeeze", key.squeeze}};
}

FormatKey formatKeyFromJson(const Json& json) {
  auto text = [&](const char* name) { return json.at(name).get<std::string>(); };
  return {text("project"), text("letter"), text("model"), text("sensor_mode"), text("codec"), text("squeeze")};
}

Result<FormatKey> formatKey(Database& database, FormatId id) {
  std::optional<FormatKey> key;
  auto status = database.each(
      "SELECT project, letter, model, sensor_mode, codec, squeeze FROM camera_format WHERE id = ?",
      [&](Statement& row) {
        key = FormatKey{row.bytes(0), row.bytes(1), row.bytes(2), row.bytes(3), row.bytes(4), row.bytes(5)};
      },
      id.value);
  if (!status) return tl::unexpected<Error>(status.error());
  if (!key) return fail(Errc::notFound, "there is no such camera format in the catalog", std::to_string(id.value));
  return *key;
}

Result<std::int64_t> ensureFormat(Database& database, const FormatKey& key) {
  auto find = [&] {
    return database.integer(
        "SELECT id FROM camera_format WHERE project = ? AND letter = ? AND model = ? AND sensor_mode = ? AND codec = ? "
        "AND squeeze = ?",
        0, key.project, key.letter, key.model, key.sensorMode, key.codec, key.squeeze);
  };
  auto id = find();
  if (!id || *id != 0) return id;
  auto status = database.run(
      "INSERT INTO camera_format(project, letter, model, sensor_mode, codec, squeeze) VALUES(?, ?, ?, ?, ?, ?)",
      key.project, key.letter, key.model, key.sensorMode, key.codec, key.squeeze);
  if (!status) return tl::unexpected<Error>(status.error());
  return find();
}

Result<std::string> formatSetting(Database& database, std::int64_t formatId, const char* field) {
  if (formatId == 0) return std::string();
  return database.text("SELECT value FROM format_setting WHERE format_id = ? AND field = ?", formatId, field);
}

Status checkFormatSetting(const std::string& field, const std::string& value) {
  if (field != "colour_space" && field != "framing" && field != "label") {
    return fail(Errc::usage, "of a camera format colour_space, look, framing and label can be set", field);
  }
  if (value.size() > kMaxValueBytes || !path::isUtf8(value) || value.find('\0') != std::string::npos) {
    return fail(Errc::usage, "this value is not text in UTF-8 of at most 4 KiB", field);
  }
  return {};
}

Result<std::vector<FormatRow>> readFormats(Database& database, const std::string& project) {
  std::vector<FormatRow> all;
  auto status = database.each(
      "SELECT f.id, f.project, f.letter, f.model, f.sensor_mode, f.codec, f.squeeze, count(c.id), coalesce(min(r.day), "
      "''), coalesce((SELECT look FROM look_assignment WHERE target = 'format:' || f.id), '') FROM camera_format f "
      "LEFT JOIN clip c ON c.format_id = f.id AND c.present = 1 LEFT JOIN roll r ON r.id = c.roll_id "
      "WHERE ? IN ('', f.project) GROUP BY f.id ORDER BY f.project, f.letter, f.model, f.sensor_mode, f.codec, "
      "f.squeeze",
      [&](Statement& row) {
        FormatRow format;
        format.id = {row.integer(0)};
        format.project = row.bytes(1);
        format.letter = row.bytes(2);
        format.model = row.bytes(3);
        format.sensorMode = row.bytes(4);
        format.codec = row.bytes(5);
        format.squeeze = row.bytes(6);
        format.clips = row.count(7);
        format.firstSeenDay = row.bytes(8);
        format.look = row.bytes(9);
        all.push_back(std::move(format));
      },
      project);
  if (!status) return tl::unexpected<Error>(status.error());
  for (auto& format : all) {
    for (const auto& [field, into] :
         {std::pair{"colour_space", &format.colourSpace}, {"framing", &format.framing}, {"label", &format.label}}) {
      auto value = formatSetting(database, format.id.value, field);
      if (!value) return tl::unexpected<Error>(value.error());
      *into = std::move(*value);
    }
  }
  std::erase_if(all, [](const FormatRow& format) {
    return format.clips == 0 && format.colourSpace.empty() && format.look.empty() && format.framing.empty() &&
           format.label.empty();
  });
  return all;
}

}  // namespace rollproof::catalog
