// SPDX-License-Identifier: Apache-2.0
#include "ui/inspector/look_panel.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QVBoxLayout>
#include <algorithm>
#include <set>

#include "core/base/path.h"
#include "ui/bridge/format.h"

namespace rollproof::ui {

using theme::Size;
using theme::space;

namespace {

// In the order of the target box.
std::vector<std::string> targetsOf(const std::vector<ClipPtr>& clips, int which) {
  std::set<std::string> all;
  for (const auto& row : clips) {
    if (which == 0) all.insert("clip:" + std::to_string(row->id.value));
    if (which == 1) all.insert("roll:" + std::to_string(row->roll.value));
    if (which == 2 && row->format) all.insert("format:" + std::to_string(row->format->value));
    if (which == 3) all.insert("project:" + row->key.project);
  }
  return {all.begin(), all.end()};
}

}  // namespace

LookPanel::LookPanel(session::Session& session, WorkQueue& work, QWidget* parent)
    : QScrollArea(parent), m_session(session), m_work(work) {
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setFocusPolicy(Qt::NoFocus);
  auto* inside = new QWidget(this);
  auto* column = new QVBoxLayout(inside);
  column->setContentsMargins(0, space(4), space(4), 0);
  column->setSpacing(space(8));
  m_words = makeParagraph(Size::small, inside);
  column->addWidget(m_words);
  m_kept = new QComboBox(inside);
  m_kept->setAccessibleName(tr("Kept looks"));
  m_kept->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  connect(m_kept, &QComboBox::activated, this, [this](int index) {
    if (index < 1 || static_cast<std::size_t>(index) > m_looks.size()) return;
    setBase(m_looks[static_cast<std::size_t>(index) - 1]);
    changed();
  });
  column->addWidget(m_kept);
  auto* wheels = new QHBoxLayout;
  wheels->setSpacing(space(4));
  column->addLayout(wheels);
  auto* grid = new QGridLayout;
  grid->setHorizontalSpacing(space(6));
  grid->setVerticalSpacing(space(6));
  const auto label = [&](const QString& text, int row, int at) {
    auto* name = new Text(Size::small, false, inside);
    name->setLine(text);
    name->setElide(Elide::none);
    name->setColour(theme::grey(theme::kDim));
    grid->addWidget(name, row, at);
  };
  const QString channels[] = {tr("Red"), tr("Green"), tr("Blue")};
  const struct {
    QString name;
    double least, most, usual, reach;
  } parts[] = {{tr("Slope"), 0, 16, 1, .5}, {tr("Offset"), -4, 4, 0, .2}, {tr("Power"), 0.01, 16, 1, .5}};
  for (int channel = 0; channel < 3; ++channel) label(channels[channel], 0, channel + 1);
  for (int part = 0; part < 3; ++part) {
    label(parts[part].name, part + 1, 0);
    const auto at = static_cast<std::size_t>(part);
    m_wheels[at] = new GradeWheel(parts[part].name, parts[part].least, parts[part].most, parts[part].usual,
                                  parts[part].reach, inside);
    connect(m_wheels[at], &GradeWheel::moved, this,
            [this, at](const std::array<double, 3>& values) { takeWheel(at, values); });
    wheels->addWidget(m_wheels[at], 1);
    for (int channel = 0; channel < 3; ++channel) {
      auto* box = spin(parts[part].name + QLatin1Char(' ') + channels[channel], parts[part].least, parts[part].most,
                       parts[part].usual);
      m_numbers[static_cast<std::size_t>(part)][static_cast<std::size_t>(channel)] = box;
      grid->addWidget(box, part + 1, channel + 1);
    }
  }
  label(tr("Saturation"), 4, 0);
  m_saturation = spin(tr("Saturation"), 0, 4, 1);
  grid->addWidget(m_saturation, 4, 1);
  auto* neutral = new QPushButton(tr("Neutral"), inside);
  neutral->setProperty("flat", true);
  connect(neutral, &QPushButton::clicked, this, [this] {
    model::Look look = m_base;
    look.cdl = model::Cdl();
    fill(look);
    changed();
  });
  grid->addWidget(neutral, 4, 3);
  column->addLayout(grid);
  m_name = new QLineEdit(inside);
  m_name->setAccessibleName(tr("Name of the look"));
  m_name->setPlaceholderText(tr("Name of the look"));
  column->addWidget(m_name);
  auto* last = new QHBoxLayout;
  m_target = new QComboBox(inside);
  m_target->setAccessibleName(tr("Where the look holds"));
  m_target->addItems(
      {tr("for the selected clips"), tr("for their rolls"), tr("for their camera formats"), tr("for the project")});
  m_apply = new QPushButton(tr("Keep"), inside);
  m_apply->setProperty("prominent", true);
  connect(m_apply, &QPushButton::clicked, this, &LookPanel::apply);
  last->addWidget(m_target, 1);
  last->addWidget(m_apply);
  column->addLayout(last);
  column->addStretch();
  setWidget(inside);
  for (QWidget* ground : {viewport(), inside}) ground->setAutoFillBackground(false);
}

QDoubleSpinBox* LookPanel::spin(const QString& name, double least, double most, double usual) {
  auto* box = new QDoubleSpinBox(this);
  box->setRange(least, most);
  box->setDecimals(4);
  box->setSingleStep(0.01);
  box->setValue(usual);
  box->setButtonSymbols(QAbstractSpinBox::NoButtons);
  box->setKeyboardTracking(false);  // a number counts when it is whole; arrow keys and the wheel are live
  box->setAccessibleName(name);
  connect(box, &QDoubleSpinBox::valueChanged, this, &LookPanel::changed);
  return box;
}

model::Look LookPanel::look() const {
  model::Look look = m_base;
  look.name = utf8(m_name->text().trimmed());
  if (!look.steps.empty()) return look;
  model::Cdl cdl;
  for (std::size_t i = 0; i < 3; ++i) {
    cdl.slope[i] = m_numbers[0][i]->value();
    cdl.offset[i] = m_numbers[1][i]->value();
    cdl.power[i] = m_numbers[2][i]->value();
  }
  cdl.saturation = m_saturation->value();
  look.cdl = cdl;
  look.version = 0;
  return look;
}

void LookPanel::fill(const model::Look& look) {
  m_filling = true;
  const model::Cdl cdl = look.cdl.value_or(model::Cdl());
  for (std::size_t i = 0; i < 3; ++i) {
    m_numbers[0][i]->setValue(cdl.slope[i]);
    m_numbers[1][i]->setValue(cdl.offset[i]);
    m_numbers[2][i]->setValue(cdl.power[i]);
  }
  m_saturation->setValue(cdl.saturation);
  m_filling = false;
  m_wheels[0]->setValues(cdl.slope);
  m_wheels[1]->setValues(cdl.offset);
  m_wheels[2]->setValues(cdl.power);
}

void LookPanel::takeWheel(std::size_t part, const std::array<double, 3>& values) {
  m_filling = true;
  for (std::size_t i = 0; i < 3; ++i) m_numbers[part][i]->setValue(values[i]);
  m_filling = false;
  changed();
}

// Every look of the library, the newest version of each first.
void LookPanel::listKept() {
  m_work.must(
      this,
      [this](const std::stop_token&) -> Result<std::vector<model::Look>> {
        const auto newest = m_session.looks();
        if (!newest) return tl::unexpected(newest.error());
        std::vector<model::Look> all;
        for (const auto& look : *newest) {
          const auto versions = m_session.lookVersions(look.name);
          if (!versions) return tl::unexpected(versions.error());
          for (auto it = versions->rbegin(); it != versions->rend(); ++it) all.push_back(it->look);
        }
        return all;
      },
      [this](Result<std::vector<model::Look>> all) {
        m_looks = all ? std::move(*all) : std::vector<model::Look>();
        m_kept->clear();
        m_kept->addItem(m_looks.empty() ? tr("No look is kept yet") : tr("Begin with a kept look…"));
        for (const auto& look : m_looks)
          m_kept->addItem(look.version > 1 ? tr("%1, version %2").arg(shown(look.name)).arg(look.version)
                                           : shown(look.name));
        m_kept->setEnabled(!m_looks.empty());
      });
}

void LookPanel::show(const std::vector<ClipPtr>& clips, const std::optional<model::Look>& look) {
  const bool other = m_clips.empty() || clips.empty() || !(clips.front()->id == m_clips.front()->id);
  m_clips = clips;
  if (!other && m_touched) return;  // somebody is at it
  m_touched = false;
  setBase(look.value_or(model::Look()));
  if (!look) m_words->setText(tr("No look: camera to display only. Numbers work in the camera's own log encoding."));
  listKept();
}

void LookPanel::setBase(const model::Look& look) {
  m_base = look;
  const bool steps = !m_base.steps.empty();
  // An AMF's steps are somebody else's order of work: numbers here would be another look. It can be put onto clips.
  for (auto& part : m_numbers)
    for (auto* box : part) box->setEnabled(!steps);
  for (auto* wheel : m_wheels) wheel->setEnabled(!steps);
  m_saturation->setEnabled(!steps);
  m_name->setText(shown(m_base.name));
  m_name->setEnabled(!steps);
  QString words = tr("Now: %1").arg(shown(look.name.empty() ? "unnamed" : look.name));
  if (!look.lutFile.empty()) words += tr(", then %1").arg(shown(path::fileName(look.lutFile)));
  if (steps) words += tr(". Its steps come from a file and are not changed here.");
  m_words->setText(words);
  fill(m_base);
}

void LookPanel::changed() {
  if (m_filling) return;
  for (std::size_t part = 0; part < 3; ++part) {
    std::array<double, 3> values{};
    for (std::size_t i = 0; i < 3; ++i) values[i] = m_numbers[part][i]->value();
    m_wheels[part]->setValues(values);
  }
  if (m_clips.empty()) return;
  m_touched = true;
  emit tried(look());
}

void LookPanel::apply() {
  const model::Look made = look();
  if (made.name.empty()) {
    m_name->setFocus(Qt::OtherFocusReason);
    return emit said(tr("Give the look a name first."));
  }
  const auto targets = targetsOf(m_clips, m_target->currentIndex());
  if (targets.empty()) return emit said(tr("These clips belong to no camera format."));
  m_work.must(
      this,
      [this, made, targets](const std::stop_token&) -> Status {
        // A look of steps is kept as it is: only where it holds is said anew.
        if (made.steps.empty())
          if (auto kept = m_session.addLook(made); !kept) return kept;
        for (const auto& target : targets)
          if (auto done = m_session.assignLook(made.name, target); !done) return done;
        return {};
      },
      [this, name = shown(made.name), where = m_target->currentText()](Status kept) {
        m_touched = !kept;
        if (kept) listKept();
        emit said(kept ? tr("%1 holds %2.").arg(name, where) : sentence(kept.error()));
      });
}

}  // namespace rollproof::ui
