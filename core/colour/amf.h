// SPDX-License-Identifier: Apache-2.0
// What an ACES Metadata File means with our configuration, and what a chain of ours is called in one.
// Threads: pure functions; lookFromAmf reads the side files. Errors: those of the configuration. A transform that is
// not known is a finding that names it, never an error: the rest of the file still says something. Source: S-2019-001;
// the AMF implementation guide (a look works in ACES2065-1, an applied transform is in the pixels); the transform ids
// of ACES 1.x and 2.0. OpenColorIO 2.1 has no ACES 2 rendering.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/colour/colour.h"
#include "core/interchange/amf.h"

namespace rollproof::colour {

// One transform id in our terms.
struct TransformMeaning {
  enum class Kind {
    unknown,
    space,   // between ACES2065-1 and `space`, whichever way
    output,  // rendering for `display` by `view`; inverse where the id says so
    look,    // the configuration's look transform `look`
    nothing  // the reference rendering, which the output has in it
  } kind = Kind::unknown;
  std::string space, display, view, look;
  bool inverse = false;
  std::string words;  // for unknown ones: who made it, what it is called, and why it cannot be had here
};
[[nodiscard]] TransformMeaning meaningOfTransform(const Config& config, std::string_view id);

struct AmfReading {
  model::Look look;
  std::vector<model::Warning> findings;
};
// `folder` is where the file lies, for the side files it names. `name` is the look's.
[[nodiscard]] Result<AmfReading> lookFromAmf(const Config& config, const interchange::Amf& amf,
                                             const std::string& folder, const std::string& name);

struct AmfPipelineValues {
  interchange::AmfPipeline pipeline;     // input, looks and output; the info is the caller's
  std::vector<model::Warning> findings;  // what has no id, by name
};
// The pipeline of a clip's chain, for a new AMF. LUT files are named without their folder and hashed.
[[nodiscard]] Result<AmfPipelineValues> pipelineOf(const Config& config, const ChainRequest& request);

}  // namespace rollproof::colour
