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

}  // namespace

Status PlaneMaker::prepare(ScalerPtr& scaler, int width, int height, AVPixelFormat from, AVPixelFormat to, int chromaX,
                           int chromaY, const std::string& subject) {
  scaler.reset(sws_alloc_context());
  if (!scaler) return fail(Errc::failed, "out of memory", subject);
  SwsContext* context = scaler.get();
  const auto set = [context](const char* name, std::int64_t value) { av_opt_set_int(context, name, value, 0); };
  set("srcw", width);
  set("srch", height);
  set("src_format", from);
  set("dstw", m_width);
  set("dsth", m_height);
  set("dst_format", to);
  set("sws_flags", SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP | SWS_BITEXACT);
  // Equal ranges on both sides, so that no range conversion is slipped in.
  set("src_range", 1);
  set("dst_range", 1);
  if (chromaX >= 0) set("src_h_chr_pos", chromaX);
  if (chromaY >= 0) set("src_v_chr_pos", chromaY);
  set("threads", m_threads);
  if (const int code = sws_init_context(context, nullptr, nullptr); code < 0)
    return ffmpegError(code, "cannot prepare scaling", subject);
  return {};
}

Status PlaneMaker::scaleDirect(const AVFrame& frame, Frame16& out, const std::string& subject) {
  const auto format = static_cast<AVPixelFormat>(frame.format);
  if (!m_direct || m_directWidth != frame.width || m_directHeight != frame.height || m_directFormat != frame.format) {
    const AVPixFmtDescriptor* kind = av_pix_fmt_desc_get(format);
    // Positions in 1/256 of a chroma sample: left-sited across, between the rows for 4:2:0.
    if (auto ok = prepare(m_direct, frame.width, frame.height, format, AV_PIX_FMT_YUV444P16LE,
                          kind->log2_chroma_w > 0 ? 0 : -1, kind->log2_chroma_h > 0 ? 128 : -1, subject);
        !ok)
      return ok;
    m_directWidth = frame.width;
    m_directHeight = frame.height;
    m_directFormat = frame.format;
  }
  out.width = m_width;
  out.height = m_height;
  FramePtr target(av_frame_alloc());
  if (!target) return fail(Errc::failed, "out of memory", subject);
  target->format = AV_PIX_FMT_YUV444P16LE;
  target->width = m_width;
  target->height = m_height;
  if (const int code = av_frame_get_buffer(target.get(), 0); code < 0)
    return ffmpegError(code, "cannot scale", subject);
  if (const int code = sws_scale_frame(m_direct.get(), target.get(), &frame); code < 0)
    return ffmpegError(code, "cannot scale", subject);
  for (int c = 0; c < 3; ++c) {
    out.plane[c].resize(area(m_width, m_height));
    for (int y = 0; y < m_height; ++y)
      std::memcpy(out.plane[c].data() + area(m_width, y),
                  target->data[c] + static_cast<std::ptrdiff_t>(y) * target->linesize[c], area(m_width, 1) * 2);
  }
  return {};
}

Status PlaneMaker::scale(Frame16& frame, const std::string& subject) {
  if (m_width == 0 || m_height == 0 || (frame.width == m_width && frame.height == m_height)) return {};
  if (!m_plane || m_planeWidth != frame.width || m_planeHeight != frame.height) {
    // A plane at a time as grey, because swscale would take three RGB planes through YCbCr and back.
    if (auto ok =
            prepare(m_plane, frame.width, frame.height, AV_PIX_FMT_GRAY16LE, AV_PIX_FMT_GRAY16LE, -1, -1, subject);
        !ok)
      return ok;
    m_planeWidth = frame.width;
    m_planeHeight = frame.height;
  }
  for (auto& plane : frame.plane) {
    FramePtr from(av_frame_alloc());
    FramePtr to(av_frame_alloc());
    if (!from || !to) return fail(Errc::failed, "out of memory", subject);
    from->format = to->format = AV_PIX_FMT_GRAY16LE;
    from->width = frame.width;
    from->height = frame.height;
    to->width = m_width;
    to->height = m_height;
    if (av_frame_get_buffer(from.get(), 0) < 0 || av_frame_get_buffer(to.get(), 0) < 0)
      return fail(Errc::failed, "out of memory", subject);
    for (int y = 0; y < frame.height; ++y)
      std::memcpy(from->data[0] + static_cast<std::ptrdiff_t>(y) * from->linesize[0],
                  plane.data() + area(frame.width, y), area(frame.width, 1) * 2);
    if (const int code = sws_scale_frame(m_plane.get(), to.get(), from.get()); code < 0)
      return ffmpegError(code, "cannot scale", subject);
    plane.resize(area(m_width, m_height));
    for (int y = 0; y < m_height; ++y)
      std::memcpy(plane.data() + area(m_width, y), to->data[0] + static_cast<std::ptrdiff_t>(y) * to->linesize[0],
                  area(m_width, 1) * 2);
  }
  frame.width = m_width;
  frame.height = m_height;
  return {};
}

Status PlaneMaker::convert(const AVFrame& frame, Frame16& out, const std::string& subject) {
  const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  if (format == nullptr || (format->flags & kNotComponents) != 0 || format->comp[0].depth > 16 ||
      frame.colorspace == AVCOL_SPC_YCGCO || std::string(format->name).rfind("xyz", 0) == 0)
    return fail(Errc::unsupported, "pictures of this kind are not handled", subject);
  out.rgb = (format->flags & AV_PIX_FMT_FLAG_RGB) != 0;
  const bool scaled = m_width > 0 && m_height > 0 && (m_width != frame.width || m_height != frame.height);
  const bool planarYuv = !out.rgb && format->nb_components >= 3 && (format->flags & AV_PIX_FMT_FLAG_PLANAR) != 0 &&
                         (format->flags & AV_PIX_FMT_FLAG_BE) == 0 && format->comp[0].shift == 0 &&
                         format->log2_chroma_w <= 1;
  if (scaled && planarYuv && sws_isSupportedInput(static_cast<AVPixelFormat>(frame.format)) > 0)
    return scaleDirect(frame, out, subject);
  if (auto ok = extractAll(frame, *format, out, subject); !ok) return ok;
  return scaled ? scale(out, subject) : Status{};
}

}  // namespace rollproof::media
