// SPDX-License-Identifier: Apache-2.0
#include "core/camera/families/sony_side.h"

#include <fmt/format.h>

#include "core/base/path.h"
#include "core/camera/names.h"
#include "core/camera/xml.h"

namespace rollproof::camera {
namespace {

model::FileRole roleOf(char kind) {
  if (kind == 'S') return model::FileRole::proxy;
  if (kind == 'T') return model::FileRole::thumbnail;
  return model::FileRole::sidecar;
}

}  // namespace

void claimSonySideFiles(Reading& reading, Record& record, const std::string& folder, const std::string& lowerStem) {
  const auto found = reading.folders.find(folder);
  if (found == reading.folders.end()) return;
  for (CardFile* file : found->second) {
    if (file->claimed) continue;
    const auto side = sonySideFile(file->name);
    if (side && path::lowerAscii(side->base) == lowerStem) {
      claim(record, *file, roleOf(side->kind));
    } else if (file->extension == "bim" && file->lowerStem == lowerStem) {
      claim(record, *file, model::FileRole::sidecar);
    }
  }
}

void warnSonyOrphans(Reading& reading, const std::string& folder) {
  const auto found = reading.folders.find(folder);
  if (found == reading.folders.end()) return;
  for (const CardFile* file : found->second) {
    const auto side = file->claimed ? std::nullopt : sonySideFile(file->name);
    if (side) {
      reading.warn("orphan_sidecar", fmt::format("{} belongs to {}, which is not on the card.",
                                                 path::display(file->path), path::display(side->base)));
    }
  }
}

void checkMediaProfile(Reading& reading, const std::string& root) {
  CardFile* manifest = reading.find(root, "mediapro.xml");
  if (!manifest) return;
  auto bytes = readSmallFile(*reading.fs, reading.absolutePath(*manifest), kMaxXmlBytes);
  auto document = bytes ? parseXml(*bytes) : tl::unexpected<Error>(bytes.error());
  if (!document) {
    reading.warn("unreadable_sidecar", fmt::format("{}: {}.", path::display(manifest->path), document.error().message));
    return;
  }
  const XmlNode* contents = document->child("Contents");
  for (const XmlNode& material : contents ? contents->children : std::vector<XmlNode>()) {
    std::string uri = material.attribute("uri");
    if (material.name != "Material" || uri.empty()) continue;
    if (uri.starts_with("./")) uri.erase(0, 2);
    const std::string whole = path::join(root, uri);
    if (reading.find(path::parent(whole), path::lowerAscii(path::fileName(whole)))) continue;
    reading.warn("manifest_without_file",
                 fmt::format("MEDIAPRO.XML lists {}, which is not on the card.", path::display(uri)));
  }
}

}  // namespace rollproof::camera
