// SPDX-License-Identifier: Apache-2.0
#include "core/colour/chain.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <sstream>
#include <string_view>

#include "core/base/log.h"
#include "core/base/path.h"
#include "core/colour/look_words.h"
#include "core/colour/lut_file.h"
#include "core/colour/parallel.h"

namespace rollproof::colour {
namespace {

namespace ocio = OCIO_NAMESPACE;

constexpr const char* kGradingSpace = "ACEScct";
constexpr std::string_view kCodesSuffix = " [codes]", kNormalisedSuffix = " [normalised]";

Result<ocio::ConstColorSpaceRcPtr> space(const ocio::ConstConfigRcPtr& config, const std::string& name,
                                         const char* what) {
  auto found = findInput(config, name).space;
  if (!found) return fail(Errc::notFound, std::string("there is no such ") + what, path::display(name));
  return found;
}

bool isDisplayReferred(const ocio::ConstColorSpaceRcPtr& colourSpace) {
  return colourSpace->getReferenceSpaceType() == ocio::REFERENCE_SPACE_DISPLAY;
}

// A grade needs a logarithmic encoding; scene-linear pictures have none of their own.
std::string gradingSpaceOf(const ocio::ConstColorSpaceRcPtr& input) {
  return std::string_view(input->getEncoding()) == "scene-linear" ? kGradingSpace : input->getName();
}

// Does a word of the name begin so? "d-log" is in "D-Log D-Gamut" and not in "REDlogFilm".
bool hasWord(std::string_view name, std::string_view word) {
  for (std::size_t at = name.find(word); at != std::string_view::npos; at = name.find(word, at + 1)) {
    const auto before = at == 0 ? ' ' : name[at - 1];
    if (!std::isalnum(static_cast<unsigned char>(before))) return true;
  }
  return false;
}

bool namesCodes(const char* name) {
  // Sony (Technical Summary for S-Log3; S-Log2 technical paper), Panasonic (V-Log reference manual) and Fujifilm (F-Log
  // and F-Log2 data sheets) print each code beside its IRE, which is (code - 64) / 876. Canon's input transforms since
  // version 2.0, Nikon's N-Log specification, Leica's manual and ACESproxy are formulas of such codes too.
  constexpr std::array<std::string_view, 16> kWords{
      "s-log", "slog", "v-log", "vlog", "canonlog", "canon log", "canon-log", "clog",
      "f-log", "flog", "n-log", "nlog", "l-log",    "llog",      "canon_log", "acesproxy"};
  const std::string lower = path::lowerAscii(name);
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) { return hasWord(lower, word); });
}

class Builder {
 public:
  Builder(const ocio::ConstConfigRcPtr& config, const FoundInput& input)
      : m_config(config),
        m_input(input.space),
        m_levels(input.levels),
        m_current(input.space->getName()),
        m_words(input.name) {
    m_lines.push_back("The pictures are " + input.name);
    if (m_levels != levelsOf(m_input)) {
      m_lines.emplace_back(m_levels == Levels::codes
                               ? "As was asked, samples of limited range are taken as codes of 1023, as they are"
                               : "As was asked, its 0 to 1 is taken from the black and white of the samples' range");
    } else if (m_levels == Levels::codes) {
      m_lines.push_back(
          "Its maker counts in codes of 1023: samples of limited range are taken as they are, with black at code 64 "
          "and "
          "not at 0");
    }
  }

  // Of a configuration that is not ours: its names may mean something else.
  void by(const std::string& configuration) {
    m_words = "[" + configuration + "] " + m_words;
    m_lines.insert(m_lines.begin(), "By the colour configuration " + configuration);
    ++m_heading;
  }

  Status grade(const model::Look& look) {
    for (const model::LookStep& step : stepsOf(look)) {
      if (step.applied) {
        m_words += " -> [" + step.name + ", already in the pictures]";
        m_lines.push_back(stepInWords(step));
        continue;
      }
      Status done;
      switch (step.kind) {
        case model::LookStep::Kind::cdl:
          done = applyCdl(step);
          break;
        case model::LookStep::Kind::lut:
          done = applyLut(step);
          break;
        case model::LookStep::Kind::transform:
          done = applyTransform(step);
          break;
      }
      if (!done) return done;
    }
    return {};
  }

  Status toSpace(const std::string& name) {
    auto target = space(m_config, name, "output colour space");
    if (!target) return tl::unexpected(target.error());
    if (m_current.empty()) {
      return fail(Errc::usage, "the show LUT ends in display code values, so its picture cannot become", name);
    }
    m_bare = (*target)->isData();
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
      m_lines.push_back("Those are the code values of " + displayName);
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
        m_lines.push_back("The numbers as they are, on " + displayName);
        return {};
      }
      moveTo(targetName);
      m_words += " -> " + displayName;
      return {};
    }
    const char* shown = m_config->getDisplayViewColorSpaceName(displayName.c_str(), viewName.c_str());
    const auto shownSpace = shown && *shown ? m_config->getColorSpace(shown) : nullptr;
    m_bare = shownSpace && shownSpace->isData();
    const auto transform = ocio::DisplayViewTransform::Create();
    transform->setSrc(m_current.c_str());
    transform->setDisplay(displayName.c_str());
    transform->setView(viewName.c_str());
    m_group->appendTransform(transform);
    m_words += " -> " + displayName + ", " + viewName;
    m_lines.push_back("From " + m_current + " by the view " + viewName + " to " + displayName);
    return {};
  }

  Result<std::shared_ptr<const Chain>> finish() {
    const auto processor = m_config->getProcessor(m_group);
    Levels levels = m_levels;
    // Bare numbers: what came in limited range goes out as it came.
    if (levels == Levels::codes && m_bare && processor->isNoOp()) {
      levels = Levels::normalised;
      m_lines.resize(m_heading);
      m_lines.emplace_back("The numbers as they are");
    }
    return std::make_shared<const OcioChain>(m_input->getName(), levels, m_words, m_lines, processor);
  }

 private:
  // Where a step works: in the space it names, in the camera's own encoding, or, once a LUT has made display code
  // values of the picture, in those.
  Result<std::string> enter(const std::string& name, const char* what) {
    if (m_current.empty()) {
      if (!name.empty()) {
        return fail(Errc::usage,
                    std::string("the picture is in display code values there, so there is no way to the ") + what,
                    path::display(name));
      }
      return std::string("display code values");
    }
    auto target = space(m_config, name.empty() ? gradingSpaceOf(m_input) : name, what);
    if (!target) return tl::unexpected(target.error());
    moveTo((*target)->getName());
    return std::string((*target)->getName());
  }

  Status applyCdl(const model::LookStep& step) {
    if (!step.cdl || step.cdl->isIdentity()) return {};
    auto where = enter(step.input, "colour space for the CDL");
    if (!where) return tl::unexpected(where.error());
    const auto cdl = ocio::CDLTransform::Create();
    cdl->setSlope(step.cdl->slope.data());
    cdl->setOffset(step.cdl->offset.data());
    cdl->setPower(step.cdl->power.data());
    cdl->setSat(step.cdl->saturation);
    cdl->setStyle(step.style == model::CdlStyle::asc ? ocio::CDL_ASC : ocio::CDL_NO_CLAMP);
    m_group->appendTransform(cdl);
    m_words += " -> CDL (" + *where + ")";
    m_lines.push_back(stepInWords(step, *where));
    return {};
  }

  Status applyLut(const model::LookStep& step) {
    auto where = enter(step.input, "colour space for the LUT's input");
    if (!where) return tl::unexpected(where.error());
    auto lut = loadLut(step.file);
    if (!lut) return tl::unexpected(lut.error());
    m_group->appendTransform((*lut)->createEditableCopy());
    m_words += " -> " + path::display(path::fileName(step.file));
    m_lines.push_back(stepInWords(step, *where));
    if (step.output == "display") {
      m_current.clear();
      return {};
    }
    auto output = space(m_config, step.output, "colour space for the LUT's output");
    if (!output) return tl::unexpected(output.error());
    m_current = (*output)->getName();
    return {};
  }

  Status applyTransform(const model::LookStep& step) {
    const auto known = m_config->getLook(step.transform.c_str());
    if (!known) {
      return fail(Errc::notFound, "there is no such look transform in the colour configuration",
                  path::display(step.transform));
    }
    auto where = enter(known->getProcessSpace(), "colour space of the look transform");
    if (!where) return tl::unexpected(where.error());
    m_group->appendTransform(known->getTransform()->createEditableCopy());
    m_words += std::string(" -> ") + known->getName();
    m_lines.push_back(stepInWords(step, *where));
    return {};
  }

  void moveTo(const std::string& name) {
    if (m_current != name) {
      m_lines.push_back("From " + m_current + " to " + name);
      const auto transform = ocio::ColorSpaceTransform::Create();
      transform->setSrc(m_current.c_str());
      transform->setDst(name.c_str());
      m_group->appendTransform(transform);
    }
    m_current = name;
  }

  ocio::ConstConfigRcPtr m_config;
  ocio::ConstColorSpaceRcPtr m_input;
  Levels m_levels;
  ocio::GroupTransformRcPtr m_group = ocio::GroupTransform::Create();
  std::string m_current;  // empty: display code values
  bool m_bare = false;    // the end has no encoding
  std::string m_words;
  std::vector<std::string> m_lines;
  std::size_t m_heading = 1;  // lines before the first step
};

}  // namespace

Levels levelsOf(const ocio::ConstColorSpaceRcPtr& colourSpace) {
  if (std::string_view(colourSpace->getEncoding()) == "scene-linear") return Levels::normalised;
  bool codes = namesCodes(colourSpace->getName());
  for (std::size_t i = 0; i < colourSpace->getNumAliases(); ++i) codes = codes || namesCodes(colourSpace->getAlias(i));
  return codes ? Levels::codes : Levels::normalised;
}

InputName inputName(const std::string& name) {
  for (const auto& [suffix, levels] :
       {std::pair{kCodesSuffix, Levels::codes}, std::pair{kNormalisedSuffix, Levels::normalised}}) {
    if (name.size() > suffix.size() && name.ends_with(suffix)) {
      return {name.substr(0, name.size() - suffix.size()), levels};
    }
  }
  return {name, std::nullopt};
}

FoundInput findInput(const ocio::ConstConfigRcPtr& config, const std::string& name) {
  if (name.empty()) return {};
  FoundInput found;
  std::optional<Levels> asked;
  found.space = config->getColorSpace(name.c_str());
  if (!found.space) {
    const InputName split = inputName(name);
    if (!split.levels) return {};
    found.space = config->getColorSpace(split.space.c_str());
    if (!found.space) return {};
    asked = split.levels;
  }
  const Levels own = levelsOf(found.space);
  found.levels = asked.value_or(own);
  found.name = found.space->getName();
  if (found.levels != own) found.name += found.levels == Levels::codes ? kCodesSuffix : kNormalisedSuffix;
  return found;
}

// Lossless: the default would turn curves into half-float tables. Speed is the bake's affair.
OcioChain::OcioChain(std::string input, Levels levels, std::string words, std::vector<std::string> lines,
                     ocio::ConstProcessorRcPtr processor)
    : m_input(std::move(input)),
      m_levels(levels),
      m_words(std::move(words)),
      m_lines(std::move(lines)),
      m_whole(std::move(processor)),
      m_processor(m_whole->getOptimizedCPUProcessor(ocio::OPTIMIZATION_LOSSLESS)) {}

std::vector<std::string> OcioChain::explain() const {
  std::vector<std::string> lines = m_lines;
  try {
    const auto group = m_whole->createGroupTransform();
    for (int i = 0; i < group->getNumTransforms(); ++i) {
      std::ostringstream text;
      text << *group->getTransform(i);
      lines.push_back("OpenColorIO: " + text.str());
    }
  } catch (const std::exception& problem) {
    lines.push_back(std::string("OpenColorIO cannot say what it does: ") + problem.what());
  }
  return lines;
}

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
    return m_input + (m_levels == Levels::codes ? "|codes|" : "|") + m_processor->getCacheID();
  } catch (const std::exception&) {
    return {};
  }
}

Result<std::shared_ptr<const Chain>> buildChain(const ocio::ConstConfigRcPtr& config, const ChainRequest& request,
                                                const std::string& configuration) {
  try {
    const FoundInput input = findInput(config, request.input);
    if (!input.space) return fail(Errc::notFound, "there is no such input colour space", path::display(request.input));
    Builder builder(config, input);
    if (!configuration.empty()) builder.by(configuration);
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
