// SPDX-License-Identifier: Apache-2.0
#include "core/media/scale.h"

#include <zimg.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <tuple>

namespace rollproof::media {
namespace {

constexpr std::size_t kAlign = 64;
constexpr int kMostSide = 32768;
constexpr std::size_t kMostGraphs = 24;  // a job has a few; a window that is dragged has many

std::size_t aligned(std::size_t bytes) { return (bytes + kAlign - 1) / kAlign * kAlign; }

struct FreeMemory {
  void operator()(void* memory) const { std::free(memory); }
};
using Memory = std::unique_ptr<void, FreeMemory>;

Memory allocate(std::size_t bytes) { return Memory(std::aligned_alloc(kAlign, aligned(std::max(bytes, kAlign)))); }

struct FreeGraph {
  void operator()(zimg_filter_graph* graph) const { zimg_filter_graph_free(graph); }
};

enum class Sample { byte, word, single };

// One plane's way from one size to another.
struct Shape {
  Sample sample = Sample::word;
  int bits = 16;
  int inWidth = 0, inHeight = 0, width = 0, height = 0;
  Region part;
  [[nodiscard]] auto key() const {
    return std::tuple(sample, bits, inWidth, inHeight, width, height, part.x, part.y, part.width, part.height);
  }
  bool operator<(const Shape& other) const { return key() < other.key(); }
};

struct Graph {
  std::unique_ptr<zimg_filter_graph, FreeGraph> graph;
  Memory room;
  // The last rows that were read, widened: zimg rounds to its input's depth on the way, so it is given sixteen bits.
  Memory rows;
  std::size_t rowStride = 0;
  unsigned rowMask = 0;
};

Result<Graph> makeGraph(const Shape& shape) {
  zimg_image_format in, out;
  zimg_image_format_default(&in, ZIMG_API_VERSION);
  zimg_image_format_default(&out, ZIMG_API_VERSION);
  in.width = static_cast<unsigned>(shape.inWidth);
  in.height = static_cast<unsigned>(shape.inHeight);
  in.color_family = out.color_family = ZIMG_COLOR_GREY;
  // To zimg all codes are limited-range luma: it then only shifts them up, and full range is spread afterwards.
  in.pixel_range = out.pixel_range = ZIMG_RANGE_LIMITED;
  in.pixel_type = out.pixel_type = shape.sample == Sample::single ? ZIMG_PIXEL_FLOAT : ZIMG_PIXEL_WORD;
  in.depth = out.depth = shape.sample == Sample::single ? 32 : 16;
  in.active_region.left = shape.part.x;
  in.active_region.top = shape.part.y;
  in.active_region.width = shape.part.width;
  in.active_region.height = shape.part.height;
  out.width = static_cast<unsigned>(shape.width);
  out.height = static_cast<unsigned>(shape.height);
  zimg_graph_builder_params filter;
  zimg_graph_builder_params_default(&filter, ZIMG_API_VERSION);
  filter.resample_filter = ZIMG_RESIZE_BICUBIC;
  filter.filter_param_a = 0.0;
  filter.filter_param_b = 0.5;
  Graph made;
  made.graph.reset(zimg_filter_graph_build(&in, &out, &filter));
  std::size_t bytes = 0;
  unsigned rows = 0;
  if (!made.graph || zimg_filter_graph_get_tmp_size(made.graph.get(), &bytes) != ZIMG_ERROR_SUCCESS ||
      zimg_filter_graph_get_input_buffering(made.graph.get(), &rows) != ZIMG_ERROR_SUCCESS) {
    char why[256] = {};
    zimg_get_last_error(why, sizeof why);
    return fail(Errc::usage, std::string("pictures cannot be brought to that size: ") + why);
  }
  made.room = allocate(bytes);
  // A mask of a power of two; where that is more than the picture has rows, all of them.
  made.rowMask = rows < in.height ? zimg_select_buffer_mask(rows) : ZIMG_BUFFER_MAX;
  if (made.rowMask >= in.height) made.rowMask = ZIMG_BUFFER_MAX;
  made.rowStride = aligned(in.width * (shape.sample == Sample::single ? 4U : 2U));
  made.rows = allocate(made.rowStride * (made.rowMask == ZIMG_BUFFER_MAX ? in.height : made.rowMask + 1));
  if (!made.room || !made.rows) return fail(Errc::failed, "out of memory");
  return made;
}

// How far a chroma sample lies from where it would be if each stood in the middle of the luma samples it goes with, in
// chroma samples.
double shiftAcross(Siting siting) { return siting == Siting::centre ? 0.0 : 0.25; }
double shiftDown(Siting siting) { return siting == Siting::topLeft ? 0.25 : 0.0; }

// A part of the luma plane as a part of a chroma plane, so that the chroma that comes out lies where its siting says.
Region chromaPart(const PlanarView& in, const Region& part, const PlanarView& out) {
  const double acrossIn = in.chroma == Chroma::s444 ? 1 : 2, acrossOut = out.chroma == Chroma::s444 ? 1 : 2;
  const double downIn = in.chroma == Chroma::s420 ? 2 : 1, downOut = out.chroma == Chroma::s420 ? 2 : 1;
  // 4:2:2 is co-sited across whatever is said of it.
  const double fromX = acrossIn == 1 ? 0 : in.chroma == Chroma::s422 ? 0.25 : shiftAcross(in.siting);
  const double toX = acrossOut == 1 ? 0 : shiftAcross(out.siting);
  const double fromY = downIn == 1 ? 0 : shiftDown(in.siting), toY = downOut == 1 ? 0 : shiftDown(out.siting);
  const double sx = part.width / out.width, sy = part.height / out.height;
  // Output chroma place v is luma place acrossOut * (v - toX); that is part.x + sx * ... of the input's luma, and its
  // chroma place is that divided by acrossIn, plus fromX.
  Region chroma;
  chroma.x = (part.x - sx * acrossOut * toX) / acrossIn + fromX;
  chroma.y = (part.y - sy * downOut * toY) / downIn + fromY;
  chroma.width = sx * acrossOut * out.chromaWidth() / acrossIn;
  chroma.height = sy * downOut * out.chromaHeight() / downIn;
  return chroma;
}

// A code of n bits shifted up to 16 leaves its white short of 65535; in full range white and chroma are spread.
void spread(const PlanarRoom& room, std::size_t plane, int width, int height, int bits) {
  const float scale = 65535.0F / static_cast<float>(((1 << bits) - 1) << (16 - bits));
  const float zero = !room.rgb && plane > 0 ? 32768.0F : 0.0F;
  for (int y = 0; y < height; ++y) {
    auto* const row = reinterpret_cast<std::uint16_t*>(room.row(plane, y));
    for (int x = 0; x < width; ++x) {
      const float value = (static_cast<float>(row[x]) - zero) * scale + zero;
      row[x] = static_cast<std::uint16_t>(std::clamp(value, 0.0F, 65535.0F) + 0.5F);
    }
  }
}

bool canBe(const Region& part, int width, int height) {
  const bool finite =
      std::isfinite(part.x) && std::isfinite(part.y) && std::isfinite(part.width) && std::isfinite(part.height);
  return finite && part.width > 0 && part.height > 0 && width > 0 && height > 0 && width <= kMostSide &&
         height <= kMostSide;
}

}  // namespace

namespace {

// Planes one behind the other in memory that `take` gives; none when there is none.
template <typename Take>
OwnPlanes planesIn(int width, int height, int bits, Chroma chroma, Take take) {
  OwnPlanes planes;
  PlanarRoom& room = planes.room;
  room.width = width;
  room.height = height;
  room.bits = bits;
  room.chroma = chroma;
  std::array<std::size_t, 3> offset{};
  std::size_t total = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const int wide = i == 0 ? width : room.chromaWidth(), high = i == 0 ? height : room.chromaHeight();
    const std::size_t stride = aligned(static_cast<std::size_t>(wide) * (bits > 8 ? 2 : 1));
    room.stride[i] = static_cast<std::ptrdiff_t>(stride);
    offset[i] = total;
    total += stride * static_cast<std::size_t>(high);
  }
  std::shared_ptr<void> memory = take(total);
  if (!memory) return {};
  for (std::size_t i = 0; i < 3; ++i) room.plane[i] = static_cast<std::uint8_t*>(memory.get()) + offset[i];
  planes.memory = std::move(memory);
  return planes;
}

}  // namespace

OwnPlanes makePlanes(int width, int height, int bits, Chroma chroma) {
  return planesIn(width, height, bits, chroma,
                  [](std::size_t bytes) { return std::shared_ptr<void>(allocate(bytes)); });
}

PlanarView viewOf(const PlanarRoom& room) {
  PlanarView view;
  view.width = room.width;
  view.height = room.height;
  view.bits = room.bits;
  view.chroma = room.chroma;
  view.siting = room.siting;
  view.rgb = room.rgb;
  view.matrix = room.matrix;
  view.range = room.range;
  view.stride = room.stride;
  for (std::size_t i = 0; i < 3; ++i) view.plane[i] = room.plane[i];
  return view;
}

PlanarRoom partOf(const PlanarRoom& room, int x, int y, int width, int height) {
  PlanarRoom part = room;
  part.width = width;
  part.height = height;
  for (std::size_t i = 0; i < 3; ++i) {
    const bool halfWide = i > 0 && room.chroma != Chroma::s444, halfHigh = i > 0 && room.chroma == Chroma::s420;
    part.plane[i] =
        room.row(i, halfHigh ? y / 2 : y) + static_cast<std::ptrdiff_t>(halfWide ? x / 2 : x) * (room.bits > 8 ? 2 : 1);
  }
  return part;
}

void fillBlack(const PlanarRoom& room) {
  for (std::size_t i = 0; i < 3; ++i) {
    const int width = i == 0 ? room.width : room.chromaWidth(), height = i == 0 ? room.height : room.chromaHeight();
    const int code = (i == 0 ? 16 : 128) << (room.bits - 8);
    for (int y = 0; y < height; ++y) {
      if (room.bits == 8) {
        std::memset(room.row(i, y), code, static_cast<std::size_t>(width));
      } else {
        std::fill_n(reinterpret_cast<std::uint16_t*>(room.row(i, y)), width, static_cast<std::uint16_t>(code));
      }
    }
  }
}

namespace {

template <typename Sample>
__attribute__((always_inline)) inline void raise(const Sample* from, std::size_t count, int up, std::uint16_t* to) {
  for (std::size_t x = 0; x < count; ++x) to[x] = static_cast<std::uint16_t>(from[x] << up);
}
template <typename Sample>
void raisePlain(const Sample* from, std::size_t count, int up, std::uint16_t* to) {
  raise(from, count, up, to);
}
#if defined(__x86_64__)
template <typename Sample>
__attribute__((target("avx2"))) void raiseWide(const Sample* from, std::size_t count, int up, std::uint16_t* to) {
  raise(from, count, up, to);
}
// The whole recorded picture passes here: twice as wide where the processor can.
template <typename Sample>
void raised(const Sample* from, std::size_t count, int up, std::uint16_t* to) {
  static const bool wide = __builtin_cpu_supports("avx2") != 0;
  wide ? raiseWide(from, count, up, to) : raisePlain(from, count, up, to);
}
#else
template <typename Sample>
void raised(const Sample* from, std::size_t count, int up, std::uint16_t* to) {
  raisePlain(from, count, up, to);
}
#endif

// Where rows come from, and where zimg wants them.
struct Feed {
  const Shape* shape = nullptr;
  const Graph* graph = nullptr;
  const std::uint8_t* in = nullptr;
  std::ptrdiff_t stride = 0;

  static int fill(void* self, unsigned row, unsigned left, unsigned right) {
    static_cast<const Feed*>(self)->row(row, left, right);
    return 0;
  }
  void row(unsigned y, unsigned left, unsigned right) const {
    const std::uint8_t* const from = in + stride * static_cast<std::ptrdiff_t>(y);
    std::uint8_t* const to = static_cast<std::uint8_t*>(graph->rows.get()) + graph->rowStride * (y & graph->rowMask);
    if (shape->sample == Sample::single) {
      std::memcpy(to + left * 4UL, from + left * 4UL, (right - left) * 4UL);
      return;
    }
    auto* const wide = reinterpret_cast<std::uint16_t*>(to) + left;
    const int up = 16 - shape->bits;
    if (shape->sample == Sample::byte) {
      raised(from + left, right - left, up, wide);
    } else {
      raised(reinterpret_cast<const std::uint16_t*>(from) + left, right - left, up, wide);
    }
  }
};

}  // namespace

namespace {

// The last picture's memory, when whoever had it has done with it: fresh memory of that size costs as much as scaling.
struct Shelf {
  std::mutex mutex;  // guards the rest
  Memory spare;
  std::size_t bytes = 0;

  static std::shared_ptr<void> take(const std::shared_ptr<Shelf>& shelf, std::size_t bytes) {
    Memory memory;
    {
      const std::scoped_lock lock(shelf->mutex);
      if (shelf->bytes == bytes) memory = std::move(shelf->spare);
    }
    if (!memory) memory = allocate(bytes);
    if (!memory) return nullptr;
    return {memory.release(), [shelf, bytes](void* done) {
              Memory given(done);
              const std::scoped_lock lock(shelf->mutex);
              shelf->spare = std::move(given);
              shelf->bytes = bytes;
            }};
  }
};

}  // namespace

struct Scaler::Graphs {
  std::map<Shape, Graph> made;
  std::shared_ptr<Shelf> shelf = std::make_shared<Shelf>();

  Status run(const Shape& shape, const void* in, std::ptrdiff_t inStride, void* out, std::ptrdiff_t outStride) {
    auto found = made.find(shape);
    if (found == made.end()) {
      auto graph = makeGraph(shape);
      if (!graph) return tl::unexpected(graph.error());
      if (made.size() >= kMostGraphs) made.clear();
      found = made.emplace(shape, std::move(*graph)).first;
    }
    const Graph& graph = found->second;
    Feed feed{&shape, &graph, static_cast<const std::uint8_t*>(in), inStride};
    zimg_image_buffer_const from{};
    zimg_image_buffer to{};
    from.version = to.version = ZIMG_API_VERSION;
    from.plane[0] = {graph.rows.get(), static_cast<std::ptrdiff_t>(graph.rowStride), graph.rowMask};
    to.plane[0] = {out, outStride, ZIMG_BUFFER_MAX};
    if (zimg_filter_graph_process(graph.graph.get(), &from, &to, graph.room.get(), Feed::fill, &feed, nullptr,
                                  nullptr) != ZIMG_ERROR_SUCCESS) {
      return fail(Errc::failed, "scaling a picture failed");
    }
    return {};
  }
};

Scaler::Scaler() : m_graphs(std::make_unique<Graphs>()) {}
Scaler::~Scaler() = default;
Scaler::Scaler(Scaler&&) noexcept = default;
Scaler& Scaler::operator=(Scaler&&) noexcept = default;

Result<PlanarPicture> Scaler::scale(const PlanarView& in, const Region& part, int width, int height, Chroma chroma) {
  if (!canBe(part, width, height) || in.width < 1 || in.height < 1 || (in.rgb && chroma != Chroma::s444)) {
    return fail(Errc::usage, "a picture cannot be brought to that size");
  }
  OwnPlanes planes =
      planesIn(width, height, 16, chroma, [&](std::size_t bytes) { return Shelf::take(m_graphs->shelf, bytes); });
  if (!planes.memory) return fail(Errc::failed, "out of memory");
  PlanarRoom& room = planes.room;
  room.rgb = in.rgb;
  room.matrix = in.matrix;
  room.range = in.range;
  const PlanarView target = viewOf(room);
  for (std::size_t i = 0; i < 3; ++i) {
    const bool small = i > 0;
    Shape shape;
    shape.sample = in.bits == 8 ? Sample::byte : Sample::word;
    shape.bits = in.bits;
    shape.inWidth = small ? in.chromaWidth() : in.width;
    shape.inHeight = small ? in.chromaHeight() : in.height;
    shape.width = small ? room.chromaWidth() : width;
    shape.height = small ? room.chromaHeight() : height;
    shape.part = small ? chromaPart(in, part, target) : part;
    if (auto done = m_graphs->run(shape, in.plane[i], in.stride[i], room.plane[i], room.stride[i]); !done) {
      return tl::unexpected(done.error());
    }
    if (in.range == Range::full && in.bits < 16) spread(room, i, shape.width, shape.height, in.bits);
  }
  PlanarPicture picture;
  picture.view = target;
  picture.memory = std::move(planes.memory);
  return picture;
}

Result<ImageF> Scaler::scale(const ImageF& in, const Region& part, int width, int height) {
  const auto count = static_cast<std::size_t>(in.width) * static_cast<std::size_t>(in.height);
  if (!canBe(part, width, height) || in.width < 1 || in.height < 1 || in.rgb.size() != count * 3) {
    return fail(Errc::usage, "a picture cannot be brought to that size");
  }
  Shape shape{Sample::single, 32, in.width, in.height, width, height, part};
  const std::size_t inStride = aligned(static_cast<std::size_t>(in.width) * 4),
                    outStride = aligned(static_cast<std::size_t>(width) * 4);
  const Memory from = allocate(inStride * static_cast<std::size_t>(in.height)),
               to = allocate(outStride * static_cast<std::size_t>(height));
  if (!from || !to) return fail(Errc::failed, "out of memory");
  ImageF out;
  out.width = width;
  out.height = height;
  out.rgb.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
  const auto rowOf = [](const Memory& memory, std::size_t stride, int y) {
    return reinterpret_cast<float*>(static_cast<std::uint8_t*>(memory.get()) + stride * static_cast<std::size_t>(y));
  };
  for (std::size_t i = 0; i < 3; ++i) {
    for (int y = 0; y < in.height; ++y) {
      const float* const pixels = in.rgb.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(in.width) * 3;
      float* const row = rowOf(from, inStride, y);
      for (int x = 0; x < in.width; ++x) row[x] = pixels[static_cast<std::size_t>(x) * 3 + i];
    }
    if (auto done = m_graphs->run(shape, from.get(), static_cast<std::ptrdiff_t>(inStride), to.get(),
                                  static_cast<std::ptrdiff_t>(outStride));
        !done) {
      return tl::unexpected(done.error());
    }
    for (int y = 0; y < height; ++y) {
      float* const pixels = out.rgb.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width) * 3;
      const float* const row = rowOf(to, outStride, y);
      for (int x = 0; x < width; ++x) pixels[static_cast<std::size_t>(x) * 3 + i] = row[x];
    }
  }
  return out;
}

}  // namespace rollproof::media
