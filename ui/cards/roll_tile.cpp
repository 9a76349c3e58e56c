// SPDX-License-Identifier: Apache-2.0
#include "ui/cards/roll_tile.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/path.h"
#include "ui/bridge/format.h"
#include "ui/bridge/state_feed.h"

namespace rollproof::ui {

using theme::Size;
using theme::space;

namespace {

QString percent(double fraction) { return QString::number(static_cast<int>(fraction * 100)) + QStringLiteral(" %"); }

QString copyName(const model::CopyReport& copy) {
  if (!copy.volumeLabel.empty()) return shown(copy.volumeLabel);
  // .../drive/project/day/roll: the drive's folder says more than the roll's, which is on the tile already.
  const std::string above = path::parent(path::parent(path::parent(copy.root)));
  const std::string name = path::fileName(above);
  return shown(name.empty() ? copy.root : name);
}

Run copyWord(const model::CopyReport& copy) {
  switch (copy.state) {
    case model::CopyState::verified:
      return {QStringLiteral("✔ verified"), true, theme::proven()};
    case model::CopyState::cacheVerified:
      return {QStringLiteral("◌ verified from cache only"), true, {}};
    case model::CopyState::defect:
      return {QStringLiteral("■ ") + defectText(copy.filesFailed), true, theme::defect()};
    case model::CopyState::incomplete:
      return {QStringLiteral("◌ incomplete"), true, {}};
    case model::CopyState::failed:
      return {QStringLiteral("✕ failed"), true, {}};
    case model::CopyState::unknown:
      break;
  }
  return {QStringLiteral("◌ not verified"), true, {}};
}

}  // namespace

QString shortStatus(const session::Tile& tile, const jobs::JobView* job) {
  if (job && job->state == jobs::JobState::running)
    return shown(job->phase) + QLatin1Char(' ') + percent(job->fraction);
  if (job && job->state == jobs::JobState::paused) return QStringLiteral("Paused at ") + percent(job->fraction);
  if (job && job->state == jobs::JobState::waiting) return QStringLiteral("Waiting");
  if (!tile.finished) return {};
  const StandingLook look = lookOf(standingOf(tile));
  return look.glyph + QLatin1Char(' ') + look.words;
}

void Panel::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme::grey(theme::kPanel));
  painter.drawRoundedRect(rect(), 6, 6);
}

RollTile::RollTile(QWidget* parent) : Panel(parent) {
  auto* across = new QHBoxLayout(this);
  across->setContentsMargins(space(20), space(16), space(20), space(16));
  across->setSpacing(space(24));
  auto* left = new QVBoxLayout;
  left->setSpacing(space(6));
  across->addLayout(left, 1);

  auto* heading = new QHBoxLayout;
  heading->setSpacing(space(12));
  m_roll = new Text(Size::roll, true, this);
  m_roll->setElide(Elide::none);
  m_camera = new Text(Size::body, false, this);
  m_camera->setColour(theme::grey(theme::kDim));
  heading->addWidget(m_roll, 0, Qt::AlignBottom);
  heading->addWidget(m_camera, 1, Qt::AlignBottom);
  m_camera->standOnBaselineOf(Size::roll, true);
  left->addLayout(heading);

  m_counts = new Text(Size::body, false, this);
  left->addWidget(m_counts);
  m_known = new Text(Size::small, false, this);
  m_known->setColour(theme::grey(theme::kDim));
  left->addWidget(m_known);
  m_bar = new Bar(12, this);
  left->addSpacing(space(4));
  left->addWidget(m_bar);
  m_progress = new Text(Size::body, false, this);
  left->addWidget(m_progress);

  m_meterBox = new QWidget(this);
  m_meterGrid = new QGridLayout(m_meterBox);
  m_meterGrid->setContentsMargins(0, space(6), 0, 0);
  m_meterGrid->setHorizontalSpacing(space(16));
  m_meterGrid->setVerticalSpacing(space(8));
  m_meterGrid->setColumnStretch(1, 1);
  left->addWidget(m_meterBox);

  auto* last = new QHBoxLayout;
  last->setSpacing(space(12));
  m_copies = new Text(Size::body, false, this);
  m_report = new QPushButton(tr("Open report"), this);
  m_again = new QPushButton(tr("Copy again"), this);
  last->addWidget(m_copies, 1000);
  last->addStretch(1);  // the buttons stay at the right while there is no word about copies
  last->addWidget(m_again);
  last->addWidget(m_report);
  m_eject = new QPushButton(tr("Eject"), this);
  m_eject->setToolTip(tr("Unmount the card and power it off, so that it can be pulled (Ctrl+E)"));
  last->addWidget(m_eject);
  left->addLayout(last);
  m_culprit = new CulpritPanel(this);
  left->addWidget(m_culprit);
  left->addStretch();

  m_verdict = new VerdictBlock(this);
  m_verdict->setFixedWidth(space(304));
  across->addWidget(m_verdict, 0, Qt::AlignTop);

  connect(m_report, &QPushButton::clicked, this, [this] {
    if (m_rollId) emit reportWanted(*m_rollId);
  });
  connect(m_again, &QPushButton::clicked, this, [this] {
    if (m_jobId) emit againWanted(*m_jobId);
  });
  connect(m_eject, &QPushButton::clicked, this, [this] { emit ejectWanted(m_ejectFrom, m_roll->text()); });
}

void RollTile::show(const session::Tile& tile, const jobs::JobView* job, WallTime now,
                    const std::vector<model::Volume>& volumes) {
  m_rollId = tile.rollId;
  m_jobId = tile.job;
  const std::string& roll = tile.key.roll;
  const QString name = shown(roll.empty() ? path::fileName(tile.source) : roll);
  m_roll->setLine(name);
  if (accessibleName() != name) setAccessibleName(name);
  QStringList about;
  if (!tile.camera.empty()) about << shown(tile.camera);
  if (!tile.source.empty() && path::fileName(tile.source) != roll) about << shown(path::fileName(tile.source));
  if (!tile.key.project.empty()) about << shown(tile.key.project);
  if (!tile.key.day.empty()) about << dayText(tile.key.day);
  m_camera->setLine(about.join(QStringLiteral(" · ")));
  QStringList counts;
  if (tile.clips > 0) counts << counted(tile.clips, "clip", "clips");
  if (tile.files > 0) counts << counted(tile.files, "file", "files") << bytesText(tile.bytes);
  m_counts->setLine(counts.join(QStringLiteral(" · ")));
  m_known->setLine(shown(tile.known));
  m_known->setToolTip(shown(tile.known));
  m_known->setVisible(!tile.known.empty());

  const bool running = job && job->state == jobs::JobState::running;
  const bool waiting = job && job->state == jobs::JobState::waiting;
  const bool paused = job && job->state == jobs::JobState::paused;
  m_bar->setVisible(running || waiting || paused);
  m_bar->setColour(paused ? theme::grey(0x9c) : theme::working());
  m_progress->setVisible(running || waiting || paused);
  m_meterBox->setVisible(running && !job->meters.empty());
  if (running) {
    m_bar->setFraction(job->fraction);
    std::vector<Run> line{{shown(job->phase) + QStringLiteral("  "), false, {}}, {percent(job->fraction), true, {}}};
    if (const QString rate = rateText(fastestStream(*job)); !rate.isEmpty())
      line.push_back({QStringLiteral("     ") + rate, true, {}});
    if (job->remaining) {
      line.push_back({QStringLiteral("     done "), false, {}});
      line.push_back({doneAtText(now, *job->remaining), true, {}});
      line.push_back({QStringLiteral(" · ") + inText(*job->remaining), false, {}});
    }
    if (job->pausing) line.push_back({tr("     pauses after this file"), false, {}});
    m_progress->setRuns(line);
    showMeters(job->meters, volumes);
  } else if (waiting) {
    m_bar->setFraction(0);
    m_progress->setLine(tr("Waiting for its turn"));
  } else if (paused) {
    m_bar->setFraction(job->fraction);
    m_progress->setLine(tr("Paused at %1: nothing is read or written").arg(percent(job->fraction)));
  }
  showCopies(tile);
  m_report->setVisible(tile.finished && tile.rollId.has_value());
  m_again->setVisible(job && job->canRetry);
  m_ejectFrom = tile.ejectMountPoint;
  m_eject->setVisible(standingOf(tile) == Standing::proven && !m_ejectFrom.empty());
  m_culprit->show(tile.problems);
  m_verdict->show(standingOf(tile), tile.verdict.reasons);
}

namespace {

// The device under the volume a meter is named after: "RAID-A read back" is about the volume RAID-A.
QString deviceOf(const std::string& meter, const std::vector<model::Volume>& volumes) {
  for (const auto& volume : volumes) {
    const std::string name = volume.label.empty() ? path::fileName(volume.mountPoint) : volume.label;
    const bool about = !name.empty() && (meter == name || meter.starts_with(name + ' '));
    if (about) return shown(volume.device.description);
  }
  return {};
}

}  // namespace

QStringList RollTile::meterNames() const {
  QStringList names;
  for (const auto& row : m_meters)
    if (row.name->isVisibleTo(m_meterBox)) names << row.name->text();
  return names;
}

void RollTile::showMeters(const std::vector<jobs::MeterView>& meters, const std::vector<model::Volume>& volumes) {
  while (m_meters.size() < meters.size()) {
    const int row = static_cast<int>(m_meters.size());
    MeterRow one{new Text(Size::small, false, m_meterBox), new Bar(6, m_meterBox),
                 new Text(Size::small, false, m_meterBox), new Text(Size::small, false, m_meterBox)};
    one.name->setFixedWidth(space(320));
    one.name->setElide(Elide::middle);  // a serial is told by its end
    one.rate->setFixedWidth(space(76));
    one.count->setFixedWidth(space(150));
    one.rate->setAlignment(Qt::AlignRight);
    m_meterGrid->addWidget(one.name, row, 0);
    m_meterGrid->addWidget(one.bar, row, 1, Qt::AlignVCenter);
    m_meterGrid->addWidget(one.rate, row, 2);
    m_meterGrid->addWidget(one.count, row, 3);
    m_meters.push_back(one);
  }
  for (std::size_t i = 0; i < m_meters.size(); ++i) {
    const MeterRow& row = m_meters[i];
    const bool used = i < meters.size();
    for (QWidget* widget : {static_cast<QWidget*>(row.name), static_cast<QWidget*>(row.bar),
                            static_cast<QWidget*>(row.rate), static_cast<QWidget*>(row.count)})
      widget->setVisible(used);
    if (!used) continue;
    const jobs::MeterView& meter = meters[i];
    std::vector<Run> name{{shown(meter.name), false, {}}};
    if (const QString device = deviceOf(meter.name, volumes); !device.isEmpty()) {
      name.front().text += QStringLiteral("  ");
      name.push_back({device, false, theme::grey(theme::kDim)});
      row.name->setToolTip(device);
    }
    row.name->setRuns(name);
    const auto part = [](std::uint64_t done, std::uint64_t total) {
      return static_cast<double>(done) / static_cast<double>(total);
    };
    row.bar->setFraction(meter.totalBytes > 0   ? part(meter.doneBytes, meter.totalBytes)
                         : meter.totalItems > 0 ? part(meter.doneItems, meter.totalItems)
                                                : 0);
    row.rate->setLine(rateText(meter.bytesPerSecond));
    QString count = tr("%1 of %2 files").arg(countText(meter.doneItems), countText(meter.totalItems));
    if (meter.failedItems > 0) count += tr(" · %1 failed").arg(countText(meter.failedItems));
    row.count->setLine(count);
  }
}

void RollTile::showCopies(const session::Tile& tile) {
  std::vector<Run> line;
  if (tile.finished) {
    for (const auto& copy : tile.copies) {
      line.push_back(
          {(line.empty() ? QString() : QStringLiteral("     ")) + copyName(copy) + QStringLiteral("  "), false, {}});
      line.push_back(copyWord(copy));
    }
    const bool sealed = !tile.copies.empty() && std::all_of(tile.copies.begin(), tile.copies.end(),
                                                            [](const auto& c) { return !c.manifest.empty(); });
    if (const QString at = clockText(tile.finishedAt); !at.isEmpty() && sealed) {
      line.push_back({QStringLiteral("     sealed "), false, {}});
      line.push_back({at, true, {}});
    }
  }
  m_copies->setVisible(!line.empty());
  m_copies->setRuns(line);
}

}  // namespace rollproof::ui
