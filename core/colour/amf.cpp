// SPDX-License-Identifier: Apache-2.0
#include "core/colour/amf.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "core/base/file_system.h"
#include "core/base/path.h"
#include "core/colour/lut_file.h"
#include "core/colour/transform_ids.h"

namespace rollproof::colour {
namespace {

using Kind = TransformMeaning::Kind;
constexpr const char* kAces = "ACES2065-1";
constexpr std::uint64_t kMaxSideFile = 128ULL << 20;

std::vector<unsigned char> digest(const EVP_MD* kind, const std::string& bytes) {
  std::vector<unsigned char> out(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (!kind || EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, kind, nullptr) != 1) return {};
  out.resize(size);
  return out;
}

std::string base64(const std::vector<unsigned char>& bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes.data(), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(std::max(length, 0)));
  return out;
}

std::string hex(const std::vector<unsigned char>& bytes) {
  std::string out;
  for (const unsigned char byte : bytes) out += fmt::format("{:02x}", byte);
  return out;
}

const EVP_MD* algorithmOf(const std::string& name) {
  if (name == interchange::kAmfSha256) return EVP_sha256();
  if (name == interchange::kAmfSha1) return EVP_sha1();
  if (name == interchange::kAmfMd5) return EVP_md5();
  return nullptr;
}

Result<std::string> readSideFile(const std::string& path) {
  std::error_code code;
  const std::filesystem::path resolved = std::filesystem::canonical(path, code);
  if (code) return tl::unexpected(systemError(code.value(), "cannot open the file an AMF names", path));
  return readSmallFile(realFileSystem(), resolved.native(), kMaxSideFile);
}

class Reader {
 public:
  Reader(const Config& config, std::string folder) : m_config(config), m_folder(std::move(folder)) {}

  AmfReading read(const interchange::Amf& amf, const std::string& name) {
    m_out.look.name = name;
    m_out.look.source = sourceOf(amf);
    const auto& pipeline = amf.pipeline;
    if (pipeline.input) input(*pipeline.input);
    for (const auto& look : pipeline.looks) this->look(look);
    if (pipeline.output) output(*pipeline.output);
    simplify();
    return std::move(m_out);
  }

 private:
  template <typename... Args>
  void say(const char* code, fmt::format_string<Args...> text, Args&&... args) {
    m_out.findings.push_back({code, fmt::format(text, std::forward<Args>(args)...)});
  }

  static std::string sourceOf(const interchange::Amf& amf) {
    std::string source = "AMF " + amf.version;
    for (const auto& [what, value] : {std::pair{", of ", &amf.info.modified}, {", ", &amf.info.uuid}})
      if (!value->empty()) source.append(what).append(path::display(*value));
    return source;
  }

  void input(const interchange::AmfInput& transform) {
    if (transform.applied.value_or(false)) {
      m_out.look.input = m_config.canonical(kAces);
      say("amf_input_applied", "The AMF's input transform is in the pictures already: they are taken as ACES2065-1.");
      return;
    }
    if (transform.inverseDevice || transform.inverseOutput) {
      const auto& way = transform.inverseDevice ? *transform.inverseDevice : *transform.inverseOutput;
      const auto meaning = meaningOfTransform(m_config, way.transformId);
      if (meaning.kind == Kind::output) {
        m_out.look.input = m_config.canonical(meaning.display);
        say("amf_inverse_output",
            "The AMF takes these pictures back through an output transform ({}); they are read as {} by colorimetry "
            "alone.",
            path::display(way.transformId), meaning.display);
      } else {
        say("amf_transform_unknown", "The AMF's inverse output transform is not known here: {}.", meaning.words);
      }
      return;
    }
    if (transform.transformId.empty()) {
      say("amf_transform_unknown", "The AMF's input transform {} has no transform id.", described(transform));
      return;
    }
    const auto meaning = meaningOfTransform(m_config, transform.transformId);
    if (meaning.kind == Kind::space) {
      m_out.look.input = meaning.space;
    } else {
      say("amf_transform_unknown",
          "The AMF's input transform is not known here: {}. The clip's own colour space is used.",
          meaning.kind == Kind::unknown ? meaning.words : path::display(transform.transformId));
    }
  }

  static std::string described(const interchange::AmfTransform& transform) {
    for (const auto* text : {&transform.description, &transform.file, &transform.uuid})
      if (!text->empty()) return "'" + path::display(*text) + "'";
    return "without a name";
  }

  void look(const interchange::AmfLook& transform) {
    model::LookStep step;
    step.name = path::display(transform.description);
    step.applied = transform.applied.value_or(false);
    if (transform.isCdl()) {
      if (cdl(transform, step)) m_out.look.steps.push_back(std::move(step));
      return;
    }
    if (!transform.file.empty()) {
      step.kind = model::LookStep::Kind::lut;
      step.file = sideFile(transform);
      step.input = step.output = kAces;
      if (step.name.empty()) step.name = path::display(path::fileName(step.file));
      if (!step.applied && !usable(step)) return;
      m_out.look.steps.push_back(std::move(step));
      return;
    }
    const auto meaning = meaningOfTransform(m_config, transform.transformId);
    step.kind = model::LookStep::Kind::transform;
    step.transform = meaning.look.empty() ? path::display(transform.transformId) : meaning.look;
    if (step.name.empty()) step.name = step.transform;
    if (meaning.kind != Kind::look && !step.applied) {
      say("amf_transform_unknown", "The AMF's look {} is not known here and is left out: {}.", described(transform),
          meaning.words.empty() ? path::display(transform.transformId) : meaning.words);
      return;
    }
    m_out.look.steps.push_back(std::move(step));
  }

  bool usable(model::LookStep& step) {
    if (const auto lut = loadLut(step.file); !lut) {
      say("amf_file_unusable", "A file that the AMF names cannot be used and is left out: {}", describe(lut.error()));
      return false;
    }
    if (auto hash = hashOfFile(step.file)) step.hash = std::move(*hash);
    return true;
  }

  // The path of a file that stands beside the AMF, its hash compared.
  std::string sideFile(const interchange::AmfTransform& transform) {
    std::string name = transform.file;
    if (name.starts_with("file://")) name.erase(0, 7);
    const std::string whole = !name.empty() && name.front() == '/' ? name : path::join(m_folder, name);
    if (transform.hash) {
      const auto bytes = readSideFile(whole);
      const EVP_MD* const kind = algorithmOf(transform.hash->algorithm);
      if (bytes && kind) {
        const auto found = digest(kind, *bytes);
        // The schema says base64; the Academy's own examples hold hexadecimal digits.
        if (transform.hash->value != base64(found) && path::lowerAscii(transform.hash->value) != hex(found)) {
          say("amf_hash_differs", "The file {} is not the one the AMF was made with: its hash differs.",
              path::display(transform.file));
        }
      }
    }
    return whole;
  }

  bool cdl(const interchange::AmfLook& transform, model::LookStep& step) {
    step.kind = model::LookStep::Kind::cdl;
    if (step.name.empty()) step.name = "CDL";
    std::optional<interchange::Correction> correction = transform.cdl;
    if (!correction && !transform.file.empty()) {
      const auto bytes = readSideFile(sideFile(transform));
      const auto file = bytes ? interchange::parseCdl(*bytes) : tl::unexpected(bytes.error());
      const auto chosen =
          file ? interchange::chooseCorrection(*file, transform.cdlReference) : tl::unexpected(file.error());
      if (chosen) {
        correction = *chosen;
      } else {
        say("amf_file_unusable", "The AMF's CDL cannot be read and is left out: {}", describe(chosen.error()));
        return false;
      }
    }
    if (!correction) {
      say("amf_cdl_missing", "The AMF's CDL {} has no values and is left out.", described(transform));
      return false;
    }
    if (const auto faults = interchange::cdlFaults(correction->cdl); !faults.empty() && !step.applied) {
      say("amf_cdl_faulty", "The AMF's CDL is left out: {}.", faults.front());
      return false;
    }
    step.cdl = correction->cdl;
    step.input = "ACEScct";
    const auto& way = transform.fromCdlSpace ? transform.fromCdlSpace : transform.toCdlSpace;
    if (!way) {
      say("amf_cdl_space", "The AMF does not say in which space its CDL works; ACEScct is taken.");
    } else if (const auto meaning = meaningOfTransform(m_config, way->transformId); meaning.kind == Kind::space) {
      step.input = meaning.space;
    } else {
      say("amf_transform_unknown", "The working space of the AMF's CDL is not known here, ACEScct is taken: {}.",
          meaning.words.empty() ? described(*way) : meaning.words);
    }
    return true;
  }

  void output(const interchange::AmfOutput& transform) {
    if (transform.applied.value_or(false)) {
      m_out.look.display = kDefaultDisplay;
      m_out.look.view = "Raw";
      say("amf_output_applied",
          "The AMF's output transform is in the pictures already: their numbers are shown as they are.");
      return;
    }
    const auto& way = transform.device ? *transform.device : static_cast<const interchange::AmfTransform&>(transform);
    const auto meaning = meaningOfTransform(m_config, way.transformId);
    if (meaning.kind == Kind::output) {
      m_out.look.display = meaning.display;
      m_out.look.view = meaning.view;
      return;
    }
    say("amf_transform_unknown", "The AMF's output transform is not known here: {}. The project's own output is used.",
        way.transformId.empty() ? described(way) : meaning.words);
  }

  // One CDL alone is a look as people make them by hand, and can be gone on with as one.
  void simplify() {
    auto& look = m_out.look;
    if (look.steps.size() != 1 || look.steps.front().kind != model::LookStep::Kind::cdl || look.steps.front().applied)
      return;
    look.cdl = look.steps.front().cdl;
    look.cdlSpace = look.steps.front().input;
    look.steps.clear();
  }

  const Config& m_config;
  std::string m_folder;
  AmfReading m_out;
};

interchange::AmfTransform byId(const std::string& id, const std::string& description) {
  interchange::AmfTransform transform;
  transform.transformId = id;
  transform.description = description;
  return transform;
}

}  // namespace

Result<AmfReading> lookFromAmf(const Config& config, const interchange::Amf& amf, const std::string& folder,
                               const std::string& name) {
  return Reader(config, folder).read(amf, name);
}

Result<AmfPipelineValues> pipelineOf(const Config& config, const ChainRequest& request) {
  // Names nothing that could not be built.
  if (const auto chain = config.chain(request); !chain) return tl::unexpected(chain.error());
  AmfPipelineValues out;
  const auto missing = [&](const std::string& what, const std::string& name) {
    out.findings.push_back({"amf_no_id", fmt::format("There is no ACES transform id for {} {}; the AMF leaves it out.",
                                                     what, path::display(name))});
  };
  const std::string named = config.canonical(request.input);
  const std::string input = inputName(named).space;
  if (input != named) {
    out.findings.push_back({"amf_levels", fmt::format("An AMF cannot say how the numbers of {} are to be read; whoever "
                                                      "opens it reads them as the camera's maker writes them.",
                                                      path::display(named))});
  }
  if (const std::string id = idOfSpace(input); !id.empty()) {
    interchange::AmfInput transform;
    transform.transformId = id;
    transform.description = input;
    transform.applied = false;
    out.pipeline.input = std::move(transform);
  } else if (input == kAces) {
    interchange::AmfInput transform;
    transform.transformId = "urn:ampas:aces:transformId:v1.5:ACEScsc.Academy.Unity.a1.0.3";
    transform.description = input;
    transform.applied = false;
    out.pipeline.input = std::move(transform);
  } else {
    missing("the colour space", input);
  }
  for (const auto& step : stepsOf(request.look)) {
    interchange::AmfLook look;
    look.description = step.name;
    look.applied = step.applied;
    if (step.kind == model::LookStep::Kind::cdl) {
      interchange::Correction correction;
      correction.cdl = step.cdl.value_or(model::Cdl{});
      correction.hasSop = correction.hasSat = true;
      look.cdl = std::move(correction);
      const std::string space = step.input.empty() ? input : config.canonical(step.input);
      if (const std::string from = idOfSpace(space); !from.empty()) {
        look.fromCdlSpace = byId(from, {});
        if (const std::string to = idToSpace(space); !to.empty()) look.toCdlSpace = byId(to, {});
      } else {
        missing("the space a CDL works in,", space);
        continue;
      }
    } else if (step.kind == model::LookStep::Kind::lut) {
      look.file = path::fileName(step.file);
      if (const auto bytes = readSideFile(step.file)) {
        look.hash = interchange::AmfHash{interchange::kAmfSha256, base64(digest(EVP_sha256(), *bytes))};
      }
      if (step.input != kAces || step.output != kAces) {
        out.findings.push_back(
            {"amf_lut_space",
             fmt::format("The LUT {} does not work in ACES2065-1 as a look of an AMF does; programs that "
                         "read the AMF must be told that it goes from {} to {}.",
                         path::display(look.file), step.input.empty() ? input : step.input, step.output)});
      }
    } else {
      look.transformId = idOfLook(step.transform);
      if (look.transformId.empty()) {
        missing("the look", step.transform);
        continue;
      }
    }
    out.pipeline.looks.push_back(std::move(look));
  }
  if (const std::string id = idOfOutput(request.display, request.view); !id.empty()) {
    interchange::AmfOutput transform;
    transform.applied = false;
    transform.description = request.display + ", " + request.view;
    if (id.find(":ODT.") != std::string::npos) {
      transform.render = byId(kReferenceRendering, {});
      transform.device = byId(id, {});
    } else {
      transform.transformId = id;
    }
    out.pipeline.output = std::move(transform);
  } else {
    missing("the output", request.display + ", " + request.view);
  }
  out.pipeline.major = "1";
  out.pipeline.minor = "3";
  out.pipeline.patch = "0";
  return out;
}

}  // namespace rollproof::colour
