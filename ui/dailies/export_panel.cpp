// SPDX-License-Identifier: Apache-2.0
#include "ui/dailies/export_panel.h"

#include <QGridLayout>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/path.h"
#include "ui/actions/actions.h"
#include "ui/bridge/format.h"
#include "ui/theme/text.h"

namespace rollproof::ui {

using session::ExportKind;
using theme::Size;
using theme::space;

namespace {

struct Kind {
  ExportKind kind;
  const char* label;
  const char* suffix;
};
// AMFs first: the lists that are written after them name them.
constexpr Kind kKinds[] = {{ExportKind::amf, "AMF", "_amf"}, {ExportKind::ale, "ALE", ".ale"},
                           {ExportKind::edl, "EDL", ".edl"}, {ExportKind::otio, "OTIO", ".otio"},
                           {ExportKind::ccc, "CCC", ".ccc"}, {ExportKind::csv, "CSV", ".csv"}};

}  // namespace

ExportPanel::ExportPanel(session::Session& session, WorkQueue& work, Actions& actions, Seams& seams, QWidget* parent)
    : QWidget(parent), m_session(session), m_work(work), m_seams(seams) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space(4));
  column->addWidget(makeCaption(tr("EXPORT"), true, this));
  column->addSpacing(space(4));
  auto* grid = new QGridLayout;
  grid->setVerticalSpacing(space(4));
  int at = 0;
  for (const auto& one : kKinds) {
    auto* box = new QCheckBox(QString::fromUtf8(one.label), this);
    box->setChecked(one.kind == ExportKind::ale);
    grid->addWidget(box, at / 3, at % 3);
    m_kinds.emplace_back(one.kind, box);
    ++at;
  }
  column->addLayout(grid);
  column->addSpacing(space(4));
  auto* title = makeCaption(tr("Name of the files"), false, this);
  column->addWidget(title);
  m_name = new QLineEdit(this);
  m_name->setAccessibleName(tr("Name of the files"));
  title->setBuddy(m_name);
  connect(m_name, &QLineEdit::textEdited, this, [this](const QString& text) { m_named = !text.isEmpty(); });
  column->addWidget(m_name);
  m_replace = new QCheckBox(tr("Replace files that stand there"), this);
  column->addWidget(m_replace);
  column->addSpacing(space(4));
  QAction* action = actions.find(QStringLiteral("dailies.export"));
  m_export = new QPushButton(tr("Export…"), this);
  m_export->setObjectName(action->objectName());
  m_export->setToolTip(actions.hint(action->objectName()));
  connect(m_export, &QPushButton::clicked, action, &QAction::trigger);
  connect(action, &QAction::triggered, this, &ExportPanel::start);
  column->addWidget(m_export);
  m_outcome = makeParagraph(Size::small, this);
  m_outcome->setTextInteractionFlags(Qt::TextSelectableByMouse);
  column->addWidget(m_outcome);
}

QCheckBox& ExportPanel::kind(ExportKind kind) const {
  return *std::find_if(m_kinds.begin(), m_kinds.end(), [&](const auto& one) { return one.first == kind; })->second;
}

void ExportPanel::setClips(std::vector<catalog::ClipId> clips, const QString& proposedName) {
  m_clips = std::move(clips);
  if (!m_named) m_name->setText(proposedName);
  m_export->setEnabled(!m_clips.empty());
  m_export->setText(m_clips.empty() ? tr("Export…") : tr("Export %1…").arg(counted(m_clips.size(), "clip", "clips")));
}

void ExportPanel::start() {
  if (m_clips.empty()) return emit said(tr("Select the clips to export first."));
  if (std::none_of(m_kinds.begin(), m_kinds.end(), [](const auto& one) { return one.second->isChecked(); }))
    return emit said(tr("Choose what to export: ALE, EDL, OTIO, CCC, AMF or CSV."));
  const QString name = m_name->text().trimmed();
  if (name.isEmpty() || name.contains(QLatin1Char('/'))) {
    m_name->setFocus(Qt::OtherFocusReason);
    return emit said(tr("The files need a name, without “/”."));
  }
  m_seams.chooseFolder(this, tr("Folder for the export"), [this](const std::string& folder) { write(folder); });
}

void ExportPanel::write(const std::string& folder) {
  std::vector<session::ExportSettings> orders;
  const std::string stem = utf8(m_name->text().trimmed());
  std::string amfs;
  for (const auto& one : kKinds) {
    if (!kind(one.kind).isChecked()) continue;
    session::ExportSettings settings;
    settings.kind = one.kind;
    settings.only = m_clips;
    settings.path = path::join(folder, stem + one.suffix);
    settings.title = stem;
    settings.replace = m_replace->isChecked();
    settings.amfDirectory = amfs;
    if (one.kind == ExportKind::amf) amfs = settings.path;
    orders.push_back(std::move(settings));
  }
  m_outcome->setText(tr("Writing…"));
  m_export->setEnabled(false);
  m_work.must(
      this,
      [this, orders](const std::stop_token& stop) {
        QStringList lines;
        bool amfsThere = true;
        for (auto settings : orders) {
          // Lists go out with their CDLs inside where no AMF could be written.
          if (!amfsThere) settings.amfDirectory.clear();
          const auto done = session::exportClips(m_session, settings, stop);
          const QString name = shown(path::fileName(settings.path));
          if (!done) {
            amfsThere = amfsThere && settings.kind != ExportKind::amf;
            lines << QStringLiteral("✕ ") + name + QStringLiteral(": ") + sentence(done.error());
            continue;
          }
          lines << QStringLiteral("✓ ") + name + QStringLiteral(": ") + counted(done->clips, "clip", "clips");
          for (const auto& warning : done->warnings) lines << QStringLiteral("⚠ ") + shown(warning.text);
        }
        return lines;
      },
      [this](const QStringList& lines) {
        constexpr qsizetype kShown = 12;
        m_outcome->setToolTip(lines.join(QLatin1Char('\n')));
        m_outcome->setText(lines.mid(0, kShown).join(QLatin1Char('\n')) +
                           (lines.size() > kShown ? tr("\nand %1 more").arg(lines.size() - kShown) : QString()));
        m_export->setEnabled(!m_clips.empty());
      });
}

}  // namespace rollproof::ui
