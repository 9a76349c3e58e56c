// SPDX-License-Identifier: Apache-2.0
#include "core/session/thumbnails.h"

#include <fmt/format.h>

#include <map>

#include "core/base/log.h"
#include "core/base/path.h"
#include "core/camera/inspect.h"
#include "core/dailies/dailies.h"

namespace rollproof::session {
namespace {

constexpr int kWidth = 320;  // pixels; twice the report's column, so that print stays sharp

}  // namespace

bool concerns(const std::string& target, const catalog::ClipRow& row) {
  return target == fmt::format("clip:{}", row.id.value) || target == fmt::format("roll:{}", row.roll.value) ||
         (row.format && target == fmt::format("format:{}", row.format->value)) ||
         target == fmt::format("project:{}", row.key.project);
}

void makeThumbnails(const colour::Config& config, const std::vector<catalog::ClipRow>& roll,
                    const ThumbnailNeeds& needs, const std::stop_token& stop) {
  std::map<std::string, const catalog::ClipRow*> byFile;
  for (const auto& row : roll)
    if (row.clip.picture && !row.clip.files.empty()) byFile.emplace(row.clip.files.front().path, &row);
  if (byFile.empty() || roll.front().mediaRoot.empty()) return;
  const std::string root = roll.front().mediaRoot;
  const auto take = [&](const model::Clip& clip, Result<media::CodedPicture> picture) {
    const auto found = clip.files.empty() ? byFile.end() : byFile.find(clip.files.front().path);
    if (found == byFile.end()) return;
    const catalog::ClipRow& row = *found->second;
    dailies::ColourChoice choice;
    choice.look = needs.look(row.id);
    const auto jpeg = picture ? dailies::thumbnailJpeg(config, row.clip, std::move(*picture), choice, kWidth)
                              : Result<std::string>(tl::unexpected(picture.error()));
    if (!jpeg) return log::info("no thumbnail for " + row.clip.name + ": " + describe(jpeg.error()));
    if (const auto kept = needs.keep(row.id, *jpeg); !kept)
      log::warn("a thumbnail could not be kept: " + describe(kept.error()));
  };
  camera::InspectOptions options;
  options.pictureWidth = kWidth;
  if (const auto card = camera::inspectCard(root, options, stop, {}, take); !card)
    log::info("no thumbnails of " + path::display(root) + ": " + describe(card.error()));
}

}  // namespace rollproof::session
