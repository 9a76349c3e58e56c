// SPDX-License-Identifier: Apache-2.0
#include "ui/verify/verify_panel.h"

#include <QHBoxLayout>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/path.h"
#include "ui/bridge/format.h"
#include "ui/bridge/state_feed.h"
#include "ui/theme/tile_delegate.h"
#include "ui/verify/verify_words.h"

namespace rollproof::ui {

using theme::Size;
using theme::space;

namespace {

constexpr std::size_t kShownFindings = 12;  // the certificate lists them all
constexpr int kTileWidth = 220;

class RollDelegate : public TileDelegate {
 public:
  using TileDelegate::TileDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    QStyleOptionViewItem inner = option;
    inner.rect.setRight(option.rect.right() - space(8));  // the gap to the next tile
    TileDelegate::paint(painter, inner, index);
  }
  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    return {space(kTileWidth), TileDelegate::sizeHint(option, index).height()};
  }
};

QString percent(double fraction) { return QString::number(static_cast<int>(fraction * 100)) + QStringLiteral(" %"); }

QColor colourOf(Standing standing) {
  if (standing == Standing::proven) return theme::proven();
  return standing == Standing::defect ? theme::defect() : QColor();
}

std::string relativeTo(const std::string& root, const std::string& path) {
  if (path == root || !path::isWithin(path, root)) return {};
  return path.substr(root.size() + (root == "/" ? 0 : 1));
}

// "Verifying A012" is the bar of roll A012.
VerifiedRolls::Row rowOf(const jobs::MeterView& meter) {
  constexpr std::string_view kVerb = "Verifying ";
  VerifiedRolls::Row row;
  row.name = shown(meter.name.starts_with(kVerb) ? meter.name.substr(kVerb.size()) : meter.name);
  row.detail = counted(meter.totalItems, "file", "files") + QStringLiteral(" · ") + bytesText(meter.totalBytes);
  const double part =
      meter.totalBytes > 0 ? static_cast<double>(meter.doneBytes) / static_cast<double>(meter.totalBytes) : 0;
  row.status = meter.failedItems > 0 ? QStringLiteral("■ ") + counted(meter.failedItems, "file differs", "files differ")
                                     : QStringLiteral("◌ ") + QObject::tr("read ") + percent(part);
  if (meter.failedItems > 0) row.colour = theme::defect();
  return row;
}

}  // namespace

int VerifiedRolls::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant VerifiedRolls::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const Row& row = at(index.row());
  switch (role) {
    case Qt::DisplayRole:
    case kTitleRole:
      return row.name;
    case kDetailRole:
      return row.detail;
    case kStatusRole:
      return row.status;
    case kStatusColourRole:
      return row.colour;
    case Qt::ToolTipRole:
      return shown(row.scope);
    case Qt::AccessibleTextRole:
      return QStringList{row.name, row.status, row.detail}.join(QStringLiteral(", "));
    default:
      return {};
  }
}

void VerifiedRolls::setRows(std::vector<Row> rows) {
  if (rows == m_rows) return;
  if (rows.size() == m_rows.size()) {
    m_rows = std::move(rows);
    emit dataChanged(index(0), index(rowCount() - 1));
    return;
  }
  beginResetModel();
  m_rows = std::move(rows);
  endResetModel();
}

VerifyPanel::VerifyPanel(QWidget* parent) : Panel(parent) {
  auto* across = new QHBoxLayout(this);
  across->setContentsMargins(space(20), space(16), space(20), space(16));
  across->setSpacing(space(24));
  m_left = new QVBoxLayout;
  m_left->setSpacing(space(8));
  across->addLayout(m_left, 1);

  auto* heading = new QHBoxLayout;
  heading->setSpacing(space(12));
  m_name = new Text(Size::roll, true, this);
  m_path = new Text(Size::body, false, this);
  m_path->setColour(theme::grey(theme::kDim));
  m_path->setElide(Elide::middle);
  m_path->standOnBaselineOf(Size::roll, true);
  m_name->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
  heading->addWidget(m_name, 0, Qt::AlignBottom);
  heading->addWidget(m_path, 1, Qt::AlignBottom);
  m_left->addLayout(heading);
  m_counts = new Text(Size::body, false, this);
  m_left->addWidget(m_counts);
  m_bar = new Bar(12, this);
  m_left->addWidget(m_bar);
  m_progress = new Text(Size::body, false, this);
  m_left->addWidget(m_progress);

  m_list = new QListView(this);
  m_list->setModel(&m_rolls);
  m_list->setItemDelegate(new RollDelegate(m_list));
  m_list->setAccessibleName(tr("Rolls found"));
  m_list->setFlow(QListView::LeftToRight);
  m_list->setWrapping(true);
  m_list->setResizeMode(QListView::Adjust);
  m_list->setUniformItemSizes(true);
  m_list->setSelectionMode(QAbstractItemView::SingleSelection);
  m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
  m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_list->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_list->viewport()->setAutoFillBackground(false);
  m_left->addSpacing(space(4));
  m_left->addWidget(m_list);
  m_left->addStretch();

  auto* right = new QVBoxLayout;
  right->setSpacing(space(12));
  m_verdict = new VerdictBlock(this);
  m_verdict->setFixedWidth(space(304));
  right->addWidget(m_verdict, 0, Qt::AlignTop);
  m_certificate = new QPushButton(tr("Certificate…"), this);
  m_certificate->setToolTip(tr("Write what was proven here as a PDF or HTML file (Ctrl+P)"));
  m_cancel = new QPushButton(tr("Cancel"), this);
  right->addWidget(m_certificate, 0, Qt::AlignLeft);
  right->addWidget(m_cancel, 0, Qt::AlignLeft);
  right->addStretch();
  across->addLayout(right);

  connect(m_certificate, &QPushButton::clicked, this, &VerifyPanel::certificateWanted);
  connect(m_cancel, &QPushButton::clicked, this, [this] { emit cancelWanted(m_run.job); });
  connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &VerifyPanel::showFindings);
  connect(&m_rolls, &QAbstractItemModel::modelReset, this, &VerifyPanel::fitList);
}

void VerifyPanel::show(const session::VerifyRun& run, const jobs::JobView* job, WallTime now) {
  const bool newReport = run.report != m_run.report;
  m_run = run;
  if (!m_seenAtWork) {
    m_startedAt = now;
    m_seenAtWork = job && job->state == jobs::JobState::running;
  }
  const QString name = shown(path::fileName(run.path).empty() ? run.path : path::fileName(run.path));
  m_name->setLine(name);
  m_path->setLine(shown(path::parent(run.path)));
  if (accessibleName() != name) setAccessibleName(name);
  const bool live = !run.report && run.error.empty() && job &&
                    (job->state == jobs::JobState::running || job->state == jobs::JobState::waiting ||
                     job->state == jobs::JobState::paused);
  m_bar->setVisible(live);
  m_progress->setVisible(live);
  m_cancel->setVisible(live && job->canCancel);
  m_certificate->setVisible(run.report != nullptr);
  if (live) {
    showRunning(*job, now);
  } else if (run.report) {
    if (newReport) showReport();
  } else {
    m_counts->setLine({});
    m_counts->hide();
    const bool stopped = job && job->state == jobs::JobState::cancelled;
    const QString why = !run.error.empty()           ? shown(run.error)
                        : stopped                    ? tr("Stopped before the end")
                        : job && !job->error.empty() ? shown(job->error)
                                                     : tr("Nothing was proven");
    m_verdict->present(Standing::unproven, tr("NOT VERIFIED"), {why});
  }
  m_list->setVisible(m_rolls.rowCount() > 0);
}

void VerifyPanel::showRunning(const jobs::JobView& job, WallTime now) {
  const bool waiting = job.state == jobs::JobState::waiting;
  m_counts->hide();
  m_bar->setColour(job.state == jobs::JobState::paused ? theme::grey(0x9c) : theme::working());
  m_bar->setFraction(waiting ? 0 : job.fraction);
  QStringList lines;
  if (waiting) {
    m_progress->setLine(tr("Waiting for its turn"));
  } else if (job.state == jobs::JobState::paused) {
    m_progress->setLine(tr("Paused at %1: nothing is read").arg(percent(job.fraction)));
  } else {
    std::vector<Run> line{{shown(job.phase) + QStringLiteral("  "), false, {}}, {percent(job.fraction), true, {}}};
    if (const QString rate = rateText(fastestStream(job)); !rate.isEmpty())
      line.push_back({QStringLiteral("     ") + rate, true, {}});
    if (job.remaining) {
      line.push_back({QStringLiteral("     done "), false, {}});
      line.push_back({doneAtText(now, *job.remaining), true, {}});
      line.push_back({QStringLiteral(" · ") + inText(*job.remaining), false, {}});
    }
    m_progress->setRuns(line);
    std::uint64_t done = 0, total = 0;
    for (const auto& meter : job.meters) {
      done += meter.doneItems;
      total += meter.totalItems;
    }
    if (total > 0) lines << tr("… %1 of %2 read").arg(countText(done), counted(total, "file", "files"));
  }
  std::vector<VerifiedRolls::Row> rows;
  for (const auto& meter : job.meters) rows.push_back(rowOf(meter));
  m_rolls.setRows(std::move(rows));
  m_verdict->present(Standing::unproven, tr("NOT VERIFIED YET"), lines);
}

void VerifyPanel::showReport() {
  const auto& report = *m_run.report;
  const auto& total = report.tree.total;
  std::vector<VerifiedRolls::Row> rows;
  for (const auto& roll : report.tree.rolls) {
    const Standing standing = standingOf(roll.result);
    VerifiedRolls::Row row;
    row.name = shown(path::fileName(roll.scope));
    row.detail = counted(roll.files, "file", "files") + QStringLiteral(" · ") + bytesText(roll.bytes);
    row.status = lookOf(standing).glyph + QLatin1Char(' ') + wordOf(roll.result);
    row.colour = colourOf(standing);
    row.scope = relativeTo(total.scope, roll.scope);
    rows.push_back(std::move(row));
  }
  m_rolls.setRows(std::move(rows));
  QStringList counts{counted(report.tree.rolls.size(), "roll", "rolls"), counted(total.verified, "file", "files"),
                     bytesText(total.bytesRead) + tr(" read")};
  if (const QString at = clockText(m_run.finishedAt); !at.isEmpty()) counts << tr("done ") + at;
  m_counts->setLine(counts.join(QStringLiteral(" · ")));
  m_counts->show();
  m_verdict->present(standingOf(report), headlineOf(report), reasonsOf(report));
  showFindings();
}

void VerifyPanel::showFindings() {
  delete m_findings;
  m_findings = nullptr;
  if (!m_run.report) return;
  std::vector<mhl::Finding> list = m_run.report->completeness.findings;
  for (auto& finding : list)  // of rolls: by where they lie here
    if (const auto inside = relativeTo(m_run.report->tree.total.scope, finding.path); !inside.empty())
      finding.path = inside;
  const QModelIndex chosen = m_list->currentIndex();
  const std::string scope = chosen.isValid() ? m_rolls.at(chosen.row()).scope : std::string();
  for (const auto& finding : m_run.report->tree.total.findings)
    if (finding.kind != "sealed" && (scope.empty() || path::isWithin('/' + finding.path, '/' + scope)))
      list.push_back(finding);
  std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return weightOf(a) < weightOf(b); });
  if (list.empty()) return;
  m_findings = new QWidget(this);
  auto* column = new QVBoxLayout(m_findings);
  column->setContentsMargins(0, space(4), 0, 0);
  column->setSpacing(space(8));
  const auto quiet = [&](const QString& text) {
    auto* label = makeParagraph(Size::small, m_findings);
    QPalette colours = label->palette();
    colours.setColor(QPalette::WindowText, theme::grey(theme::kDim));
    label->setPalette(colours);
    label->setText(text);
    return label;
  };
  for (std::size_t i = 0; i < std::min(list.size(), kShownFindings); ++i) {
    const auto& finding = list[i];
    const Weight weight = weightOf(finding);
    auto* row = new QHBoxLayout;
    row->setSpacing(space(8));
    auto* glyph = new Text(Size::body, false, m_findings);
    glyph->setLine(glyphOf(weight));
    glyph->setFixedWidth(space(16));
    if (weight == Weight::defect) glyph->setColour(theme::defect());
    row->addWidget(glyph, 0, Qt::AlignTop);
    auto* words = new QVBoxLayout;
    words->setSpacing(space(2));
    if (!finding.path.empty()) {
      auto* file = new Text(Size::body, true, m_findings);
      file->setElide(Elide::middle);
      file->setLine(shown(finding.path));
      file->setToolTip(shown(finding.path));
      words->addWidget(file);
    }
    auto* what = makeParagraph(finding.path.empty() ? Size::body : Size::small, m_findings);
    what->setText(shown(finding.text));
    words->addWidget(what);
    if (const QString next = nextStepOf(finding); !next.isEmpty()) words->addWidget(quiet(next));
    row->addLayout(words, 1);
    column->addLayout(row);
  }
  if (list.size() > kShownFindings)
    column->addWidget(quiet(tr("And %1 more, all in the certificate.").arg(countText(list.size() - kShownFindings))));
  m_left->insertWidget(m_left->count() - 1, m_findings);
}

QStringList VerifyPanel::findings() const {
  QStringList lines;
  if (m_findings)
    for (const QLabel* label : m_findings->findChildren<QLabel*>()) lines << label->text();
  return lines;
}

void VerifyPanel::fitList() {
  const int count = m_rolls.rowCount();
  if (count == 0) return m_list->setFixedHeight(0);
  const int columns = std::max(1, (m_list->width() - 1) / space(kTileWidth));
  m_list->setFixedHeight((count + columns - 1) / columns * m_list->sizeHintForRow(0) + 2);
}

void VerifyPanel::resizeEvent(QResizeEvent* event) {
  Panel::resizeEvent(event);
  fitList();
}

}  // namespace rollproof::ui
