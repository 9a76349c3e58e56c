// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <functional>
#include <mutex>

#include <fmt/format.h>

#include "core/colour/chain.h"
#include "core/colour/kernel.h"
#include "core/colour/parallel.h"
#include "core/colour/rows.h"

namespace rollproof::colour {
namespace {

// Tried in this order until the goal is met. The largest takes half a second to make and half of a processor's cache.
constexpr std::array kSizes{65, 81, 97, 129};
constexpr int kQuickSize = 33;
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

// Colours at the edge of the display's gamut are clipped there, and no cube follows a clip to the code: a channel near
// nothing beside a bright one. Those count in what is told and not in what a way is chosen by.
bool isInside(const float* shown) {
  constexpr float kEdge = 0.4F;  // of the brightest channel, both encoded: a tenth of its light
  constexpr float kDark = 0.1F;
  const float most = std::max({shown[0], shown[1], shown[2]}), least = std::min({shown[0], shown[1], shown[2]});
  return most <= kDark || (least >= kEdge * most && most < 1.0F);
}

enum class Counted { all, inside };

// Both ways over the same colours, as 10-bit codes of the display's 0..1.
BakeError compare(const Chain& chain, const Lattice& lattice, media::ImageF colours, Counted counted = Counted::all) {
  std::vector<float> fast(colours.rgb.size());
  for (std::size_t k = 0; k + 2 < colours.rgb.size(); k += 3) {
    const auto value = applyToFloat(lattice, &colours.rgb[k]);
    std::copy(value.begin(), value.end(), fast.begin() + static_cast<std::ptrdiff_t>(k));
  }
  chain.applyExact(colours);
  std::vector<float> differences;
  differences.reserve(fast.size());
  for (std::size_t k = 0; k + 2 < fast.size(); k += 3) {
    std::array<float, 3> exact{};
    for (std::size_t i = 0; i < 3; ++i) {
      const float value = colours.rgb[k + i];
      exact[i] = std::isfinite(value) ? std::clamp(value, 0.0F, 1.0F) : 0.0F;
    }
    if (counted == Counted::inside && !isInside(exact.data())) continue;
    for (std::size_t i = 0; i < 3; ++i) {
      differences.push_back(std::abs(exact[i] - std::clamp(fast[k + i], 0.0F, 1.0F)) * 1023.0F);
    }
  }
  return summarise(differences);
}

// Of Rec.709's primaries, 0..1.
struct Saturation {
  float least = 0, most = 0;
};
constexpr Saturation kFitted{0, 0.7F}, kUsual{0, 0.6F}, kStrong{0.6F, 1.0F};

// Colours a scene has: Rec.709 colours from four stops under to four over mid grey, moderately saturated, as the
// chain's input encodes them, and the grey ramp over all of the encoding. `turn` makes another set of the same kind, so
// that a cube is not judged on the colours it was fitted to.
media::ImageF sceneColours(const Config& config, const Chain& chain, std::size_t count, Saturation range, double turn) {
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
    const float saturation = range.least + (range.most - range.least) * static_cast<float>(walk(.6710436067));
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
  if (range.least == 0) {
    for (int i = 0; i < 1024; ++i) colours.rgb.insert(colours.rgb.end(), 3, static_cast<float>(i) / 1023.0F);
  }
  shape(colours);
  return colours;
}

struct Made {
  Lattice lattice;
  BakeError error, saturated;
};

Made make(const Config& config, const Chain& chain, Effort effort) {
  if (effort == Effort::quick) {
    const media::ImageF few = sceneColours(config, chain, 512, kFitted, 0.25);
    Lattice lattice = makeLattice(chain, kQuickSize, few.rgb);
    const BakeError error = compare(chain, lattice, sceneColours(config, chain, 2048, kUsual, 0));
    const BakeError saturated = compare(chain, lattice, sceneColours(config, chain, 512, kStrong, 0));
    return {std::move(lattice), error, saturated};
  }
  const media::ImageF fit = sceneColours(config, chain, 4096, kFitted, 0.25);
  const media::ImageF test = sceneColours(config, chain, 32768, kUsual, 0);
  Made best;
  for (const int size : kSizes) {
    if (effort == Effort::densest && size != kSizes.back()) continue;
    Lattice lattice = makeLattice(chain, size, fit.rgb);
    const BakeError error = compare(chain, lattice, test);
    best = {std::move(lattice), error, {}};
    if (error.within(kBakeGoal)) break;
  }
  best.saturated = compare(chain, best.lattice, sceneColours(config, chain, 8192, kStrong, 0));
  return best;
}

// Do the rows lie where the picture says, and is it one that can be handled?
template <typename Byte>
bool isSane(const media::PlanarOf<Byte>& picture) {
  if (picture.width <= 0 || picture.height <= 0 || picture.bits < 8 || picture.bits > 16) return false;
  if (picture.rgb && picture.chroma != media::Chroma::s444) return false;
  for (std::size_t i = 0; i < 3; ++i) {
    const int samples = i == 0 ? picture.width : picture.chromaWidth();
    const std::ptrdiff_t bytes = static_cast<std::ptrdiff_t>(samples) * (picture.bits == 8 ? 1 : 2);
    if (!picture.plane[i] || std::abs(picture.stride[i]) < bytes) return false;
  }
  return true;
}

// One row of 16-bit samples to one row of 16-bit samples; the two may be the same.
using RowPass = std::function<void(const Planes& in, const OutPlanes& out, std::size_t count)>;

void throughSharedRows(const media::PlanarView& in, std::span<const media::PlanarRoom> out, const RowPass& pass) {
  const auto width = static_cast<std::size_t>(in.width);
  forRows((in.height + 1) / 2, in.width * 2, [&](int first, int end) {
    Unpacker unpacker(in);
    std::vector<Packer> packers(out.begin(), out.end());
    std::vector<std::uint16_t> room(width * 6);
    Packer::Rows rows{};
    for (std::size_t i = 0; i < 6; ++i) rows[i / 3][i % 3] = room.data() + width * i;
    for (int y = 2 * first; y < 2 * end; y += 2) {
      for (int row = y; row < std::min(y + 2, in.height); ++row) {
        std::uint16_t* const to = room.data() + width * 3 * (static_cast<std::size_t>(row - y));
        pass(unpacker.row(row), {to, to + width, to + 2 * width}, width);
      }
      for (Packer& packer : packers) packer.pack(y, rows);
    }
  });
}

void throughRows(const media::PlanarView& in, std::span<const media::PlanarRoom> out, const RowPass& pass) {
  if (out.size() > 1) return throughSharedRows(in, out, pass);
  // Two rows at a time: that is what a row of 4:2:0 chroma is made of.
  forRows((in.height + 1) / 2, in.width * 2, [&](int first, int end) {
    Unpacker unpacker(in);
    Packer packer(out.front());
    for (int y = 2 * first; y < 2 * end; y += 2) {
      for (int row = y; row < std::min(y + 2, in.height); ++row) {
        pass(unpacker.row(row), packer.row(row), static_cast<std::size_t>(in.width));
      }
      packer.pack(y);
    }
  });
}

using Row8Pass = std::function<void(const Planes& in, std::uint8_t* rgb, std::size_t count, int row)>;

void throughRows8(const media::PlanarView& in, std::vector<std::uint8_t>& rgb, const Row8Pass& pass) {
  const std::size_t width = static_cast<std::size_t>(in.width);
  rgb.resize(width * static_cast<std::size_t>(in.height) * 3);
  forRows(in.height, in.width, [&](int first, int end) {
    Unpacker unpacker(in);
    for (int row = first; row < end; ++row) {
      pass(unpacker.row(row), rgb.data() + width * 3 * static_cast<std::size_t>(row), width, row);
    }
  });
}

bool fits(const media::PlanarView& in, const media::PlanarRoom& out) {
  return isSane(out) && in.width == out.width && in.height == out.height && !out.rgb;
}

// What the samples are that become these pictures: the one's own, or such as all of them can be made of.
Meaning meaningOfAll(std::span<const media::PlanarRoom> out) {
  if (out.size() == 1) return meaningOf(out.front());
  Meaning meaning;
  meaning.matrix = out.front().matrix;
  meaning.range = out.front().range;
  meaning.lumaFinal = meaning.chromaFinal = false;
  return meaning;
}

// Calls `pass` for each set of pictures that can be made of one pass.
void inSets(const media::PlanarView& in, std::span<const media::PlanarRoom> out,
            const std::function<void(std::span<const media::PlanarRoom>)>& pass) {
  if (!isSane(in)) return;
  std::vector<media::PlanarRoom> shared;
  for (const media::PlanarRoom& room : out) {
    if (!fits(in, room)) continue;
    const bool first = shared.empty();
    // In full range white depends on the depth.
    const bool limited = room.range == media::Range::limited && room.bits < 16;
    if (limited && (first || room.matrix == shared.front().matrix)) {
      shared.push_back(room);
    } else {
      pass({&room, 1});
    }
  }
  if (!shared.empty()) pass(shared);
}

Meaning meaningFor(Levels levels, const media::PlanarView& picture) {
  Meaning meaning = meaningOf(picture);
  meaning.levels = levels;
  return meaning;
}

// Some twenty thousand of the picture's colours, as its encoding has them.
media::ImageF sampled(const media::PlanarView& picture, Levels levels) {
  constexpr int kRows = 96, kColumns = 208;
  // An odd step walks through the columns instead of sampling a few of them.
  const int downBy = std::max(1, picture.height / kRows), acrossBy = std::max(1, picture.width / kColumns) | 1;
  const ToRgb map = toRgbMap(meaningFor(levels, picture));
  media::ImageF colours;
  Unpacker unpacker(picture);
  for (int y = downBy / 2; y < picture.height; y += downBy) {
    const Planes row = unpacker.row(y);
    for (std::size_t x = static_cast<std::size_t>(y % acrossBy); x < static_cast<std::size_t>(picture.width);
         x += static_cast<std::size_t>(acrossBy)) {
      const float a = row[0][x], b = row[1][x], c = row[2][x];
      for (std::size_t i = 0; i < 3; ++i) {
        colours.rgb.push_back(map.weight[i][0] * a + map.weight[i][1] * b + map.weight[i][2] * c + map.offset[i]);
      }
    }
  }
  colours.width = static_cast<int>(colours.rgb.size() / 3);
  colours.height = 1;
  return colours;
}

media::PlanarView viewOf(const media::Frame16& frame) {
  media::PlanarView view;
  view.width = frame.width;
  view.height = frame.height;
  view.bits = 16;
  view.chroma = media::Chroma::s444;
  view.rgb = frame.rgb;
  view.matrix = frame.matrix;
  view.range = frame.range;
  for (std::size_t i = 0; i < 3; ++i) {
    view.plane[i] = reinterpret_cast<const std::uint8_t*>(frame.plane[i].data());
    view.stride[i] = static_cast<std::ptrdiff_t>(frame.width) * 2;
  }
  return view;
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
  using Baked::apply;
  using Baked::applyToRgb8;
  using Baked::measure;
  using Baked::measureInside;

  void apply(const media::PlanarView& in, std::span<const media::PlanarRoom> out) const override {
    inSets(in, out, [&](std::span<const media::PlanarRoom> set) {
      const Kernel kernel = kernelFor(m_made->lattice, meaningFor(m_chain->levels(), in), meaningOfAll(set));
      throughRows(in, set, [&](const Planes& from, const OutPlanes& to, std::size_t count) {
        applyToYcbcr(kernel, from, to, count, Speed::best);
      });
    });
  }

  void applyToRgb8(const media::PlanarView& in, std::vector<std::uint8_t>& rgb8) const override {
    rgb8.clear();
    if (!isSane(in)) return;
    const Kernel kernel = kernelFor(m_made->lattice, meaningFor(m_chain->levels(), in));
    throughRows8(in, rgb8, [&](const Planes& from, std::uint8_t* to, std::size_t count, int row) {
      applyToRow8(kernel, from, to, count, row, Speed::best);
    });
  }

  BakeError measure(const media::PlanarView& picture) const override {
    return isSane(picture) ? compare(*m_chain, m_made->lattice, sampled(picture, m_chain->levels())) : BakeError{};
  }

  BakeError measureInside(const media::PlanarView& picture) const override {
    return isSane(picture) ? compare(*m_chain, m_made->lattice, sampled(picture, m_chain->levels()), Counted::inside)
                           : BakeError{};
  }

  BakeError bakeError() const override { return m_made->error; }
  BakeError saturatedError() const override { return m_made->saturated; }

  std::string describe() const override {
    const BakeError& error = m_made->error;
    return fmt::format(
        "{0}x{0}x{0} cube behind a fitted shaper; in gamut off by {1:.2f} codes of 10 bit on average, "
        "99.9 % within {2:.1f}{3}; strongly saturated colours by {4:.2f}, 99.9 % within {5:.0f}",
        m_made->lattice.size, error.mean, error.p999, error.within(kBakeGoal) ? "" : ", which is more than aimed at",
        m_made->saturated.mean, m_made->saturated.p999);
  }

  Path path() const override { return m_made->lattice.size == kSizes.back() ? Path::dense : Path::cube; }

 private:
  std::shared_ptr<const Chain> m_chain;
  std::shared_ptr<const Made> m_made;
};

// The chain itself, a row at a time.
class ExactBaked final : public Baked {
 public:
  explicit ExactBaked(std::shared_ptr<const Chain> chain) : m_chain(std::move(chain)) {}
  using Baked::apply;
  using Baked::applyToRgb8;
  using Baked::measure;
  using Baked::measureInside;

  void apply(const media::PlanarView& in, std::span<const media::PlanarRoom> out) const override {
    const ToRgb map = toRgbMap(meaningFor(m_chain->levels(), in));
    inSets(in, out, [&](std::span<const media::PlanarRoom> set) {
      const FromRgb codes = fromRgbMap(meaningOfAll(set));
      throughRows(in, set, [&](const Planes& from, const OutPlanes& to, std::size_t count) {
        const media::ImageF row = shown(map, from, count);
        for (std::size_t k = 0; k < count; ++k) {
          const auto channel = [&](std::size_t i) { return bounded(row.rgb[k * 3 + i], pass::kCodeMargin); };
          const float r = channel(0), g = channel(1), b = channel(2);
          const float luma = codes.red * r + codes.green * g + codes.blue * b;
          to[0][k] = code(codes.lumaSpan * luma + codes.black, codes.black, codes.lumaMost, codes.lumaRound);
          to[1][k] = code(codes.cb * (b - luma) + codes.zero, codes.chromaLeast, codes.chromaMost, codes.chromaRound);
          to[2][k] = code(codes.cr * (r - luma) + codes.zero, codes.chromaLeast, codes.chromaMost, codes.chromaRound);
        }
      });
    });
  }

  void applyToRgb8(const media::PlanarView& in, std::vector<std::uint8_t>& rgb8) const override {
    rgb8.clear();
    if (!isSane(in)) return;
    const ToRgb map = toRgbMap(meaningFor(m_chain->levels(), in));
    throughRows8(in, rgb8, [&](const Planes& from, std::uint8_t* to, std::size_t count, int row) {
      const media::ImageF light = shown(map, from, count);
      const auto& thresholds = pass::kDither[static_cast<std::size_t>(row) & 7U];
      for (std::size_t k = 0; k < count * 3; ++k) {
        to[k] = static_cast<std::uint8_t>(bounded(light.rgb[k], 0.0F) * 255.0F + thresholds[k / 3 & 7U]);
      }
    });
  }

  BakeError measure(const media::PlanarView&) const override { return {}; }
  BakeError measureInside(const media::PlanarView&) const override { return {}; }
  BakeError bakeError() const override { return {}; }
  BakeError saturatedError() const override { return {}; }
  std::string describe() const override { return "the exact chain for every pixel"; }
  Path path() const override { return Path::exact; }

 private:
  // False for a NaN, which becomes black.
  static float bounded(float value, float margin) {
    return value > -margin ? std::min(value, 1.0F + margin) : (value <= -margin ? -margin : 0.0F);
  }
  static std::uint16_t code(float value, float least, float most, float round) {
    return static_cast<std::uint16_t>(std::clamp(value, least, most) + round);
  }
  [[nodiscard]] media::ImageF shown(const ToRgb& map, const Planes& from, std::size_t count) const {
    media::ImageF row;
    row.width = static_cast<int>(count);
    row.height = 1;
    row.rgb.resize(count * 3);
    for (std::size_t k = 0; k < count; ++k) {
      const float a = from[0][k], b = from[1][k], c = from[2][k];
      for (std::size_t i = 0; i < 3; ++i) {
        row.rgb[k * 3 + i] = map.weight[i][0] * a + map.weight[i][1] * b + map.weight[i][2] * c + map.offset[i];
      }
    }
    m_chain->applyExact(row);
    return row;
  }

  std::shared_ptr<const Chain> m_chain;
};

}  // namespace

void Baked::apply(const media::Frame16& in, media::Frame16& out) const {
  if (!isWhole(in)) {
    out = {};
    return;
  }
  const media::PlanarView from = viewOf(in);
  out.width = in.width;
  out.height = in.height;
  out.index = in.index;
  out.rgb = false;
  out.matrix = media::Matrix::bt709;
  out.range = media::Range::limited;
  out.assumedMatrix = out.assumedRange = false;
  media::PlanarRoom to;
  to.width = from.width;
  to.height = from.height;
  to.bits = from.bits;
  to.chroma = from.chroma;
  to.stride = from.stride;
  for (std::size_t i = 0; i < 3; ++i) {
    out.plane[i].resize(static_cast<std::size_t>(in.width) * static_cast<std::size_t>(in.height));
    to.plane[i] = reinterpret_cast<std::uint8_t*>(out.plane[i].data());
  }
  apply(from, to);
}

void Baked::applyToRgb8(const media::Frame16& in, std::vector<std::uint8_t>& rgb) const {
  rgb.clear();
  if (isWhole(in)) applyToRgb8(viewOf(in), rgb);
}

media::ImageF toRgb(const media::PlanarView& picture, Levels levels) {
  media::ImageF image;
  if (!isSane(picture)) return image;
  image.width = picture.width;
  image.height = picture.height;
  const auto width = static_cast<std::size_t>(picture.width);
  image.rgb.resize(width * static_cast<std::size_t>(picture.height) * 3);
  const ToRgb map = toRgbMap(meaningFor(levels, picture));
  forRows(picture.height, picture.width, [&](int first, int end) {
    Unpacker unpacker(picture);
    for (int y = first; y < end; ++y) {
      const Planes row = unpacker.row(y);
      float* const out = image.rgb.data() + width * 3 * static_cast<std::size_t>(y);
      for (std::size_t x = 0; x < width; ++x) {
        const float a = row[0][x], b = row[1][x], c = row[2][x];
        for (std::size_t i = 0; i < 3; ++i) {
          out[x * 3 + i] = map.weight[i][0] * a + map.weight[i][1] * b + map.weight[i][2] * c + map.offset[i];
        }
      }
    }
  });
  return image;
}

BakeError Baked::measure(const media::Frame16& frame) const {
  return isWhole(frame) ? measure(viewOf(frame)) : BakeError{};
}

BakeError Baked::measureInside(const media::Frame16& frame) const {
  return isWhole(frame) ? measureInside(viewOf(frame)) : BakeError{};
}

Result<std::shared_ptr<const Baked>> bakeChain(const Config& config, const std::shared_ptr<const Chain>& chain,
                                               Effort effort) {
  if (!chain) return fail(Errc::usage, "there is no colour chain to bake");
  static Shelf shelf;
  const auto* known = dynamic_cast<const OcioChain*>(chain.get());
  const std::string identity = known ? known->identity() : std::string();
  const std::string key = identity.empty() ? identity : fmt::format("{}|{}", static_cast<int>(effort), identity);
  auto made = key.empty() ? nullptr : shelf.find(key);
  if (!made) {
    made = std::make_shared<const Made>(make(config, *chain, effort));
    if (!key.empty()) shelf.keep(key, made);
  }
  return std::make_shared<const LatticeBaked>(chain, std::move(made));
}

Result<Route> Route::make(const Config& config, std::shared_ptr<const Chain> chain, const BakeError& bound) {
  Route route(config, std::move(chain), bound);
  auto baked = config.bake(route.m_chain);
  if (!baked) return tl::unexpected(baked.error());
  route.m_baked = std::move(*baked);
  BakeError error = route.m_baked->bakeError();
  while (route.path() != Path::exact && !error.within(bound) && route.leave(error)) error = route.m_baked->bakeError();
  return route;
}

bool Route::leave(const BakeError& error) {
  const std::string missed = fmt::format(
      "The colour table was off by {:.2f} codes of 10 bit on average, 99.9 % within {:.1f}", error.mean, error.p999);
  if (path() == Path::cube) {
    auto denser = m_config->bake(m_chain, Effort::densest);
    if (!denser) return false;
    m_baked = std::move(*denser);
    m_finding = missed + ", more than its bound; the densest one is used.";
    return true;
  }
  m_baked = std::make_shared<const ExactBaked>(m_chain);
  m_finding = missed + " at its densest, more than its bound; the exact chain is used.";
  return true;
}

void Route::note(const BakeError& error) {
  m_sum.mean += error.mean;
  m_sum.p999 = std::max(m_sum.p999, error.p999);
  m_sum.max = std::max(m_sum.max, error.max);
  ++m_checked;
}

BakeError Route::error() const {
  BakeError error = m_sum;
  if (m_checked > 0) error.mean /= m_checked;
  return error;
}

}  // namespace rollproof::colour
