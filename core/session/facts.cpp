// SPDX-License-Identifier: Apache-2.0
#include "core/session/facts.h"

namespace rollproof::session {

catalog::RenderFact factOf(const dailies::Rendered& rendered, catalog::ClipId clip) {
  catalog::RenderFact fact;
  fact.clipName = rendered.clip;
  fact.clip = clip;
  fact.preset = rendered.preset;
  fact.path = rendered.path;
  fact.chain = rendered.chain;
  fact.frames = rendered.frames;
  fact.seconds = rendered.seconds;
  fact.errorMean = rendered.colourError.mean;
  fact.errorP999 = rendered.colourError.p999;
  fact.errorMax = rendered.colourError.max;
  return fact;
}

}  // namespace rollproof::session
