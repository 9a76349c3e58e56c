// SPDX-License-Identifier: Apache-2.0
// The shader of a chain against the chain, by whatever OpenGL the machine has without a screen (Mesa's llvmpipe will
// do).
#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <GL/gl.h>
#include <GL/glext.h>

#include <algorithm>
#include <cmath>

#include "support.h"

using namespace rollproof;
using namespace rollproof::colour;
using namespace rollproof::colour::test;

namespace {

template <typename Function>
Function gl(const char* name) {
  return reinterpret_cast<Function>(eglGetProcAddress(name));
}

// A context without a window; bool() is false where there is none to be had.
class Context {
 public:
  Context() {
    const auto display =
        reinterpret_cast<PFNEGLGETPLATFORMDISPLAYEXTPROC>(eglGetProcAddress("eglGetPlatformDisplayEXT"));
    if (!display) return;
    m_display = display(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
    if (m_display == EGL_NO_DISPLAY || !eglInitialize(m_display, nullptr, nullptr) || !eglBindAPI(EGL_OPENGL_API))
      return;
    const EGLint wanted[] = {EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_NONE};
    EGLConfig found = nullptr;
    EGLint count = 0;
    if (!eglChooseConfig(m_display, wanted, &found, 1, &count) || count < 1) return;
    const EGLint version[] = {EGL_CONTEXT_MAJOR_VERSION, 3, EGL_CONTEXT_MINOR_VERSION, 3, EGL_NONE};
    m_context = eglCreateContext(m_display, found, EGL_NO_CONTEXT, version);
    m_good = m_context != EGL_NO_CONTEXT && eglMakeCurrent(m_display, EGL_NO_SURFACE, EGL_NO_SURFACE, m_context);
  }
  ~Context() {
    if (m_display == EGL_NO_DISPLAY) return;
    eglMakeCurrent(m_display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    if (m_context != EGL_NO_CONTEXT) eglDestroyContext(m_display, m_context);
    eglTerminate(m_display);
  }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  explicit operator bool() const { return m_good; }

 private:
  EGLDisplay m_display = EGL_NO_DISPLAY;
  EGLContext m_context = EGL_NO_CONTEXT;
  bool m_good = false;
};

GLuint compile(GLenum kind, const std::string& text) {
  const GLuint shader = gl<PFNGLCREATESHADERPROC>("glCreateShader")(kind);
  const char* const source = text.c_str();
  gl<PFNGLSHADERSOURCEPROC>("glShaderSource")(shader, 1, &source, nullptr);
  gl<PFNGLCOMPILESHADERPROC>("glCompileShader")(shader);
  GLint good = 0;
  gl<PFNGLGETSHADERIVPROC>("glGetShaderiv")(shader, GL_COMPILE_STATUS, &good);
  if (!good) {
    char log[2048] = {};
    gl<PFNGLGETSHADERINFOLOGPROC>("glGetShaderInfoLog")(shader, sizeof log, nullptr, log);
    FAIL(log);
  }
  return shader;
}

void upload(const GpuTexture& texture, GLuint program, int unit) {
  const GLenum kind = texture.dimensions == 3 ? GL_TEXTURE_3D : texture.dimensions == 2 ? GL_TEXTURE_2D : GL_TEXTURE_1D;
  const GLint inside = texture.channels == 1 ? GL_R32F : GL_RGB32F;
  const GLenum format = texture.channels == 1 ? GL_RED : GL_RGB;
  gl<PFNGLACTIVETEXTUREPROC>("glActiveTexture")(GL_TEXTURE0 + static_cast<GLenum>(unit));
  GLuint name = 0;
  glGenTextures(1, &name);
  glBindTexture(kind, name);
  for (const GLenum filter : {GL_TEXTURE_MIN_FILTER, GL_TEXTURE_MAG_FILTER})
    glTexParameteri(kind, filter, texture.linear ? GL_LINEAR : GL_NEAREST);
  for (const GLenum wrap : {GL_TEXTURE_WRAP_S, GL_TEXTURE_WRAP_T, GL_TEXTURE_WRAP_R})
    glTexParameteri(kind, wrap, GL_CLAMP_TO_EDGE);
  if (kind == GL_TEXTURE_1D) {
    glTexImage1D(kind, 0, inside, texture.width, 0, format, GL_FLOAT, texture.values.data());
  } else if (kind == GL_TEXTURE_2D) {
    glTexImage2D(kind, 0, inside, texture.width, texture.height, 0, format, GL_FLOAT, texture.values.data());
  } else {
    gl<PFNGLTEXIMAGE3DPROC>("glTexImage3D")(kind, 0, inside, texture.width, texture.height, texture.depth, 0, format,
                                            GL_FLOAT, texture.values.data());
  }
  gl<PFNGLUNIFORM1IPROC>("glUniform1i")(
      gl<PFNGLGETUNIFORMLOCATIONPROC>("glGetUniformLocation")(program, texture.sampler.c_str()), unit);
}

// One row of colours through the shader.
std::vector<float> draw(const GpuShader& shader, const std::vector<float>& rgba) {
  const auto width = static_cast<GLsizei>(rgba.size() / 4);
  const GLuint program = gl<PFNGLCREATEPROGRAMPROC>("glCreateProgram")();
  const auto attach = gl<PFNGLATTACHSHADERPROC>("glAttachShader");
  attach(program, compile(GL_VERTEX_SHADER,
                          "#version 330\nvoid main() { vec2 at = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0;\n"
                          "gl_Position = vec4(at, 0.0, 1.0); }\n"));
  attach(program, compile(GL_FRAGMENT_SHADER,
                          "#version 330\nuniform sampler2D source;\nout vec4 shown;\n" + shader.text +
                              "\nvoid main() { shown = rollproofColour(texelFetch(source, ivec2(gl_FragCoord.xy), 0)); "
                              "}\n"));
  gl<PFNGLLINKPROGRAMPROC>("glLinkProgram")(program);
  gl<PFNGLUSEPROGRAMPROC>("glUseProgram")(program);
  int unit = 0;
  for (const auto& texture : shader.textures) upload(texture, program, unit++);
  const auto colours = [&](int at, const float* values) {
    gl<PFNGLACTIVETEXTUREPROC>("glActiveTexture")(GL_TEXTURE0 + static_cast<GLenum>(at));
    GLuint name = 0;
    glGenTextures(1, &name);
    glBindTexture(GL_TEXTURE_2D, name);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA32F, width, 1, 0, GL_RGBA, GL_FLOAT, values);
    return name;
  };
  colours(unit, rgba.data());
  gl<PFNGLUNIFORM1IPROC>("glUniform1i")(gl<PFNGLGETUNIFORMLOCATIONPROC>("glGetUniformLocation")(program, "source"),
                                        unit);
  const GLuint target = colours(unit + 1, nullptr);
  GLuint frame = 0, vertices = 0;
  gl<PFNGLGENFRAMEBUFFERSPROC>("glGenFramebuffers")(1, &frame);
  gl<PFNGLBINDFRAMEBUFFERPROC>("glBindFramebuffer")(GL_FRAMEBUFFER, frame);
  gl<PFNGLFRAMEBUFFERTEXTURE2DPROC>("glFramebufferTexture2D")(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D,
                                                              target, 0);
  gl<PFNGLGENVERTEXARRAYSPROC>("glGenVertexArrays")(1, &vertices);
  gl<PFNGLBINDVERTEXARRAYPROC>("glBindVertexArray")(vertices);
  glViewport(0, 0, width, 1);
  glDrawArrays(GL_TRIANGLES, 0, 3);
  std::vector<float> out(rgba.size());
  glReadPixels(0, 0, width, 1, GL_RGBA, GL_FLOAT, out.data());
  REQUIRE(glGetError() == GL_NO_ERROR);
  return out;
}

}  // namespace

TEST_CASE("the shader of a chain gives what the chain gives", "[gpu]") {
  const Folder folder;
  std::string cube = "LUT_3D_SIZE 17\n";
  for (int b = 0; b < 17; ++b) {
    for (int g = 0; g < 17; ++g) {
      for (int r = 0; r < 17; ++r) {
        for (const int v : {r, g, b}) cube += std::to_string(std::pow(v / 16.0, .8)) + " ";
        cube += "\n";
      }
    }
  }
  const std::string lut = folder.write("show.cube", cube);
  const Context context;
  for (const bool withLut : {false, true}) {
    for (const char* space : {"ARRI LogC4", "S-Log3 S-Gamut3.Cine", "Apple Log", "Rec.709 video"}) {
      ChainRequest request;
      request.input = space;
      request.look.cdl = model::Cdl{{1.1, 1, .9}, {.01, 0, -.01}, {1, 1.1, 1}, .9};
      if (withLut) request.look.lutFile = lut;
      const auto made = chain(request);
      const auto shader = made->gpuShader();
      REQUIRE(shader.has_value());
      CHECK(shader->text.find("vec4 rollproofColour(") != std::string::npos);
      for (const auto& texture : shader->textures) {
        CHECK(shader->text.find(texture.sampler) != std::string::npos);
        CHECK(texture.values.size() ==
              static_cast<std::size_t>(texture.width) * static_cast<std::size_t>(texture.height) *
                  static_cast<std::size_t>(texture.depth) * static_cast<std::size_t>(texture.channels));
      }
      if (!context) continue;
      std::vector<float> rgba;
      for (int k = 0; k < 2048; ++k) {
        for (const int step : {7919, 104729, 1299709}) {
          rgba.push_back(.08F + .6F * static_cast<float>((static_cast<long>(k) * step) % 4001) / 4000.0F);
        }
        rgba.push_back(1.0F);
      }
      const auto shown = draw(*shader, rgba);
      std::vector<float> off;
      for (std::size_t k = 0; k < rgba.size(); k += 4) {
        const auto exact = made->applyExact({rgba[k], rgba[k + 1], rgba[k + 2]});
        for (std::size_t i = 0; i < 3; ++i) off.push_back(std::abs(shown[k + i] - exact[i]) * 1023.0F);
      }
      std::sort(off.begin(), off.end());
      INFO(space << (withLut ? " with a LUT" : "") << " 99.9 % within " << off[off.size() * 999 / 1000]
                 << " codes, most " << off.back());
      CHECK(off[off.size() / 2] < .05F);
      CHECK(off[off.size() * 999 / 1000] < 1.0F);
    }
  }
  if (!context) WARN("no OpenGL without a screen on this machine: only the text was checked");
}
