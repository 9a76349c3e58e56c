// SPDX-License-Identifier: Apache-2.0
// Panasonic. P2 keeps each part of a clip in folders by kind (CONTENTS/CLIP, VIDEO, AUDIO, ICON, PROXY, VOICE) under
// one name of six characters; its XML says which parts are one take, here or on another card. On SD cards a clip is a
// file.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "core/base/path.h"
#include "core/camera/families.h"
#include "core/camera/names.h"
#include "core/camera/xml.h"

namespace rollproof::camera {
namespace {

constexpr From kName{Rank::name, "file_name"};
constexpr From kP2{Rank::sidecar, "p2"};
constexpr std::size_t kMostParts = 10'000;  // of one take: a chain that is a ring ends too

// Folder of CONTENTS (lower case) for each that has the folders of P2.
std::vector<std::string> p2Roots(const Reading& reading) {
  std::vector<std::string> out;
  for (const auto& [folder, files] : reading.folders) {
    const std::string name = path::fileName(folder);
    const std::string root = path::parent(folder);
    // Sony's cards have folders called Clip as well, but no pictures in one called VIDEO.
    if ((name == "clip" || name == "video") &&
        (reading.folders.contains(path::join(root, "video")) || reading.folders.contains(path::join(root, "audio"))) &&
        std::find(out.begin(), out.end(), root) == out.end() && reading.folders.contains(path::join(root, "clip")))
      out.push_back(root);
  }
  return out;
}

struct Part {
  std::string stem;                // as written
  std::string id, previous, next;  // a clip is named by its id; "name:" and its name where a writer left that out
  std::string previousCard, nextCard;
  XmlNode content;  // of ClipContent; empty if there is none that can be read
};

const XmlNode* below(const XmlNode& node, std::initializer_list<std::string_view> names) {
  const XmlNode* at = &node;
  for (const std::string_view name : names) {
    at = at->child(name);
    if (!at) return nullptr;
  }
  return at;
}

std::string textBelow(const XmlNode& node, std::initializer_list<std::string_view> names) {
  const XmlNode* found = below(node, names);
  return found ? found->text : std::string();
}

std::string linkOf(const XmlNode& node) {
  const std::string id = node.childText("GlobalClipID"), name = node.childText("ClipName");
  return id.empty() && !name.empty() ? fmt::format("name:{}", name) : id;
}

void readPart(const FileSystem& fs, const std::string& file, Part& part, std::vector<model::Warning>& warnings) {
  auto bytes = readSmallFile(fs, file, kMaxXmlBytes);
  auto document = bytes ? parseXml(*bytes) : tl::unexpected<Error>(bytes.error());
  if (!document) {
    warnings.push_back(
        {"unreadable_sidecar", fmt::format("{}: {}.", path::display(path::fileName(file)), document.error().message)});
    return;
  }
  const XmlNode* content = document->child("ClipContent");
  if (!content) return;
  part.id = linkOf(*content);
  for (auto [name, link, card] :
       {std::tuple("Previous", &part.previous, &part.previousCard), std::tuple("Next", &part.next, &part.nextCard)}) {
    const XmlNode* to = below(*content, {"Relation", "Connection", name});
    if (!to) continue;
    *link = linkOf(*to);
    *card = to->childText("P2SerialNo.");
  }
  part.content = *content;
}

void claimPart(Reading& reading, Record& record, const std::string& root, const std::string& lowerStem) {
  const auto each = [&](const char* folder, model::FileRole role, bool channels) {
    const auto found = reading.folders.find(path::join(root, folder));
    if (found == reading.folders.end()) return;
    for (CardFile* file : found->second) {
      const bool own = file->lowerStem == lowerStem || (channels && file->lowerStem.size() == lowerStem.size() + 2 &&
                                                        file->lowerStem.starts_with(lowerStem));
      // Beside a small copy lie its index and its metadata.
      const bool side = role == model::FileRole::proxy && (file->extension == "xml" || file->extension == "bin");
      if (!file->claimed && own) claim(record, *file, side ? model::FileRole::sidecar : role);
    }
  };
  each("clip", model::FileRole::sidecar, false);
  each("audio", model::FileRole::audio, true);
  each("proxy", model::FileRole::proxy, false);
  each("icon", model::FileRole::thumbnail, false);
  each("voice", model::FileRole::other, true);
}

// The parts of each take in order; every part is in exactly one.
std::vector<std::vector<const Part*>> chains(const std::map<std::string, Part>& parts) {
  std::map<std::string, const Part*> byId;
  for (const auto& [stem, part] : parts) {
    if (!part.id.empty()) byId.emplace(part.id, &part);
    if (const std::string name = part.content.childText("ClipName"); !name.empty())
      byId.emplace(fmt::format("name:{}", name), &part);
  }
  const auto follow = [&byId](const std::string& id) {
    const auto found = byId.find(id);
    return id.empty() || found == byId.end() ? nullptr : found->second;
  };
  std::vector<std::vector<const Part*>> out;
  std::set<const Part*> taken;
  // First those that nothing on this card goes before, then what a ring has left.
  for (const bool onlyFirsts : {true, false}) {
    for (const auto& [stem, part] : parts) {
      if (taken.contains(&part) || (onlyFirsts && follow(part.previous))) continue;
      std::vector<const Part*> chain;
      for (const Part* at = &part; at && !taken.contains(at) && chain.size() < kMostParts; at = follow(at->next)) {
        taken.insert(at);
        chain.push_back(at);
      }
      out.push_back(std::move(chain));
    }
  }
  return out;
}

Record p2Record(Reading& reading, const std::string& root, const std::vector<const Part*>& chain, bool known) {
  Record record;
  record.clip.name = chain.front()->stem;
  for (const Part* part : chain) {
    CardFile* video = reading.find(path::join(root, "video"), path::lowerAscii(part->stem) + ".mxf");
    if (video && !video->claimed) {
      claim(record, *video, model::FileRole::essence);
    } else {
      record.warn("missing_segment", fmt::format("VIDEO/{}.MXF is not on the card.", path::display(part->stem)));
    }
  }
  for (const Part* part : chain) claimPart(reading, record, root, path::lowerAscii(part->stem));
  const auto otherCard = [&record](const char* what, const std::string& serial) {
    record.warn("chain_to_other_card",
                fmt::format("The take {} on another card{}.", what,
                            serial.empty() ? "" : fmt::format(", P2 card {}", path::display(serial))));
  };
  if (!chain.front()->previous.empty()) otherCard("begins", chain.front()->previousCard);
  if (!chain.back()->next.empty()) otherCard("goes on", chain.back()->nextCard);
  if (known && chain.front()->content.name.empty())
    record.warn("no_sidecar", "The camera's metadata file for this clip is missing or cannot be read.");
  return record;
}

// "1001/24000": seconds a frame.
FrameRate editRate(const std::string& unit) {
  const auto slash = unit.find('/');
  if (slash == std::string::npos) return {};
  const auto num = wholeNumber(std::string_view(unit).substr(0, slash)),
             den = wholeNumber(std::string_view(unit).substr(slash + 1));
  if (!num || !den || *num <= 0 || *den <= 0) return {};
  return FrameRate::fromRational(*den, *num);
}

// Every value below the node by the names that lead to it, the first of each.
void keepAll(Record& record, const XmlNode& node, const std::string& where, std::size_t& kept) {
  constexpr std::size_t kMostValues = 512, kLongestName = 256;
  if (kept >= kMostValues || where.size() > kLongestName) return;
  if (!node.text.empty() && record.clip.raw.emplace(where, node.text).second) ++kept;
  for (const XmlNode& child : node.children) keepAll(record, child, fmt::format("{}.{}", where, child.name), kept);
}

void sayP2(Record& record, const XmlNode& content, std::int64_t frames) {
  const auto text = [&](const char* field, std::initializer_list<std::string_view> names) {
    record.text(field, kP2, textBelow(content, names));
  };
  std::size_t kept = 0;
  for (const char* list : {"ClipMetadata", "Relation"}) {
    if (const XmlNode* node = content.child(list)) keepAll(record, *node, fmt::format("p2.{}", list), kept);
  }
  std::string user = content.childText("UserClipName");
  if (user.empty()) user = textBelow(content, {"ClipMetadata", "UserClipName"});
  record.clip.raw["p2.UserClipName"] = user;
  if (user.size() >= 8 && fitsShape(std::string_view(user).substr(0, 8), "A000C000")) {
    record.text("reel", kP2, user, user.substr(0, 4));
    record.text("camera_letter", kP2, user, user.substr(0, 1));
  }
  const std::string unit = content.childText("EditUnit"),
                    format = textBelow(content, {"EssenceList", "Video", "FrameRate"});
  const FrameRate rate = editRate(unit);
  record.frameRate(kP2, rate.valid() ? unit : format, rate.valid() ? rate : videoFormatRate(format));
  const std::string start = textBelow(content, {"EssenceList", "Video", "StartTimecode"});
  // The clock is written with colons whether it drops frames or not.
  const XmlNode* counted = below(content, {"EssenceList", "Video", "FrameRate"});
  const bool drops = counted && path::lowerAscii(counted->attribute("DropFrameFlag")) == "true";
  std::string clock = start;
  if (drops && clock.size() == 11 && clock[8] == ':') clock[8] = ';';
  if (!start.empty()) record.startText(kP2, start, "nrt", clock);
  if (frames > 0) record.whole("duration_frames", kP2, fmt::format("{}", frames), frames);
  text("picture.codec", {"EssenceList", "Video", "Codec"});
  text("camera.make", {"ClipMetadata", "Device", "Manufacturer"});
  text("camera.model", {"ClipMetadata", "Device", "ModelName"});
  text("camera.serial", {"ClipMetadata", "Device", "SerialNo."});
  text("recorded_at", {"ClipMetadata", "Shoot", "StartDate"});
  text("slate.production", {"ClipMetadata", "Scenario", "ProgramName"});
  text("slate.scene", {"ClipMetadata", "Scenario", "SceneNo."});
  text("slate.take", {"ClipMetadata", "Scenario", "TakeNo."});
  record.text("umid", kP2, content.childText("GlobalClipID"));
  const XmlNode* essence = content.child("EssenceList");
  const auto sounds = essence ? std::count_if(essence->children.begin(), essence->children.end(),
                                              [](const XmlNode& one) { return one.name == "Audio"; })
                              : 0;
  if (sounds > 0) record.whole("audio.channels", kP2, fmt::format("{}", sounds), sounds);
  const auto sound = [&](const char* field, const char* name, std::int64_t most) {
    const std::string raw = textBelow(content, {"EssenceList", "Audio", name});
    const auto number = wholeNumber(raw);
    if (number && *number > 0 && *number <= most) record.whole(field, kP2, raw, *number);
  };
  sound("audio.sample_rate", "SamplingRate", 768'000);
  sound("audio.bit_depth", "BitsPerSample", 64);
}

}  // namespace

std::vector<Record> groupP2(Reading& reading) {
  std::vector<Record> out;
  for (const std::string& root : p2Roots(reading)) {
    std::map<std::string, Part> parts;  // by lower-case stem
    for (const char* folder : {"clip", "video"}) {
      const auto found = reading.folders.find(path::join(root, folder));
      if (found == reading.folders.end()) continue;
      for (const CardFile* file : found->second) {
        if (file->claimed || file->extension != (std::string_view(folder) == "clip" ? "xml" : "mxf")) continue;
        Part& part = parts.try_emplace(file->lowerStem).first->second;
        if (part.stem.empty()) part.stem = file->stem;
        if (file->extension == "xml" && reading.depth == Depth::metadata)
          readPart(*reading.fs, reading.absolutePath(*file), part, reading.warnings);
      }
    }
    for (const auto& chain : chains(parts)) {
      Record record = p2Record(reading, root, chain, reading.depth == Depth::metadata);
      std::int64_t frames = 0;
      for (const Part* part : chain) {
        const auto length = wholeNumber(part->content.childText("Duration"));
        if (!length || *length < 0 || *length > 1'000'000'000) {
          frames = 0;
          break;
        }
        frames += *length;
      }
      if (!chain.front()->content.name.empty()) sayP2(record, chain.front()->content, frames);
      out.push_back(std::move(record));
    }
  }
  return out;
}

void describeP2(Record& record, Reading& reading) {
  record.text("camera.make", kName, record.clip.name, "Panasonic");
  if (reading.depth == Depth::metadata) describeSegments(record, reading);
}

std::vector<Record> groupPanasonicSd(Reading& reading) {
  std::vector<Record> out;
  for (auto& [folder, files] : reading.folders) {
    const std::string above = path::fileName(path::parent(folder));
    if (above != "pana_grp" &&
        !(path::parent(folder).empty() && path::lowerAscii(path::fileName(reading.root)) == "pana_grp"))
      continue;
    for (CardFile* file : files) {
      if (file->claimed || (file->extension != "mov" && file->extension != "mp4")) continue;
      Record record;
      record.clip.name = file->stem;
      claim(record, *file, model::FileRole::essence);
      for (const char* extension : {"xml", "thm", "jpg"}) {
        CardFile* side = reading.find(folder, fmt::format("{}.{}", file->lowerStem, extension));
        if (side && !side->claimed)
          claim(record, *side,
                std::string_view(extension) == "xml" ? model::FileRole::sidecar : model::FileRole::thumbnail);
      }
      out.push_back(std::move(record));
    }
  }
  return out;
}

void describePanasonicSd(Record& record, Reading& reading) {
  const std::string& name = record.clip.name;
  record.text("camera.make", kName, name, "Panasonic");
  if (name.size() >= 8 && fitsShape(std::string_view(name).substr(0, 8), "A000C000")) {
    record.text("reel", kName, name, name.substr(0, 4));
    record.text("camera_letter", kName, name, name.substr(0, 1));
  }
  if (reading.depth == Depth::metadata) describeContainer(record, reading);
}

}  // namespace rollproof::camera
