// SPDX-License-Identifier: Apache-2.0
// One JSON line of megapixels a second: our fused pass, its scalar twin, OpenColorIO's CPU paths in float and 16 bit,
// and memcpy of the same bytes as the limit. Writes the picture and a 65-point cube of the same chain for others to
// use.
//     bench_colour WIDTH HEIGHT SECONDS [FOLDER]
//     bench_colour --cube FILE     only a 33-point cube of ARRI LogC4 to Rec.709, no grade, as renders have it
// Threads: our pass takes what cores it may use; the others use one.
#include <OpenColorIO/OpenColorIO.h>
#include <sched.h>
#include <time.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "core/colour/chain.h"
#include "core/colour/kernel.h"

namespace {

using namespace rollproof;
namespace ocio = OCIO_NAMESPACE;

// Soft shapes, all hues, a little noise: camera log, 10-bit codes, 4:2:2 spread to 4:4:4.
media::Frame16 picture(int width, int height) {
  media::Frame16 frame;
  frame.width = width;
  frame.height = height;
  const auto count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  for (auto& plane : frame.plane) plane.resize(count);
  unsigned seed = 1;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const std::size_t k = static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
      seed = seed * 1664525U + 1013904223U;
      const double noise = static_cast<double>(seed >> 28) / 2 - 4;
      const double u = static_cast<double>(x) / width, v = static_cast<double>(y) / height;
      const double luma = 330 + 180 * std::sin(5 * u + 3 * v) * std::cos(4 * v - u) + noise;
      frame.plane[0][k] = static_cast<std::uint16_t>(static_cast<int>(luma) << 6);
      if (x % 2 == 0) {
        frame.plane[1][k] = static_cast<std::uint16_t>(static_cast<int>(512 + 60 * std::sin(7 * u) + noise / 2) << 6);
        frame.plane[2][k] = static_cast<std::uint16_t>(static_cast<int>(512 + 60 * std::cos(6 * v) + noise / 2) << 6);
      } else {
        frame.plane[1][k] = frame.plane[1][k - 1];
        frame.plane[2][k] = frame.plane[2][k - 1];
      }
    }
  }
  return frame;
}

// A frame's 4:2:2 planes at 10 bit.
class Planes422 {
 public:
  explicit Planes422(const media::Frame16& frame) : m_width(frame.width), m_height(frame.height) {
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t k = 0; k < frame.plane[i].size(); k += i == 0 ? 1 : 2) {
        m_codes[i].push_back(static_cast<std::uint16_t>(frame.plane[i][k] >> 6));
      }
    }
  }
  [[nodiscard]] media::PlanarView view() const { return fill<media::PlanarView>(); }
  [[nodiscard]] media::PlanarRoom room() const { return fill<media::PlanarRoom>(); }

 private:
  template <typename Picture>
  [[nodiscard]] Picture fill() const {
    Picture picture;
    picture.width = m_width;
    picture.height = m_height;
    for (std::size_t i = 0; i < 3; ++i) {
      picture.plane[i] = reinterpret_cast<std::uint8_t*>(m_codes[i].data());
      picture.stride[i] = static_cast<std::ptrdiff_t>(i == 0 ? m_width : m_width / 2) * 2;
    }
    return picture;
  }
  int m_width, m_height;
  mutable std::array<std::vector<std::uint16_t>, 3> m_codes;
};

// Of processor time where one core is all there is, so that a neighbour on it does not count; of the clock else.
double now() {
  cpu_set_t cores;
  const bool one = sched_getaffinity(0, sizeof cores, &cores) == 0 && CPU_COUNT(&cores) == 1;
  timespec time{};
  clock_gettime(one ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double rate(double megapixels, double seconds, const std::function<void()>& once) {
  once();  // pages and caches
  const double began = now();
  int rounds = 0;
  double taken = 0;
  do {
    once();
    ++rounds;
    taken = now() - began;
  } while (taken < seconds);
  return megapixels * rounds / taken;
}

void write(const std::string& path, const void* bytes, std::size_t size) {
  std::ofstream(path, std::ios::binary | std::ios::app)
      .write(static_cast<const char*>(bytes), static_cast<std::streamsize>(size));
}

void writeCube(const std::string& file, const colour::Chain& chain, int size) {
  std::string text = "LUT_3D_SIZE " + std::to_string(size) + "\n";
  const auto at = [size](int i) { return static_cast<float>(i) / static_cast<float>(size - 1); };
  for (int b = 0; b < size; ++b) {
    for (int g = 0; g < size; ++g) {
      for (int r = 0; r < size; ++r) {
        const auto value = chain.applyExact({at(r), at(g), at(b)});
        char line[64];
        std::snprintf(line, sizeof line, "%.6f %.6f %.6f\n", static_cast<double>(value[0]),
                      static_cast<double>(value[1]), static_cast<double>(value[2]));
        text += line;
      }
    }
  }
  write(file, text.data(), text.size());
}

// Planar 4:4:4 at 16 bit, 4:2:2 at 10 bit, and the cube as text.
void writeForOthers(const std::string& folder, const media::Frame16& frame, const colour::Chain& chain) {
  for (const auto& plane : frame.plane) write(folder + "/444p16.raw", plane.data(), plane.size() * 2);
  for (std::size_t i = 0; i < 3; ++i) {
    std::vector<std::uint16_t> codes;
    for (std::size_t k = 0; k < frame.plane[i].size(); k += i == 0 ? 1 : 2) {
      codes.push_back(static_cast<std::uint16_t>(frame.plane[i][k] >> 6));
    }
    write(folder + "/422p10.raw", codes.data(), codes.size() * 2);
  }
  writeCube(folder + "/chain.cube", chain, 65);
}

int cubeOnly(const std::string& file) {
  const auto config = colour::loadConfig();
  colour::ChainRequest request;
  request.input = "ARRI LogC4";
  const auto chain = config ? (*config)->chain(request) : Result<std::shared_ptr<const colour::Chain>>{};
  if (!config || !chain) return 1;
  writeCube(file, **chain, 33);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == "--cube") return cubeOnly(argv[2]);
  if (argc < 4) {
    std::fprintf(stderr, "bench_colour WIDTH HEIGHT SECONDS [FOLDER] | --cube FILE\n");
    return 2;
  }
  const int width = std::atoi(argv[1]), height = std::atoi(argv[2]);
  const double seconds = std::atof(argv[3]);
  const double megapixels = static_cast<double>(width) * height / 1e6;
  const auto config = colour::loadConfig();
  colour::ChainRequest request;
  request.input = "ARRI LogC4";
  request.look.cdl = model::Cdl{{1.05, 1, .97}, {.01, 0, -.01}, {1.02, 1, .98}, .95};
  request.look.cdlSpace = "ACEScct";
  const auto chain = config ? (*config)->chain(request) : Result<std::shared_ptr<const colour::Chain>>{};
  if (!config || !chain) return 1;
  const media::Frame16 frame = picture(width, height);
  if (argc > 4) writeForOthers(argv[4], frame, **chain);

  const double quickBegan = now();
  const auto quick = (*config)->bake(*chain, colour::Effort::quick);
  const double quickSeconds = now() - quickBegan;
  // From a changed grade to the viewer's picture in it.
  std::vector<std::uint8_t> shown;
  request.look.cdl->saturation = .9;
  const double openBegan = now();
  const auto opened = (*config)->chain(request);
  const auto openedBake = opened ? (*config)->bake(*opened) : Result<std::shared_ptr<const colour::Baked>>{};
  if (!opened || !openedBake) return 1;
  (*openedBake)->applyToRgb8(frame, shown);
  const double openSeconds = now() - openBegan;
  const double bakeBegan = now();
  const auto baked = (*config)->bake(*chain);
  const double bakeSeconds = now() - bakeBegan;
  if (!baked || !quick) return 1;
  media::Frame16 out;
  const double fast = rate(megapixels, seconds, [&] { (*baked)->apply(frame, out); });
  // The same picture as a decoder holds it and an encoder takes it: 4:2:2 at 10 bit, in and out.
  const Planes422 planes(frame), room(frame);
  const double fast422 = rate(megapixels, seconds, [&] { (*baked)->apply(planes.view(), room.room()); });
  std::vector<std::uint8_t> rgb8;
  const double screen = rate(megapixels, seconds, [&] { (*baked)->applyToRgb8(frame, rgb8); });

  std::vector<float> samples;
  for (int i = 0; i < 512; ++i) samples.insert(samples.end(), 3, static_cast<float>(i) / 511.0F);
  const colour::Lattice lattice = colour::makeLattice(**chain, 65, samples);
  const colour::Kernel kernel = colour::kernelFor(lattice, colour::meaningOf(frame));
  const colour::Planes in{frame.plane[0].data(), frame.plane[1].data(), frame.plane[2].data()};
  const colour::OutPlanes to{out.plane[0].data(), out.plane[1].data(), out.plane[2].data()};
  const double scalar = rate(
      megapixels, seconds, [&] { colour::applyToYcbcr(kernel, in, to, frame.plane[0].size(), colour::Speed::scalar); });
  const double vector = rate(megapixels, seconds,
                             [&] { colour::applyToYcbcr(kernel, in, to, frame.plane[0].size(), colour::Speed::best); });

  const double copy = rate(megapixels, seconds, [&] {
    for (std::size_t i = 0; i < 3; ++i) {
      std::memcpy(out.plane[i].data(), frame.plane[i].data(), frame.plane[i].size() * 2);
    }
  });

  // OpenColorIO on a strip of the picture: the analytic chain takes seconds for a whole one.
  const int rows = std::min(height, 64);
  media::Frame16 strip = picture(width, rows);
  media::ImageF light = colour::toRgb(strip);
  const double stripPixels = static_cast<double>(width) * rows / 1e6;
  const double exact = rate(stripPixels, seconds, [&] {
    for (int y = 0; y < rows; y += 4) {
      media::ImageF tile;
      tile.width = width;
      tile.height = std::min(4, rows - y);
      const auto from = light.rgb.begin() + static_cast<std::ptrdiff_t>(y) * width * 3;
      tile.rgb.assign(from, from + static_cast<std::ptrdiff_t>(tile.height) * width * 3);
      (*chain)->applyExact(tile);
    }
  });
  double cubeFloat = 0, cube16 = 0;
  try {
    const auto cube = ocio::Lut3DTransform::Create(65);
    cube->setInterpolation(ocio::INTERP_TETRAHEDRAL);
    for (unsigned long r = 0; r < 65; ++r) {
      for (unsigned long g = 0; g < 65; ++g) {
        for (unsigned long b = 0; b < 65; ++b) {
          const auto v = (*chain)->applyExact(
              {static_cast<float>(r) / 64, static_cast<float>(g) / 64, static_cast<float>(b) / 64});
          cube->setValue(r, g, b, v[0], v[1], v[2]);
        }
      }
    }
    const auto processor = ocio::Config::CreateRaw()->getProcessor(cube);
    const auto asFloat = processor->getDefaultCPUProcessor();
    cubeFloat = rate(stripPixels, seconds, [&] {
      std::vector<float> copyOf = light.rgb;
      ocio::PackedImageDesc desc(copyOf.data(), width, rows, 3);
      asFloat->apply(desc);
    });
    const auto as16 =
        processor->getOptimizedCPUProcessor(ocio::BIT_DEPTH_UINT16, ocio::BIT_DEPTH_UINT16, ocio::OPTIMIZATION_DEFAULT);
    std::vector<std::uint16_t> codes(light.rgb.size());
    cube16 = rate(stripPixels, seconds, [&] {
      ocio::PackedImageDesc desc(codes.data(), width, rows, 3, ocio::BIT_DEPTH_UINT16, 2, ocio::AutoStride,
                                 ocio::AutoStride);
      as16->apply(desc);
    });
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "OpenColorIO: %s\n", problem.what());
  }
  const colour::BakeError error = (*baked)->bakeError();
  std::printf(
      "{\"fast\": %.1f, \"fast_422p10\": %.1f, \"quick_bake_seconds\": %.3f, \"look_open_seconds\": %.3f, "
      "\"fast_to_screen\": %.1f, "
      "\"fast_one_thread\": %.1f, \"scalar_one_thread\": %.1f, "
      "\"memcpy\": %.1f, \"ocio_exact_f32\": %.2f, \"ocio_cube_f32\": %.1f, \"ocio_cube_u16\": %.1f, "
      "\"bake_seconds\": %.3f, \"error_mean\": %.3f, \"error_p999\": %.2f, \"error_max\": %.1f}\n",
      fast, fast422, quickSeconds, openSeconds, screen, vector, scalar, copy, exact, cubeFloat, cube16, bakeSeconds,
      error.mean, error.p999, error.max);
  return 0;
}
