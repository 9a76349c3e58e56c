// SPDX-License-Identifier: Apache-2.0
#include <OpenColorIO/OpenColorIO.h>

#include <cmath>
#include <sstream>
#include <string_view>

#include "core/base/file_system.h"
#include "core/base/path.h"
#include "core/colour/builtin_config.h"
#include "core/colour/chain.h"
#include "core/colour/config_check.h"

namespace rollproof::colour {
namespace {

namespace ocio = OCIO_NAMESPACE;

constexpr std::uint64_t kMaxConfigBytes = 16ULL << 20;
// N-Log's cut needs this many points to stay within a ten-thousandth; Apple Log would do with fewer.
constexpr unsigned long kCurvePoints = 65536;

// Apple Log Profile White Paper (2023): a square-root toe under a logarithm.
double appleLogToLinear(double code) {
  constexpr double kR0 = -0.05641088, kRt = 0.01, kC = 47.28711236, kBeta = 0.00964052, kGamma = 0.08550479,
                   kDelta = 0.69336945;
  const double toeEnd = kC * (kRt - kR0) * (kRt - kR0);
  if (code >= toeEnd) return std::exp2((code - kDelta) / kGamma) - kBeta;
  return code > 0 ? std::sqrt(code / kC) + kR0 : kR0;
}

// Nikon N-Log Specification Document 1.0.0: a cube root under a logarithm.
double nLogToLinear(double code) {
  constexpr double kCut = 452.0 / 1023.0;
  if (code >= kCut) return std::exp((code * 1023.0 - 619.0) / 150.0);
  const double root = code * 1023.0 / 650.0;
  return root * root * root - 0.0075;
}

// Rec.2020 primaries to AP0, adapted with Bradford (as Apple's transform) and with CAT02.
constexpr double kRec2020Bradford[16] = {0.679085634706912,
                                         0.157700914643159,
                                         0.163213450649929,
                                         0,
                                         0.0460020030800596,
                                         0.859054673002907,
                                         0.0949433239170327,
                                         0,
                                         -0.000573943187616189,
                                         0.0284677684080264,
                                         0.97210617477959,
                                         0,
                                         0,
                                         0,
                                         0,
                                         1};
constexpr double kRec2020Cat02[16] = {0.678891150632611,
                                      0.15886842237069,
                                      0.162240426996698,
                                      0,
                                      0.0455708309168991,
                                      0.860712772041873,
                                      0.0937163970412277,
                                      0,
                                      -0.000485710351835758,
                                      0.0250601957362622,
                                      0.975425514615574,
                                      0,
                                      0,
                                      0,
                                      0,
                                      1};

void addCurveSpace(ocio::Config& config, const char* name, std::initializer_list<const char*> aliases,
                   const char* description, double (*toLinear)(double), const double* matrix) {
  const auto curve = ocio::Lut1DTransform::Create(kCurvePoints, false);
  for (unsigned long i = 0; i < kCurvePoints; ++i) {
    const auto value = static_cast<float>(toLinear(static_cast<double>(i) / static_cast<double>(kCurvePoints - 1)));
    curve->setValue(i, value, value, value);
  }
  const auto primaries = ocio::MatrixTransform::Create();
  primaries->setMatrix(matrix);
  const auto group = ocio::GroupTransform::Create();
  group->appendTransform(curve);
  group->appendTransform(primaries);
  const auto colourSpace = ocio::ColorSpace::Create(ocio::REFERENCE_SPACE_SCENE);
  colourSpace->setName(name);
  for (const char* alias : aliases) colourSpace->addAlias(alias);
  colourSpace->setEncoding("log");
  colourSpace->setDescription(description);
  colourSpace->setTransform(group, ocio::COLORSPACE_DIR_TO_REFERENCE);
  config.addColorSpace(colourSpace);
}

class OcioConfig final : public Config {
 public:
  // `name` is empty for our own.
  explicit OcioConfig(ocio::ConstConfigRcPtr config, std::string name = {})
      : m_config(std::move(config)), m_name(std::move(name)) {}

  std::vector<std::string> spaces() const override {
    std::vector<std::string> names;
    const int count = m_config->getNumColorSpaces(ocio::SEARCH_REFERENCE_SPACE_ALL, ocio::COLORSPACE_ALL);
    for (int i = 0; i < count; ++i) {
      names.emplace_back(m_config->getColorSpaceNameByIndex(ocio::SEARCH_REFERENCE_SPACE_ALL, ocio::COLORSPACE_ALL, i));
    }
    return names;
  }
  std::vector<std::string> displays() const override {
    std::vector<std::string> names;
    for (int i = 0; i < m_config->getNumDisplaysAll(); ++i) names.emplace_back(m_config->getDisplayAll(i));
    return names;
  }
  std::vector<std::string> views(const std::string& display) const override {
    std::vector<std::string> names;
    for (int i = 0; i < m_config->getNumViews(display.c_str()); ++i) {
      names.emplace_back(m_config->getView(display.c_str(), i));
    }
    return names;
  }
  std::vector<std::string> lookTransforms() const override {
    std::vector<std::string> names;
    for (int i = 0; i < m_config->getNumLooks(); ++i) names.emplace_back(m_config->getLookNameByIndex(i));
    return names;
  }
  std::string canonical(const std::string& nameOrAlias) const override { return findInput(m_config, nameOrAlias).name; }
  bool isSceneLinear(const std::string& nameOrAlias) const override {
    const auto found = findInput(m_config, nameOrAlias).space;
    return found && std::string_view(found->getEncoding()) == "scene-linear";
  }
  Levels levels(const std::string& nameOrAlias) const override { return findInput(m_config, nameOrAlias).levels; }
  Result<std::shared_ptr<const Chain>> chain(const ChainRequest& request) const override {
    return buildChain(m_config, request, m_name);
  }
  Result<std::shared_ptr<const Baked>> bake(std::shared_ptr<const Chain> chain, Effort effort) const override {
    return bakeChain(*this, chain, effort);
  }

 private:
  ocio::ConstConfigRcPtr m_config;
  std::string m_name;
};

}  // namespace

Result<std::shared_ptr<const Config>> loadConfig(const std::string& userFile) {
  try {
    // The library would otherwise tell stderr about every odd user file; errors come back as values here.
    ocio::SetLoggingLevel(ocio::LOGGING_LEVEL_NONE);
    if (!userFile.empty()) {
      auto text = readSmallFile(realFileSystem(), userFile, kMaxConfigBytes);
      if (!text) return tl::unexpected(text.error());
      // From the file, not the text: its LUTs are found relative to it.
      const ocio::ConstConfigRcPtr config = ocio::Config::CreateFromFile(userFile.c_str());
      if (auto straight = checkForCircles(config, userFile); !straight) return tl::unexpected(straight.error());
      config->validate();
      // With a word of its content, for a show's configuration changes under its name.
      const std::string id = config->getCacheID();
      return std::make_shared<const OcioConfig>(config,
                                                path::display(path::fileName(userFile)) + ", " + id.substr(0, 8));
    }
    std::istringstream text(builtinConfigText());
    const ocio::ConfigRcPtr config = ocio::Config::CreateFromStream(text)->createEditableCopy();
    addCurveSpace(*config, "Apple Log", {"apple_log", "Input - Apple - Apple Log", "Apple Log Rec.2020"},
                  "Apple Log, Rec.2020 primaries (Apple Log Profile White Paper 2023). Bradford.", appleLogToLinear,
                  kRec2020Bradford);
    addCurveSpace(*config, "N-Log N-Gamut", {"nlog_ngamut", "Nikon N-Log"},
                  "Nikon N-Log, N-Gamut which is Rec.2020 (N-Log Specification Document 1.0.0). CAT02.", nLogToLinear,
                  kRec2020Cat02);
    config->validate();
    return std::make_shared<const OcioConfig>(config);
  } catch (const std::exception& problem) {
    return fail(
        Errc::corrupt,
        "the colour configuration cannot be used (" + path::display(std::string(problem.what()).substr(0, 300)) + ")",
        userFile);
  }
}

}  // namespace rollproof::colour
