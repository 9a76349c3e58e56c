// SPDX-License-Identifier: Apache-2.0
#include "core/mhl/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/document.h"

namespace rollproof::mhl {
namespace {

constexpr std::size_t kMany = static_cast<std::size_t>(-1);

// What an element's text must be.
enum class Text { none, any, date, process, path, hash, notEmpty };

struct Attribute {
  std::string_view name;
  bool required = false;
  enum class Value { any, date, number, email, action, version, positive } value = Value::any;
};

struct Step {
  std::string_view element;
  std::size_t least = 0, most = 1;
};

// Children in their order; `choice`: any of them, in any order.
struct Rule {
  std::string_view element;
  Text text = Text::none;
  std::span<const Step> children;
  std::span<const Attribute> attributes;
  bool choice = false;
  std::size_t leastChildren = 0;
};

using Value = Attribute::Value;

constexpr std::array kList{Step{"creatorinfo", 1, 1}, Step{"processinfo", 1, 1}, Step{"hashes", 0, 1},
                           Step{"metadata", 0, 1}, Step{"references", 0, 1}};
constexpr std::array kListAttributes{Attribute{"version", true, Value::version}};
constexpr std::array kCreator{Step{"creationdate", 1, 1}, Step{"hostname", 1, 1}, Step{"tool", 1, 1},
                              Step{"author", 0, kMany},   Step{"location", 0, 1}, Step{"comment", 0, 1}};
constexpr std::array kToolAttributes{Attribute{"version", true, Value::any}};
constexpr std::array kAuthorAttributes{Attribute{"email", false, Value::email}, Attribute{"phone", false, Value::any},
                                       Attribute{"role", false, Value::any}};
constexpr std::array kProcess{Step{"process", 1, 1}, Step{"roothash", 0, 1}, Step{"ignore", 0, 1}};
constexpr std::array kFolderHash{Step{"content", 1, 1}, Step{"structure", 1, 1}};
constexpr std::array kPatterns{Step{"pattern", 1, kMany}};
constexpr std::array kEntries{Step{"hash", 0, kMany}, Step{"directoryhash", 0, kMany}};
constexpr std::array kFile{Step{"path", 1, 1},  Step{"c4", 0, 1},           Step{"md5", 0, 1},
                           Step{"sha1", 0, 1},  Step{"xxh128", 0, 1},       Step{"xxh3", 0, 1},
                           Step{"xxh64", 0, 1}, Step{"previousPath", 0, 1}, Step{"metadata", 0, 1}};
constexpr std::array kFormats{Step{"c4", 0, 1},     Step{"md5", 0, 1},  Step{"sha1", 0, 1},
                              Step{"xxh128", 0, 1}, Step{"xxh3", 0, 1}, Step{"xxh64", 0, 1}};
constexpr std::array kFolderEntry{Step{"path", 1, 1}, Step{"content", 1, 1}, Step{"structure", 1, 1},
                                  Step{"previousPath", 0, 1}, Step{"metadata", 0, 1}};
constexpr std::array kReferences{Step{"hashlistreference", 1, kMany}};
constexpr std::array kReference{Step{"path", 1, 1}, Step{"c4", 1, 1}};
constexpr std::array kPathAttributes{Attribute{"size", false, Value::number},
                                     Attribute{"creationdate", false, Value::date},
                                     Attribute{"lastmodificationdate", false, Value::date}};
constexpr std::array kHashAttributes{Attribute{"action", false, Value::action},
                                     Attribute{"hashdate", false, Value::date}};
constexpr std::array kChain{Step{"hashlist", 1, kMany}};
constexpr std::array kChainEntryAttributes{Attribute{"sequencenr", true, Value::positive}};

constexpr std::array kManifestRules{
    Rule{"hashlist", Text::none, kList, kListAttributes},
    Rule{"creatorinfo", Text::none, kCreator, {}},
    Rule{"creationdate", Text::date, {}, {}},
    Rule{"hostname", Text::any, {}, {}},
    Rule{"tool", Text::any, {}, kToolAttributes},
    Rule{"author", Text::any, {}, kAuthorAttributes},
    Rule{"location", Text::any, {}, {}},
    Rule{"comment", Text::any, {}, {}},
    Rule{"processinfo", Text::none, kProcess, {}},
    Rule{"process", Text::process, {}, {}},
    Rule{"roothash", Text::none, kFolderHash, {}},
    Rule{"ignore", Text::none, kPatterns, {}},
    Rule{"pattern", Text::notEmpty, {}, {}},
    Rule{"hashes", Text::none, kEntries, {}, true, 1},
    Rule{"hash", Text::none, kFile, {}, false, 2},
    Rule{"directoryhash", Text::none, kFolderEntry, {}},
    Rule{"content", Text::none, kFormats, {}, false, 1},
    Rule{"structure", Text::none, kFormats, {}, false, 1},
    Rule{"references", Text::none, kReferences, {}},
    Rule{"hashlistreference", Text::none, kReference, {}},
    Rule{"path", Text::path, {}, kPathAttributes},
    Rule{"previousPath", Text::path, {}, {}},
};
constexpr std::array kChainRules{
    Rule{"ascmhldirectory", Text::none, kChain, {}},
    Rule{"hashlist", Text::none, kReference, kChainEntryAttributes},
    Rule{"path", Text::path, {}, {}},
};
constexpr Rule kHashRule{"", Text::hash, {}, kHashAttributes};
constexpr Rule kMetadataRule{"metadata", Text::any, {}, {}};  // anything goes in it

bool isNumber(std::string_view text) {
  return !text.empty() && text.size() < 21 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool fits(Value value, std::string_view text) {
  switch (value) {
    case Value::any:
      return true;
    case Value::date:
      return parseDateTime(text).has_value();
    case Value::number:
      return isNumber(text);
    case Value::positive:
      return isNumber(text) && text.find_first_not_of('0') != std::string_view::npos;
    case Value::email:
      return isEmail(text);
    case Value::action:
      return text == "original" || text == "verified" || text == "failed";
    case Value::version:
      return text == "2.0";
  }
  return false;
}

class Checker final : public XmlHandler {
 public:
  Checker(DocumentKind kind, std::size_t atMost) : m_kind(kind), m_atMost(atMost) {}
  std::vector<std::string> violations;

  Result<bool> open(std::string_view nameSpace, std::string_view name,
                    std::span<const XmlAttribute> attributes) override {
    const bool inMetadata = !m_open.empty() && m_open.back().rule == &kMetadataRule;
    Frame frame;
    frame.name = name;
    if (inMetadata) {
      frame.rule = &kMetadataRule;
    } else {
      frame.rule = enter(nameSpace, name);
      if (frame.rule != nullptr && frame.rule != &kMetadataRule) checkAttributes(*frame.rule, name, attributes);
    }
    m_open.push_back(std::move(frame));
    return m_open.back().rule != nullptr && m_open.back().rule->text != Text::none &&
           m_open.back().rule != &kMetadataRule;
  }

  Status close(std::string_view text) override {
    const Frame frame = std::move(m_open.back());
    m_open.pop_back();
    if (frame.rule == nullptr || frame.rule == &kMetadataRule) return {};
    checkText(frame, text);
    if (!frame.rule->choice) {
      for (std::size_t s = 0; s < frame.rule->children.size(); ++s) {
        const Step& step = frame.rule->children[s];
        if (step.least > 0 && (frame.seen & (1U << s)) == 0) say("<{}> lacks its <{}>", frame.name, step.element);
      }
    }
    if (frame.children < frame.rule->leastChildren) {
      if (frame.name == "hash") {
        say("<hash> has no hash value");
      } else {
        say("<{}> is empty", frame.name);
      }
    }
    if (m_kind == DocumentKind::manifest && m_open.empty() && (frame.seen & kHashesOrReferences) == 0) {
      say("<hashlist> has neither <hashes> nor <references>");
    }
    return {};
  }

 private:
  static constexpr unsigned kHashesOrReferences = (1U << 2U) | (1U << 4U);
  struct Frame {
    const Rule* rule = nullptr;  // null: not known, and said so
    std::string name;
    std::size_t at = 0;        // the step the next child may be at
    std::size_t ofStep = 0;    // children of that step so far
    std::size_t children = 0;  // all
    unsigned seen = 0;         // steps that had a child
  };
  DocumentKind m_kind;
  std::size_t m_atMost;
  std::size_t m_entries = 0;
  std::vector<Frame> m_open;

  template <class... Args>
  void say(fmt::format_string<Args...> text, Args&&... args) {
    if (violations.size() >= m_atMost) return;
    std::string sentence = fmt::format(text, std::forward<Args>(args)...);
    if (m_entries > 0) sentence.append(fmt::format(" (entry {})", m_entries));
    violations.push_back(std::move(sentence));
  }

  [[nodiscard]] const Rule* ruleOf(std::string_view name) const {
    if (name == "metadata") return &kMetadataRule;
    if (hash::parseFormat(name)) return &kHashRule;
    const std::span<const Rule> rules =
        m_kind == DocumentKind::manifest ? std::span<const Rule>(kManifestRules) : std::span<const Rule>(kChainRules);
    const auto found = std::find_if(rules.begin(), rules.end(), [&](const Rule& one) { return one.element == name; });
    return found == rules.end() ? nullptr : &*found;
  }

  const Rule* enter(std::string_view nameSpace, std::string_view name) {
    const auto wanted = m_kind == DocumentKind::manifest ? kManifestNamespace : kChainNamespace;
    if (nameSpace != wanted) {
      say("<{}> is not of the namespace {}", name, wanted);
      return nullptr;
    }
    if (m_open.empty()) {
      const std::string_view root = m_kind == DocumentKind::manifest ? "hashlist" : "ascmhldirectory";
      if (name == root) return ruleOf(name);
      say("the document is a <{}> and not a <{}>", name, root);
      return nullptr;
    }
    Frame& parent = m_open.back();
    if (parent.rule == nullptr) return nullptr;
    if (name == "hash" || name == "directoryhash" || (m_kind == DocumentKind::chain && name == "hashlist")) {
      ++m_entries;
    }
    ++parent.children;
    const auto& steps = parent.rule->children;
    if (steps.empty()) {
      say("<{}> holds text only and not a <{}>", parent.name, name);
      return nullptr;
    }
    if (!place(parent, name)) return nullptr;
    return ruleOf(name);
  }

  bool place(Frame& parent, std::string_view name) {
    const auto& steps = parent.rule->children;
    const auto found = std::find_if(steps.begin(), steps.end(), [&](const Step& one) { return one.element == name; });
    if (found == steps.end()) {
      say("<{}> may not hold a <{}>", parent.name, name);
      return false;
    }
    const auto step = static_cast<std::size_t>(found - steps.begin());
    parent.seen |= 1U << step;
    if (parent.rule->choice) return true;
    if (step < parent.at) {
      say("<{}> stands too late in <{}>: it belongs before <{}>", name, parent.name, steps[parent.at].element);
      return true;
    }
    if (step > parent.at) {
      parent.at = step;
      parent.ofStep = 0;
    }
    if (++parent.ofStep > found->most) say("<{}> has more than one <{}>", parent.name, name);
    return true;
  }

  void checkAttributes(const Rule& rule, std::string_view element, std::span<const XmlAttribute> attributes) {
    for (const auto& one : attributes) {
      const auto known = std::find_if(rule.attributes.begin(), rule.attributes.end(),
                                      [&](const Attribute& each) { return each.name == one.name; });
      if (known == rule.attributes.end()) {
        say("<{}> has an attribute '{}' that it may not have", element, one.name);
      } else if (!fits(known->value, one.value)) {
        say("<{}> has a malformed attribute '{}'", element, one.name);
      }
    }
    for (const auto& wanted : rule.attributes) {
      if (wanted.required && std::none_of(attributes.begin(), attributes.end(),
                                          [&](const XmlAttribute& one) { return one.name == wanted.name; })) {
        say("<{}> lacks its attribute '{}'", element, wanted.name);
      }
    }
  }

  void checkText(const Frame& frame, std::string_view text) {
    switch (frame.rule->text) {
      case Text::none:
      case Text::any:
        return;
      case Text::date:
        if (!parseDateTime(text)) say("<{}> is no date with a time", frame.name);
        return;
      case Text::process:
        if (text != "in-place" && text != "transfer" && text != "flatten") {
          say("<{}> is none of in-place, transfer and flatten", frame.name);
        }
        return;
      case Text::path:
        if (!path::isSafeRelative(text)) say("<{}> is no relative path inside the folder", frame.name);
        return;
      case Text::hash:
        if (hash::rawBytes({*hash::parseFormat(frame.name), std::string(text)}).empty()) {
          say("<{}> is no value of its format", frame.name);
        }
        return;
      case Text::notEmpty:
        if (text.empty()) say("<{}> is empty", frame.name);
        return;
    }
  }
};

}  // namespace

Result<std::vector<std::string>> schemaViolations(ByteSource& source, DocumentKind kind, std::size_t atMost) {
  Checker checker(kind, atMost);
  if (const auto read = readXml(source, checker); !read) return tl::unexpected(read.error());
  return std::move(checker.violations);
}

}  // namespace rollproof::mhl
