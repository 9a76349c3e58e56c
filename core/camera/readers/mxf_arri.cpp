// SPDX-License-Identifier: Apache-2.0
// The items' tags are given out anew by every file's primer, and their labels are ARRI's own: a document is told by
// being one, its neighbours by what they hold.
#include "core/camera/readers/mxf_arri.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/base/path.h"

namespace rollproof::camera {
namespace {

using Json = nlohmann::json;

constexpr From kFrom{Rank::file, "arri_mxf"};
constexpr std::string_view kArriScheme("\x0E\x17\x01\x02\x10", 5);
constexpr int kDeepest = 12;
constexpr std::size_t kMostValues = 512, kLongestValue = 1024;

struct Word {
  const char* key;
  const char* field;
};
constexpr std::array kTexts{
    Word{"cameraModel", "camera.model"},
    Word{"cameraSerialNumber", "camera.serial"},
    Word{"lensModel", "lens.model"},
    Word{"cameraSoftwarePackageName", "camera.firmware"},
    Word{"reelName", "reel"},
    Word{"lensSerialNumber", "lens.serial"},
    Word{"scene", "slate.scene"},
    Word{"take", "slate.take"},
    Word{"director", "slate.director"},
    Word{"cinematographer", "slate.dop"},
    Word{"production", "slate.production"},
};

std::string textOf(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean() || value.is_number()) return value.dump();
  return {};
}

class Document {
 public:
  Document(Record& record, std::string schema) : m_record(record), m_schema(std::move(schema)) {}

  void walk(const Json& value, const std::string& key, const std::string& where, int depth) {
    if (depth > kDeepest || m_values > kMostValues) return;
    if (value.is_object()) {
      sayUserInfo(value, where);
      for (const auto& [name, inner] : value.items())
        walk(inner, name, where.empty() ? name : fmt::format("{}.{}", where, name), depth + 1);
    } else if (value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i) walk(value[i], key, fmt::format("{}.{}", where, i), depth + 1);
    } else if (const std::string text = textOf(value); !text.empty() && text.size() <= kLongestValue) {
      ++m_values;
      m_record.clip.raw.emplace(fmt::format("arri.{}.{}", m_schema, where), text);
      say(key, text);
    }
  }

 private:
  // A pair of a crew's own words.
  void sayUserInfo(const Json& value, const std::string& where) {
    const auto key = value.find("key"), said = value.find("value");
    if (key == value.end() || said == value.end() || !key->is_string() || where.find("userInfo") == std::string::npos)
      return;
    const std::string text = textOf(*said);
    if (!text.empty() && text.size() <= kLongestValue)
      m_record.clip.raw.emplace("arri.userInfo." + key->get<std::string>().substr(0, 64), text);
  }

  void say(const std::string& key, const std::string& text) {
    for (const Word& word : kTexts)
      if (key == word.key) return m_record.text(word.field, kFrom, text);
    if (key == "cameraIndex") {
      m_record.text("camera_letter", kFrom, text, text.substr(0, text.find('_')));
    } else if (key == "circleTake") {
      const std::string word = path::lowerAscii(text);
      if (word == "true" || word == "1" || word == "yes") m_record.flag("slate.circled", kFrom, text, true);
      if (word == "false" || word == "0" || word == "no") m_record.flag("slate.circled", kFrom, text, false);
    } else if (key == "lensSqueezeFactor") {
      const auto squeeze = leadingNumber(text);
      if (squeeze && *squeeze >= 0.5 && *squeeze <= 4)
        m_record.ratio("picture.lens_squeeze", kFrom, text, {std::llround(*squeeze * 1000), 1000});
    }
  }

  Record& m_record;
  std::string m_schema;
  std::size_t m_values = 0;
};

// "https://…/slate_info/1.0" or "…/slate_info.json" -> "slate_info".
std::string schemaWord(const std::string& address) {
  constexpr std::array kKnown{"slate_info",       "camera_device", "lens_device",
                              "recording_medium", "frameline",     "custom_lut3d_design"};
  for (const char* word : kKnown)
    if (address.find(word) != std::string::npos) return word;
  return "document";
}

}  // namespace

void describeArriSets(Record& record, const MxfMetadata& metadata) {
  for (const MxfSet& set : metadata.sets()) {
    if (part(set.label, 8, 5) != kArriScheme) continue;
    std::string schema;
    Json document;
    for (const auto& [tag, value] : set.items) {
      if (tag < 0x8000) continue;  // given out by the primer
      const std::string_view text = trimmed(value.substr(0, value.find_last_not_of('\0') + 1));
      if (text.starts_with('{') || text.starts_with('[')) {
        document = Json::parse(text, nullptr, false);
      } else if (const std::string wide = utf16be(value); wide.find("://") != std::string::npos) {
        schema = wide;
      }
    }
    if (!document.is_object() && !document.is_array()) continue;
    record.text("camera.make", kFrom, "ARRI");
    Document(record, schemaWord(schema)).walk(document, {}, {}, 0);
  }
}

}  // namespace rollproof::camera
