// SPDX-License-Identifier: Apache-2.0
// AMF text -> values. Elements are known by their names alone: drafts of the format had other namespaces.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/path.h"
#include "core/interchange/amf.h"

namespace rollproof::interchange {
namespace {

constexpr std::size_t kMaxTransforms = 10'000;

std::optional<bool> appliedOf(const XmlNode& node) {
  const std::string value = node.attribute("applied");
  if (value == "true" || value == "1") return true;
  if (value == "false" || value == "0") return false;
  return std::nullopt;
}

void readInfo(const XmlNode& node, AmfInfo& into) {
  for (const XmlNode& child : node.children) {
    if (child.name == "description") {
      into.description = child.text;
    } else if (child.name == "author") {
      into.authors.push_back({child.childText("name"), child.childText("emailAddress")});
    } else if (child.name == "dateTime") {
      into.created = child.childText("creationDateTime");
      into.modified = child.childText("modificationDateTime");
    } else if (child.name == "uuid") {
      into.uuid = child.text;
    } else {
      into.other.push_back(child);
    }
  }
}

// One element of what every transform may have; false for any other.
bool readCommon(const XmlNode& child, AmfTransform& into) {
  if (child.name == "description") {
    into.description = child.text;
  } else if (child.name == "hash") {
    into.hash = AmfHash{child.attribute("algorithm"), child.text};
  } else if (child.name == "uuid") {
    into.uuid = child.text;
  } else if (child.name == "file") {
    into.file = child.text;
  } else if (child.name == "transformId" || child.name == "transformID") {
    into.transformId = child.text;
  } else {
    return false;
  }
  return true;
}

AmfTransform readTransform(const XmlNode& node) {
  AmfTransform out;
  for (const XmlNode& child : node.children) {
    if (!readCommon(child, out)) out.other.push_back(child);
  }
  return out;
}

AmfInput readInput(const XmlNode& node) {
  AmfInput out;
  out.applied = appliedOf(node);
  for (const XmlNode& child : node.children) {
    if (readCommon(child, out)) continue;
    if (child.name == "inverseOutputTransform") {
      out.inverseOutput = readTransform(child);
    } else if (child.name == "inverseOutputDeviceTransform") {
      out.inverseDevice = readTransform(child);
    } else if (child.name == "inverseReferenceRenderingTransform") {
      out.inverseRender = readTransform(child);
    } else {
      out.other.push_back(child);
    }
  }
  return out;
}

AmfOutput readOutput(const XmlNode& node) {
  AmfOutput out;
  out.applied = appliedOf(node);
  for (const XmlNode& child : node.children) {
    if (readCommon(child, out)) continue;
    if (child.name == "referenceRenderingTransform") {
      out.render = readTransform(child);
    } else if (child.name == "outputDeviceTransform") {
      out.device = readTransform(child);
    } else {
      out.other.push_back(child);
    }
  }
  return out;
}

Result<AmfLook> readLook(const XmlNode& node) {
  AmfLook out;
  out.applied = appliedOf(node);
  Correction correction;
  for (const XmlNode& child : node.children) {
    if (readCommon(child, out)) continue;
    const auto taken = readCdlNode(child, correction);
    if (!taken) return tl::unexpected(taken.error());
    if (*taken) continue;
    if (child.name == "cdlWorkingSpace") {
      for (const XmlNode& way : child.children) {
        if (way.name == "toCdlWorkingSpace") {
          out.toCdlSpace = readTransform(way);
        } else if (way.name == "fromCdlWorkingSpace") {
          out.fromCdlSpace = readTransform(way);
        }
      }
    } else if (child.name == "ColorCorrectionRef") {
      out.cdlReference = child.attribute("ref");
    } else {
      out.other.push_back(child);
    }
  }
  if (correction.hasSop || correction.hasSat) out.cdl = std::move(correction);
  return out;
}

// "majorVersion", and "acesMajorVersion" of the draft.
std::string versionPart(const XmlNode& node, std::string_view lower, std::string_view draft) {
  const XmlNode* found = node.child(lower);
  if (!found) found = node.child(draft);
  return found ? found->text : std::string();
}

Result<AmfPipeline> readPipeline(const XmlNode& node) {
  AmfPipeline out;
  for (const XmlNode& child : node.children) {
    if (child.name == "pipelineInfo") {
      readInfo(child, out.info);
      std::erase_if(out.info.other, [&](const XmlNode& extra) {
        if (extra.name != "systemVersion" && extra.name != "acesVersion") return false;
        out.major = versionPart(extra, "majorVersion", "acesMajorVersion");
        out.minor = versionPart(extra, "minorVersion", "acesMinorVersion");
        out.patch = versionPart(extra, "patchVersion", "acesPatchVersion");
        return true;
      });
    } else if (child.name == "inputTransform") {
      out.input = readInput(child);
    } else if (child.name == "lookTransform") {
      if (out.looks.size() >= kMaxTransforms) return fail(Errc::corrupt, "the AMF has too many look transforms");
      auto look = readLook(child);
      if (!look) return tl::unexpected(look.error());
      out.looks.push_back(std::move(*look));
    } else if (child.name == "workingLocation") {
      out.workingLocation = out.looks.size();
    } else if (child.name == "outputTransform") {
      out.output = readOutput(child);
    } else {
      out.other.push_back(child);
    }
  }
  return out;
}

AmfClipId readClip(const XmlNode& node) {
  AmfClipId out;
  for (const XmlNode& child : node.children) {
    if (child.name == "clipName") {
      out.name = child.text;
    } else if (child.name == "file") {
      out.file = child.text;
    } else if (child.name == "uuid") {
      out.uuid = child.text;
    } else if (child.name == "sequence") {
      out.sequence =
          AmfClipId::Sequence{child.text, child.attribute("idx"), child.attribute("min"), child.attribute("max")};
    } else {
      out.other.push_back(child);
    }
  }
  return out;
}

}  // namespace

Result<Amf> parseAmf(std::string_view xml) {
  const auto root = parseXmlExact(xml);
  if (!root) return tl::unexpected(root.error());
  if (root->name != "acesMetadataFile") {
    return fail(Errc::corrupt, fmt::format("an XML file that begins with <{}> is no AMF", path::display(root->name)));
  }
  Amf amf;
  amf.version = root->attribute("version");
  amf.nameSpace = root->nameSpace;
  bool hasPipeline = false;
  for (const XmlNode& child : root->children) {
    if (child.name == "amfInfo") {
      readInfo(child, amf.info);
    } else if (child.name == "clipId") {
      amf.clip = readClip(child);
    } else if (child.name == "pipeline" || child.name == "archivedPipeline") {
      auto pipeline = readPipeline(child);
      if (!pipeline) return tl::unexpected(pipeline.error());
      if (child.name == "pipeline" && !hasPipeline) {
        amf.pipeline = std::move(*pipeline);
        hasPipeline = true;
      } else {
        if (amf.archived.size() >= kMaxTransforms) return fail(Errc::corrupt, "the AMF has too many pipelines");
        amf.archived.push_back(std::move(*pipeline));
      }
    } else {
      amf.other.push_back(child);
    }
  }
  if (!hasPipeline) return fail(Errc::corrupt, "the AMF has no pipeline");
  return amf;
}

}  // namespace rollproof::interchange
