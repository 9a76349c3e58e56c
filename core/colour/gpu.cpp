// SPDX-License-Identifier: Apache-2.0
// OpenColorIO's shader of a chain as plain values.
#include "core/base/path.h"
#include "core/colour/chain.h"

namespace rollproof::colour {
namespace {

namespace ocio = OCIO_NAMESPACE;

bool isLinear(ocio::Interpolation interpolation) { return interpolation != ocio::INTERP_NEAREST; }

GpuTexture flatTexture(const ocio::GpuShaderDescRcPtr& shader, unsigned index) {
  const char *name = nullptr, *sampler = nullptr;
  unsigned width = 0, height = 0;
  auto channel = ocio::GpuShaderCreator::TEXTURE_RGB_CHANNEL;
  ocio::Interpolation interpolation = ocio::INTERP_LINEAR;
  shader->getTexture(index, name, sampler, width, height, channel, interpolation);
  const float* values = nullptr;
  shader->getTextureValues(index, values);
  GpuTexture texture;
  texture.sampler = sampler;
  texture.dimensions = height > 1 ? 2 : 1;
  texture.width = static_cast<int>(width);
  texture.height = static_cast<int>(height);
  texture.channels = channel == ocio::GpuShaderCreator::TEXTURE_RED_CHANNEL ? 1 : 3;
  texture.linear = isLinear(interpolation);
  const std::size_t count = static_cast<std::size_t>(width) * height * static_cast<std::size_t>(texture.channels);
  texture.values.assign(values, values + count);
  return texture;
}

GpuTexture solidTexture(const ocio::GpuShaderDescRcPtr& shader, unsigned index) {
  const char *name = nullptr, *sampler = nullptr;
  unsigned edge = 0;
  ocio::Interpolation interpolation = ocio::INTERP_LINEAR;
  shader->get3DTexture(index, name, sampler, edge, interpolation);
  const float* values = nullptr;
  shader->get3DTextureValues(index, values);
  GpuTexture texture;
  texture.sampler = sampler;
  texture.dimensions = 3;
  texture.width = texture.height = texture.depth = static_cast<int>(edge);
  texture.linear = isLinear(interpolation);
  texture.values.assign(values, values + static_cast<std::size_t>(edge) * edge * edge * 3);
  return texture;
}

}  // namespace

Result<GpuShader> OcioChain::gpuShader() const {
  try {
    auto shader = ocio::GpuShaderDesc::CreateShaderDesc();
    shader->setLanguage(ocio::GPU_LANGUAGE_GLSL_1_3);
    shader->setFunctionName("rollproofColour");
    shader->setResourcePrefix("rollproof_");
    m_whole->getOptimizedGPUProcessor(ocio::OPTIMIZATION_LOSSLESS)->extractGpuShaderInfo(shader);
    GpuShader result;
    result.text = shader->getShaderText();
    for (unsigned i = 0; i < shader->getNumTextures(); ++i) result.textures.push_back(flatTexture(shader, i));
    for (unsigned i = 0; i < shader->getNum3DTextures(); ++i) result.textures.push_back(solidTexture(shader, i));
    return result;
  } catch (const std::exception& problem) {
    return fail(Errc::unsupported,
                "this chain cannot be drawn by a graphics processor (" +
                    path::display(std::string(problem.what()).substr(0, 200)) + ")",
                m_words);
  }
}

}  // namespace rollproof::colour
