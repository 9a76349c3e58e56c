// SPDX-License-Identifier: Apache-2.0
#include "core/catalog/event_body.h"

#include <array>
#include <cmath>

#include "core/base/path.h"
#include "core/model/clip_json.h"

namespace rollproof::catalog {

namespace {

using Json = nlohmann::json;

constexpr std::pair<model::CopyState, const char*> kCopyStates[] = {{model::CopyState::unknown, "unknown"},
                                                                    {model::CopyState::verified, "verified"},
                                                                    {model::CopyState::cacheVerified, "cache_verified"},
                                                                    {model::CopyState::defect, "defect"},
                                                                    {model::CopyState::incomplete, "incomplete"},
                                                                    {model::CopyState::failed, "failed"}};

constexpr std::pair<model::HashFormat, const char*> kHashFormats[] = {
    {model::HashFormat::xxh64, "xxh64"}, {model::HashFormat::xxh3, "xxh3"}, {model::HashFormat::xxh128, "xxh128"},
    {model::HashFormat::md5, "md5"},     {model::HashFormat::sha1, "sha1"}, {model::HashFormat::c4, "c4"}};

// JSON has no word for infinity, and a measurement that is none is no fact.
Json finite(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }
double number(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found == json.end() || found->is_null() ? 0.0 : found->get<double>();
}

Json reasonsJson(const std::vector<model::Reason>& reasons) {
  Json out = Json::array();
  for (const auto& reason : reasons) out.push_back({{"code", asText(reason.code)}, {"text", asText(reason.text)}});
  return out;
}

Json copyJson(const model::CopyReport& copy) {
  return {{"root", bytesToJson(copy.root)},
          {"volume", asText(copy.volumeLabel)},
          {"device", asText(copy.deviceId)},
          {"device_text", asText(copy.deviceText)},
          {"state", name(copy.state)},
          {"files_verified", copy.filesVerified},
          {"files_failed", copy.filesFailed},
          {"bytes", copy.bytes},
          {"manifest", bytesToJson(copy.manifest)}};
}

model::CopyReport copyFromJson(const Json& json) {
  model::CopyReport copy;
  copy.root = bytesFromJson(json.at("root"));
  copy.volumeLabel = json.at("volume").get<std::string>();
  copy.deviceId = json.at("device").get<std::string>();
  copy.deviceText = json.at("device_text").get<std::string>();
  copy.state = copyStateFromName(json.at("state").get<std::string>());
  copy.filesVerified = json.at("files_verified").get<std::uint64_t>();
  copy.filesFailed = json.at("files_failed").get<std::uint64_t>();
  copy.bytes = json.at("bytes").get<std::uint64_t>();
  copy.manifest = bytesFromJson(json.at("manifest"));
  return copy;
}

Json copiesJson(const std::vector<model::CopyReport>& copies) {
  Json out = Json::array();
  for (const auto& copy : copies) out.push_back(copyJson(copy));
  return out;
}

Json detailJson(const model::FileProblem& problem) {
  Json readings = Json::array();
  for (const auto& reading : problem.readings) readings.push_back({asText(reading.what), asText(reading.digest)});
  return {{"culprit", asText(problem.culprit)},
          {"device", asText(problem.device)},
          {"readings", std::move(readings)},
          {"errno", problem.sysErrno},
          {"offset", problem.offsetBytes}};
}

bool hasDetail(const model::FileProblem& problem) {
  return !problem.culprit.empty() || !problem.device.empty() || !problem.readings.empty() || problem.sysErrno != 0 ||
         problem.offsetBytes >= 0;
}

void detailFromJson(const Json& json, model::FileProblem& problem) {
  problem.culprit = json.at("culprit").get<std::string>();
  problem.device = json.at("device").get<std::string>();
  for (const auto& reading : json.at("readings"))
    problem.readings.push_back({reading.at(0).get<std::string>(), reading.at(1).get<std::string>()});
  problem.sysErrno = json.at("errno").get<int>();
  problem.offsetBytes = json.at("offset").get<std::int64_t>();
}

Json problemsJson(const std::vector<model::FileProblem>& problems) {
  Json out = Json::array();
  for (const auto& problem : problems) {
    out.push_back({{"path", bytesToJson(problem.path)},
                   {"where", bytesToJson(problem.where)},
                   {"code", asText(problem.code)},
                   {"text", asText(problem.text)}});
    if (hasDetail(problem)) out.back()["detail"] = detailJson(problem);
  }
  return out;
}

std::vector<model::FileProblem> problemsFromJson(const Json& json) {
  std::vector<model::FileProblem> problems;
  for (const auto& entry : json) {
    model::FileProblem problem;
    problem.path = bytesFromJson(entry.at("path"));
    problem.where = bytesFromJson(entry.at("where"));
    problem.code = entry.at("code").get<std::string>();
    problem.text = entry.at("text").get<std::string>();
    if (const auto detail = entry.find("detail"); detail != entry.end()) detailFromJson(*detail, problem);
    problems.push_back(std::move(problem));
  }
  return problems;
}

model::Verdict verdictFromJson(const Json& json) {
  model::Verdict verdict;
  verdict.kind = json.at("verdict") == "safe" ? model::VerdictKind::safe : model::VerdictKind::notSafe;
  for (const auto& reason : json.at("reasons"))
    verdict.reasons.push_back({reason.at("code").get<std::string>(), reason.at("text").get<std::string>()});
  return verdict;
}

// As an object, not as text in text: the log stays readable. What is no JSON is left out.
void putEvidence(Json& body, const std::string& evidence) {
  if (evidence.empty()) return;
  auto parsed = Json::parse(evidence, nullptr, false);
  if (!parsed.is_discarded()) body["evidence"] = std::move(parsed);
}

std::string evidenceFromBody(const Json& body) {
  const auto found = body.find("evidence");
  return found == body.end() ? std::string{} : found->dump();
}

Json recordJson(const model::FileRecord& record) {
  Json digests = Json::array();
  for (const auto& digest : record.digests) digests.push_back({name(digest.format), asText(digest.text)});
  return {{"path", bytesToJson(record.path)},
          {"bytes", record.bytes},
          {"modified_ns", record.modifiedUnixNanos},
          {"digests", std::move(digests)}};
}

model::FileRecord recordFromJson(const Json& json) {
  model::FileRecord record;
  record.path = bytesFromJson(json.at("path"));
  record.bytes = json.at("bytes").get<std::uint64_t>();
  record.modifiedUnixNanos = json.at("modified_ns").get<std::int64_t>();
  for (const auto& digest : json.at("digests")) {
    record.digests.push_back({hashFormatFromName(digest.at(0).get<std::string>()), digest.at(1).get<std::string>()});
  }
  return record;
}

}  // namespace

const char* name(model::CopyState state) {
  for (const auto& [value, text] : kCopyStates) {
    if (value == state) return text;
  }
  return "unknown";
}

model::CopyState copyStateFromName(const std::string& text) {
  for (const auto& [value, word] : kCopyStates) {
    if (text == word) return value;
  }
  return model::CopyState::unknown;
}

const char* name(model::HashFormat format) {
  for (const auto& [value, text] : kHashFormats) {
    if (value == format) return text;
  }
  return "xxh64";
}

model::HashFormat hashFormatFromName(const std::string& text) {
  for (const auto& [value, word] : kHashFormats) {
    if (text == word) return value;
  }
  return model::HashFormat::xxh64;
}

Result<std::string> canonicalText(const Json& json) {
  try {
    return json.dump();
  } catch (const Json::exception& error) {
    return fail(Errc::corrupt, std::string("this cannot be written as JSON: ") + error.what());
  }
}

std::string asText(const std::string& bytes) { return path::isUtf8(bytes) ? bytes : path::display(bytes); }

Json bytesToJson(const std::string& bytes) {
  if (path::isUtf8(bytes)) return bytes;
  return {{"percent", path::percentEncode(bytes)}};
}

std::string bytesFromJson(const Json& json) {
  if (json.is_object()) return path::percentDecode(json.at("percent").get<std::string>());
  return json.get<std::string>();
}

Json toJson(const model::RollKey& key) {
  return {{"project", asText(key.project)}, {"day", asText(key.day)}, {"roll", asText(key.roll)}};
}

model::RollKey rollKeyFromJson(const Json& json) {
  return {json.at("project").get<std::string>(), json.at("day").get<std::string>(), json.at("roll").get<std::string>()};
}

Json toJson(const ClipKey& key) {
  Json json = toJson(key.roll);
  json["clip"] = asText(key.name);
  json["occurrence"] = key.occurrence;
  return json;
}

ClipKey clipKeyFromJson(const Json& json) {
  return {rollKeyFromJson(json), json.at("clip").get<std::string>(), json.at("occurrence").get<std::int64_t>()};
}

std::string problemDetail(const model::FileProblem& problem) {
  return hasDetail(problem) ? detailJson(problem).dump() : std::string{};
}

void readProblemDetail(const std::string& detail, model::FileProblem& problem) {
  if (const Json json = Json::parse(detail, nullptr, false); json.is_object()) detailFromJson(json, problem);
}

Json toJson(const OffloadFact& fact) {
  Json records = Json::array();
  for (const auto& record : fact.records) records.push_back(recordJson(record));
  Json body{{"roll", toJson(fact.key)},
            {"source", bytesToJson(fact.source)},
            {"family", asText(fact.family)},
            {"camera", asText(fact.camera)},
            {"fingerprint", asText(fact.inventoryFingerprint)},
            {"files", fact.files},
            {"bytes", fact.bytes},
            {"verdict", fact.verdict.kind == model::VerdictKind::safe ? "safe" : "not_safe"},
            {"reasons", reasonsJson(fact.verdict.reasons)},
            {"copies", copiesJson(fact.copies)},
            {"problems", problemsJson(fact.problems)},
            {"records", std::move(records)},
            {"source_reread", fact.sourceRereadDone},
            {"started_at", asText(fact.startedAt)},
            {"finished_at", asText(fact.finishedAt)}};
  if (!fact.cardId.empty()) body["card_id"] = asText(fact.cardId);
  if (!fact.copiedFrom.empty()) body["copied_from"] = bytesToJson(fact.copiedFrom);
  putEvidence(body, fact.evidence);
  return body;
}

OffloadFact offloadFromJson(const Json& json) {
  OffloadFact fact;
  fact.key = rollKeyFromJson(json.at("roll"));
  fact.source = bytesFromJson(json.at("source"));
  fact.family = json.at("family").get<std::string>();
  fact.camera = json.at("camera").get<std::string>();
  fact.inventoryFingerprint = json.at("fingerprint").get<std::string>();
  fact.files = json.at("files").get<std::uint64_t>();
  fact.bytes = json.at("bytes").get<std::uint64_t>();
  fact.verdict = verdictFromJson(json);
  for (const auto& copy : json.at("copies")) fact.copies.push_back(copyFromJson(copy));
  fact.problems = problemsFromJson(json.at("problems"));
  for (const auto& record : json.at("records")) fact.records.push_back(recordFromJson(record));
  fact.sourceRereadDone = json.at("source_reread").get<bool>();
  fact.startedAt = json.at("started_at").get<std::string>();
  fact.finishedAt = json.at("finished_at").get<std::string>();
  fact.cardId = json.value("card_id", std::string{});
  if (const auto from = json.find("copied_from"); from != json.end()) fact.copiedFrom = bytesFromJson(*from);
  fact.evidence = evidenceFromBody(json);
  return fact;
}

Json toJson(const CheckFact& fact) {
  Json body{{"roll", toJson(fact.key)},
            {"root", bytesToJson(fact.root)},
            {"result", asText(fact.result)},
            {"verified", fact.verified},
            {"missing", fact.missing},
            {"altered", fact.altered},
            {"unreadable", fact.unreadable},
            {"checked_at", asText(fact.checkedAt)},
            {"verdict", fact.verdict.kind == model::VerdictKind::safe ? "safe" : "not_safe"},
            {"reasons", reasonsJson(fact.verdict.reasons)},
            {"copies", copiesJson(fact.copies)},
            {"problems", problemsJson(fact.problems)}};
  putEvidence(body, fact.evidence);
  return body;
}

CheckFact checkFromJson(const Json& json) {
  CheckFact fact;
  fact.key = rollKeyFromJson(json.at("roll"));
  fact.root = bytesFromJson(json.at("root"));
  fact.result = json.at("result").get<std::string>();
  fact.verified = json.at("verified").get<std::uint64_t>();
  fact.missing = json.at("missing").get<std::uint64_t>();
  fact.altered = json.at("altered").get<std::uint64_t>();
  fact.unreadable = json.at("unreadable").get<std::uint64_t>();
  fact.checkedAt = json.at("checked_at").get<std::string>();
  fact.verdict = verdictFromJson(json);
  for (const auto& copy : json.at("copies")) fact.copies.push_back(copyFromJson(copy));
  fact.problems = problemsFromJson(json.at("problems"));
  fact.evidence = evidenceFromBody(json);
  return fact;
}

namespace {

constexpr std::array<std::pair<model::LookStep::Kind, const char*>, 3> kStepKinds{
    {{model::LookStep::Kind::cdl, "cdl"},
     {model::LookStep::Kind::lut, "lut"},
     {model::LookStep::Kind::transform, "transform"}}};

// Only what says something: events of before these fields read as they always did, and so do new ones without them.
void put(Json& json, const char* key, const std::string& value) {
  if (!value.empty()) json[key] = asText(value);
}
std::string get(const Json& json, const char* key) { return json.value(key, std::string()); }

Json toJson(const model::LookStep& step) {
  Json json;
  for (const auto& [kind, name] : kStepKinds)
    if (kind == step.kind) json["kind"] = name;
  put(json, "name", step.name);
  if (step.cdl) json["cdl"] = model::toJson(*step.cdl);
  if (step.style == model::CdlStyle::asc) json["cdl_style"] = "asc";
  if (!step.file.empty()) json["lut_file"] = bytesToJson(step.file);
  put(json, "lut_hash", step.hash);
  put(json, "transform", step.transform);
  put(json, "input", step.input);
  put(json, "output", step.output);
  if (step.applied) json["applied"] = true;
  return json;
}

model::LookStep stepFromJson(const Json& json) {
  model::LookStep step;
  for (const auto& [kind, name] : kStepKinds)
    if (get(json, "kind") == name) step.kind = kind;
  step.name = get(json, "name");
  if (const auto found = json.find("cdl"); found != json.end())
    if (auto cdl = model::cdlFromJson(*found)) step.cdl = *cdl;
  if (get(json, "cdl_style") == "asc") step.style = model::CdlStyle::asc;
  if (const auto found = json.find("lut_file"); found != json.end()) step.file = bytesFromJson(*found);
  step.hash = get(json, "lut_hash");
  step.transform = get(json, "transform");
  step.input = get(json, "input");
  step.output = get(json, "output");
  step.applied = json.value("applied", false);
  return step;
}

}  // namespace

Json toJson(const model::Look& look) {
  Json json{{"name", asText(look.name)},
            {"cdl_space", asText(look.cdlSpace)},
            {"lut_file", bytesToJson(look.lutFile)},
            {"lut_input", asText(look.lutInput)},
            {"lut_output", asText(look.lutOutput)}};
  if (look.cdl) json["cdl"] = model::toJson(*look.cdl);
  if (look.cdlStyle == model::CdlStyle::asc) json["cdl_style"] = "asc";
  if (look.order == model::LookOrder::lutThenCdl) json["order"] = "lut_then_cdl";
  put(json, "lut_hash", look.lutHash);
  put(json, "input", look.input);
  put(json, "display", look.display);
  put(json, "view", look.view);
  put(json, "source", look.source);
  for (const auto& step : look.steps) json["steps"].push_back(toJson(step));
  return json;
}

model::Look lookFromJson(const Json& json) {
  model::Look look;
  look.name = json.at("name").get<std::string>();
  look.cdlSpace = json.at("cdl_space").get<std::string>();
  look.lutFile = bytesFromJson(json.at("lut_file"));
  look.lutInput = json.at("lut_input").get<std::string>();
  look.lutOutput = json.at("lut_output").get<std::string>();
  if (const auto found = json.find("cdl"); found != json.end()) {
    if (auto cdl = model::cdlFromJson(*found)) look.cdl = *cdl;
  }
  if (get(json, "cdl_style") == "asc") look.cdlStyle = model::CdlStyle::asc;
  if (get(json, "order") == "lut_then_cdl") look.order = model::LookOrder::lutThenCdl;
  look.lutHash = get(json, "lut_hash");
  look.input = get(json, "input");
  look.display = get(json, "display");
  look.view = get(json, "view");
  look.source = get(json, "source");
  if (const auto steps = json.find("steps"); steps != json.end())
    for (const auto& step : *steps) look.steps.push_back(stepFromJson(step));
  return look;
}

Json toJson(const RenderFact& fact) {
  return {{"clip_name", asText(fact.clipName)},
          {"preset", asText(fact.preset)},
          {"path", bytesToJson(fact.path)},
          {"chain", asText(fact.chain)},
          {"frames", fact.frames},
          {"seconds", finite(fact.seconds)},
          {"error_mean", finite(fact.errorMean)},
          {"error_p999", finite(fact.errorP999)},
          {"error_max", finite(fact.errorMax)}};
}

RenderFact renderFromJson(const Json& json) {
  RenderFact fact;
  fact.clipName = json.at("clip_name").get<std::string>();
  fact.preset = json.at("preset").get<std::string>();
  fact.path = bytesFromJson(json.at("path"));
  fact.chain = json.at("chain").get<std::string>();
  fact.frames = json.at("frames").get<std::int64_t>();
  fact.seconds = number(json, "seconds");
  fact.errorMean = number(json, "error_mean");
  fact.errorP999 = number(json, "error_p999");
  fact.errorMax = number(json, "error_max");
  return fact;
}

Json toJson(const std::vector<model::QcFinding>& findings) {
  Json all = Json::array();
  for (const auto& finding : findings)
    all.push_back(
        {{"code", asText(finding.code)}, {"level", model::name(finding.level)}, {"text", asText(finding.text)}});
  return all;
}

std::vector<model::QcFinding> findingsFromJson(const Json& json) {
  std::vector<model::QcFinding> all;
  for (const auto& entry : json) {
    model::QcFinding finding{entry.at("code").get<std::string>(), model::QcLevel::error,
                             entry.at("text").get<std::string>()};
    // An unknown level stays the gravest.
    for (const auto level : {model::QcLevel::note, model::QcLevel::warning})
      if (entry.at("level") == model::name(level)) finding.level = level;
    all.push_back(std::move(finding));
  }
  return all;
}

}  // namespace rollproof::catalog
