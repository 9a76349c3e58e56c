// SPDX-License-Identifier: Apache-2.0
#include "core/media/planes.h"

#include <algorithm>
#include <array>
#include <cstring>

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace rollproof::media {
namespace {

std::size_t area(int width, int height) { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height); }

// One component at its own (perhaps subsampled) size, each sample code << (16 - depth).
void extract(const AVFrame& frame, const AVComponentDescriptor& component, bool bigEndian, int width, int height,
             std::uint16_t* out) {
  const int up = 16 - component.depth;
  const bool wide = component.depth + component.shift > 8;
  const int mask = (1 << component.depth) - 1;
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* in = frame.data[component.plane] +
                             static_cast<std::ptrdiff_t>(y) * frame.linesize[component.plane] + component.offset;
    std::uint16_t* row = out + area(width, y);
    if (!wide) {
      for (int x = 0; x < width; ++x)
        row[x] = static_cast<std::uint16_t>(
            ((in[static_cast<std::ptrdiff_t>(x) * component.step] >> component.shift) & mask) << up);
    } else if (!bigEndian && component.step == 2) {
      for (int x = 0; x < width; ++x) {
        std::uint16_t value = 0;
        std::memcpy(&value, in + 2 * static_cast<std::ptrdiff_t>(x), 2);
        row[x] = static_cast<std::uint16_t>(((value >> component.shift) & mask) << up);
      }
    } else {
      for (int x = 0; x < width; ++x) {
        const std::uint8_t* at = in + static_cast<std::ptrdiff_t>(x) * component.step;
        const int value = bigEndian ? at[0] << 8 | at[1] : at[1] << 8 | at[0];
        row[x] = static_cast<std::uint16_t>(((value >> component.shift) & mask) << up);
      }
    }
  }
}

// Left-sited 4:2:2 to 4:4:4: recorded samples stay, the ones between are the mean of their neighbours.
void doubleWidth(const std::vector<std::uint16_t>& in, int inWidth, int height, int width,
                 std::vector<std::uint16_t>& out) {
  out.resize(area(width, height));
  for (int y = 0; y < height; ++y) {
    const std::uint16_t* from = in.data() + area(inWidth, y);
    std::uint16_t* to = out.data() + area(width, y);
    for (int x = 0; x < width; ++x) {
      const int i = x / 2;
      to[x] =
          x % 2 == 0 ? from[i] : static_cast<std::uint16_t>((from[i] + from[std::min(i + 1, inWidth - 1)] + 1) >> 1);
    }
  }
}

// Chroma rows between two luma rows: three parts of the near row, one of the far.
void doubleHeight(const std::vector<std::uint16_t>& in, int width, int inHeight, int height,
                  std::vector<std::uint16_t>& out) {
  out.resize(area(width, height));
  for (int y = 0; y < height; ++y) {
    const int near = y / 2;
    const int far = std::clamp(y % 2 == 0 ? near - 1 : near + 1, 0, inHeight - 1);
    const std::uint16_t* a = in.data() + area(width, near);
    const std::uint16_t* b = in.data() + area(width, far);
    std::uint16_t* to = out.data() + area(width, y);
    for (int x = 0; x < width; ++x) to[x] = static_cast<std::uint16_t>((3 * a[x] + b[x] + 2) >> 2);
  }
}

constexpr unsigned kNotComponents = AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL |
                                    AV_PIX_FMT_FLAG_BAYER | AV_PIX_FMT_FLAG_FLOAT;

Status extractAll(const AVFrame& frame, const AVPixFmtDescriptor& format, Frame16& out, const std::string& subject) {
  out.width = frame.width;
  out.height = frame.height;
  const bool bigEndian = (format.flags & AV_PIX_FMT_FLAG_BE) != 0;
  if (format.nb_components < 3) {
    out.plane[0].resize(area(frame.width, frame.height));
    extract(frame, format.comp[0], bigEndian, frame.width, frame.height, out.plane[0].data());
    for (int c = 1; c < 3; ++c) out.plane[c].assign(out.plane[0].size(), 0x8000);
    return {};
  }
  if (format.log2_chroma_w > 2 || format.log2_chroma_h > 1 || (format.log2_chroma_w == 2 && format.log2_chroma_h != 0))
    return fail(Errc::unsupported, std::string("pictures of kind ") + format.name + " are not handled", subject);
  std::vector<std::uint16_t> small;
  std::vector<std::uint16_t> tall;
  for (int c = 0; c < 3; ++c) {
    const bool chroma = c > 0 && !out.rgb;
    int width = chroma ? AV_CEIL_RSHIFT(frame.width, format.log2_chroma_w) : frame.width;
    const int height = chroma ? AV_CEIL_RSHIFT(frame.height, format.log2_chroma_h) : frame.height;
    std::vector<std::uint16_t>& plane = out.plane[c];
    plane.resize(area(width, height));
    extract(frame, format.comp[c], bigEndian, width, height, plane.data());
    if (!chroma) continue;
    if (format.log2_chroma_h == 1) {
      doubleHeight(plane, width, height, frame.height, tall);
      plane.swap(tall);
    }
    for (int step = format.log2_chroma_w; step > 0; --step) {
      const int wider = step == 1 ? frame.width : AV_CEIL_RSHIFT(frame.width, step - 1);
      doubleWidth(plane, width, frame.height, wider, small);
      plane.swap(small);
      width = wider;
    }
  }
  return {};
}

// Can the planes be taken as they lie?
bool fillView(const AVFrame& frame, const AVPixFmtDescriptor& format, PlanarView& view) {
  const int depth = format.comp[0].depth;
  if (format.nb_components < 3 || (format.flags & AV_PIX_FMT_FLAG_PLANAR) == 0 ||
      (format.flags & AV_PIX_FMT_FLAG_BE) != 0 || format.log2_chroma_w > 1 ||
      format.log2_chroma_h > format.log2_chroma_w || depth < 8 || depth > 16)
    return false;
  view.width = frame.width;
  view.height = frame.height;
  view.bits = depth;
  view.rgb = (format.flags & AV_PIX_FMT_FLAG_RGB) != 0;
  view.chroma = format.log2_chroma_h == 1 ? Chroma::s420 : format.log2_chroma_w == 1 ? Chroma::s422 : Chroma::s444;
  view.siting = frame.chroma_location == AVCHROMA_LOC_CENTER    ? Siting::centre
                : frame.chroma_location == AVCHROMA_LOC_TOPLEFT ? Siting::topLeft
                                                                : Siting::left;
  for (std::size_t i = 0; i < 3; ++i) {
    const AVComponentDescriptor& component = format.comp[i];
    if (component.depth != depth || component.shift != 0 || component.offset != 0 ||
        component.step != (depth > 8 ? 2 : 1) || frame.linesize[component.plane] <= 0)
      return false;
    view.plane[i] = frame.data[component.plane];
    view.stride[i] = frame.linesize[component.plane];
  }
  return true;
}

bool isPlain(const AVFrame& frame, const AVPixFmtDescriptor* format) {
  return format != nullptr && (format->flags & kNotComponents) == 0 && format->comp[0].depth <= 16 &&
         frame.colorspace != AVCOL_SPC_YCGCO && std::string(format->name).rfind("xyz", 0) != 0;
}

PlanarView viewOf(const Frame16& frame) {
  PlanarView view;
  view.width = frame.width;
  view.height = frame.height;
  view.bits = 16;
  view.chroma = Chroma::s444;
  view.rgb = frame.rgb;
  for (std::size_t i = 0; i < 3; ++i) {
    view.plane[i] = reinterpret_cast<const std::uint8_t*>(frame.plane[i].data());
    view.stride[i] = static_cast<std::ptrdiff_t>(frame.width) * 2;
  }
  return view;
}

}  // namespace

// A code of n bits shifted up to 16 leaves its white short of 65535; in full range white and chroma must be spread.
void spreadFullRange(Frame16& frame, int bitDepth) {
  if (frame.range != Range::full || bitDepth < 1 || bitDepth >= 16) return;
  const float top = static_cast<float>(((1 << bitDepth) - 1) << (16 - bitDepth));
  const float scale = 65535.0F / top;
  for (int i = 0; i < 3; ++i) {
    const float zero = !frame.rgb && i > 0 ? 32768.0F : 0.0F;
    for (std::uint16_t& sample : frame.plane[i]) {
      const float value = (static_cast<float>(sample) - zero) * scale + zero;
      sample = static_cast<std::uint16_t>(std::clamp(value, 0.0F, 65535.0F) + 0.5F);
    }
  }
}

Status PlaneMaker::scaleInto(const PlanarView& picture, Frame16& out) {
  // Limited range whatever it is: codes are then shifted up and nothing else, as they are without scaling.
  PlanarView codes = picture;
  codes.range = Range::limited;
  auto scaled = m_scaler.scale(codes, {0, 0, static_cast<double>(codes.width), static_cast<double>(codes.height)},
                               m_width, m_height, Chroma::s444);
  if (!scaled) return tl::unexpected(scaled.error());
  out.width = m_width;
  out.height = m_height;
  for (std::size_t c = 0; c < 3; ++c) {
    out.plane[c].resize(area(m_width, m_height));
    for (int y = 0; y < m_height; ++y)
      std::memcpy(out.plane[c].data() + area(m_width, y), scaled->view.row(c, y), area(m_width, 1) * 2);
  }
  return {};
}

Status PlaneMaker::scale(Frame16& frame) {
  if (m_width == 0 || m_height == 0 || (frame.width == m_width && frame.height == m_height)) return {};
  return scaleInto(viewOf(frame), frame);
}

Status PlaneMaker::convert(const AVFrame& frame, Frame16& out, const std::string& subject) {
  const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  if (!isPlain(frame, format)) return fail(Errc::unsupported, "pictures of this kind are not handled", subject);
  out.rgb = (format->flags & AV_PIX_FMT_FLAG_RGB) != 0;
  const bool scaled = m_width > 0 && m_height > 0 && (m_width != frame.width || m_height != frame.height);
  if (PlanarView view; scaled && fillView(frame, *format, view)) return scaleInto(view, out);
  if (auto ok = extractAll(frame, *format, out, subject); !ok) return ok;
  return scaled ? scale(out) : Status{};
}

Result<PlanarPicture> planarOf(const AVFrame& frame, Matrix matrix, Range range, const std::string& subject) {
  const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  if (!isPlain(frame, format)) return fail(Errc::unsupported, "pictures of this kind are not handled", subject);
  PlanarPicture picture;
  if (fillView(frame, *format, picture.view)) {
    picture.view.matrix = matrix;
    picture.view.range = range;
    AVFrame* const mine = av_frame_clone(&frame);
    if (mine == nullptr) return fail(Errc::failed, "out of memory", subject);
    picture.memory = std::shared_ptr<const void>(FramePtr(mine));
    return picture;
  }
  Frame16 codes;
  codes.rgb = (format->flags & AV_PIX_FMT_FLAG_RGB) != 0;
  codes.matrix = matrix;
  codes.range = range;
  if (auto ok = extractAll(frame, *format, codes, subject); !ok) return tl::unexpected(ok.error());
  return planarOf(std::move(codes), format->comp[0].depth);
}

PlanarPicture planarOf(Frame16 frame, int bits) {
  spreadFullRange(frame, bits);
  auto kept = std::make_shared<Frame16>(std::move(frame));
  PlanarPicture picture;
  picture.view = viewOf(*kept);
  picture.view.matrix = kept->matrix;
  picture.view.range = kept->range;
  picture.assumedMatrix = kept->assumedMatrix;
  picture.assumedRange = kept->assumedRange;
  picture.index = kept->index;
  picture.memory = std::move(kept);
  return picture;
}

}  // namespace rollproof::media
