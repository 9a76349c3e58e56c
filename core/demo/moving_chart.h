// SPDX-License-Identifier: Apache-2.0
// The test picture in a camera's encoding, with what changes from frame to frame: running timecode, frame number, a box
// that crosses the picture once in 24 frames, and a white flash at the slate.
// The still part is encoded once; a frame costs only its moving areas.
// Threads: one thread at a time. Errors: those of the colour config and of the text renderer.
#pragma once

#include <memory>
#include <string>

#include "core/base/error.h"
#include "core/base/timecode.h"
#include "core/colour/colour.h"
#include "core/demo/chart.h"
#include "core/media/media.h"

namespace rollproof::demo {

struct ChartSettings {
  std::string space;  // of our colour config
  int width = 0, height = 0;
  std::string label;  // burnt in, never moves
  Timecode start;
  int slateFrame = 0;
};

class MovingChart {
 public:
  [[nodiscard]] static Result<MovingChart> make(const colour::Config& config, const ChartSettings& settings);

  // Frame `index` as encoded RGB 0..1 (scene-linear for a linear space). Valid until the next call.
  [[nodiscard]] Result<const media::ImageF*> image(int index);
  // The same as YCbCr BT.709 limited range. Valid until the next call.
  [[nodiscard]] Result<const media::Frame16*> frame(int index);

 private:
  MovingChart() = default;
  template <class Surface>
  [[nodiscard]] Status drawMoving(Surface& surface, int index) const;

  ChartSettings m_settings;
  float m_background = 0, m_ink = 0, m_black = 0;  // encoded
  media::ImageF m_image;
  colour::Levels m_levels = colour::Levels::normalised;
  media::Frame16 m_frame;  // made when first asked for
};

}  // namespace rollproof::demo
