// SPDX-License-Identifier: Apache-2.0
#include "core/session/looks.h"

#include <algorithm>

#include "core/base/path.h"

namespace rollproof::session {
namespace {

// "" stays: it means the camera's own.
Status settle(const colour::Config& config, std::string& space) {
  if (space.empty() || space == "display") return {};
  const std::string name = config.canonical(space);
  if (name.empty()) return fail(Errc::usage, "is no colour space of the configuration", path::display(space));
  space = name;
  return {};
}

}  // namespace

Result<model::Look> inWordsOf(const colour::Config& config, const model::Look& look) {
  model::Look settled = look;
  std::vector<std::string*> spaces{&settled.cdlSpace, &settled.lutInput, &settled.lutOutput, &settled.input};
  for (auto& step : settled.steps) {
    spaces.push_back(&step.input);
    spaces.push_back(&step.output);
    const auto known = config.lookTransforms();
    if (step.kind == model::LookStep::Kind::transform && !step.applied &&
        std::find(known.begin(), known.end(), step.transform) == known.end())
      return fail(Errc::usage, "is no look transform of the configuration", path::display(step.transform));
  }
  for (std::string* space : spaces)
    if (auto fits = settle(config, *space); !fits) return tl::unexpected(fits.error());
  return settled;
}

}  // namespace rollproof::session
