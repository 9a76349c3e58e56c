// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <mutex>

#include <fmt/format.h>

#include "core/colour/chain.h"
#include "core/colour/kernel.h"
#include "core/colour/parallel.h"

namespace rollproof::colour {
namespace {

// Tried in this order until the goal is met. The largest takes half a second to make and half of a processor's cache.
constexpr std::array kSizes{65, 81, 97, 129};
constexpr std::size_t kRow = 64;  // colours for measuring stand in rows of this many, so that threads can share them

BakeError summarise(std::vector<float>& differences) {
  BakeError error;
  if (differences.empty()) return error;
  double sum = 0;
  for (const float d : differences) sum += d;
  error.mean = sum / static_cast<double>(differences.size());
  const auto rank = static_cast<std::ptrdiff_t>(static_cast<double>(differences.size() - 1) * 0.999);
  std::nth_element(differences.begin(), differences.begin() + rank, differences.end());
  error.p999 = differences[static_cast<std::size_t>(rank)];
  error.max = *std::max_element(differences.begin(), differences.end());
  return error;
}

void shape(media::ImageF& colours) {
  colours.height = static_cast<int>(colours.rgb.size() / (kRow * 3));
  colours.width = static_cast<int>(kRow);
  colours.rgb.resize(static_cast<std::size_t>(colours.height) * kRow * 3);
}

// Both ways over the same colours, as 10-bit codes of the display's 0..1.
BakeError compare(const Chain& chain, const Lattice& lattice, media::ImageF colours) {
  std::vector<float> fast(colours.rgb.size());
  for (std::size_t k = 0; k + 2 < colours.rgb.size(); k += 3) {
    const auto value = applyToFloat(lattice, &colours.rgb[k]);
    std::copy(value.begin(), value.end(), fast.begin() + static_cast<std::ptrdiff_t>(k));
  }
  chain.applyExact(colours);
  std::vector<float> differences(fast.size());
  for (std::size_t k = 0; k < fast.size(); ++k) {
    const float exact = std::isfinite(colours.rgb[k]) ? std::clamp(colours.rgb[k], 0.0F, 1.0F) : 0.0F;
    differences[k] = std::abs(exact - std::clamp(fast[k], 0.0F, 1.0F)) * 1023.0F;
  }
  return summarise(differences);
}

// Colours a scene has: Rec.709 colours from four stops under to four over mid grey, moderately saturated, as the
// chain's input encodes them, and the grey ramp over all of the encoding. `turn` makes another set of the same kind, so
// that a cube is not judged on the colours it was fitted to.
media::ImageF sceneColours(const Config& config, const Chain& chain, std::size_t count, float mostSaturated,
                           double turn) {
  const auto* known = dynamic_cast<const OcioChain*>(&chain);
  std::shared_ptr<const Chain> encode;
  if (known) {
    ChainRequest request;
    request.input = "Linear Rec.709 (sRGB)";
    request.outputSpace = known->input();
    if (auto made = config.chain(request)) encode = *made;
  }
  media::ImageF colours;
  for (std::size_t k = 0; k < count; ++k) {
    // An even, never repeating walk through brightness, saturation and hue (the roots of x^4 = x + 1).
    const auto walk = [&](double step) { return std::fmod(turn + static_cast<double>(k + 1) * step, 1.0); };
    const auto level = static_cast<float>(0.18 * std::exp2(8 * walk(.8191725134) - 4));
    const float saturation = mostSaturated * static_cast<float>(walk(.6710436067));
    const double hue = walk(.5497004779);
    for (int i = 0; i < 3; ++i) {
      const auto wave = static_cast<float>(std::cos((hue - i / 3.0) * 6.283185307));
      const float value = level * (1.0F - saturation * (0.5F - 0.5F * wave));
      // A configuration without that space: colours about the diagonal of the encoding, whatever it is.
      colours.rgb.push_back(
          encode ? value : std::clamp(std::log2(level / .18F) / 16 + .5F + .2F * saturation * wave, 0.0F, 1.0F));
    }
  }
  shape(colours);
  if (encode) encode->applyExact(colours);
  // What the encoding cannot hold within 0..1 no picture of it holds either.
  std::vector<float> kept;
  for (std::size_t k = 0; k + 2 < colours.rgb.size(); k += 3) {
    const bool inside = std::all_of(&colours.rgb[k], &colours.rgb[k] + 3, [](float v) { return v >= 0 && v <= 1; });
    if (inside) kept.insert(kept.end(), &colours.rgb[k], &colours.rgb[k] + 3);
  }
  colours.rgb = std::move(kept);
  for (int i = 0; i < 1024; ++i) colours.rgb.insert(colours.rgb.end(), 3, static_cast<float>(i) / 1023.0F);
  shape(colours);
  return colours;
}

struct Made {
  Lattice lattice;
  BakeError error;
};

Made make(const Config& config, const Chain& chain) {
  const media::ImageF fit = sceneColours(config, chain, 4096, 0.7F, 0.25);
  const media::ImageF test = sceneColours(config, chain, 32768, 0.6F, 0);
  Made best;
  for (const int size : kSizes) {
    Lattice lattice = makeLattice(chain, size, fit.rgb);
    const BakeError error = compare(chain, lattice, test);
    best = {std::move(lattice), error};
    if (error.within(kBakeGoal)) break;
  }
  return best;
}

// A viewer that switches between looks, and a batch of clips in one look, bake each once.
class Shelf {
 public:
  std::shared_ptr<const Made> find(const std::string& key) {
    const std::lock_guard lock(m_mutex);
    for (const auto& [known, made] : m_kept) {
      if (known == key) return made;
    }
    return nullptr;
  }
  void keep(const std::string& key, std::shared_ptr<const Made> made) {
    const std::lock_guard lock(m_mutex);
    m_kept.emplace_front(key, std::move(made));
    if (m_kept.size() > kKept) m_kept.pop_back();
  }

 private:
  static constexpr std::size_t kKept = 4;
  std::mutex m_mutex;
  std::deque<std::pair<std::string, std::shared_ptr<const Made>>> m_kept;
};

class LatticeBaked final : public Baked {
 public:
  LatticeBaked(std::shared_ptr<const Chain> chain, std::shared_ptr<const Made> made)
      : m_chain(std::move(chain)), m_made(std::move(made)) {}

  void apply(const media::Frame16& in, media::Frame16& out) const override {
    if (!isWhole(in)) {
      out = {};
      return;
    }
    const std::size_t width = static_cast<std::size_t>(in.width);
    const std::size_t count = width * static_cast<std::size_t>(in.height);
    // In and out may be the same frame: each pixel is read before it is written.
    const Kernel kernel = kernelFor(m_made->lattice, toRgbMap(in));
    out.width = in.width;
    out.height = in.height;
    out.index = in.index;
    out.rgb = false;
    out.matrix = media::Matrix::bt709;
    out.range = media::Range::limited;
    out.assumedMatrix = out.assumedRange = false;
    for (auto& plane : out.plane) plane.resize(count);
    forRows(in.height, in.width, [&](int first, int end) {
      const std::size_t from = width * static_cast<std::size_t>(first);
      applyToYcbcr(kernel, {in.plane[0].data() + from, in.plane[1].data() + from, in.plane[2].data() + from},
                   {out.plane[0].data() + from, out.plane[1].data() + from, out.plane[2].data() + from},
                   width * static_cast<std::size_t>(end - first), Speed::best);
    });
  }

  void applyToRgb8(const media::Frame16& in, std::vector<std::uint8_t>& rgb8) const override {
    rgb8.clear();
    if (!isWhole(in)) return;
    const std::size_t width = static_cast<std::size_t>(in.width);
    rgb8.resize(width * static_cast<std::size_t>(in.height) * 3);
    const Kernel kernel = kernelFor(m_made->lattice, toRgbMap(in));
    forRows(in.height, in.width, [&](int first, int end) {
      for (int row = first; row < end; ++row) {
        const std::size_t from = width * static_cast<std::size_t>(row);
        applyToRow8(kernel, {in.plane[0].data() + from, in.plane[1].data() + from, in.plane[2].data() + from},
                    rgb8.data() + from * 3, width, row, Speed::best);
      }
    });
  }

  BakeError bakeError() const override { return m_made->error; }

  std::string describe() const override {
    const BakeError& error = m_made->error;
    return fmt::format(
        "{0}x{0}x{0} cube behind a fitted shaper; in gamut off by {1:.2f} codes of 10 bit on average, "
        "99.9 % within {2:.1f}{3}",
        m_made->lattice.size, error.mean, error.p999, error.within(kBakeGoal) ? "" : ", which is more than aimed at");
  }

  BakeError measure(const media::Frame16& frame) const override {
    if (!isWhole(frame)) return {};
    constexpr std::size_t kSamples = 20000;
    const std::size_t count = static_cast<std::size_t>(frame.width) * static_cast<std::size_t>(frame.height);
    // An odd step walks through the columns instead of sampling a few of them.
    const std::size_t step = std::max<std::size_t>(1, count / kSamples) | 1U;
    const ToRgb map = toRgbMap(frame);
    media::ImageF test;
    for (std::size_t k = 0; k < count; k += step) {
      const float a = frame.plane[0][k], b = frame.plane[1][k], c = frame.plane[2][k];
      for (std::size_t i = 0; i < 3; ++i) {
        test.rgb.push_back(map.weight[i][0] * a + map.weight[i][1] * b + map.weight[i][2] * c + map.offset[i]);
      }
    }
    test.width = static_cast<int>(test.rgb.size() / 3);
    test.height = 1;
    return compare(*m_chain, m_made->lattice, std::move(test));
  }

 private:
  std::shared_ptr<const Chain> m_chain;
  std::shared_ptr<const Made> m_made;
};

}  // namespace

Result<std::shared_ptr<const Baked>> bakeChain(const Config& config, const std::shared_ptr<const Chain>& chain) {
  if (!chain) return fail(Errc::usage, "there is no colour chain to bake");
  static Shelf shelf;
  const auto* known = dynamic_cast<const OcioChain*>(chain.get());
  const std::string key = known ? known->identity() : std::string();
  auto made = key.empty() ? nullptr : shelf.find(key);
  if (!made) {
    made = std::make_shared<const Made>(make(config, *chain));
    if (!key.empty()) shelf.keep(key, made);
  }
  return std::make_shared<const LatticeBaked>(chain, std::move(made));
}

}  // namespace rollproof::colour
