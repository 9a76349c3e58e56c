// SPDX-License-Identifier: Apache-2.0
#include "ui/viewer/gpu_grade.h"

#include <QOpenGLContext>
#include <QOpenGLFramebufferObject>
#include <QOpenGLFunctions_3_3_Core>
#include <QOpenGLShaderProgram>
#include <QOpenGLVersionFunctionsFactory>
#include <QOpenGLVertexArrayObject>

#include "core/base/log.h"

namespace rollproof::ui {

struct GpuGrade::State {
  QOpenGLContext context;
  QOffscreenSurface* surface = nullptr;
  QOpenGLFunctions_3_3_Core* gl = nullptr;  // the context's
  QString renderer;
  std::unique_ptr<QOpenGLShaderProgram> program;
  std::unique_ptr<QOpenGLFramebufferObject> frame;
  QOpenGLVertexArrayObject vertices;
  std::vector<std::pair<GLenum, GLuint>> tables;  // kind and name, in the order of their units
  GLuint source = 0;
  int width = 0, height = 0;  // of source

  [[nodiscard]] bool current() { return context.makeCurrent(surface); }
  void drop() {
    for (const auto& [kind, name] : tables) gl->glDeleteTextures(1, &name);
    tables.clear();
    program.reset();
  }
};

namespace {

// One triangle over all of the picture.
constexpr const char* kVertex =
    "#version 330\n"
    "void main() { vec2 at = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0; gl_Position = vec4(at, 0.0, 1.0); "
    "}\n";

// Thresholds of ordered dither (Bayer, 8x8): the bits of x and x xor y interleaved and reversed, as the processor's
// own pass does it, so that the same picture comes from either.
constexpr const char* kMain = R"(
uniform sampler2D source;
out vec4 shown;
float threshold(ivec2 at) {
  int x = at.x & 7, mixed = (at.x ^ at.y) & 7, rank = 0;
  for (int bit = 0; bit < 3; ++bit) {
    rank |= (((mixed >> bit) & 1) << (5 - 2 * bit)) | (((at.y >> bit) & 1) << (4 - 2 * bit));
  }
  return (float(rank) + 0.5) / 64.0;
}
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy);
  vec3 graded = clamp(rollproofColour(texelFetch(source, at, 0)).rgb, 0.0, 1.0);
  shown = vec4(floor(graded * 255.0 + threshold(at)) / 255.0, 1.0);
}
)";

bool isSoftware(const QString& renderer) {
  for (const char* name : {"llvmpipe", "softpipe", "swrast", "SWR", "Software"}) {
    if (renderer.contains(QLatin1String(name), Qt::CaseInsensitive)) return true;
  }
  return false;
}

void setFilters(QOpenGLFunctions_3_3_Core& gl, GLenum kind, GLint filter) {
  gl.glTexParameteri(kind, GL_TEXTURE_MIN_FILTER, filter);
  gl.glTexParameteri(kind, GL_TEXTURE_MAG_FILTER, filter);
  for (const GLenum wrap : {GL_TEXTURE_WRAP_S, GL_TEXTURE_WRAP_T, GL_TEXTURE_WRAP_R}) {
    gl.glTexParameteri(kind, wrap, GL_CLAMP_TO_EDGE);
  }
}

}  // namespace

GpuGrade::Use GpuGrade::wanted() {
  const QByteArray said = qgetenv("ROLLPROOF_VIEWER");
  return said == "cpu" ? Use::never : said == "gpu" ? Use::always : Use::automatic;
}

GpuGrade::GpuGrade(std::unique_ptr<State> state) : m_state(std::move(state)) {}

std::unique_ptr<GpuGrade> GpuGrade::make(QOffscreenSurface& surface, Use use) {
  if (use == Use::never || !surface.isValid()) return nullptr;
  auto state = std::make_unique<State>();
  state->surface = &surface;
  state->context.setFormat(surface.requestedFormat());
  if (!state->context.create() || !state->current()) return nullptr;
  state->gl = QOpenGLVersionFunctionsFactory::get<QOpenGLFunctions_3_3_Core>(&state->context);
  if (!state->gl || !state->gl->initializeOpenGLFunctions()) return nullptr;
  state->renderer = QString::fromUtf8(reinterpret_cast<const char*>(state->gl->glGetString(GL_RENDERER)));
  if (use == Use::automatic && isSoftware(state->renderer)) return nullptr;
  if (!state->vertices.create()) return nullptr;
  log::info("the viewer grades on " + state->renderer.toStdString());
  return std::unique_ptr<GpuGrade>(new GpuGrade(std::move(state)));
}

GpuGrade::~GpuGrade() {
  if (!m_state->current()) return;
  m_state->drop();
  if (m_state->source != 0) m_state->gl->glDeleteTextures(1, &m_state->source);
  m_state->frame.reset();
  m_state->vertices.destroy();
  m_state->context.doneCurrent();
}

const QString& GpuGrade::renderer() const { return m_state->renderer; }

bool GpuGrade::setShader(const colour::GpuShader& shader) {
  State& s = *m_state;
  if (!s.current()) return false;
  s.drop();
  auto program = std::make_unique<QOpenGLShaderProgram>();
  const std::string text = "#version 330\n" + shader.text + kMain;
  if (!program->addShaderFromSourceCode(QOpenGLShader::Vertex, kVertex) ||
      !program->addShaderFromSourceCode(QOpenGLShader::Fragment, text.c_str()) || !program->link() ||
      !program->bind()) {
    log::warn("the graphics processor refuses the colour: " + program->log().toStdString());
    return false;
  }
  int unit = 0;
  for (const auto& texture : shader.textures) {
    const GLenum kind = texture.dimensions == 3   ? GL_TEXTURE_3D
                        : texture.dimensions == 2 ? GL_TEXTURE_2D
                                                  : GL_TEXTURE_1D;
    const GLint inside = texture.channels == 1 ? GL_R32F : GL_RGB32F;
    const GLenum format = texture.channels == 1 ? GL_RED : GL_RGB;
    s.gl->glActiveTexture(GL_TEXTURE0 + static_cast<GLenum>(unit));
    GLuint name = 0;
    s.gl->glGenTextures(1, &name);
    s.gl->glBindTexture(kind, name);
    s.tables.emplace_back(kind, name);
    setFilters(*s.gl, kind, texture.linear ? GL_LINEAR : GL_NEAREST);
    if (kind == GL_TEXTURE_1D) {
      s.gl->glTexImage1D(kind, 0, inside, texture.width, 0, format, GL_FLOAT, texture.values.data());
    } else if (kind == GL_TEXTURE_2D) {
      s.gl->glTexImage2D(kind, 0, inside, texture.width, texture.height, 0, format, GL_FLOAT, texture.values.data());
    } else {
      s.gl->glTexImage3D(kind, 0, inside, texture.width, texture.height, texture.depth, 0, format, GL_FLOAT,
                         texture.values.data());
    }
    program->setUniformValue(texture.sampler.c_str(), unit++);
  }
  program->setUniformValue("source", unit);
  s.program = std::move(program);
  return s.gl->glGetError() == GL_NO_ERROR;
}

bool GpuGrade::draw(int width, int height, const std::vector<float>& encoded, std::vector<std::uint8_t>& rgb) {
  State& s = *m_state;
  const auto count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3;
  if (width <= 0 || height <= 0 || encoded.size() != count || !s.program || !s.current()) return false;
  auto& gl = *s.gl;
  gl.glActiveTexture(GL_TEXTURE0 + static_cast<GLenum>(s.tables.size()));
  if (s.source == 0) gl.glGenTextures(1, &s.source);
  gl.glBindTexture(GL_TEXTURE_2D, s.source);
  gl.glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
  if (width != s.width || height != s.height) {
    setFilters(gl, GL_TEXTURE_2D, GL_NEAREST);
    gl.glTexImage2D(GL_TEXTURE_2D, 0, GL_RGB32F, width, height, 0, GL_RGB, GL_FLOAT, encoded.data());
    s.frame = std::make_unique<QOpenGLFramebufferObject>(width, height, QOpenGLFramebufferObject::NoAttachment,
                                                         GL_TEXTURE_2D, GL_RGBA8);
    s.width = width;
    s.height = height;
    gl.glBindTexture(GL_TEXTURE_2D, s.source);
  } else {
    gl.glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, width, height, GL_RGB, GL_FLOAT, encoded.data());
  }
  if (!s.frame->isValid() || !s.frame->bind() || !s.program->bind()) return false;
  const QOpenGLVertexArrayObject::Binder bound(&s.vertices);
  gl.glDisable(GL_BLEND);
  gl.glViewport(0, 0, width, height);
  gl.glDrawArrays(GL_TRIANGLES, 0, 3);
  rgb.resize(count);
  gl.glPixelStorei(GL_PACK_ALIGNMENT, 1);
  gl.glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE, rgb.data());
  s.frame->release();
  return gl.glGetError() == GL_NO_ERROR;
}

}  // namespace rollproof::ui
