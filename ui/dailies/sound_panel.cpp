// SPDX-License-Identifier: Apache-2.0
#include "ui/dailies/sound_panel.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLocale>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "core/base/path.h"
#include "ui/actions/actions.h"
#include "ui/bridge/format.h"
#include "ui/theme/table.h"
#include "ui/theme/theme.h"

namespace rollproof::ui {

using theme::space;

namespace {

constexpr const char* kTitles[] = {"Clip",    "Sound", "Roll",   "Sound timecode", "Sample",
                                   "By hand", "Drift", "Tracks", "Remarks"};

QString framesText(double frames) {
  if (frames == 0) return {};
  const QString number = QLocale().toString(frames, 'g', 6);
  return (frames > 0 ? QStringLiteral("+") : QString()) + number;
}

// Less than a tenth of a frame is no drift to look after.
QString driftText(double frames) { return framesText(std::round(frames * 10) / 10); }

QString remarksOf(const session::ClipSound& one) {
  QStringList words;
  if (!one.sound) words << shown(one.why);
  for (const auto& note : one.notes) words << shown(note);
  return words.join(QLatin1Char(' '));
}

}  // namespace

int SoundModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_lines.size());
}
int SoundModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant SoundModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= kColumns) return {};
  if (role == Qt::ToolTipRole && section == moved) return tr("Frames the sound is earlier than it was found");
  if (role == Qt::ToolTipRole && section == drift)
    return tr("Frames by which the sound's timecode runs ahead of the picture's at the clip's last frame");
  return role == Qt::DisplayRole ? QVariant(tr(kTitles[section])) : QVariant();
}

QVariant SoundModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Line& line = m_lines[static_cast<std::size_t>(index.row())];
  if (role == Qt::TextAlignmentRole && (index.column() == offset || index.column() == moved || index.column() == drift))
    return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
  if (role == Qt::ToolTipRole && index.column() == remarks) return line.remarks;
  if (role == Qt::ToolTipRole && index.column() == recording && line.sound && !line.sound->paths.empty())
    return shown(line.sound->paths.front());
  if (role == Qt::EditRole && index.column() == moved)
    return line.sound ? QLocale().toString(line.sound->movedFrames, 'g', 6) : QString();
  if (role != Qt::DisplayRole) return {};
  if (index.column() == clip) return shown(line.row->clip.name);
  if (index.column() == remarks) return line.remarks;
  if (!line.sound) return index.column() == recording ? tr("none") : QString();
  switch (index.column()) {
    case recording:
      return shown(line.sound->name);
    case roll:
      return shown(line.sound->roll);
    case timecode:
      return shown(line.sound->timecode);
    case offset:
      return QLocale().toString(static_cast<qlonglong>(line.sound->offset));
    case moved:
      return framesText(line.sound->movedFrames);
    case drift:
      return driftText(line.sound->drift);
    case tracks: {
      QStringList names;
      for (const auto& name : line.sound->tracks)
        if (!name.empty()) names << shown(name);
      return names.isEmpty() ? counted(static_cast<std::uint64_t>(line.sound->channels), "track", "tracks")
                             : names.join(QStringLiteral(", "));
    }
    default:
      return {};
  }
}

Qt::ItemFlags SoundModel::flags(const QModelIndex& index) const {
  auto flags = QAbstractTableModel::flags(index);
  if (index.isValid() && index.column() == moved && m_lines[static_cast<std::size_t>(index.row())].sound)
    flags |= Qt::ItemIsEditable;
  return flags;
}

bool SoundModel::setData(const QModelIndex& index, const QVariant& value, int role) {
  if (role != Qt::EditRole || !(flags(index) & Qt::ItemIsEditable)) return false;
  const QString text = value.toString().trimmed();
  bool fine = text.isEmpty();
  const double frames = fine ? 0.0 : QLocale().toDouble(text.startsWith(QLatin1Char('+')) ? text.mid(1) : text, &fine);
  if (!fine) {
    emit refused(tr("“%1” is no number of frames.").arg(text));
    return false;
  }
  const Line& line = m_lines[static_cast<std::size_t>(index.row())];
  if (frames == line.sound->movedFrames) return true;
  emit movedByHand(line.row, frames);
  return true;
}

void SoundModel::show(std::vector<Line> lines) {
  beginResetModel();
  m_lines = std::move(lines);
  endResetModel();
}

SoundPanel::SoundPanel(session::Session& session, WorkQueue& work, Actions& actions, Seams& seams, QWidget* parent)
    : QWidget(parent), m_session(session), m_work(work), m_seams(seams) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space(4));
  auto* top = new QHBoxLayout;
  top->setSpacing(space(4));
  m_heading = new Text(theme::Size::small, true, this);
  m_heading->setColour(theme::grey(theme::kDim));
  top->addWidget(m_heading, 1);
  m_anyDay = new QCheckBox(tr("Of any day"), this);
  m_anyDay->setToolTip(tr("Timecode comes again every day: sound of another day counts only when this is set."));
  top->addWidget(m_anyDay);
  const auto button = [&](const char* id, auto act) {
    QAction* action = actions.find(QString::fromUtf8(id));
    auto* push = new QPushButton(action->text(), this);
    push->setProperty("flat", true);
    push->setObjectName(action->objectName());
    push->setToolTip(actions.hint(action->objectName()));
    connect(push, &QPushButton::clicked, action, &QAction::trigger);
    connect(action, &QAction::triggered, this, act);
    top->addWidget(push);
    return push;
  };
  m_find = button("sound.find", &SoundPanel::find);
  m_forget = button("sound.forget", &SoundPanel::forget);
  column->addLayout(top);
  m_outcome = makeParagraph(theme::Size::small, this);
  m_outcome->setTextInteractionFlags(Qt::TextSelectableByMouse);
  m_outcome->hide();
  column->addWidget(m_outcome);
  m_table = new QTableView(this);
  m_table->setModel(&m_sounds);
  dressTable(*m_table, tr("Production sound"), TableDelegate::kTextRowHeight);
  m_table->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
  m_table->viewport()->installEventFilter(this);
  m_table->hide();
  column->addWidget(m_table, 1);
  connect(&m_sounds, &SoundModel::refused, this, &SoundPanel::said);
  connect(&m_sounds, &SoundModel::movedByHand, this, [this](const ClipPtr& row, double frames) {
    m_work.must(
        this, [this, row, frames](const std::stop_token&) { return session::moveSound(m_session, *row, frames); },
        [this, row](Status done) {
          if (!done) emit said(sentence(done.error()));
          if (done) m_remarks.erase(row->id.value);  // of where it was before
          reload();
        });
  });
  reload();
}

void SoundPanel::setClips(std::vector<ClipPtr> clips) {
  std::erase_if(clips, [](const ClipPtr& row) { return !row->clip.picture; });
  // The same rows again: an open field of the table would close.
  if (clips == m_clips) return;
  m_clips = std::move(clips);
  reload();
}

void SoundPanel::reload() {
  const int number = m_number.next();
  m_work.run(
      this,
      [this, clips = m_clips](const std::stop_token& stop) {
        std::vector<SoundModel::Line> lines;
        for (const auto& row : clips) {
          if (stop.stop_requested()) break;
          lines.push_back({row, m_session.soundOf(row->id), {}});
        }
        return lines;
      },
      [this, number](std::vector<SoundModel::Line> lines) {
        if (!m_number.is(number)) return;
        std::size_t with = 0;
        for (auto& line : lines) {
          with += line.sound.has_value();
          if (const auto said = m_remarks.find(line.row->id.value); said != m_remarks.end())
            line.remarks = said->second;
        }
        const std::size_t all = lines.size();
        const bool worth = with > 0 || std::any_of(lines.begin(), lines.end(),
                                                   [](const auto& line) { return !line.remarks.isEmpty(); });
        m_heading->setLine(all == 0 ? tr("SOUND")
                                    : tr("SOUND · %1 of %2").arg(with).arg(counted(all, "clip", "clips")));
        m_find->setEnabled(all > 0 && !m_searching);
        m_forget->setEnabled(with > 0);
        m_table->setVisible(worth);
        if (!worth) lines.clear();
        m_sounds.show(std::move(lines));
        fit();
      });
}

void SoundPanel::find() {
  if (m_clips.empty()) return emit said(tr("Select the clips to find sound for first."));
  if (m_searching) return emit said(tr("A folder is being read already."));
  m_seams.chooseFolder(this, tr("Folder of sound recordings"), [this](const std::string& folder) { search(folder); });
}

void SoundPanel::search(const std::string& folder) {
  session::SoundSyncRequest request;
  for (const auto& row : m_clips) request.clips.push_back(*row);
  request.folders = {folder};
  request.anyDay = m_anyDay->isChecked();
  m_outcome->setText(tr("Reading %1…").arg(shown(path::fileName(folder))));
  m_outcome->show();
  m_searching = true;
  m_find->setEnabled(false);
  m_work.must(
      this, [this, request](const std::stop_token& stop) { return session::syncSound(m_session, request, stop); },
      [this](Result<session::SoundSyncReport> report) {
        m_searching = false;
        m_find->setEnabled(!m_clips.empty());
        if (!report) {
          m_outcome->setText(QStringLiteral("✕ ") + sentence(report.error()));
          return emit said(sentence(report.error()));
        }
        for (const auto& one : report->clips) m_remarks[one.clip.value] = remarksOf(one);
        QStringList lines{
            (report->matched == report->clips.size() ? QStringLiteral("✓ ") : QStringLiteral("⚠ ")) +
            tr("Sound for %1 of %2.").arg(report->matched).arg(counted(report->clips.size(), "clip", "clips"))};
        QStringList unused;
        for (const auto& one : report->unused) unused << tr("%1: %2").arg(shown(one.name), shown(one.why));
        if (!unused.isEmpty())
          lines << tr("%1 no clip took.")
                       .arg(counted(static_cast<std::uint64_t>(unused.size()), "recording", "recordings"));
        m_outcome->setText(lines.join(QLatin1Char(' ')));
        m_outcome->setToolTip(unused.join(QLatin1Char('\n')));
        reload();
      });
}

void SoundPanel::forget() {
  // Of the lines that are selected; of all that are shown where none is.
  std::vector<catalog::ClipId> ids;
  const auto& lines = m_sounds.lines();
  const bool some = m_table->selectionModel()->hasSelection();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (some && !m_table->selectionModel()->isRowSelected(static_cast<int>(i))) continue;
    if (lines[i].sound) ids.push_back(lines[i].row->id);
  }
  if (ids.empty()) return emit said(tr("None of the selected clips has production sound."));
  m_work.must(
      this,
      [this, ids](const std::stop_token&) -> Status {
        for (const auto id : ids)
          if (auto gone = m_session.setSound(id, std::nullopt); !gone) return gone;
        return {};
      },
      [this, ids](Status done) {
        if (!done) emit said(sentence(done.error()));
        for (const auto id : ids) m_remarks.erase(id.value);
        m_outcome->hide();
        reload();
      });
}

void SoundPanel::fit() {
  fitColumns(*m_table, {{SoundModel::remarks, 120}, {SoundModel::tracks, 90}, {SoundModel::clip, 140}});
}

bool SoundPanel::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::Resize && watched == m_table->viewport()) fit();
  return QWidget::eventFilter(watched, event);
}

}  // namespace rollproof::ui
