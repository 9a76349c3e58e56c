// SPDX-License-Identifier: Apache-2.0
// The clip record as the JSON object whose names are API, and back.
// A path that is not UTF-8 is shown lossily in "path" and exactly, percent-encoded, in "path_percent".
// A sequence of more than `kListedFiles` essence frames is still listed whole: the record is the truth.
// Threads: pure functions. Errors: clipFromJson gives Errc::corrupt with the field's name.
#pragma once

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/model/clip.h"

namespace rollproof::model {

[[nodiscard]] nlohmann::ordered_json toJson(const Clip& clip, bool withRaw = false);
[[nodiscard]] Result<Clip> clipFromJson(const nlohmann::json& json);
[[nodiscard]] nlohmann::ordered_json toJson(const Cdl& cdl);
[[nodiscard]] Result<Cdl> cdlFromJson(const nlohmann::json& json);
// Adds "path" and, if the bytes are not UTF-8, "path_percent".
void putPath(nlohmann::ordered_json& object, const std::string& bytes, const char* key = "path");
[[nodiscard]] std::string getPath(const nlohmann::json& object, const char* key = "path");
[[nodiscard]] const char* name(FileRole role);
[[nodiscard]] const char* name(QcLevel level);

}  // namespace rollproof::model
