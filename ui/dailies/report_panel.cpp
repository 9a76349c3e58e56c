// SPDX-License-Identifier: Apache-2.0
#include "ui/dailies/report_panel.h"

#include <QVBoxLayout>

#include "core/base/file_system.h"
#include "core/base/path.h"
#include "core/session/reports.h"
#include "ui/actions/actions.h"
#include "ui/bridge/format.h"
#include "ui/pdf/pdf.h"
#include "ui/theme/text.h"
#include "ui/theme/theme.h"

namespace rollproof::ui {

using theme::space;

namespace {

constexpr report::Focus kKinds[] = {report::Focus::dailies, report::Focus::day, report::Focus::camera};

Status write(session::Session& session, const session::ReportOrder& order, const std::string& path,
             const QString& title, const std::stop_token& stop) {
  const auto page = session::gatherReport(session, order, stop);
  if (!page) return tl::unexpected(page.error());
  Result<std::string> content =
      path::extension(path) == "csv" ? report::dayReportCsv(*page) : report::dayReportHtml(*page);
  if (path::extension(path) == "pdf") content = pdfOf(*content, title);
  if (!content) return tl::unexpected(content.error());
  return writeFileDurably(realFileSystem(), path, *content, true);  // the dialog has asked
}

}  // namespace

ReportPanel::ReportPanel(session::Session& session, WorkQueue& work, Actions& actions, Seams& seams, QWidget* parent)
    : QWidget(parent), m_session(session), m_work(work), m_seams(seams) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space(4));
  column->addWidget(makeCaption(tr("REPORT"), true, this));
  column->addSpacing(space(4));
  m_kind = new QComboBox(this);
  m_kind->setAccessibleName(tr("Kind of report"));
  for (const auto kind : kKinds) m_kind->addItem(tr(report::focusName(kind)));
  column->addWidget(m_kind);
  QAction* action = actions.find(QStringLiteral("dailies.report"));
  m_save = new QPushButton(action->text(), this);
  m_save->setObjectName(action->objectName());
  m_save->setToolTip(actions.hint(action->objectName()));
  connect(m_save, &QPushButton::clicked, action, &QAction::trigger);
  connect(action, &QAction::triggered, this, &ReportPanel::save);
  column->addWidget(m_save);
}

void ReportPanel::setScope(const std::string& project, const std::string& day, const std::string& query) {
  m_project = project;
  m_day = day;
  m_query = query;
}

void ReportPanel::save() {
  session::ReportOrder order;
  order.focus = kKinds[static_cast<std::size_t>(m_kind->currentIndex())];
  order.project = m_project;
  order.day = m_day;
  order.query = m_query;
  QStringList words;
  for (const std::string& part : {m_project, m_day})
    if (!part.empty()) words << shown(part);
  const QString title = (words << m_kind->currentText()).join(QLatin1Char(' '));
  QString name = title;
  name.replace(QLatin1Char('/'), QLatin1Char('-'));
  m_seams.saveFile(this, tr("Save the report"), name + QStringLiteral(".pdf"),
                   tr("PDF (*.pdf);;HTML (*.html);;CSV (*.csv)"), [this, order, title](const std::string& path) {
                     m_save->setEnabled(false);
                     m_work.must(
                         this,
                         [this, order, path, title](const std::stop_token& stop) {
                           return write(m_session, order, path, title, stop);
                         },
                         [this, path](Status written) {
                           m_save->setEnabled(true);
                           if (!written) return emit said(sentence(written.error()));
                           m_seams.openDocument(path);
                         });
                   });
}

}  // namespace rollproof::ui
