// SPDX-License-Identifier: Apache-2.0
#include "ui/cards/card_contents.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/bridge/clip_text.h"
#include "ui/bridge/findings.h"
#include "ui/bridge/format.h"
#include "ui/theme/table.h"

namespace rollproof::ui {

using theme::Size;
using theme::space;

namespace {

constexpr int kMostRows = 9;         // then the list scrolls: form and tiles stay in sight
constexpr std::size_t kMostOdd = 6;  // sentences about the card itself

const char* const kTitles[] = {"Clip", "Start TC", "Duration", "fps",  "Picture", "Codec",
                               "EI",   "Lens",     "Colour",   "Size", "Odd"};
static_assert(std::size(kTitles) == ContentsModel::kColumns);

QString textOf(const model::Clip& clip, int column) {
  switch (column) {
    case ContentsModel::clipName:
      return shown(clip.name);
    case ContentsModel::start:
      return startText(clip);
    case ContentsModel::duration:
      return durationText(clip);
    case ContentsModel::fps:
      return fpsText(clip);
    case ContentsModel::resolution:
      return clip.picture ? resolutionText(clip)
             : clip.audio ? counted(static_cast<std::uint64_t>(clip.audio->channels), "channel", "channels")
                          : QString();
    case ContentsModel::codec:
      return codecText(clip);
    case ContentsModel::ei:
      return clip.exposure.ei ? QString::number(*clip.exposure.ei) : QString();
    case ContentsModel::lens:
      return lensText(clip);
    case ContentsModel::colour:
      return shown(clip.colour.space);
    case ContentsModel::bytes:
      return bytesText(bytesOf(clip));
    case ContentsModel::odd:
      return worstText(tallyOf(clip));
    default:
      return {};
  }
}

}  // namespace

int ContentsModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_clips.size());
}

int ContentsModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant ContentsModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= kColumns || role != Qt::DisplayRole) return {};
  return QString::fromUtf8(kTitles[section]);
}

QVariant ContentsModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const model::Clip& clip = m_clips[static_cast<std::size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole:
      return textOf(clip, index.column());
    case Qt::ToolTipRole:
    case Qt::AccessibleDescriptionRole:
      return index.column() == odd ? findingLines(findingsOf(clip)) : textOf(clip, index.column());
    case kWholeRole:
      return index.column() == start || index.column() == duration;
    case kInkRole:
      return index.column() == odd ? QVariant(worstInk(tallyOf(clip))) : QVariant();
    default:
      return {};
  }
}

void ContentsModel::setClips(std::vector<model::Clip> clips) {
  beginResetModel();
  m_clips = std::move(clips);
  endResetModel();
}

CardContents::CardContents(QWidget* parent) : QFrame(parent) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space(8));
  auto* top = new QHBoxLayout;
  m_heading = new Text(Size::body, true, this);
  m_state = new Text(Size::small, false, this);
  m_state->setColour(theme::grey(theme::kDim));
  m_state->setElide(Elide::none);
  top->addWidget(m_heading, 1);
  top->addWidget(m_state);
  column->addLayout(top);
  m_odd = makeParagraph(Size::small, this);
  QPalette ink = m_odd->palette();
  ink.setColor(QPalette::WindowText, theme::caution());
  m_odd->setPalette(ink);
  column->addWidget(m_odd);
  m_table = new QTableView(this);
  m_table->setModel(&m_clips);
  dressTable(*m_table, tr("Clips on the card"), TableDelegate::kTextRowHeight);
  m_table->setSelectionMode(QAbstractItemView::SingleSelection);
  m_table->setFocusPolicy(Qt::TabFocus);
  m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  column->addWidget(m_table);
  hide();
}

void CardContents::show(const CardItem& item) {
  const bool ready = item.state == CardItem::State::ready;
  setVisible(ready);
  if (!ready || (item.path == m_path && item.readings == m_shown)) return;
  m_path = item.path;
  m_shown = item.readings;
  const model::Card& card = item.card;
  QStringList words{counted(card.clips.size(), "clip", "clips") + tr(" on the card")};
  if (!card.camera.empty()) words << shown(card.camera);
  if (!card.reel.empty()) words << tr("reel %1").arg(shown(card.reel));
  m_heading->setLine(words.join(QStringLiteral(" · ")));
  m_state->setLine(item.details == CardItem::Details::reading  ? tr("reading what the camera knew…")
                   : item.details == CardItem::Details::failed ? tr("names only: the clips could not be read")
                                                               : QString());
  QStringList odd;
  for (const auto& warning : card.warnings) {
    if (odd.size() == static_cast<qsizetype>(kMostOdd)) {
      odd << tr("– and %1 more").arg(countText(card.warnings.size() - kMostOdd));
      break;
    }
    odd << glyphOf(model::QcLevel::warning) + QLatin1Char(' ') + shown(warning.text);
  }
  m_odd->setText(odd.join(QLatin1Char('\n')));
  m_odd->setVisible(!odd.isEmpty());
  m_clips.setClips(card.clips);
  m_table->setVisible(m_clips.rowCount() > 0);
  const int rows = std::min(m_clips.rowCount(), kMostRows);
  m_table->setFixedHeight(m_table->horizontalHeader()->sizeHint().height() +
                          rows * space(TableDelegate::kTextRowHeight) + space(4));
  fit();
}

void CardContents::fit() {
  fitColumns(*m_table, {{ContentsModel::colour, 90},
                        {ContentsModel::lens, 70},
                        {ContentsModel::codec, 60},
                        {ContentsModel::clipName, 150}});
}

void CardContents::resizeEvent(QResizeEvent* event) {
  QFrame::resizeEvent(event);
  fit();
}

}  // namespace rollproof::ui
