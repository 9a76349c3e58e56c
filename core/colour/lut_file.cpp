// SPDX-License-Identifier: Apache-2.0
#include "core/colour/lut_file.h"

#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <climits>
#include <cmath>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/file_system.h"
#include "core/base/path.h"
#include "core/colour/clf_text.h"
#include "core/hash/hash.h"

namespace rollproof::colour {
namespace {

namespace ocio = OCIO_NAMESPACE;

constexpr std::uint64_t kMaxLutBytes = 128ULL << 20;  // a 129-point cube in long decimals is half of this
constexpr long kMax1d = 1L << 20;
constexpr long kMax3d = 129;  // OpenColorIO's own limit

constexpr std::array<std::string_view, 14> kLutSuffixes{"cube", "3dl", "clf",   "ctf",   "csp",    "lut", "look",
                                                        "mga",  "m3d", "spi1d", "spi3d", "spimtx", "cub", "vf"};

std::vector<std::string_view> words(std::string_view line) {
  std::vector<std::string_view> result;
  std::size_t at = 0;
  while (at < line.size()) {
    const std::size_t first = line.find_first_not_of(" \t\r", at);
    if (first == std::string_view::npos) break;
    std::size_t end = line.find_first_of(" \t\r", first);
    if (end == std::string_view::npos) end = line.size();
    result.push_back(line.substr(first, end - first));
    at = end;
    if (result.size() > 8) break;
  }
  return result;
}

std::optional<long> integer(std::string_view word) {
  long value = 0;
  const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (code == std::errc::result_out_of_range) return LONG_MAX;
  if (code != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return value;
}

// OpenColorIO's readers make room for the size a header claims before they read a value, so a lie in a header costs
// gigabytes. Sizes are therefore checked on the text first.
bool claimsTooMuch(std::string_view text) {
  const bool gridLines = text.starts_with("SPILUT") || text.starts_with("CSPLUT") || text.starts_with("#Inventor");
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) end = text.size();
    const std::string_view line = text.substr(at, std::min<std::size_t>(end - at, 512));
    at = end + 1;
    if (std::size_t dim = line.find("dim=\""); dim != std::string_view::npos) {
      long value = 0;
      std::from_chars(line.data() + dim + 5, line.data() + line.size(), value);
      if (value > kMax1d) return true;
    }
    const auto parts = words(line);
    if (parts.size() >= 2) {
      const std::string key = path::lowerAscii(parts[0]);
      const auto value = integer(parts[1]);
      if (value && ((key == "lut_3d_size" && *value > kMax3d) || (key == "lut_1d_size" && *value > kMax1d) ||
                    (key == "length" && *value > kMax1d))) {
        return true;
      }
      if ((key == "grid_size" || key == "#") && parts.size() >= 4) {
        for (std::size_t i = 1; i < parts.size(); ++i) {
          if (const auto size = integer(parts[i]); size && *size > kMax1d) return true;
        }
      }
    }
    if (gridLines) {
      const std::size_t skip = !parts.empty() && parts[0] == "grid_size" ? 1 : 0;
      if (parts.size() == skip + 3 && integer(parts[skip]) && integer(parts[skip + 1]) && integer(parts[skip + 2])) {
        for (std::size_t i = skip; i < parts.size(); ++i) {
          if (*integer(parts[i]) > kMax3d) return true;
        }
      }
      if (parts.size() == 1 && integer(parts[0]).value_or(0) > kMax1d) return true;
    }
  }
  return false;
}

bool allFinite(const ocio::ConstGroupTransformRcPtr& group) {
  for (int i = 0; i < group->getNumTransforms(); ++i) {
    const ocio::ConstTransformRcPtr item = group->getTransform(i);
    if (const auto lut1 = OCIO_DYNAMIC_POINTER_CAST<const ocio::Lut1DTransform>(item)) {
      for (unsigned long k = 0; k < lut1->getLength(); ++k) {
        float r = 0, g = 0, b = 0;
        lut1->getValue(k, r, g, b);
        if (!std::isfinite(r) || !std::isfinite(g) || !std::isfinite(b)) return false;
      }
    } else if (const auto lut3 = OCIO_DYNAMIC_POINTER_CAST<const ocio::Lut3DTransform>(item)) {
      const unsigned long size = lut3->getGridSize();
      for (unsigned long r = 0; r < size; ++r) {
        for (unsigned long g = 0; g < size; ++g) {
          for (unsigned long b = 0; b < size; ++b) {
            float x = 0, y = 0, z = 0;
            lut3->getValue(r, g, b, x, y, z);
            if (!std::isfinite(x) || !std::isfinite(y) || !std::isfinite(z)) return false;
          }
        }
      }
    } else if (const auto matrix = OCIO_DYNAMIC_POINTER_CAST<const ocio::MatrixTransform>(item)) {
      std::array<double, 16> values{};
      matrix->getMatrix(values.data());
      if (!std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); })) return false;
    } else if (const auto inner = OCIO_DYNAMIC_POINTER_CAST<const ocio::GroupTransform>(item)) {
      if (!allFinite(inner)) return false;
    }
  }
  return true;
}

// A private folder that goes away with its one file.
class Scratch {
 public:
  static std::optional<Scratch> make() {
    std::error_code code;
    const auto base = std::filesystem::temp_directory_path(code);
    if (code) return std::nullopt;
    std::string pattern = (base / "rollproof-lut-XXXXXX").string();
    if (!mkdtemp(pattern.data())) return std::nullopt;
    return Scratch(std::move(pattern));
  }
  Scratch(Scratch&& other) noexcept : m_path(std::exchange(other.m_path, {})) {}
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch() {
    if (m_path.empty()) return;
    std::error_code code;
    std::filesystem::remove_all(m_path, code);
  }
  [[nodiscard]] const std::string& path() const { return m_path; }

 private:
  explicit Scratch(std::string path) : m_path(std::move(path)) {}
  std::string m_path;
};

}  // namespace

namespace {

// A show LUT is often a link into a shared folder; what it points to must still be a regular file.
Result<std::string> readLut(const std::string& path) {
  std::error_code resolveError;
  const std::filesystem::path resolved = std::filesystem::canonical(path, resolveError);
  if (resolveError) return tl::unexpected(systemError(resolveError.value(), "cannot open the LUT", path));
  return readSmallFile(realFileSystem(), resolved.native(), kMaxLutBytes);
}

}  // namespace

Result<std::string> hashOfFile(const std::string& path) {
  const auto text = readLut(path);
  if (!text) return tl::unexpected(text.error());
  const auto digest = hash::digestOf(model::HashFormat::xxh64, std::as_bytes(std::span(text->data(), text->size())));
  return "xxh64:" + digest.text;
}

bool isLutName(const std::string& path) {
  const std::string suffix = path::extension(path);
  return std::find(kLutSuffixes.begin(), kLutSuffixes.end(), suffix) != kLutSuffixes.end();
}

Result<ocio::ConstGroupTransformRcPtr> loadLut(const std::string& path) {
  if (!isLutName(path)) return fail(Errc::unsupported, "this is no kind of LUT that can be read", path);
  auto text = readLut(path);
  if (!text) return tl::unexpected(text.error());
  if (text->empty()) return fail(Errc::corrupt, "the LUT file is empty", path);
  if (const std::string suffix = path::extension(path); suffix == "clf" || suffix == "ctf") {
    text = academyClf(std::move(*text), path);
    if (!text) return tl::unexpected(text.error());
  }
  if (claimsTooMuch(*text)) return fail(Errc::corrupt, "the LUT claims a size no LUT has", path);

  // OpenColorIO expands '$' and '%' in file names and keeps every file it read under its name for good. A copy with a
  // plain name that no other file ever has makes both harmless.
  const auto scratch = Scratch::make();
  if (!scratch) return fail(Errc::io, "there is no room for a temporary copy of the LUT", path);
  const std::string copy = path::join(scratch->path(), "look." + path::extension(path));
  if (auto written = writeFileDurably(realFileSystem(), copy, *text, false); !written) {
    return tl::unexpected(written.error());
  }
  try {
    // The library would otherwise tell stderr about every odd file; errors come back as values here.
    ocio::SetLoggingLevel(ocio::LOGGING_LEVEL_NONE);
    const auto transform = ocio::FileTransform::Create();
    transform->setSrc(copy.c_str());
    transform->setInterpolation(ocio::INTERP_TETRAHEDRAL);
    const auto processor = ocio::Config::CreateRaw()->getProcessor(transform);
    const ocio::ConstGroupTransformRcPtr group = processor->createGroupTransform();
    ocio::ClearAllCaches();
    if (!allFinite(group)) return fail(Errc::corrupt, "the LUT holds values that are not numbers", path);
    // Proves that the operators can be run, not only read.
    static_cast<void>(processor->getDefaultCPUProcessor());
    return group;
  } catch (const std::exception& problem) {
    ocio::ClearAllCaches();
    std::string reason = problem.what();
    if (const auto at = reason.find(copy); at != std::string::npos) reason.replace(at, copy.size(), "it");
    reason = reason.substr(0, reason.find('\n'));
    return fail(Errc::corrupt, "the LUT cannot be read (" + path::display(reason.substr(0, 200)) + ")", path);
  }
}

}  // namespace rollproof::colour
