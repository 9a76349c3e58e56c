// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/model/clip_json.h"
#include "core/offload/evidence.h"

namespace rollproof::offload {

namespace {

using Json = nlohmann::ordered_json;

const char* word(VerifyMode mode) {
  switch (mode) {
    case VerifyMode::both:
      return "both";
    case VerifyMode::destinations:
      return "destinations";
    case VerifyMode::none:
      break;
  }
  return "none";
}

VerifyMode modeFrom(const std::string& text) {
  if (text == "both") return VerifyMode::both;
  return text == "destinations" ? VerifyMode::destinations : VerifyMode::none;
}

Json copyToJson(const CopyEvidence& copy) {
  Json against = Json::array();
  for (const auto& reason : copy.against) against.push_back({{"code", reason.code}, {"text", reason.text}});
  Json json{{"name", copy.name},
            {"device", copy.device.id},
            {"device_members", copy.device.members},
            {"device_text", copy.device.description},
            {"durable", copy.device.durable},
            {"rotational", copy.device.rotational},
            {"fuse", copy.fuse},
            {"files", copy.files},
            {"verified", copy.filesVerified},
            {"cache_verified", copy.filesCacheVerified},
            {"failed", copy.filesFailed},
            {"sealed", copy.sealed},
            {"against", std::move(against)},
            {"file_system", copy.fileSystemId},
            {"manifest_c4", copy.manifestDigest},
            {"proven_at", copy.provenAt}};
  model::putPath(json, copy.root, "root");
  model::putPath(json, copy.mountPoint, "mount_point");
  model::putPath(json, copy.manifest, "manifest");
  return json;
}

CopyEvidence copyFromJson(const nlohmann::json& json) {
  CopyEvidence copy;
  copy.name = json.at("name").get<std::string>();
  copy.device.id = json.at("device").get<std::string>();
  copy.device.members = json.at("device_members").get<std::vector<std::string>>();
  copy.device.description = json.at("device_text").get<std::string>();
  copy.device.durable = json.at("durable").get<bool>();
  copy.device.rotational = json.at("rotational").get<bool>();
  copy.fuse = json.at("fuse").get<bool>();
  copy.files = json.at("files").get<std::uint64_t>();
  copy.filesVerified = json.at("verified").get<std::uint64_t>();
  copy.filesCacheVerified = json.at("cache_verified").get<std::uint64_t>();
  copy.filesFailed = json.at("failed").get<std::uint64_t>();
  copy.sealed = json.at("sealed").get<bool>();
  for (const auto& reason : json.at("against"))
    copy.against.push_back({reason.at("code").get<std::string>(), reason.at("text").get<std::string>()});
  copy.fileSystemId = json.at("file_system").get<std::string>();
  copy.manifestDigest = json.at("manifest_c4").get<std::string>();
  copy.provenAt = json.at("proven_at").get<std::string>();
  copy.root = model::getPath(json, "root");
  copy.mountPoint = model::getPath(json, "mount_point");
  copy.manifest = model::getPath(json, "manifest");
  return copy;
}

Evidence parsed(const nlohmann::json& json) {
  Evidence evidence;
  evidence.cancelled = json.at("cancelled").get<bool>();
  evidence.files = json.at("files").get<std::uint64_t>();
  evidence.filesUnreadable = json.at("unreadable").get<std::uint64_t>();
  evidence.entriesSkipped = json.at("skipped").get<std::uint64_t>();
  evidence.filesReread = json.at("reread").get<std::uint64_t>();
  evidence.filesRereadDiffer = json.at("reread_differ").get<std::uint64_t>();
  evidence.recountEqual = json.at("recount_equal").get<bool>();
  evidence.recountText = json.at("recount_text").get<std::string>();
  evidence.cardHistoryAgrees = json.at("card_history_agrees").get<bool>();
  evidence.cardDevice.id = json.at("card_device").get<std::string>();
  // Absent in evidence from before arrays were told from the disks in them.
  evidence.cardDevice.members = json.value("card_device_members", std::vector<std::string>{});
  evidence.verify = modeFrom(json.at("verify").get<std::string>());
  for (const auto& copy : json.at("copies")) evidence.copies.push_back(copyFromJson(copy));
  evidence.cardId = json.at("card_id").get<std::string>();
  evidence.inventory = json.at("inventory").get<std::string>();
  evidence.timedInventory = json.at("timed_inventory").get<std::string>();
  evidence.contents = json.at("contents").get<std::map<std::string, std::string>>();
  evidence.policy = {json.at("min_copies").get<int>(), json.at("min_devices").get<int>()};
  evidence.fromManifests = json.at("from_manifests").get<bool>();
  return evidence;
}

}  // namespace

std::string evidenceToJson(const Evidence& evidence) {
  Json copies = Json::array();
  for (const auto& copy : evidence.copies) copies.push_back(copyToJson(copy));
  const Json json{{"cancelled", evidence.cancelled},
                  {"files", evidence.files},
                  {"unreadable", evidence.filesUnreadable},
                  {"skipped", evidence.entriesSkipped},
                  {"reread", evidence.filesReread},
                  {"reread_differ", evidence.filesRereadDiffer},
                  {"recount_equal", evidence.recountEqual},
                  {"recount_text", evidence.recountText},
                  {"card_history_agrees", evidence.cardHistoryAgrees},
                  {"card_device", evidence.cardDevice.id},
                  {"card_device_members", evidence.cardDevice.members},
                  {"verify", word(evidence.verify)},
                  {"copies", std::move(copies)},
                  {"card_id", evidence.cardId},
                  {"inventory", evidence.inventory},
                  {"timed_inventory", evidence.timedInventory},
                  {"contents", evidence.contents},
                  {"min_copies", evidence.policy.minCopies},
                  {"min_devices", evidence.policy.minDevices},
                  {"from_manifests", evidence.fromManifests}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<Evidence> evidenceFromJson(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return fail(Errc::corrupt, "this is no evidence of an offload");
  try {
    return parsed(json);
  } catch (const nlohmann::json::exception& error) {
    return fail(Errc::corrupt, fmt::format("this is no evidence of an offload: {}", error.what()));
  }
}

}  // namespace rollproof::offload
