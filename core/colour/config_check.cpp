// SPDX-License-Identifier: Apache-2.0
#include "core/colour/config_check.h"

#include <map>
#include <string>
#include <vector>

#include "core/base/path.h"

namespace rollproof::colour {
namespace {

namespace ocio = OCIO_NAMESPACE;

// A circle through this many transforms inside each other is none that anybody wrote by hand.
constexpr int kDeepest = 64;

class Finder {
 public:
  explicit Finder(const ocio::ConstConfigRcPtr& config) : m_config(config) {}

  // The way round, "A, B, A"; "" if there is none.
  std::string circle() {
    for (int i = 0; i < m_config->getNumColorSpaces(ocio::SEARCH_REFERENCE_SPACE_ALL, ocio::COLORSPACE_ALL); ++i) {
      visitSpace(m_config->getColorSpaceNameByIndex(ocio::SEARCH_REFERENCE_SPACE_ALL, ocio::COLORSPACE_ALL, i));
    }
    for (int i = 0; i < m_config->getNumLooks(); ++i) visitLook(m_config->getLookNameByIndex(i));
    for (int i = 0; i < m_config->getNumViewTransforms(); ++i) {
      visitView(m_config->getViewTransformNameByIndex(i));
    }
    return m_found;
  }

 private:
  enum class Mark { open, done };

  template <typename Visit>
  void enter(const std::string& kind, const std::string& name, Visit&& visit) {
    if (!m_found.empty() || name.empty()) return;
    const std::string key = kind + name;
    if (const auto known = m_marks.find(key); known != m_marks.end()) {
      if (known->second == Mark::done) return;
      bool inside = false;
      for (const auto& [step, words] : m_way) {
        inside = inside || step == key;
        if (inside) m_found += words + ", ";
      }
      m_found += name;
      return;
    }
    m_marks[key] = Mark::open;
    m_way.emplace_back(key, name);
    visit();
    m_way.pop_back();
    m_marks[key] = Mark::done;
  }

  void visitSpace(const char* name) {
    const auto space = name && *name ? m_config->getColorSpace(name) : nullptr;
    if (!space) return;
    enter("space ", space->getName(), [&] {
      visit(space->getTransform(ocio::COLORSPACE_DIR_TO_REFERENCE), 0);
      visit(space->getTransform(ocio::COLORSPACE_DIR_FROM_REFERENCE), 0);
    });
  }
  void visitLook(const char* name) {
    const auto look = name && *name ? m_config->getLook(name) : nullptr;
    if (!look) return;
    enter("look ", look->getName(), [&] {
      visitSpace(look->getProcessSpace());
      visit(look->getTransform(), 0);
      visit(look->getInverseTransform(), 0);
    });
  }
  void visitView(const char* name) {
    const auto view = name && *name ? m_config->getViewTransform(name) : nullptr;
    if (!view) return;
    enter("view ", view->getName(), [&] {
      visit(view->getTransform(ocio::VIEWTRANSFORM_DIR_TO_REFERENCE), 0);
      visit(view->getTransform(ocio::VIEWTRANSFORM_DIR_FROM_REFERENCE), 0);
    });
  }

  void visit(const ocio::ConstTransformRcPtr& transform, int depth) {
    if (!transform || depth > kDeepest || !m_found.empty()) return;
    if (const auto group = OCIO_DYNAMIC_POINTER_CAST<const ocio::GroupTransform>(transform)) {
      for (int i = 0; i < group->getNumTransforms(); ++i) visit(group->getTransform(i), depth + 1);
    } else if (const auto between = OCIO_DYNAMIC_POINTER_CAST<const ocio::ColorSpaceTransform>(transform)) {
      visitSpace(between->getSrc());
      visitSpace(between->getDst());
    } else if (const auto looks = OCIO_DYNAMIC_POINTER_CAST<const ocio::LookTransform>(transform)) {
      visitSpace(looks->getSrc());
      visitSpace(looks->getDst());
      // "+a, -b | c": every name in it.
      std::string name;
      for (const char* at = looks->getLooks(); at; ++at) {
        if (*at && *at != ',' && *at != '|' && *at != ':') {
          if (!name.empty() || (*at != ' ' && *at != '+' && *at != '-')) name += *at;
          continue;
        }
        while (!name.empty() && name.back() == ' ') name.pop_back();
        visitLook(name.c_str());
        name.clear();
        if (!*at) break;
      }
    } else if (const auto shown = OCIO_DYNAMIC_POINTER_CAST<const ocio::DisplayViewTransform>(transform)) {
      visitSpace(shown->getSrc());
      visitSpace(m_config->getDisplayViewColorSpaceName(shown->getDisplay(), shown->getView()));
      visitView(m_config->getDisplayViewTransformName(shown->getDisplay(), shown->getView()));
    }
  }

  ocio::ConstConfigRcPtr m_config;
  std::map<std::string, Mark> m_marks;
  std::vector<std::pair<std::string, std::string>> m_way;
  std::string m_found;
};

}  // namespace

Status checkForCircles(const ocio::ConstConfigRcPtr& config, const std::string& file) {
  const std::string circle = Finder(config).circle();
  if (circle.empty()) return {};
  return fail(Errc::corrupt,
              "the colour configuration goes in a circle: each of these is made from the next: " +
                  path::display(circle.substr(0, 300)),
              file);
}

}  // namespace rollproof::colour
