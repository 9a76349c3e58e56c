// SPDX-License-Identifier: Apache-2.0
#include "core/session/log_import.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

#include "core/base/file_system.h"
#include "core/base/path.h"
#include "core/catalog/annotations.h"
#include "core/interchange/cdl.h"

namespace rollproof::session {
namespace {

constexpr std::uint64_t kMaxLogBytes = 256u << 20;

std::string valueOf(const model::Clip& clip, const std::string& field) {
  if (field == "scene") return clip.slate.scene;
  if (field == "shot") return clip.slate.shot;
  if (field == "take") return clip.slate.take;
  if (field == "notes") return clip.slate.notes;
  if (field == "circled") return clip.slate.circled ? (*clip.slate.circled ? "yes" : "no") : "";
  return {};
}

std::string words(const model::Cdl& cdl) {
  return fmt::format("{} {}", interchange::formatSop(cdl), interchange::formatSat(cdl));
}

class Importer {
 public:
  Importer(Session& session, const std::vector<catalog::ClipRow>& rows, bool dryRun, std::string source)
      : m_session(session), m_rows(rows), m_dryRun(dryRun), m_source(std::move(source)) {}

  void take(const interchange::LogEntry& entry, std::size_t clip, ImportedEntry& into) {
    const catalog::ClipRow& row = m_rows[clip];
    into.clip = row.id;
    into.clipName = row.clip.name;
    for (const auto& [field, value] : entry.values) {
      if (!first(clip, field, value, entry.where, into)) continue;
      const auto fits = catalog::checkedAnnotation(field, value, row.clip);
      if (!fits) {
        into.problems.push_back(describe(fits.error()));
        continue;
      }
      const std::string previous = valueOf(row.clip, field);
      if (previous == *fits) continue;
      m_annotations.push_back({row.id, field, *fits});
      into.changes.push_back({field, previous, *fits});
    }
    if (entry.cdl) takeCdl(*entry.cdl, clip, entry.where, into);
    if (!into.changes.empty()) m_changed.insert(clip);
  }
  [[nodiscard]] std::size_t changed() const { return m_changed.size(); }
  // What people said goes in all together.
  [[nodiscard]] Status finish() {
    return m_dryRun || m_annotations.empty() ? Status{} : m_session.annotateAll(m_annotations);
  }

 private:
  // Two entries of one log that say different things of one clip: the first counts, and the other is told.
  bool first(std::size_t clip, const std::string& field, const std::string& value, const std::string& where,
             ImportedEntry& into) {
    const auto [said, fresh] = m_said.emplace(std::pair(clip, field), std::pair(value, where));
    if (fresh) return true;
    if (said->second.first != value) {
      into.problems.push_back(fmt::format("{} says {} \"{}\" of the same clip, so \"{}\" is left out",
                                          said->second.second, field, said->second.first, value));
    }
    return false;
  }

  void takeCdl(const model::Cdl& cdl, std::size_t clip, const std::string& where, ImportedEntry& into) {
    if (!first(clip, "cdl", words(cdl), where, into)) return;
    const catalog::ClipRow& row = m_rows[clip];
    const auto faults = interchange::cdlFaults(cdl);
    for (const std::string& fault : faults) {
      into.problems.push_back(fmt::format("its CDL cannot be applied: {}", fault));
    }
    if (!faults.empty()) return;
    const auto standing = m_session.lookFor(row.id);
    if (standing && !standing->steps.empty()) {
      into.problems.push_back(
          fmt::format("its CDL is left out: the clip has the look {}, which says more than a CDL can", standing->name));
      return;
    }
    const std::optional<model::Cdl> previous = standing ? standing->cdl : std::nullopt;
    if (previous == cdl) return;
    if (!m_dryRun) {
      model::Look look;
      look.name = fmt::format("CDL {} {}", row.clip.name, row.id.value);
      look.cdl = cdl;
      look.source = m_source;
      // A LUT that stands already goes on behind the new grade, and so does the space both were made for.
      if (standing) {
        look.cdlSpace = standing->cdlSpace;
        look.cdlStyle = standing->cdlStyle;
        look.lutFile = standing->lutFile;
        look.lutHash = standing->lutHash;
        look.lutInput = standing->lutInput;
        look.lutOutput = standing->lutOutput;
        look.order = standing->order;
      }
      auto done = m_session.addLook(look);
      if (done) done = m_session.assignLook(look.name, fmt::format("clip:{}", row.id.value));
      if (!done) {
        into.problems.push_back(describe(done.error()));
        return;
      }
    }
    into.changes.push_back({"cdl", previous ? words(*previous) : std::string(), words(cdl)});
  }

  Session& m_session;
  const std::vector<catalog::ClipRow>& m_rows;
  bool m_dryRun;
  std::string m_source;
  std::map<std::pair<std::size_t, std::string>, std::pair<std::string, std::string>> m_said;
  std::set<std::size_t> m_changed;
  std::vector<catalog::Annotation> m_annotations;
};

}  // namespace

Result<LogImport> importLog(Session& session, const std::string& path, const std::string& query, bool dryRun,
                            std::stop_token stop) {
  const std::string file = path::absolute(path);
  const auto text = readSmallFile(realFileSystem(), file, kMaxLogBytes);
  if (!text) return tl::unexpected(text.error());
  auto log = interchange::readLog(*text);
  if (!log) {
    log.error().subject = file;
    return tl::unexpected(log.error());
  }
  const auto rows = session.clips(query);
  if (!rows) return tl::unexpected(rows.error());
  std::vector<model::Clip> clips;
  clips.reserve(rows->size());
  for (const catalog::ClipRow& row : *rows) clips.push_back(row.clip);
  const auto matches = interchange::matchLog(*log, clips);
  LogImport out;
  out.kind = log->kind;
  out.findings = log->findings;
  Importer importer(session, *rows, dryRun, path::display(path::fileName(file)));
  for (std::size_t i = 0; i < matches.size(); ++i) {
    if (stop.stop_requested()) return fail(Errc::cancelled, "stopped on request", file);
    ImportedEntry& entry = out.entries.emplace_back();
    entry.where = log->entries[i].where;
    entry.name = log->entries[i].name;
    entry.how = matches[i].how;
    entry.why = matches[i].why;
    switch (entry.how) {
      case interchange::LogMatch::How::matched:
        ++out.matched;
        importer.take(log->entries[i], matches[i].clip, entry);
        break;
      case interchange::LogMatch::How::ambiguous:
        ++out.ambiguous;
        break;
      case interchange::LogMatch::How::unmatched:
        ++out.unmatched;
        break;
    }
  }
  if (auto done = importer.finish(); !done) return tl::unexpected(done.error());
  out.changed = importer.changed();
  return out;
}

}  // namespace rollproof::session
