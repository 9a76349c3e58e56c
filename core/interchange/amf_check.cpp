// SPDX-License-Identifier: Apache-2.0
// The rules of the AMF schemas 1.0 and 2.0 and of transform ids, each breach a sentence.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/base/path.h"
#include "core/base/xml_text.h"
#include "core/interchange/amf.h"

namespace rollproof::interchange {
namespace {

constexpr std::string_view kIdPrefix = "urn:ampas:aces:transformId:v";

bool isDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}
bool isHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
}
bool isBase64(std::string_view text) {
  std::size_t letters = 0, padding = 0;
  for (const char c : text) {
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') continue;
    const bool letter =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    if (letter && padding == 0) {
      ++letters;
    } else if (c == '=' && padding < 2) {
      ++padding;
    } else {
      return false;
    }
  }
  return letters > 0 && (letters + padding) % 4 == 0;
}

std::vector<std::string_view> split(std::string_view text, char by) {
  std::vector<std::string_view> out;
  for (;;) {
    const std::size_t at = text.find(by);
    out.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return out;
    text.remove_prefix(at + 1);
  }
}

// An id taken apart: its version, its type, what stands between, and the ACES release at its end.
struct Id {
  bool second = false;  // v2.0
  std::string_view type, vendor, name, release;
};

std::optional<Id> takeApart(std::string_view text) {
  if (!text.starts_with(kIdPrefix) || text.find_first_of(" \t\r\n") != std::string_view::npos) return std::nullopt;
  text.remove_prefix(kIdPrefix.size());
  Id id;
  if (text.starts_with("2.0:")) {
    id.second = true;
  } else if (!text.starts_with("1.5:")) {
    return std::nullopt;
  }
  text.remove_prefix(4);
  // The end: "a1.v2", or "a1.0.3" for the Academy's own of ACES 1.
  const auto words = split(text, '.');
  const auto release = [&](std::size_t from) {
    return words[from].size() > 1 && words[from][0] == 'a' && isDigits(words[from].substr(1));
  };
  std::size_t tail = 0;
  const std::size_t n = words.size();
  if (n >= 3 && release(n - 2) && words[n - 1].size() > 1 && words[n - 1][0] == 'v' &&
      isDigits(words[n - 1].substr(1))) {
    tail = 2;
  } else if (n >= 4 && release(n - 3) && isDigits(words[n - 2]) && isDigits(words[n - 1])) {
    tail = 3;
  } else {
    return std::nullopt;
  }
  id.type = words[0];
  id.release = words[n - tail];
  const std::size_t middle = n - tail - 1;
  if (middle > 0) id.vendor = words[1];
  if (middle > 1) {
    const char* const begin = words[2].data();
    const std::string_view last = words[n - tail - 1];
    id.name = std::string_view(begin, static_cast<std::size_t>(last.data() + last.size() - begin));
  }
  return id;
}

bool typeFits(const Id& id, TransformKind kind) {
  const auto is = [&](std::string_view first, std::string_view second = {}) {
    return id.second ? !second.empty() && id.type == second : id.type == first;
  };
  switch (kind) {
    case TransformKind::input:
      return is("IDT", "CSC") || (!id.second && id.type == "ACEScsc") || (id.second && id.type == "Input");
    case TransformKind::look:
      return is("LMT", "Look");
    case TransformKind::output:
      return is("RRTODT", "Output");
    case TransformKind::device:
      return is("ODT");
    case TransformKind::render:
      return is("RRT");
    case TransformKind::inverseOutput:
      return is("InvRRTODT", "InvOutput");
    case TransformKind::inverseDevice:
      return is("InvODT");
    case TransformKind::inverseRender:
      return is("InvRRT");
    case TransformKind::space:
      return is("ACEScsc", "CSC");
  }
  return false;
}

const char* words(TransformKind kind) {
  switch (kind) {
    case TransformKind::input:
      return "an input transform";
    case TransformKind::look:
      return "a look transform";
    case TransformKind::output:
      return "an output transform";
    case TransformKind::device:
      return "an output device transform";
    case TransformKind::render:
      return "a reference rendering transform";
    case TransformKind::inverseOutput:
      return "an inverse output transform";
    case TransformKind::inverseDevice:
      return "an inverse output device transform";
    case TransformKind::inverseRender:
      return "an inverse reference rendering transform";
    case TransformKind::space:
      return "a colour space conversion";
  }
  return "a transform";
}

class Checker {
 public:
  explicit Checker(const Amf& amf) : m_second(amf.nameSpace == kAmfNamespace2) {}
  std::vector<std::string> found;

  template <class... Args>
  void say(fmt::format_string<Args...> format, Args&&... args) {
    found.push_back(fmt::format(format, std::forward<Args>(args)...));
  }

  void unknown(const std::string& where, const std::vector<XmlNode>& other) {
    for (const XmlNode& node : other) {
      say("{}: <{}> is no element that the schema has there; it is kept", where, path::display(node.name));
    }
  }

  void info(const std::string& where, const AmfInfo& info) {
    for (const auto& [what, text] : {std::pair{"creation", &info.created}, {"modification", &info.modified}}) {
      if (text->empty()) {
        say("{}: the {} date is missing", where, what);
      } else if (!parseDateTime(*text)) {
        say("{}: \"{}\" is no date with a time", where, path::display(*text));
      }
    }
    if (info.uuid.empty()) {
      if (m_second) say("{}: the uuid is missing", where);
    } else if (!isUrnUuid(info.uuid)) {
      say("{}: \"{}\" is no uuid of the form urn:uuid:8-4-4-4-12 digits", where, path::display(info.uuid));
    }
    for (const AmfAuthor& author : info.authors) {
      if (author.name.empty()) say("{}: an author has no name", where);
      const std::size_t at = author.email.find('@');
      if (at == 0 || at == std::string::npos || at + 1 == author.email.size() ||
          author.email.find('@', at + 1) != std::string::npos) {
        say("{}: \"{}\" is no e-mail address, which an author must have", where, path::display(author.email));
      }
    }
    unknown(where, info.other);
  }

  // `otherWays`: how many of the alternatives to naming the transform are there.
  void transform(const std::string& where, const AmfTransform& one, TransformKind kind, int otherWays = 0) {
    const int named = (one.uuid.empty() ? 0 : 1) + (one.file.empty() ? 0 : 1) + (one.transformId.empty() ? 0 : 1);
    if (named + otherWays == 0) {
      say("{}: it names no transform: an id, a file or a uuid is missing", where);
    } else if (named + otherWays > 1) {
      say("{}: it names more than one transform, and only one can be meant", where);
    }
    if (!one.uuid.empty() && !isUrnUuid(one.uuid)) say("{}: \"{}\" is no uuid", where, path::display(one.uuid));
    if (!one.transformId.empty() && !isTransformId(one.transformId, kind)) {
      say("{}: \"{}\" is not the id of {}", where, path::display(one.transformId), words(kind));
    }
    if (one.hash) {
      if (one.hash->algorithm != kAmfSha256 && one.hash->algorithm != kAmfSha1 && one.hash->algorithm != kAmfMd5) {
        say("{}: the hash has the algorithm \"{}\", and only SHA-256, SHA-1 and MD5 are allowed", where,
            path::display(one.hash->algorithm));
      }
      if (!isBase64(one.hash->value)) say("{}: the hash is not base64", where);
    }
    unknown(where, one.other);
  }
  void transform(const std::string& where, const std::optional<AmfTransform>& one, TransformKind kind) {
    if (one) transform(where, *one, kind);
  }

  void applied(const std::string& where, const std::optional<bool>& value) {
    if (!value) say("{}: it does not say whether it is applied already", where);
  }

  void look(const std::string& where, const AmfLook& one) {
    applied(where, one.applied);
    if (!one.isCdl()) return transform(where, one, TransformKind::look);
    if (!one.fromCdlSpace) say("{}: a CDL needs its way out of the working space (fromCdlWorkingSpace)", where);
    transform(fmt::format("{}, to the CDL's space", where), one.toCdlSpace, TransformKind::space);
    transform(fmt::format("{}, from the CDL's space", where), one.fromCdlSpace, TransformKind::space);
    AmfTransform rest = one;  // what is left may name nothing but the file of the reference
    if (one.cdl) {
      if (!one.cdl->hasSop || !one.cdl->hasSat) say("{}: a CDL needs both its SOP and its saturation", where);
      for (const std::string& fault : cdlFaults(one.cdl->cdl)) say("{}: {}", where, fault);
      if (!one.cdlReference.empty()) say("{}: it has CDL values and a reference to others", where);
      transform(where, rest, TransformKind::look, 1);
    } else if (!one.cdlReference.empty()) {
      if (one.file.empty())
        say("{}: it refers to the correction \"{}\" and names no file", where, path::display(one.cdlReference));
      rest.file.clear();
      transform(where, rest, TransformKind::look, 1);
    } else {
      say("{}: it has a CDL working space and no CDL", where);
      transform(where, rest, TransformKind::look, 1);
    }
  }

  void pipeline(const std::string& where, const AmfPipeline& one) {
    info(fmt::format("{}, info", where), one.info);
    for (const auto& [what, text] : {std::pair{"major", &one.major}, {"minor", &one.minor}, {"patch", &one.patch}}) {
      if (text->size() != 1 || !isDigits(*text)) {
        say("{}: the {} number of the ACES version is \"{}\" and must be one digit", where, what, path::display(*text));
      }
    }
    if (one.input) {
      const std::string input = fmt::format("{}, input transform", where);
      applied(input, one.input->applied);
      const bool pair = one.input->inverseDevice || one.input->inverseRender;
      transform(input, *one.input, TransformKind::input, (one.input->inverseOutput ? 1 : 0) + (pair ? 1 : 0));
      if (pair && !(one.input->inverseDevice && one.input->inverseRender)) {
        say("{}: an inverse device transform and an inverse rendering transform belong together", input);
      }
      transform(fmt::format("{}, inverse output", input), one.input->inverseOutput, TransformKind::inverseOutput);
      transform(fmt::format("{}, inverse device", input), one.input->inverseDevice, TransformKind::inverseDevice);
      transform(fmt::format("{}, inverse rendering", input), one.input->inverseRender, TransformKind::inverseRender);
    }
    if (one.workingLocation && !m_second) say("{}: a working location is only of AMF 2.0", where);
    for (std::size_t i = 0; i < one.looks.size(); ++i) {
      look(fmt::format("{}, look transform {}", where, i + 1), one.looks[i]);
    }
    if (one.output) {
      const std::string output = fmt::format("{}, output transform", where);
      if (m_second) applied(output, one.output->applied);
      const bool pair = one.output->render || one.output->device;
      transform(output, *one.output, TransformKind::output, pair ? 1 : 0);
      if (pair && !(one.output->render && one.output->device)) {
        say("{}: a rendering transform and a device transform belong together", output);
      }
      transform(fmt::format("{}, rendering", output), one.output->render, TransformKind::render);
      transform(fmt::format("{}, device", output), one.output->device, TransformKind::device);
    } else if (!m_second) {
      say("{}: the output transform is missing", where);
    }
    unknown(where, one.other);
  }

  void clip(const AmfClipId& clip) {
    const int ways = (clip.file ? 1 : 0) + (clip.uuid ? 1 : 0) + (clip.sequence ? 1 : 0);
    if (ways != 1) say("clip: exactly one of file, sequence and uuid must tell which clip it is, and {} do", ways);
    if (clip.uuid && !isUrnUuid(*clip.uuid)) say("clip: \"{}\" is no uuid", path::display(*clip.uuid));
    if (clip.sequence) {
      const auto& sequence = *clip.sequence;
      if (sequence.index.empty()) say("clip: the sequence does not say which character stands for the frame number");
      if (!isDigits(sequence.min) || !isDigits(sequence.max)) {
        say("clip: the sequence has no first and last frame number");
      } else if (sequence.min.size() > sequence.max.size() ||
                 (sequence.min.size() == sequence.max.size() && sequence.min > sequence.max)) {
        say("clip: the sequence ends at {}, before it begins at {}", sequence.max, sequence.min);
      }
      if (!sequence.index.empty() && sequence.pattern.find(sequence.index) == std::string::npos) {
        say("clip: the sequence's name has no \"{}\" where the frame number goes", path::display(sequence.index));
      }
    }
    unknown("clip", clip.other);
  }

 private:
  bool m_second;
};

}  // namespace

bool isUrnUuid(std::string_view text) {
  constexpr std::string_view kPrefix = "urn:uuid:";
  if (!text.starts_with(kPrefix)) return false;
  const auto parts = split(text.substr(kPrefix.size()), '-');
  constexpr std::array<std::size_t, 5> kSizes{8, 4, 4, 4, 12};
  if (parts.size() != kSizes.size()) return false;
  for (std::size_t i = 0; i < kSizes.size(); ++i) {
    if (parts[i].size() != kSizes[i] || !isHex(parts[i])) return false;
  }
  return true;
}

bool isTransformId(std::string_view id, TransformKind kind) {
  const auto parts = takeApart(id);
  if (!parts || !typeFits(*parts, kind)) return false;
  // The rendering transform of ACES 1 has no vendor and no name; every other has both.
  const bool render = kind == TransformKind::render || kind == TransformKind::inverseRender;
  return render ? parts->vendor.empty() : !parts->vendor.empty() && !parts->name.empty();
}

std::string explainTransformId(std::string_view id) {
  const auto parts = takeApart(id);
  if (!parts) return {};
  constexpr std::array kKinds{TransformKind::space,         TransformKind::input,         TransformKind::look,
                              TransformKind::output,        TransformKind::device,        TransformKind::render,
                              TransformKind::inverseOutput, TransformKind::inverseDevice, TransformKind::inverseRender};
  const auto kind =
      std::find_if(kKinds.begin(), kKinds.end(), [&](TransformKind one) { return typeFits(*parts, one); });
  if (kind == kKinds.end()) return {};
  std::string out = words(*kind);
  if (!parts->vendor.empty()) out += fmt::format(" by {}", path::display(std::string(parts->vendor)));
  out += fmt::format(", for ACES {}", parts->release.substr(1));
  if (!parts->name.empty()) out += fmt::format(", called {}", path::display(std::string(parts->name)));
  return out;
}

std::vector<std::string> checkAmf(const Amf& amf) {
  Checker checker(amf);
  if (amf.nameSpace != kAmfNamespace1 && amf.nameSpace != kAmfNamespace2) {
    checker.say("the namespace \"{}\" is that of no AMF schema", path::display(amf.nameSpace));
  } else if (amf.version != (amf.nameSpace == kAmfNamespace2 ? "2.0" : "1.0")) {
    checker.say("the version is \"{}\", and the namespace is that of another", path::display(amf.version));
  }
  checker.info("info", amf.info);
  if (amf.clip) checker.clip(*amf.clip);
  checker.pipeline("pipeline", amf.pipeline);
  for (std::size_t i = 0; i < amf.archived.size(); ++i) {
    checker.pipeline(fmt::format("archived pipeline {}", i + 1), amf.archived[i]);
  }
  checker.unknown("file", amf.other);
  return std::move(checker.found);
}

}  // namespace rollproof::interchange
