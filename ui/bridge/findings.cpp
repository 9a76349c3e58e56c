// SPDX-License-Identifier: Apache-2.0
#include "ui/bridge/findings.h"

#include <QObject>
#include <QStringList>
#include <algorithm>

#include "ui/bridge/format.h"
#include "ui/theme/theme.h"

namespace rollproof::ui {

namespace {

using model::QcLevel;

// Quality control takes over some of the readers' warnings, sentence and all.
bool taken(const model::Clip& clip, const model::Warning& warning) {
  return std::any_of(clip.qc.begin(), clip.qc.end(), [&](const auto& found) { return found.text == warning.text; });
}

// Calls each(level, code, text) for every finding.
template <class Each>
void eachFinding(const model::Clip& clip, Each each) {
  for (const auto& found : clip.qc) each(found.level, found.code, found.text);
  for (const auto& warning : clip.warnings)
    if (!taken(clip, warning)) each(QcLevel::warning, warning.code, warning.text);
}

}  // namespace

std::vector<Finding> findingsOf(const model::Clip& clip) {
  std::vector<Finding> all;
  eachFinding(clip, [&](QcLevel level, const std::string& code, const std::string& text) {
    all.push_back({level, code, shown(text)});
  });
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.level < b.level; });
  return all;
}

std::int64_t Tally::weight() const {
  const auto capped = [](int count) { return std::int64_t{std::min(count, 999)}; };
  return capped(errors) * 1'000'000 + capped(warnings) * 1'000 + capped(notes);
}

Tally tallyOf(const model::Clip& clip) {
  Tally tally;
  eachFinding(clip, [&](QcLevel level, const std::string&, const std::string&) {
    ++(level == QcLevel::error ? tally.errors : level == QcLevel::warning ? tally.warnings : tally.notes);
  });
  return tally;
}

QString worstText(const Tally& tally) {
  const auto said = [](QcLevel level, int count, const char* one, const char* many) {
    return glyphOf(level) + QChar(0xa0) + counted(static_cast<std::uint64_t>(count), one, many);
  };
  if (tally.errors > 0) return said(QcLevel::error, tally.errors, "error", "errors");
  if (tally.warnings > 0) return said(QcLevel::warning, tally.warnings, "warning", "warnings");
  return tally.notes > 0 ? said(QcLevel::note, tally.notes, "note", "notes") : QString();
}

QColor worstInk(const Tally& tally) {
  if (tally.errors > 0) return inkOf(QcLevel::error);
  return tally.warnings > 0 ? inkOf(QcLevel::warning) : inkOf(QcLevel::note);
}

QString glyphOf(QcLevel level) {
  switch (level) {
    case QcLevel::error:
      return QStringLiteral("✕");
    case QcLevel::warning:
      return QStringLiteral("▲");
    case QcLevel::note:
      break;
  }
  return QStringLiteral("–");
}

QString wordOf(QcLevel level) {
  switch (level) {
    case QcLevel::error:
      return QObject::tr("Error");
    case QcLevel::warning:
      return QObject::tr("Warning");
    case QcLevel::note:
      break;
  }
  return QObject::tr("Note");
}

QColor inkOf(QcLevel level) {
  switch (level) {
    case QcLevel::error:
      return theme::defect();
    case QcLevel::warning:
      return theme::caution();
    case QcLevel::note:
      break;
  }
  return theme::grey(theme::kDim);
}

QString codeWords(const std::string& code) { return shown(code).replace(QLatin1Char('_'), QLatin1Char(' ')); }

bool hasFinding(const model::Clip& clip, QcLevel level) {
  bool has = false;
  eachFinding(clip, [&](QcLevel one, const std::string&, const std::string&) { has = has || one == level; });
  return has;
}

bool hasFinding(const model::Clip& clip, const std::string& code) {
  bool has = false;
  eachFinding(clip, [&](QcLevel, const std::string& one, const std::string&) { has = has || one == code; });
  return has;
}

QString findingLines(const std::vector<Finding>& findings) {
  QStringList lines;
  for (const auto& one : findings)
    lines << glyphOf(one.level) + QLatin1Char(' ') + wordOf(one.level) + QStringLiteral(": ") + one.text +
                 QStringLiteral(" (") + codeWords(one.code) + QLatin1Char(')');
  return lines.join(QLatin1Char('\n'));
}

}  // namespace rollproof::ui
