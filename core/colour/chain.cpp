// SPDX-License-Identifier: Apache-2.0
#include "core/colour/chain.h"

#include <string_view>

#include "core/base/log.h"
#include "core/base/path.h"
#include "core/colour/lut_file.h"
#include "core/colour/parallel.h"

namespace rollproof::colour {
namespace {

namespace ocio = OCIO_NAMESPACE;

constexpr const char* kGradingSpace = "ACEScct";

Result<ocio::ConstColorSpaceRcPtr> space(const ocio::ConstConfigRcPtr& config, const std::string& name,
                                         const char* what) {
  auto found = config->getColorSpace(name.c_str());
  if (name.empty() || !found) return fail(Errc::notFound, std::string("there is no such ") + what, path::display(name));
  return found;
}

bool isDisplayReferred(const ocio::ConstColorSpaceRcPtr& colourSpace) {
  return colourSpace->getReferenceSpaceType() == ocio::REFERENCE_SPACE_DISPLAY;
}

// A grade needs a logarithmic encoding; scene-linear pictures have none of their own.
std::string gradingSpaceOf(const ocio::ConstColorSpaceRcPtr& input) {
  return std::string_view(input->getEncoding()) == "scene-linear" ? kGradingSpace : input->getName();
}

class Builder {
 public:
  Builder(const ocio::ConstConfigRcPtr& config, const ocio::ConstColorSpaceRcPtr& input)
      : m_config(config), m_input(input), m_current(input->getName()), m_words(input->getName()) {}

  Status grade(const model::Look& look) {
    if (look.cdl && !look.cdl->isIdentity()) {
      auto target =
          space(m_config, look.cdlSpace.empty() ? gradingSpaceOf(m_input) : look.cdlSpace, "colour space for the CDL");
      if (!target) return tl::unexpected(target.error());
      moveTo((*target)->getName());
      const auto cdl = ocio::CDLTransform::Create();
      cdl->setSlope(look.cdl->slope.data());
      cdl->setOffset(look.cdl->offset.data());
      cdl->setPower(look.cdl->power.data());
      cdl->setSat(look.cdl->saturation);
      // ASC's clamp to 0..1 would cut the highlights that log encodings keep above 1.
      cdl->setStyle(ocio::CDL_NO_CLAMP);
      m_group->appendTransform(cdl);
      m_words += std::string(" -> CDL (") + (*target)->getName() + ")";
    }
    if (!look.lutFile.empty()) {
      auto target = space(m_config, look.lutInput.empty() ? gradingSpaceOf(m_input) : look.lutInput,
                          "colour space for the LUT's input");
      if (!target) return tl::unexpected(target.error());
      moveTo((*target)->getName());
      auto lut = loadLut(look.lutFile);
      if (!lut) return tl::unexpected(lut.error());
      m_group->appendTransform((*lut)->createEditableCopy());
      m_words += " -> " + path::display(path::fileName(look.lutFile));
      if (look.lutOutput == "display") {
        m_current.clear();
      } else {
        auto output = space(m_config, look.lutOutput, "colour space for the LUT's output");
        if (!output) return tl::unexpected(output.error());
        m_current = (*output)->getName();
      }
    }
    return {};
  }

  Status toSpace(const std::string& name) {
    auto target = space(m_config, name, "output colour space");
    if (!target) return tl::unexpected(target.error());
    if (m_current.empty()) {
      return fail(Errc::usage, "the show LUT ends in display code values, so its picture cannot become", name);
    }
    if (m_current != (*target)->getName()) m_words += std::string(" -> ") + (*target)->getName();
    moveTo((*target)->getName());
    return {};
  }

  Status toDisplay(const std::string& display, const std::string& view) {
    std::string displayName;
    for (int i = 0; i < m_config->getNumDisplaysAll(); ++i) {
      if (path::lowerAscii(m_config->getDisplayAll(i)) == path::lowerAscii(display)) {
        displayName = m_config->getDisplayAll(i);
      }
    }
    if (displayName.empty()) return fail(Errc::notFound, "there is no such display", path::display(display));
    std::string viewName;
    for (int i = 0; i < m_config->getNumViews(displayName.c_str()); ++i) {
      const std::string candidate = m_config->getView(displayName.c_str(), i);
      if (path::lowerAscii(candidate) == path::lowerAscii(view)) viewName = candidate;
    }
    // A viewer that changes display keeps its default view where the display offers it under that name only.
    if (viewName.empty()) {
      return fail(Errc::notFound, "the display " + displayName + " has no such view", path::display(view));
    }
    if (m_current.empty()) {
      m_words += " -> " + displayName;
      return {};
    }
    const auto source = m_config->getColorSpace(m_current.c_str());
    if (source && isDisplayReferred(source)) {
      // Finished pictures go to another screen by colorimetry alone; a rendering meant for scene light would grade
      // them a second time. A view that shows bare numbers still does.
      const char* target = m_config->getDisplayViewColorSpaceName(displayName.c_str(), viewName.c_str());
      std::string targetName = target ? target : "";
      if (targetName == "<USE_DISPLAY_NAME>" || targetName.empty()) targetName = displayName;
      if (const auto targetSpace = m_config->getColorSpace(targetName.c_str()); targetSpace && targetSpace->isData()) {
        m_words += " -> " + displayName + ", " + viewName;
        return {};
      }
      moveTo(targetName);
      m_words += " -> " + displayName;
      return {};
    }
    const auto transform = ocio::DisplayViewTransform::Create();
    transform->setSrc(m_current.c_str());
    transform->setDisplay(displayName.c_str());
    transform->setView(viewName.c_str());
    m_group->appendTransform(transform);
    m_words += " -> " + displayName + ", " + viewName;
    return {};
  }

  Result<std::shared_ptr<const Chain>> finish() const {
    const auto processor = m_config->getProcessor(m_group);
    // Lossless: the default would turn curves into half-float tables. Speed is the bake's affair.
    return std::make_shared<const OcioChain>(m_input->getName(), m_words,
                                             processor->getOptimizedCPUProcessor(ocio::OPTIMIZATION_LOSSLESS));
  }

 private:
  void moveTo(const std::string& name) {
    if (m_current != name) {
      const auto transform = ocio::ColorSpaceTransform::Create();
      transform->setSrc(m_current.c_str());
      transform->setDst(name.c_str());
      m_group->appendTransform(transform);
    }
    m_current = name;
  }

  ocio::ConstConfigRcPtr m_config;
  ocio::ConstColorSpaceRcPtr m_input;
  ocio::GroupTransformRcPtr m_group = ocio::GroupTransform::Create();
  std::string m_current;  // empty: display code values
  std::string m_words;
};

}  // namespace

void OcioChain::applyExact(media::ImageF& image) const {
  if (image.width <= 0 || image.height <= 0) return;
  const std::size_t rowFloats = static_cast<std::size_t>(image.width) * 3;
  if (image.rgb.size() < rowFloats * static_cast<std::size_t>(image.height)) {
    log::error("a picture with fewer pixels than its size says was left as it is");
    return;
  }
  forRows(image.height, image.width, [&](int first, int end) {
    try {
      ocio::PackedImageDesc desc(image.rgb.data() + static_cast<std::size_t>(first) * rowFloats, image.width,
                                 end - first, 3);
      m_processor->apply(desc);
    } catch (const std::exception& problem) {
      log::error(std::string("OpenColorIO refused a picture: ") + problem.what());
    }
  });
}

std::array<float, 3> OcioChain::applyExact(const std::array<float, 3>& rgb) const {
  std::array<float, 3> value = rgb;
  m_processor->applyRGB(value.data());
  return value;
}

std::string OcioChain::identity() const {
  try {
    return m_input + "|" + m_processor->getCacheID();
  } catch (const std::exception&) {
    return {};
  }
}

Result<std::shared_ptr<const Chain>> buildChain(const ocio::ConstConfigRcPtr& config, const ChainRequest& request) {
  try {
    auto input = space(config, request.input, "input colour space");
    if (!input) return tl::unexpected(input.error());
    Builder builder(config, *input);
    if (auto graded = builder.grade(request.look); !graded) return tl::unexpected(graded.error());
    const Status ended = request.outputSpace.empty() ? builder.toDisplay(request.display, request.view)
                                                     : builder.toSpace(request.outputSpace);
    if (!ended) return tl::unexpected(ended.error());
    return builder.finish();
  } catch (const std::exception& problem) {
    const std::string text = problem.what();
    return fail(Errc::failed, "the colour chain cannot be built (" + path::display(text.substr(0, 200)) + ")",
                request.input);
  }
}

}  // namespace rollproof::colour
