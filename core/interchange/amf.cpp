// SPDX-License-Identifier: Apache-2.0
// AMF values -> text, in the order that the schema's sequences ask for.
#include "core/interchange/amf.h"

#include <algorithm>

namespace rollproof::interchange {
namespace {

class Writer {
 public:
  explicit Writer(std::string space) : m_space(std::move(space)) {}

  [[nodiscard]] XmlNode element(std::string name, std::string text = {}) const {
    XmlNode node;
    node.name = std::move(name);
    node.nameSpace = m_space;
    node.text = std::move(text);
    return node;
  }
  void put(XmlNode& into, std::string name, const std::string& text) const {
    if (!text.empty()) into.children.push_back(element(std::move(name), text));
  }
  static void keep(XmlNode& into, const std::vector<XmlNode>& other) {
    into.children.insert(into.children.end(), other.begin(), other.end());
  }
  static void putApplied(XmlNode& into, const std::optional<bool>& applied) {
    if (applied) into.attributes.emplace_back("applied", *applied ? "true" : "false");
  }

  [[nodiscard]] XmlNode info(std::string name, const AmfInfo& info) const {
    XmlNode node = element(std::move(name));
    put(node, "description", info.description);
    for (const AmfAuthor& author : info.authors) {
      XmlNode& one = node.children.emplace_back(element("author"));
      one.children.push_back(element("name", author.name));
      one.children.push_back(element("emailAddress", author.email));
    }
    XmlNode& dates = node.children.emplace_back(element("dateTime"));
    dates.children.push_back(element("creationDateTime", info.created));
    dates.children.push_back(element("modificationDateTime", info.modified));
    put(node, "uuid", info.uuid);
    return node;
  }

  // description and hash come first in the schema, the name of the transform after them.
  void head(XmlNode& into, const AmfTransform& one) const {
    put(into, "description", one.description);
    if (!one.hash) return;
    XmlNode& hash = into.children.emplace_back(element("hash", one.hash->value));
    hash.attributes.emplace_back("algorithm", one.hash->algorithm);
  }
  void nameOf(XmlNode& into, const AmfTransform& one) const {
    put(into, "uuid", one.uuid);
    put(into, "file", one.file);
    put(into, "transformId", one.transformId);
  }
  [[nodiscard]] XmlNode transform(std::string name, const AmfTransform& one) const {
    XmlNode node = element(std::move(name));
    head(node, one);
    nameOf(node, one);
    keep(node, one.other);
    return node;
  }
  void put(XmlNode& into, std::string name, const std::optional<AmfTransform>& one) const {
    if (one) into.children.push_back(transform(std::move(name), *one));
  }

  [[nodiscard]] XmlNode input(const AmfInput& one) const {
    XmlNode node = element("inputTransform");
    putApplied(node, one.applied);
    head(node, one);
    nameOf(node, one);
    put(node, "inverseOutputTransform", one.inverseOutput);
    put(node, "inverseOutputDeviceTransform", one.inverseDevice);
    put(node, "inverseReferenceRenderingTransform", one.inverseRender);
    keep(node, one.other);
    return node;
  }
  [[nodiscard]] XmlNode output(const AmfOutput& one) const {
    XmlNode node = element("outputTransform");
    putApplied(node, one.applied);
    head(node, one);
    nameOf(node, one);
    put(node, "referenceRenderingTransform", one.render);
    put(node, "outputDeviceTransform", one.device);
    keep(node, one.other);
    return node;
  }
  [[nodiscard]] XmlNode look(const AmfLook& one) const {
    XmlNode node = element("lookTransform");
    putApplied(node, one.applied);
    head(node, one);
    if (one.toCdlSpace || one.fromCdlSpace) {
      XmlNode& space = node.children.emplace_back(element("cdlWorkingSpace"));
      put(space, "toCdlWorkingSpace", one.toCdlSpace);
      put(space, "fromCdlWorkingSpace", one.fromCdlSpace);
    }
    if (one.cdl && one.cdl->hasSop) node.children.push_back(sopNode(*one.cdl, kCdlNamespace));
    if (one.cdl && one.cdl->hasSat) node.children.push_back(satNode(*one.cdl, kCdlNamespace));
    if (!one.cdlReference.empty()) {
      XmlNode& reference = node.children.emplace_back(element("ColorCorrectionRef"));
      reference.nameSpace = kCdlNamespace;
      reference.attributes.emplace_back("ref", one.cdlReference);
    }
    nameOf(node, one);
    keep(node, one.other);
    return node;
  }

  [[nodiscard]] XmlNode pipeline(std::string name, const AmfPipeline& one) const {
    XmlNode node = element(std::move(name));
    XmlNode& about = node.children.emplace_back(info("pipelineInfo", one.info));
    XmlNode& version = about.children.emplace_back(element("systemVersion"));
    version.children.push_back(element("majorVersion", one.major));
    version.children.push_back(element("minorVersion", one.minor));
    version.children.push_back(element("patchVersion", one.patch));
    keep(about, one.info.other);
    if (one.input) node.children.push_back(input(*one.input));
    for (std::size_t i = 0; i <= one.looks.size(); ++i) {
      if (one.workingLocation == i) node.children.push_back(element("workingLocation"));
      if (i < one.looks.size()) node.children.push_back(look(one.looks[i]));
    }
    if (one.output) node.children.push_back(output(*one.output));
    keep(node, one.other);
    return node;
  }

  [[nodiscard]] XmlNode clip(const AmfClipId& one) const {
    XmlNode node = element("clipId");
    node.children.push_back(element("clipName", one.name));
    if (one.sequence) {
      XmlNode& sequence = node.children.emplace_back(element("sequence", one.sequence->pattern));
      sequence.attributes = {{"idx", one.sequence->index}, {"min", one.sequence->min}, {"max", one.sequence->max}};
    }
    if (one.file) node.children.push_back(element("file", *one.file));
    if (one.uuid) node.children.push_back(element("uuid", *one.uuid));
    keep(node, one.other);
    return node;
  }

 private:
  std::string m_space;
};

bool hasRoom(const AmfPipeline& pipeline) {
  return !pipeline.workingLocation || *pipeline.workingLocation <= pipeline.looks.size();
}

}  // namespace

Result<std::string> formatAmf(const Amf& amf) {
  if (!hasRoom(amf.pipeline) || !std::all_of(amf.archived.begin(), amf.archived.end(), hasRoom)) {
    return fail(Errc::usage, "the working location is behind the last look");
  }
  const Writer writer(amf.nameSpace);
  XmlNode root = writer.element("acesMetadataFile");
  root.attributes.emplace_back("version", amf.version);
  XmlNode& info = root.children.emplace_back(writer.info("amfInfo", amf.info));
  Writer::keep(info, amf.info.other);
  if (amf.clip) root.children.push_back(writer.clip(*amf.clip));
  root.children.push_back(writer.pipeline("pipeline", amf.pipeline));
  for (const AmfPipeline& one : amf.archived) root.children.push_back(writer.pipeline("archivedPipeline", one));
  Writer::keep(root, amf.other);
  std::vector<std::pair<std::string, std::string>> prefixes{{kCdlNamespace, "cdl"}};
  if (!amf.nameSpace.empty()) prefixes.insert(prefixes.begin(), {amf.nameSpace, "aces"});
  return formatXml(root, prefixes);
}

}  // namespace rollproof::interchange
