// SPDX-License-Identifier: Apache-2.0
// Facts <-> the JSON that the log keeps. Events name rolls and clips by what they are called, never by a local row
// number, so that another station can read them.
// Bytes that are not UTF-8 stand as {"percent": "..."}: exact, and not to be mistaken for text.
// Threads: pure functions. Errors: the parse functions may throw nlohmann::json exceptions; the caller catches them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/catalog/catalog.h"

namespace rollproof::catalog {

namespace kind {
inline constexpr const char* kOffloaded = "offloaded";
inline constexpr const char* kRollFound = "roll_found";
inline constexpr const char* kCopyChecked = "copy_checked";
inline constexpr const char* kClipsInspected = "clips_inspected";
inline constexpr const char* kRendered = "rendered";
inline constexpr const char* kAnnotated = "annotated";
inline constexpr const char* kLookAdded = "look_added";
inline constexpr const char* kLookAssigned = "look_assigned";
inline constexpr const char* kQcChecked = "qc_checked";
inline constexpr const char* kProjectSpecSet = "project_spec_set";
inline constexpr const char* kFormatSet = "format_set";
inline constexpr const char* kDocumentSet = "document_set";
// Facts: Catalog::recordFact takes these and no others.
inline constexpr const char* kUploaded = "uploaded";
inline constexpr const char* kLanded = "landed";
inline constexpr const char* kSignedOff = "signed_off";
inline constexpr const char* kRecipeStep = "recipe_step";
inline constexpr const char* kStationContinued = "station_continued";
inline constexpr const char* kRetracted = "retracted";
}  // namespace kind

// Which clip, on any station: the n-th (from 0) of that name in its roll.
struct ClipKey {
  model::RollKey roll;
  std::string name;
  std::int64_t occurrence = 0;
};

// Keys sorted, no blanks: the same value always gives the same bytes.
[[nodiscard]] Result<std::string> canonicalText(const nlohmann::json& json);
[[nodiscard]] nlohmann::json bytesToJson(const std::string& bytes);
[[nodiscard]] std::string bytesFromJson(const nlohmann::json& json);
// For eyes: lossy only where the bytes are not UTF-8.
[[nodiscard]] std::string asText(const std::string& bytes);

[[nodiscard]] nlohmann::json toJson(const model::RollKey& key);
[[nodiscard]] model::RollKey rollKeyFromJson(const nlohmann::json& json);
[[nodiscard]] nlohmann::json toJson(const ClipKey& key);
[[nodiscard]] ClipKey clipKeyFromJson(const nlohmann::json& json);
[[nodiscard]] nlohmann::json toJson(const OffloadFact& fact);
[[nodiscard]] OffloadFact offloadFromJson(const nlohmann::json& json);
[[nodiscard]] nlohmann::json toJson(const CheckFact& fact);
[[nodiscard]] CheckFact checkFromJson(const nlohmann::json& json);
// What a problem says beside its sentence: who is to blame, what was read; "" nothing.
[[nodiscard]] std::string problemDetail(const model::FileProblem& problem);
void readProblemDetail(const std::string& detail, model::FileProblem& problem);
[[nodiscard]] nlohmann::json toJson(const model::Look& look);
[[nodiscard]] model::Look lookFromJson(const nlohmann::json& json);
// Without the clip: the event names it by key.
[[nodiscard]] nlohmann::json toJson(const RenderFact& fact);
[[nodiscard]] RenderFact renderFromJson(const nlohmann::json& json);

[[nodiscard]] nlohmann::json toJson(const std::vector<model::QcFinding>& findings);
[[nodiscard]] std::vector<model::QcFinding> findingsFromJson(const nlohmann::json& json);

[[nodiscard]] const char* name(model::CopyState state);
[[nodiscard]] model::CopyState copyStateFromName(const std::string& name);
[[nodiscard]] const char* name(model::HashFormat format);
[[nodiscard]] model::HashFormat hashFormatFromName(const std::string& name);

}  // namespace rollproof::catalog
