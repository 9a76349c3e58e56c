// SPDX-License-Identifier: Apache-2.0
// Pictures graded by the graphics processor: OpenColorIO's own shader of the chain, exact but for its tables, in place
// of a baked cube.
// Threads: made, used and destroyed on one thread; the surface is made on the GUI thread and outlives it.
// Errors: a machine without a usable OpenGL 3.3 gives none (make), and the caller grades on the processor.
// Source: OpenGL 3.3 core; OpenColorIO GpuShaderDesc.
#pragma once

#include <QOffscreenSurface>
#include <QString>
#include <memory>
#include <vector>

#include "core/session/session.h"

namespace rollproof::ui {

class GpuGrade {
 public:
  // Automatic: only where the drawing is done by hardware; software would take from what decodes.
  enum class Use { never, automatic, always };
  [[nodiscard]] static Use wanted();  // ROLLPROOF_VIEWER=cpu or gpu; else automatic
  [[nodiscard]] static std::unique_ptr<GpuGrade> make(QOffscreenSurface& surface, Use use);
  ~GpuGrade();
  GpuGrade(const GpuGrade&) = delete;
  GpuGrade& operator=(const GpuGrade&) = delete;

  // False if the processor's driver refuses it; draw() is then not to be called.
  [[nodiscard]] bool setShader(const colour::GpuShader& shader);
  // width * height * 3 encoded floats to as many display bytes, dithered by place.
  [[nodiscard]] bool draw(int width, int height, const std::vector<float>& encoded, std::vector<std::uint8_t>& rgb);
  [[nodiscard]] const QString& renderer() const;

 private:
  struct State;
  explicit GpuGrade(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

}  // namespace rollproof::ui
