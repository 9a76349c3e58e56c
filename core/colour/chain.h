// SPDX-License-Identifier: Apache-2.0
// Builds the one OpenColorIO transform that a clip's pictures go through. Threads: free-threaded.
#pragma once

#include <OpenColorIO/OpenColorIO.h>

#include <memory>

#include "core/colour/colour.h"

namespace rollproof::colour {

// A chain that knows where it starts, so that a bake can choose fair test colours.
class OcioChain final : public Chain {
 public:
  OcioChain(std::string input, Levels levels, std::string words, std::vector<std::string> lines,
            OCIO_NAMESPACE::ConstProcessorRcPtr processor);
  [[nodiscard]] std::string describe() const override { return m_words; }
  [[nodiscard]] std::vector<std::string> explain() const override;
  [[nodiscard]] Levels levels() const override { return m_levels; }
  [[nodiscard]] Result<GpuShader> gpuShader() const override;
  void applyExact(media::ImageF& image) const override;
  [[nodiscard]] std::array<float, 3> applyExact(const std::array<float, 3>& rgb) const override;
  [[nodiscard]] const std::string& input() const { return m_input; }
  // Equal for chains that start in the same space and do the same to every pixel, LUT contents included.
  [[nodiscard]] std::string identity() const;

 private:
  std::string m_input;
  Levels m_levels;
  std::string m_words;
  std::vector<std::string> m_lines;
  OCIO_NAMESPACE::ConstProcessorRcPtr m_whole;
  OCIO_NAMESPACE::ConstCPUProcessorRcPtr m_processor;
};

struct FoundInput {
  OCIO_NAMESPACE::ConstColorSpaceRcPtr space;  // none: the configuration has no such
  Levels levels = Levels::normalised;
  std::string name;  // canonical, with the levels where they are not the space's own
};
[[nodiscard]] FoundInput findInput(const OCIO_NAMESPACE::ConstConfigRcPtr& config, const std::string& name);
// By the name and aliases, so that a user's configuration is understood as ours is.
[[nodiscard]] Levels levelsOf(const OCIO_NAMESPACE::ConstColorSpaceRcPtr& space);
[[nodiscard]] Result<std::shared_ptr<const Chain>> buildChain(const OCIO_NAMESPACE::ConstConfigRcPtr& config,
                                                              const ChainRequest& request,
                                                              const std::string& configuration);
[[nodiscard]] Result<std::shared_ptr<const Baked>> bakeChain(const Config& config,
                                                             const std::shared_ptr<const Chain>& chain, Effort effort);

}  // namespace rollproof::colour
