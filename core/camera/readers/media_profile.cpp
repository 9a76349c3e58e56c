// SPDX-License-Identifier: Apache-2.0
#include "core/camera/readers/media_profile.h"

#include "core/base/path.h"
#include "core/camera/record.h"
#include "core/camera/xml.h"

namespace rollproof::camera {
namespace {

constexpr std::size_t kMostMaterials = 100'000;

// "./Clip/A%20B.MXF" -> "Clip/A B.MXF"; "" for what is no file of the card.
std::string filePath(const std::string& uri) {
  if (uri.empty() || uri.starts_with("urn:") || uri.find("://") != std::string::npos) return {};
  std::string_view rest = uri;
  while (rest.starts_with("./")) rest.remove_prefix(2);
  std::string whole = path::percentDecode(rest);
  return path::isSafeRelative(whole) ? whole : std::string();
}

MediaProfile::Material materialOf(const XmlNode& node) {
  MediaProfile::Material out;
  out.path = filePath(node.attribute("uri"));
  out.umid = node.attribute("umid");
  out.fps = node.attribute("fps");
  out.duration = node.attribute("dur");
  out.channels = node.attribute("ch");
  out.videoType = node.attribute("videoType");
  out.audioType = node.attribute("audioType");
  out.status = node.attribute("status");
  for (const XmlNode& child : node.children) {
    const std::string file = filePath(child.attribute("uri"));
    if (child.name == "Component") {
      // A part that lies on another medium is named by its UMID: it has a place in the order, but no path.
      out.parts.push_back(file);
      // Their own metadata and proxies stand one level deeper.
      for (const XmlNode& side : child.children) {
        const std::string below = filePath(side.attribute("uri"));
        if (!below.empty() && (side.name == "Proxy" || side.name == "RelevantInfo")) out.sideFiles.push_back(below);
      }
    } else if (!file.empty() && (child.name == "Proxy" || child.name == "RelevantInfo")) {
      out.sideFiles.push_back(file);
    }
  }
  return out;
}

}  // namespace

Result<MediaProfile> parseMediaProfile(std::string_view xml) {
  auto root = parseXml(xml);
  if (!root) return tl::unexpected<Error>(root.error());
  MediaProfile out;
  if (const XmlNode* properties = root->child("Properties")) {
    if (const XmlNode* system = properties->child("System")) {
      // "PXW-FS7M2 ver.1.220"
      const std::string kind = system->attribute("systemKind");
      const std::size_t at = kind.find(" ver.");
      out.model = std::string(trimmed(std::string_view(kind).substr(0, at)));
      if (at != std::string::npos) out.version = kind.substr(at + 5);
    }
    if (const XmlNode* medium = properties->child("Attached")) {
      out.mediaId = medium->attribute("mediaId");
      out.mediaName = medium->attribute("mediaName");
    }
  }
  const XmlNode* contents = root->child("Contents");
  for (const XmlNode& node : contents ? contents->children : std::vector<XmlNode>()) {
    if (node.name == "Material" && out.materials.size() < kMostMaterials) out.materials.push_back(materialOf(node));
  }
  return out;
}

}  // namespace rollproof::camera
