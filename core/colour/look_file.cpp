// SPDX-License-Identifier: Apache-2.0
// ASC CDL files by interchange's reader, LUTs by OpenColorIO's.
#include <filesystem>

#include "core/base/file_system.h"
#include "core/base/path.h"
#include "core/colour/colour.h"
#include "core/colour/lut_file.h"
#include "core/interchange/cdl.h"

namespace rollproof::colour {
namespace {

constexpr std::uint64_t kMaxCdlBytes = 16ULL << 20;

Result<model::Look> loadCdl(const std::string& path, const std::string& id) {
  std::error_code resolveError;
  const std::filesystem::path resolved = std::filesystem::canonical(path, resolveError);
  if (resolveError) return tl::unexpected(systemError(resolveError.value(), "cannot open the look", path));
  auto text = readSmallFile(realFileSystem(), resolved.native(), kMaxCdlBytes);
  if (!text) return tl::unexpected(text.error());
  const auto named = [&](Error error) {
    error.subject = path;
    return tl::unexpected(std::move(error));
  };
  const auto file = interchange::parseCdl(*text);
  if (!file) return named(file.error());
  const auto chosen = interchange::chooseCorrection(*file, id);
  if (!chosen) return named(chosen.error());
  if (!chosen->hasSop && !chosen->hasSat) {
    return fail(Errc::corrupt, "the colour correction holds no CDL values", path);
  }
  if (const auto faults = interchange::cdlFaults(chosen->cdl); !faults.empty()) {
    return fail(Errc::corrupt, faults.front(), path);
  }
  model::Look look;
  look.name = chosen->id.empty() ? path::stem(path) : chosen->id;
  look.cdl = chosen->cdl;
  return look;
}

}  // namespace

Result<model::Look> loadLook(const std::string& path, const std::string& id) {
  const std::string suffix = path::extension(path);
  if (suffix == "cc" || suffix == "ccc" || suffix == "cdl") return loadCdl(path, id);
  if (!isLutName(path)) {
    return fail(Errc::unsupported, "a look is a .cc, .ccc or .cdl file or a LUT such as .cube, .clf or .3dl", path);
  }
  if (auto lut = loadLut(path); !lut) return tl::unexpected(lut.error());
  model::Look look;
  look.name = path::stem(path);
  look.lutFile = path::absolute(path);
  if (auto hash = hashOfFile(look.lutFile)) look.lutHash = std::move(*hash);
  return look;
}

}  // namespace rollproof::colour
