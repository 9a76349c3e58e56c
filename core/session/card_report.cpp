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

report::ReportClip reportClipOf(const catalog::ClipRow& row, const Result<std::string>& jpeg,
                                const Result<std::vector<catalog::RenderFact>>& renders) {
  report::ReportClip clip;
  clip.clip = row.clip;
  clip.look = row.lookName;
  if (jpeg) clip.thumbnailJpeg = *jpeg;
  if (!renders) return clip;
  for (const auto& render : *renders) clip.renders.push_back(render.preset + ": " + path::display(render.path));
  return clip;
}

Result<std::string> writePages(const std::string& folder, const std::string& name, const std::string& html,
                               const std::string& csv) {
  if (auto made = realFileSystem().makeDirectories(folder); !made) return tl::unexpected(made.error());
  const std::string page = path::join(folder, name + ".html");
  if (auto s = writeFileDurably(realFileSystem(), page, html, true); !s) return tl::unexpected(s.error());
  if (auto s = writeFileDurably(realFileSystem(), path::join(folder, name + ".csv"), csv, true); !s)
    return tl::unexpected(s.error());
  return page;
}

Result<std::string> writeReport(const report::CardReport& page, const std::string& directory) {
  std::string folder = directory.empty() ? std::string{} : path::absolute(directory);
  if (folder.empty()) {
    if (page.copies.empty()) return fail(Errc::usage, "The roll has no copy: say where the report shall go");
    folder = path::join(path::parent(page.copies.front().root), "reports");
  }
  // The roll's folder name was already made fit for file systems.
  const auto stem = offload::fillFolderTemplate("{roll}", page.key.project, page.key.day, page.key.roll);
  if (!stem) return tl::unexpected(stem.error());
  return writePages(folder, *stem + "-card-report", report::cardReportHtml(page), report::cardReportCsv(page));
}

}  // namespace rollproof::session
