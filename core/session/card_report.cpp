// SPDX-License-Identifier: Apache-2.0
#include "core/session/card_report.h"

#include "core/base/clock.h"
#include "core/base/file_system.h"
#include "core/base/path.h"
#include "core/offload/offload.h"
#include "core/session/session.h"

namespace rollproof::session {

report::CardReport reportOf(const catalog::RollRow& roll) {
  report::CardReport page;
  page.key = roll.key;
  page.family = roll.family;
  page.camera = roll.camera;
  page.files = roll.files;
  page.bytes = roll.bytes;
  page.verdict = roll.verdict;
  page.copies = roll.copies;
  page.problems = roll.problems;
  page.finishedAt = roll.finishedAt;
  page.generatedAt = isoLocal(systemClock().now());
  page.toolVersion = version();
  return page;
}

report::ReportClip reportClipOf(const catalog::ClipRow& row, const std::string& jpeg,
                                const std::vector<catalog::RenderFact>& renders) {
  report::ReportClip clip;
  clip.clip = row.clip;
  clip.look = row.lookName;
  clip.thumbnailJpeg = jpeg;
  for (const auto& render : renders) clip.renders.push_back(render.preset + ": " + path::display(render.path));
  return clip;
}

Result<std::string> writeReport(const report::CardReport& page, const std::string& directory) {
  std::string folder = directory.empty() ? std::string{} : path::absolute(directory);
  if (folder.empty()) {
    if (page.copies.empty()) return fail(Errc::usage, "The roll has no copy: say where the report shall go");
    folder = path::join(path::parent(page.copies.front().root), "reports");
  }
  if (auto made = realFileSystem().makeDirectories(folder); !made) return tl::unexpected(made.error());
  // The roll's folder name was already made fit for file systems.
  const auto stem = offload::fillFolderTemplate("{roll}", page.key.project, page.key.day, page.key.roll);
  if (!stem) return tl::unexpected(stem.error());
  const std::string html = path::join(folder, *stem + "-card-report.html");
  if (auto s = writeFileDurably(realFileSystem(), html, report::cardReportHtml(page), true); !s)
    return tl::unexpected(s.error());
  const std::string csv = path::join(folder, *stem + "-card-report.csv");
  if (auto s = writeFileDurably(realFileSystem(), csv, report::cardReportCsv(page), true); !s)
    return tl::unexpected(s.error());
  return html;
}

}  // namespace rollproof::session
