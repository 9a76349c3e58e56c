// SPDX-License-Identifier: Apache-2.0
#include "core/media/images.h"

#include <OpenImageIO/imageio.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <exception>
#include <limits>
#include <type_traits>

#include "core/base/file_system.h"
#include "core/base/path.h"
#include "core/media/ffmpeg.h"

namespace rollproof::media {
namespace {

constexpr int kMaxSide = 32768;
constexpr std::int64_t kMaxPixels = 16384LL * 16384LL;

// OpenImageIO and the libraries under it may throw on damaged files.
template <class F>
std::invoke_result_t<F> guarded(const std::string& path, F work) {
  try {
    return work();
  } catch (const std::exception& e) {
    return fail(Errc::corrupt, std::string("the image cannot be handled: ") + e.what(), path);
  }
}

std::string firstLine(std::string text) {
  if (const auto end = text.find('\n'); end != std::string::npos) text.resize(end);
  return text.empty() ? "the image is damaged" : text;
}

// OpenImageIO 2.4 trusts the headers of its film-scanner formats: a damaged one can end the process, and a picture that
// is cut short reads as if it were whole. Both are checked before it sees the file.
Status checkScannerHeader(const std::string& path, const std::string& format, bool withPixels) {
  auto file = LocalFile::open(path);
  if (!file) return tl::unexpected<Error>(file.error());
  std::array<unsigned char, 2048> head{};
  const auto got = (*file)->readAt(head.data(), head.size(), 0);
  if (!got) return tl::unexpected<Error>(got.error());
  const std::size_t needed = format == "dpx" ? 2048 : 1024;
  if (*got < needed) return fail(Errc::corrupt, "the image ends within its header", path);
  const bool bigEndian = head[0] == 'S' || head[0] == 0x80;
  const auto word = [&](std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | head[at + (bigEndian ? i : 3 - i)];
    return value;
  };
  constexpr std::uint32_t kUndefined = 0xFFFFFFFF;
  constexpr std::uint32_t kMaxUserBytes = 16U << 20;
  const std::uint32_t userBytes = word(format == "dpx" ? 32 : 16);
  if (userBytes != kUndefined && userBytes > kMaxUserBytes)
    return fail(Errc::corrupt, "the image's header claims an impossible amount of user data", path);
  if (format == "dpx") {
    const int elements = bigEndian ? head[770] << 8 | head[771] : head[771] << 8 | head[770];
    if (elements < 1 || elements > 8)
      return fail(Errc::corrupt, "the image claims an impossible number of elements", path);
    const std::uint32_t width = word(772);
    const std::uint32_t height = word(776);
    if (width == 0 || height == 0 || width > static_cast<std::uint32_t>(kMaxSide) ||
        height > static_cast<std::uint32_t>(kMaxSide))
      return fail(Errc::corrupt, "the image claims an impossible size", path);
    if (!withPixels) return {};
    const auto half = [&](std::size_t at) {
      return bigEndian ? head[at] << 8 | head[at + 1] : head[at + 1] << 8 | head[at];
    };
    const int descriptor = head[800];
    const int depth = head[803];
    const bool filled = half(804) != 0;
    const bool runLength = half(806) != 0;
    std::int64_t samples = static_cast<std::int64_t>(width) * height;
    if (descriptor == 50 || descriptor == 102) samples *= 3;
    if (descriptor == 51 || descriptor == 52 || descriptor == 103) samples *= 4;
    if (descriptor == 100) samples *= 2;
    const std::int64_t offset = word(808) != 0 && word(808) != kUndefined ? word(808) : word(4);
    const std::int64_t bytes = depth == 10 && filled ? (samples + 2) / 3 * 4 : samples * depth / 8;
    if (!runLength && offset + bytes > (*file)->size()) return fail(Errc::corrupt, "the image is cut short", path);
    return {};
  }
  if (head[193] < 1 || head[193] > 8)
    return fail(Errc::corrupt, "the image claims an impossible number of channels", path);
  const std::int64_t samples = static_cast<std::int64_t>(word(200)) * word(204) * head[193];
  if (withPixels && word(4) + samples * head[198] / 8 > (*file)->size())
    return fail(Errc::corrupt, "the image is cut short", path);
  return {};
}

Result<std::unique_ptr<OIIO::ImageInput>> openImage(const std::string& path, const std::string& format,
                                                    bool withPixels) {
  if (format == "dpx" || format == "cineon") {
    if (auto ok = checkScannerHeader(path, format, withPixels); !ok) return tl::unexpected<Error>(ok.error());
  }
  // The format's own reader, so that no other plug-in (movies, scripts) is ever tried on the file.
  auto input = OIIO::ImageInput::create(format);
  if (!input) {
    static_cast<void>(OIIO::geterror());
    return fail(Errc::unsupported, "this build reads no " + format + " images", path);
  }
  OIIO::ImageSpec spec, wish;
  // Codes as they stand in the file: some of its readers would multiply colours by alpha, some only at times.
  wish.attribute("oiio:UnassociatedAlpha", 1);
  if (!input->open(path, spec, wish)) return fail(Errc::corrupt, firstLine(input->geterror()), path);
  const OIIO::ImageSpec& opened = input->spec();
  if (opened.width <= 0 || opened.height <= 0 || opened.nchannels <= 0 || opened.nchannels > 1024 ||
      opened.width > kMaxSide || opened.height > kMaxSide ||
      static_cast<std::int64_t>(opened.width) * opened.height > kMaxPixels)
    return fail(Errc::corrupt, "the image claims an impossible size", path);
  if (opened.deep) return fail(Errc::unsupported, "deep images hold no single picture", path);
  return input;
}

bool isFloatSpec(const OIIO::ImageSpec& spec) { return spec.format.is_floating_point(); }

int depthOf(const OIIO::ImageSpec& spec) {
  const int storage = static_cast<int>(spec.format.size()) * 8;
  const int bits = spec.get_int_attribute("oiio:BitsPerSample", storage);
  return bits > 0 && bits <= storage ? bits : storage;
}

// SMPTE 12M words as OpenEXR and DPX keep them: BCD fields, bit 6 the drop-frame flag.
std::optional<Timecode> timecodeOf(std::uint32_t word, FrameRate rate) {
  const auto bcd = [word](int shift, std::uint32_t tensMask) {
    return static_cast<int>(((word >> (shift + 4)) & tensMask) * 10 + ((word >> shift) & 0xF));
  };
  const int frames = bcd(0, 0x3);
  const int seconds = bcd(8, 0x7);
  const int minutes = bcd(16, 0x7);
  const int hours = bcd(24, 0x3);
  if (hours > 23 || minutes > 59 || seconds > 59 || frames >= std::max(rate.nominal(), 1)) return std::nullopt;
  return Timecode::fromFields(hours, minutes, seconds, frames, rate, ((word >> 6) & 1U) != 0);
}

std::uint32_t wordOf(const Timecode& timecode) {
  const std::string text = timecode.text();  // HH:MM:SS:FF
  const auto two = [&text](std::size_t at) {
    return (static_cast<std::uint32_t>(text[at] - '0') << 4) | static_cast<std::uint32_t>(text[at + 1] - '0');
  };
  return (two(0) << 24) | (two(3) << 16) | (two(6) << 8) | two(9) | (timecode.dropFrame ? 0x40U : 0U);
}

FrameRate rateOfSpec(const OIIO::ImageSpec& spec) {
  if (const auto* attribute = spec.find_attribute("FramesPerSecond")) {
    if (attribute->type() == OIIO::TypeRational) {
      const auto* pair = static_cast<const int*>(attribute->data());
      if (pair[0] > 0 && pair[1] > 0) return FrameRate::fromRational(pair[0], pair[1]);
    }
  }
  for (const char* name : {"dpx:FrameRate", "dpx:TemporalFrameRate", "FramesPerSecond", "cineon:FrameRate"}) {
    const float value = spec.get_float_attribute(name, 0.0F);
    if (std::isfinite(value) && value >= 1.0F && value <= 1000.0F)
      return FrameRate::fromDouble(static_cast<double>(value));
  }
  return {};
}

// The name a file will bear: a part is ".NAME.rollproof-part" until it is published.
std::string finalName(const std::string& path) {
  const std::string name = path::fileName(path);
  constexpr std::string_view kPart = ".rollproof-part";
  return isPartName(name) ? name.substr(1, name.size() - 1 - kPart.size()) : name;
}

// OpenImageIO puts the whole path it was given into a DPX header: whoever gets the file would read this machine's
// folders, and of a part file a name that is gone. A camera puts the name (SMPTE ST 268-1, field 4, 100 bytes at 36).
Status nameInDpxHeader(const std::string& path) {
  constexpr std::uint64_t kNameOffset = 36;
  constexpr std::size_t kNameBytes = 100;
  auto file = realFileSystem().openForUpdate(path);
  if (!file) return tl::unexpected(file.error());
  std::string name = finalName(path);
  name.resize(kNameBytes, '\0');
  name.back() = '\0';
  if (auto ok = (*file)->writeAt(std::as_bytes(std::span(name.data(), name.size())), kNameOffset); !ok) return ok;
  return (*file)->close();
}

// Four floats a pixel. What is wholly transparent keeps its colour: light that adds and covers nothing.
std::vector<float> interleaved(const ImageF& image, bool multiplied) {
  std::vector<float> samples;
  samples.reserve(image.alpha.size() * 4);
  for (std::size_t k = 0; k < image.alpha.size(); ++k) {
    const float alpha = image.alpha[k], by = multiplied && alpha > 0 ? alpha : 1.0F;
    for (std::size_t i = 0; i < 3; ++i) samples.push_back(image.rgb[k * 3 + i] * by);
    samples.push_back(alpha);
  }
  return samples;
}

}  // namespace

std::string imageFormatOf(const std::string& path) {
  auto file = LocalFile::open(path);
  if (!file) return {};
  std::array<unsigned char, 12> head{};
  const auto got = (*file)->readAt(head.data(), head.size(), 0);
  if (!got || *got < 8) return {};
  const auto starts = [&head](std::initializer_list<int> bytes) {
    std::size_t i = 0;
    return std::all_of(bytes.begin(), bytes.end(), [&](int b) { return head[i++] == static_cast<unsigned char>(b); });
  };
  if (starts({'S', 'D', 'P', 'X'}) || starts({'X', 'P', 'D', 'S'})) return "dpx";
  if (starts({0x76, 0x2f, 0x31, 0x01})) return "openexr";
  if (starts({0x80, 0x2a, 0x5f, 0xd7}) || starts({0xd7, 0x5f, 0x2a, 0x80})) return "cineon";
  if (starts({'I', 'I', 42, 0}) || starts({'M', 'M', 0, 42}) || starts({'I', 'I', 43, 0}) || starts({'M', 'M', 0, 43}))
    return path::extension(path) == "dng" ? "raw" : "tiff";
  if (starts({0x89, 'P', 'N', 'G', 0x0d, 0x0a})) return "png";
  if (starts({0xff, 0xd8, 0xff})) return "jpeg";
  return {};
}

Result<MediaInfo> probeImage(const std::string& path, const std::string& format) {
  return guarded(path, [&]() -> Result<MediaInfo> {
    auto input = openImage(path, format, false);
    if (!input && format == "raw") input = openImage(path, "tiff", false);  // the preview still tells the camera's tags
    if (!input) return tl::unexpected<Error>(input.error());
    const OIIO::ImageSpec& spec = (*input)->spec();
    MediaInfo info;
    info.container = format;
    info.decoder = "oiio";
    VideoInfo video;
    video.width = spec.width;
    video.height = spec.height;
    video.codec = format == "openexr" ? "exr" : format == "raw" ? "dng" : format;
    video.bitDepth = isFloatSpec(spec) ? static_cast<int>(spec.format.size()) * 8 : depthOf(spec);
    video.rgb = true;
    // What a raw file holds is one value a photosite; the colours that it opens to are not recorded.
    video.chroma = spec.nchannels >= 3 && format != "raw" ? "4:4:4" : "";
    video.range = isFloatSpec(spec) ? Range::unknown : Range::full;
    video.profile = spec.get_string_attribute("compression");
    video.rate = rateOfSpec(spec);
    video.frames = 1;
    video.decodable = true;
    const float aspect = spec.get_float_attribute("PixelAspectRatio", 1.0F);
    if (std::isfinite(aspect) && aspect > 0.1F && aspect < 10.0F && aspect != 1.0F)
      video.pixelAspect = {std::lround(static_cast<double>(aspect) * 1000.0), 1000};
    for (const auto& attribute : spec.extra_attribs) {
      // metadata_val would put quotation marks around text.
      const std::string value =
          attribute.type() == OIIO::TypeString ? attribute.get_string() : spec.metadata_val(attribute, false);
      if (value.size() <= 64 * 1024) info.tags[attribute.name().string()] = value;
    }
    const std::string kind = format == "openexr" ? "exr" : format == "dpx" ? "dpx" : "";
    if (const auto* attribute = spec.find_attribute("smpte:TimeCode"); attribute != nullptr && !kind.empty()) {
      const FrameRate rate = video.rate.valid() ? video.rate : FrameRate{24, 1};
      if (attribute->type() == OIIO::TypeTimeCode) {
        const auto word = *static_cast<const std::uint32_t*>(attribute->data());
        if (word != 0xFFFFFFFFU) info.start = timecodeOf(word, rate);
      }
      if (info.start) info.timecodeSource = kind;
    }
    info.reel = spec.get_string_attribute("reelName");
    if (video.rate.valid()) info.durationSeconds = 1.0 / video.rate.approximate();
    info.video = std::move(video);
    return info;
  });
}

Result<Pixels> readPixels(const std::string& path) {
  const std::string format = imageFormatOf(path);
  if (format.empty()) {
    if (auto file = LocalFile::open(path); !file) return tl::unexpected<Error>(file.error());
    return fail(Errc::unsupported, "not an image Rollproof opens", path);
  }
  return guarded(path, [&]() -> Result<Pixels> {
    auto input = openImage(path, format, true);
    if (!input) return tl::unexpected<Error>(input.error());
    const OIIO::ImageSpec spec = (*input)->spec();
    const int channels = std::min(spec.nchannels, spec.nchannels >= 3 ? 3 : 1);
    const auto count = static_cast<std::size_t>(spec.width) * static_cast<std::size_t>(spec.height);
    // Which stored channels are red, green and blue: EXR files may carry them anywhere in the list.
    std::array<int, 3> order{0, channels >= 3 ? 1 : 0, channels >= 3 ? 2 : 0};
    for (std::size_t c = 0; c < 3; ++c) {
      static constexpr std::array<const char*, 3> kNames = {"R", "G", "B"};
      const auto found = std::find(spec.channelnames.begin(), spec.channelnames.end(), kNames[c]);
      if (found != spec.channelnames.end() && spec.nchannels >= 3)
        order[c] = static_cast<int>(found - spec.channelnames.begin());
    }
    const int last = *std::max_element(order.begin(), order.end());
    const int stored = last + 1;
    if (static_cast<std::int64_t>(count) * stored > kMaxPixels * 4)
      return fail(Errc::unsupported, "the image has too many channels", path);
    Pixels pixels;
    pixels.width = spec.width;
    pixels.height = spec.height;
    pixels.isFloat = isFloatSpec(spec);
    if (pixels.isFloat) {
      std::vector<float> all(count * static_cast<std::size_t>(stored));
      if (!(*input)->read_image(0, 0, 0, stored, OIIO::TypeDesc::FLOAT, all.data()))
        return fail(Errc::corrupt, firstLine((*input)->geterror()), path);
      pixels.image.width = spec.width;
      pixels.image.height = spec.height;
      pixels.image.rgb.resize(count * 3);
      for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t c = 0; c < 3; ++c)
          pixels.image.rgb[i * 3 + c] = all[i * static_cast<std::size_t>(stored) + static_cast<std::size_t>(order[c])];
      }
      return pixels;
    }
    pixels.depth = std::min(depthOf(spec), 16);
    std::vector<std::uint16_t> all(count * static_cast<std::size_t>(stored));
    if (!(*input)->read_image(0, 0, 0, stored, OIIO::TypeDesc::UINT16, all.data()))
      return fail(Errc::corrupt, firstLine((*input)->geterror()), path);
    // OpenImageIO widens by repeating the high bits below; the code is what stands on top.
    const int shift = 16 - pixels.depth;
    for (std::size_t c = 0; c < 3; ++c) {
      pixels.codes[c].resize(count);
      for (std::size_t i = 0; i < count; ++i)
        pixels.codes[c][i] = static_cast<std::uint16_t>(
            all[i * static_cast<std::size_t>(stored) + static_cast<std::size_t>(order[c])] >> shift);
    }
    return pixels;
  });
}

Result<VideoReader::Alpha> readAlpha(const std::string& path) {
  const std::string format = imageFormatOf(path);
  return guarded(path, [&]() -> Result<VideoReader::Alpha> {
    auto input = openImage(path, format, true);
    if (!input) return tl::unexpected<Error>(input.error());
    const OIIO::ImageSpec spec = (*input)->spec();
    const auto found = std::find(spec.channelnames.begin(), spec.channelnames.end(), "A");
    VideoReader::Alpha alpha;
    if (found == spec.channelnames.end()) return alpha;
    const int channel = static_cast<int>(found - spec.channelnames.begin());
    alpha.multiplied = spec.get_int_attribute("oiio:UnassociatedAlpha") == 0;
    alpha.values.resize(static_cast<std::size_t>(spec.width) * static_cast<std::size_t>(spec.height));
    if (!(*input)->read_image(0, 0, channel, channel + 1, OIIO::TypeDesc::FLOAT, alpha.values.data()))
      return fail(Errc::corrupt, firstLine((*input)->geterror()), path);
    // False for a NaN, which covers nothing.
    for (float& value : alpha.values) value = value > 0 ? std::min(value, 1.0F) : 0.0F;
    return alpha;
  });
}

Result<ImageF> readImage(const std::string& path) {
  auto pixels = readPixels(path);
  if (!pixels) return tl::unexpected<Error>(pixels.error());
  if (pixels->isFloat) return std::move(pixels->image);
  ImageF image;
  image.width = pixels->width;
  image.height = pixels->height;
  const std::size_t count = pixels->codes[0].size();
  image.rgb.resize(count * 3);
  const float top = static_cast<float>((1 << pixels->depth) - 1);
  for (std::size_t c = 0; c < 3; ++c) {
    for (std::size_t i = 0; i < count; ++i) image.rgb[i * 3 + c] = static_cast<float>(pixels->codes[c][i]) / top;
  }
  return image;
}

Status writeImage(const std::string& path, const ImageF& image, const ImageOptions& options) {
  const auto count =
      static_cast<std::size_t>(std::max(image.width, 0)) * static_cast<std::size_t>(std::max(image.height, 0));
  if (count == 0 || image.width > kMaxSide || image.height > kMaxSide || image.rgb.size() != count * 3 ||
      (!image.alpha.empty() && image.alpha.size() != count))
    return fail(Errc::usage, "the picture's size and its pixels do not agree", path);
  const std::string suffix = path::extension(finalName(path));
  const std::string format = suffix == "exr"                       ? "openexr"
                             : suffix == "jpg" || suffix == "jpeg" ? "jpeg"
                             : suffix == "tif" || suffix == "tiff" ? "tiff"
                             : suffix == "png" || suffix == "dpx"  ? suffix
                                                                   : "";
  if (format.empty()) return fail(Errc::unsupported, "pictures are written as exr, png, tif, jpg or dpx", path);
  int depth = options.bitDepth;
  if (depth == 0) depth = format == "jpeg" || format == "png" ? 8 : format == "dpx" ? 10 : 16;
  const bool known = format == "openexr" ? depth == 16 || depth == 32
                     : format == "jpeg"  ? depth == 8
                     : format == "dpx"   ? depth == 8 || depth == 10 || depth == 12 || depth == 16
                                         : depth == 8 || depth == 16;
  if (!known) return fail(Errc::usage, "this picture format has no such bit depth", path);
  const bool withAlpha = !image.alpha.empty() && format != "jpeg" && format != "dpx";
  const std::vector<float> mixed = withAlpha ? interleaved(image, format == "openexr") : std::vector<float>();
  const std::vector<float>& samples = withAlpha ? mixed : image.rgb;
  return guarded(path, [&]() -> Status {
    auto output = OIIO::ImageOutput::create(format);
    if (!output) {
      static_cast<void>(OIIO::geterror());
      return fail(Errc::unsupported, "this build writes no " + format + " images", path);
    }
    const bool floats = format == "openexr";
    const OIIO::TypeDesc type = floats       ? (depth == 32 ? OIIO::TypeDesc::FLOAT : OIIO::TypeDesc::HALF)
                                : depth == 8 ? OIIO::TypeDesc::UINT8
                                             : OIIO::TypeDesc::UINT16;
    OIIO::ImageSpec spec(image.width, image.height, withAlpha ? 4 : 3, type);
    // It would otherwise divide by an alpha that is not in the colours.
    if (withAlpha && !floats) spec.attribute("oiio:UnassociatedAlpha", 1);
    if (floats) spec.attribute("compression", "zip");
    if (format == "jpeg") spec.attribute("CompressionQuality", 92);
    if (format == "tiff") spec.attribute("compression", "zip");
    if (!floats && depth != static_cast<int>(type.size()) * 8) spec.attribute("oiio:BitsPerSample", depth);
    spec.attribute("Software", "Rollproof " ROLLPROOF_VERSION);
    for (const auto& [key, value] : options.strings) spec.attribute(key, value);
    if (options.rate.valid()) {
      if (floats) {
        const std::array<int, 2> rational{options.rate.num, options.rate.den};
        spec.attribute("FramesPerSecond", OIIO::TypeRational, rational.data());
      }
      if (format == "dpx") {
        spec.attribute("dpx:FrameRate", static_cast<float>(options.rate.approximate()));
        spec.attribute("dpx:TemporalFrameRate", static_cast<float>(options.rate.approximate()));
      }
    }
    if (options.timecode) {
      const std::array<std::uint32_t, 2> words{wordOf(*options.timecode), 0};
      spec.attribute("smpte:TimeCode", OIIO::TypeTimeCode, words.data());
    }
    if (!options.reel.empty()) spec.attribute("reelName", options.reel);
    if (!output->open(path, spec)) return fail(Errc::failed, firstLine(output->geterror()), path);
    bool written = false;
    if (floats) {
      written = output->write_image(OIIO::TypeDesc::FLOAT, samples.data());
    } else {
      const double top = static_cast<double>((1 << depth) - 1);
      const auto code = [top](float value) {
        const double v = std::isnan(value) ? 0.0 : std::clamp(static_cast<double>(value), 0.0, 1.0);
        return static_cast<std::uint32_t>(std::lround(v * top));
      };
      if (depth == 8) {
        std::vector<std::uint8_t> bytes(samples.size());
        std::transform(samples.begin(), samples.end(), bytes.begin(),
                       [&](float v) { return static_cast<std::uint8_t>(code(v)); });
        written = output->write_image(OIIO::TypeDesc::UINT8, bytes.data());
      } else {
        const int up = 16 - depth;
        std::vector<std::uint16_t> words(samples.size());
        std::transform(samples.begin(), samples.end(), words.begin(), [&](float v) {
          const std::uint32_t c = code(v);
          return static_cast<std::uint16_t>((c << up) | (up > 0 ? c >> (depth - up) : 0U));
        });
        written = output->write_image(OIIO::TypeDesc::UINT16, words.data());
      }
    }
    if (!written) return fail(Errc::failed, firstLine(output->geterror()), path);
    if (!output->close()) return fail(Errc::failed, firstLine(output->geterror()), path);
    return format == "dpx" ? nameInDpxHeader(path) : Status{};
  });
}

}  // namespace rollproof::media
