// SPDX-License-Identifier: Apache-2.0
#include "ui/verify/verify_page.h"

#include <QApplication>
#include <QDateTime>
#include <QHBoxLayout>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/file_system.h"
#include "core/base/path.h"
#include "core/session/proof.h"
#include "ui/actions/actions.h"
#include "ui/bridge/format.h"
#include "ui/pdf/pdf.h"
#include "ui/shell/empty_state.h"
#include "ui/theme/tile_delegate.h"

namespace rollproof::ui {

using theme::Size;
using theme::space;

int VolumeModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_volumes.size());
}

QVariant VolumeModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const auto& volume = at(index.row());
  const QString title = shown(volume.label.empty() ? path::fileName(volume.mountPoint) : volume.label);
  switch (role) {
    case Qt::DisplayRole:
    case kTitleRole:
      return title.isEmpty() ? shown(volume.mountPoint) : title;
    case kDetailRole:
      return volumeDetail(volume);
    case kIdentityRole:
      return deviceLine(volume);
    case kFractionRole:
      if (volume.totalBytes == 0) return {};
      return 1.0 - static_cast<double>(volume.freeBytes) / static_cast<double>(volume.totalBytes);
    case Qt::ToolTipRole:
      return shown(volume.mountPoint);
    case Qt::AccessibleTextRole:
      return QStringList{title, volumeDetail(volume), deviceLine(volume)}.join(QStringLiteral(", "));
    default:
      return {};
  }
}

void VolumeModel::setVolumes(const std::vector<model::Volume>& volumes) {
  const auto same = [](const auto& a, const auto& b) { return a.mountPoint == b.mountPoint; };
  if (std::equal(volumes.begin(), volumes.end(), m_volumes.begin(), m_volumes.end(), same)) {
    for (std::size_t i = 0; i < volumes.size(); ++i) {
      if (volumes[i].freeBytes == m_volumes[i].freeBytes && volumes[i].label == m_volumes[i].label) continue;
      m_volumes[i] = volumes[i];
      emit dataChanged(index(static_cast<int>(i)), index(static_cast<int>(i)));
    }
    return;
  }
  beginResetModel();
  m_volumes = volumes;
  endResetModel();
}

VerifyPage::VerifyPage(session::Session& session, StateFeed& feed, WorkQueue& work, Actions& actions, Seams& seams,
                       QWidget* parent)
    : QWidget(parent), m_session(session), m_feed(feed), m_work(work), m_seams(seams) {
  auto* across = new QHBoxLayout(this);
  across->setContentsMargins(0, 0, 0, 0);
  across->setSpacing(0);
  across->addWidget(makeSide(actions));
  across->addWidget(makeBoard(actions), 1);
  m_hint = new DropHint(this);

  const auto on = [&](const char* id, Qt::ShortcutContext context, auto call) {
    connect(actions.place(QString::fromUtf8(id), this, context), &QAction::triggered, this, call);
  };
  on("verify.start", Qt::WidgetWithChildrenShortcut, [this] {
    const QModelIndex drive = m_driveList->currentIndex();
    if (!drive.isValid()) return emit said(tr("Choose a drive on the left, or drop a folder here."));
    verify(m_volumes.at(drive.row()).mountPoint);
  });
  on("verify.list", Qt::WidgetWithChildrenShortcut, [this] {
    m_seams.chooseFile(this, tr("List of expected rolls"), tr("Lists (*.csv *.txt *.tsv);;All files (*)"),
                       [this](const std::string& path) { readList(path); });
  });
  on("verify.certificate", Qt::WidgetWithChildrenShortcut, [this] {
    if (const auto* panel = currentPanel()) return certify(*panel);
    emit said(tr("There is nothing to certify yet: verify a drive first."));
  });
  connect(&m_feed, &StateFeed::polled, this, &VerifyPage::showState);
  showExpected();
  showState(m_feed.last());
}

QWidget* VerifyPage::makeSide(Actions& actions) {
  auto* side = new QWidget(this);
  side->setFixedWidth(space(300));
  side->setAutoFillBackground(true);
  QPalette colours = side->palette();
  colours.setColor(QPalette::Window, theme::grey(theme::kPanel));
  side->setPalette(colours);
  auto* column = new QVBoxLayout(side);
  column->setContentsMargins(space(12), space(16), space(12), space(12));
  column->setSpacing(space(8));
  const auto heading = [&](const QString& text) {
    auto* label = new Text(Size::small, true, side);
    label->setLine(text);
    label->setColour(theme::grey(theme::kDim));
    column->addWidget(label);
  };
  const auto button = [&](const char* id, QBoxLayout* into) {
    const QString action = QString::fromUtf8(id);
    auto* push = new QPushButton(actions.find(action)->text(), side);
    push->setToolTip(actions.hint(action));
    push->setObjectName(action);
    connect(push, &QPushButton::clicked, actions.find(action), &QAction::trigger);
    into->addWidget(push);
    return push;
  };
  heading(tr("DRIVES"));
  m_driveList = new QListView(side);
  m_driveList->setObjectName(QStringLiteral("verifyDrives"));
  m_driveList->setModel(&m_volumes);
  m_driveList->setItemDelegate(new TileDelegate(m_driveList));
  m_driveList->setAccessibleName(tr("Drives to verify"));
  m_driveList->setSelectionMode(QAbstractItemView::SingleSelection);
  m_driveList->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  m_driveList->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_driveList->setEditTriggers(QAbstractItemView::NoEditTriggers);
  m_driveList->viewport()->setAutoFillBackground(false);
  connect(m_driveList, &QListView::doubleClicked, actions.find(QStringLiteral("verify.start")), &QAction::trigger);
  column->addWidget(m_driveList, 1000);  // as tall as its drives, while there is room
  connect(&m_volumes, &QAbstractItemModel::modelReset, this, &VerifyPage::fitDrives);
  button("verify.start", column)->setText(tr("Verify   ⏎"));
  connect(actions.find(QStringLiteral("verify.choose")), &QAction::triggered, this, [this] {
    m_seams.chooseFolder(this, tr("Choose what to verify"), [this](const std::string& path) { verify(path); });
  });
  button("verify.choose", column);
  m_seal = new QCheckBox(tr("Write the result beside each roll"), side);
  m_seal->setToolTip(tr("Adds a generation to each roll's own history. Without it, nothing at all is written."));
  m_seal->setChecked(true);
  column->addWidget(m_seal);

  column->addSpacing(space(12));
  heading(tr("EXPECTED ROLLS"));
  m_expected = new QPlainTextEdit(side);
  m_expected->setAccessibleName(tr("Expected rolls"));
  m_expected->setPlaceholderText(QStringLiteral("A001-A004, B001"));
  m_expected->setTabChangesFocus(true);
  m_expected->setFixedHeight(space(84));
  column->addWidget(m_expected);
  m_expectedNote = makeParagraph(Size::small, side);
  QPalette quiet = m_expectedNote->palette();
  quiet.setColor(QPalette::WindowText, theme::grey(theme::kDim));
  m_expectedNote->setPalette(quiet);
  column->addWidget(m_expectedNote);
  auto* lists = new QHBoxLayout;
  lists->setSpacing(space(8));
  button("verify.list", lists);
  m_forgetList = new QPushButton(tr("Forget the list"), side);
  lists->addWidget(m_forgetList);
  column->addLayout(lists);
  column->addStretch(1);
  fitDrives();
  connect(m_expected, &QPlainTextEdit::textChanged, this, [this] {
    m_listName.clear();
    showExpected();
  });
  connect(m_forgetList, &QPushButton::clicked, this, [this] {
    m_listName.clear();
    m_expected->clear();
    showExpected();
  });
  return side;
}

QWidget* VerifyPage::makeBoard(Actions& actions) {
  auto* scroll = new QScrollArea(this);
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setFocusPolicy(Qt::NoFocus);
  auto* board = new QWidget(scroll);
  m_board = new QVBoxLayout(board);
  m_board->setContentsMargins(space(20), space(16), space(20), space(16));
  m_board->setSpacing(space(16));
  m_empty = makeEmptyState(tr("Drop a drive or a folder: every roll on it is proven against its seal."),
                           actions.find(QStringLiteral("verify.choose")), board);
  m_board->addWidget(m_empty, 1000);
  m_board->addStretch(1);
  scroll->setWidget(board);
  return scroll;
}

void VerifyPage::fitDrives() {
  int height = 0;
  for (int row = 0; row < m_volumes.rowCount(); ++row) height += m_driveList->sizeHintForRow(row);
  m_driveList->setMaximumHeight(height + 2);
}

void VerifyPage::focusDrives() {
  if (!m_driveList->currentIndex().isValid() && m_volumes.rowCount() > 0)
    m_driveList->setCurrentIndex(m_volumes.index(0));
  m_driveList->setFocus(Qt::OtherFocusReason);
}

void VerifyPage::verify(const std::string& path) {
  if (m_listBad) {
    m_expected->setFocus(Qt::OtherFocusReason);
    return emit said(tr("The list of expected rolls cannot be read: mend it or empty it first."));
  }
  session::VerifySettings settings;
  settings.path = path::absolute(path);
  settings.seal = m_seal->isChecked();
  settings.expected = m_list;
  m_session.startVerify(settings);
  m_feed.refresh();
}

void VerifyPage::hover() {
  DropTarget target;
  target.caption = tr("Verify");
  const QWidget* board = m_board->parentWidget()->parentWidget();
  target.outline =
      QRect(board->mapToGlobal(QPoint(0, 0)), board->size()).adjusted(space(8), space(8), -space(8), -space(8));
  m_hint->show(target);
}

void VerifyPage::endHover() { m_hint->hide(); }

void VerifyPage::dropFile(const std::string& path) {
  endHover();
  m_work.run(
      this, [path](const std::stop_token&) { return realFileSystem().info(path); },
      [this, path](Result<FileInfo> info) {
        if (!info) return emit said(sentence(info.error()));
        if (info->kind == FileKind::regular && path::extension(path) != "mhl")
          readList(path);
        else
          verify(path);
      });
}

void VerifyPage::readList(const std::string& path) {
  m_work.run(
      this, [path](const std::stop_token&) { return session::readExpectedRolls(realFileSystem(), path); },
      [this, path](Result<std::vector<session::ExpectedRoll>> list) {
        if (!list) return emit said(sentence(list.error()));
        m_expected->clear();
        m_listName = shown(path::fileName(path));
        m_list = std::move(*list);
        showExpected();
      });
}

void VerifyPage::showExpected() {
  QString note;
  m_listBad = false;
  if (m_listName.isEmpty()) {
    m_list.clear();
    if (const std::string typed = utf8(m_expected->toPlainText().trimmed()); !typed.empty()) {
      auto list = session::parseExpectedRolls(typed);
      m_listBad = !list.has_value();
      if (list) m_list = std::move(*list);
      if (!list) note = sentence(list.error());
    }
  }
  if (!m_list.empty()) {
    QStringList names;
    for (std::size_t i = 0; i < m_list.size() && i < 6; ++i) names << shown(m_list[i].name);
    note = counted(m_list.size(), "roll expected", "rolls expected");
    if (!m_listName.isEmpty()) note += tr(" by ") + m_listName;
    note += QStringLiteral(": ") + names.join(QStringLiteral(", ")) +
            (m_list.size() > 6 ? QStringLiteral(", …") : QString());
  } else if (note.isEmpty()) {
    note = tr("Optional: type names, or drop a list (CSV).");
  }
  m_expectedNote->setText(note);
  m_forgetList->setVisible(!m_list.empty() || m_listBad);
}

void VerifyPage::showState(const StatePtr& state) {
  m_volumes.setVolumes(state->volumes);
  const WallTime now = systemClock().now();
  std::vector<std::uint64_t> order;
  for (const auto& run : state->verifies) {
    order.push_back(run.job.value);
    auto& panel = m_panels[run.job.value];
    if (!panel) {
      panel = new VerifyPanel(m_board->parentWidget());
      connect(panel, &VerifyPanel::certificateWanted, this, [this, one = panel] { certify(*one); });
      connect(panel, &VerifyPanel::cancelWanted, this, [this](jobs::JobId job) { m_session.cancelJob(job); });
    }
    panel->show(run, jobOf(*state, run.job), now);
  }
  if (order == m_order) return;
  for (auto it = m_panels.begin(); it != m_panels.end();) {
    if (std::find(order.begin(), order.end(), it->first) == order.end()) {
      it->second->deleteLater();
      it = m_panels.erase(it);
    } else {
      ++it;
    }
  }
  m_order = order;
  int at = 1;  // after the empty state
  for (const auto id : m_order) {
    m_board->removeWidget(m_panels[id]);
    m_board->insertWidget(at++, m_panels[id]);
    m_panels[id]->setVisible(true);
  }
  m_empty->setVisible(m_order.empty());
}

std::vector<VerifyPanel*> VerifyPage::panels() const {
  std::vector<VerifyPanel*> list;
  for (const auto id : m_order) list.push_back(m_panels.at(id));
  return list;
}

VerifyPanel* VerifyPage::currentPanel() const {
  VerifyPanel* newest = nullptr;
  for (VerifyPanel* panel : panels()) {
    if (!panel->run().report) continue;
    if (panel->isAncestorOf(QApplication::focusWidget())) return panel;
    if (!newest) newest = panel;
  }
  return newest;
}

void VerifyPage::certify(const VerifyPanel& panel) {
  const session::VerifyRun& run = panel.run();
  if (!run.report) return;
  session::ProofRun proof;
  proof.paths = {run.path};
  proof.trees = {run.report->tree};
  proof.completeness = run.report->completeness;
  const QDateTime finished = QDateTime::fromString(QString::fromStdString(run.finishedAt), Qt::ISODate);
  proof.finishedAt = WallTime(std::chrono::milliseconds(finished.toMSecsSinceEpoch()));
  proof.startedAt = std::min(panel.startedAt(), proof.finishedAt);  // a run may end before it is first seen
  const QString name = shown(path::fileName(run.path));
  const QString title = tr("Verification of %1").arg(name);
  m_seams.saveFile(this, tr("Save the certificate"), name + QStringLiteral(" verification.pdf"),
                   tr("PDF (*.pdf);;HTML (*.html)"), [this, proof, title](const std::string& path) {
                     m_work.run(
                         this,
                         [proof, title, path](const std::stop_token&) -> Status {
                           Result<std::string> content = session::certificateHtml(proof);
                           if (path::extension(path) == "pdf") content = pdfOf(*content, title);
                           if (!content) return tl::unexpected(content.error());
                           return writeFileDurably(realFileSystem(), path, *content, true);  // the dialog has asked
                         },
                         [this, path](Status written) {
                           if (!written) return emit said(sentence(written.error()));
                           m_seams.openDocument(path);
                         });
                   });
}

}  // namespace rollproof::ui
