// SPDX-License-Identifier: Apache-2.0
#include "ui/library/spec_form.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QVBoxLayout>

#include "core/session/session.h"
#include "ui/bridge/clip_text.h"
#include "ui/bridge/format.h"

namespace rollproof::ui {

using theme::Size;
using theme::space;

namespace {

QString numberText(int number) { return number > 0 ? QString::number(number) : QString(); }

QString textOf(const qc::Spec& spec, const std::string& field) {
  QStringList list;
  if (field == "frame_rate") return rateLabel(spec.frameRate);
  if (field == "resolutions")
    for (const auto& [width, height] : spec.resolutions) list << QStringLiteral("%1x%2").arg(width).arg(height);
  if (field == "codecs")
    for (const auto& codec : spec.codecs) list << shown(codec);
  if (field == "min_audio_channels") return numberText(spec.minAudioChannels);
  if (field == "audio_sample_rate") return numberText(spec.audioSampleRate);
  return list.join(QStringLiteral(", "));
}

}  // namespace

SpecForm::SpecForm(session::Session& session, WorkQueue& work, QWidget* parent)
    : QFrame(parent), m_session(session), m_work(work) {
  setProperty("question", true);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(space(16), space(12), space(16), space(12));
  column->setSpacing(space(8));
  m_heading = new Text(Size::body, true, this);
  column->addWidget(m_heading);
  auto* grid = new QGridLayout;
  grid->setHorizontalSpacing(space(12));
  grid->setVerticalSpacing(space(4));
  const auto add = [&](const char* name, const QString& label, const QString& example, int place, int stretch) {
    auto* title = new Text(Size::small, false, this);
    title->setLine(label);
    title->setElide(Elide::none);
    title->setColour(theme::grey(theme::kDim));
    auto* line = new QLineEdit(this);
    line->setObjectName(QString::fromUtf8(name));
    line->setAccessibleName(label);
    line->setPlaceholderText(example);
    connect(line, &QLineEdit::textEdited, this, [this] { showProblem({}); });
    title->setBuddy(line);
    grid->addWidget(title, 0, place);
    grid->addWidget(line, 1, place);
    grid->setColumnStretch(place, stretch);
    m_fields.push_back({name, label, line});
  };
  add("frame_rate", tr("Frame rate"), tr("any"), 0, 2);
  add("resolutions", tr("Resolutions"), tr("any, or 3840x2160, 4096x2160"), 1, 4);
  add("codecs", tr("Codecs"), tr("any, or prores, h264"), 2, 4);
  add("min_audio_channels", tr("Sound channels"), tr("any"), 3, 2);
  add("audio_sample_rate", tr("Sample rate, Hz"), tr("any"), 4, 2);
  column->addLayout(grid);
  auto* last = new QHBoxLayout;
  last->setSpacing(space(8));
  m_audio = new QCheckBox(tr("Every clip at normal speed has sound"), this);
  last->addWidget(m_audio);
  m_problem = makeParagraph(Size::small, this);
  QPalette ink = m_problem->palette();
  ink.setColor(QPalette::WindowText, theme::defect());
  m_problem->setPalette(ink);
  last->addWidget(m_problem, 1);
  m_save = new QPushButton(tr("Save and check again"), this);
  m_save->setProperty("prominent", true);
  connect(m_save, &QPushButton::clicked, this, &SpecForm::save);
  auto* close = new QPushButton(tr("Close"), this);
  connect(close, &QPushButton::clicked, this, &SpecForm::closed);
  last->addWidget(m_save);
  last->addWidget(close);
  column->addLayout(last);
}

QLineEdit* SpecForm::field(const std::string& name) const {
  for (const auto& field : m_fields)
    if (field.name == name) return field.line;
  return nullptr;
}

void SpecForm::showProblem(const QString& problem) { m_problem->setText(problem); }

void SpecForm::edit(const std::string& project) {
  m_project = project;
  m_heading->setLine(tr("What %1 expects of its camera files").arg(shown(project)));
  showProblem({});
  setEnabled(false);
  const int number = m_number.next();
  m_work.run(
      this, [this, project](const std::stop_token&) { return m_session.projectSpec(project); },
      [this, number](Result<qc::Spec> spec) {
        if (!m_number.is(number)) return;
        setEnabled(true);
        if (!spec) return showProblem(sentence(spec.error()));
        for (const auto& field : m_fields) field.line->setText(textOf(*spec, field.name));
        m_audio->setChecked(spec->audioRequired);
        if (isVisible()) m_fields.front().line->setFocus(Qt::OtherFocusReason);
      });
}

void SpecForm::save() {
  qc::Spec spec;
  for (const auto& field : m_fields) {
    const auto fits = qc::setField(spec, field.name, utf8(field.line->text().trimmed()));
    if (fits) continue;
    showProblem(QStringLiteral("✕ ") + field.label + QLatin1Char(' ') + shown(fits.error().message));
    return field.line->setFocus(Qt::OtherFocusReason);
  }
  spec.audioRequired = m_audio->isChecked();
  showProblem({});
  m_work.run(
      this,
      [this, project = m_project, spec](const std::stop_token&) { return m_session.setProjectSpec(project, spec); },
      [this, project = m_project](Status kept) {
        if (!kept) return showProblem(QStringLiteral("✕ ") + sentence(kept.error()));
        emit said(tr("%1: its clips are checked again.").arg(shown(project)));
        emit closed();
      });
}

void SpecForm::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) return emit closed();
  if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) return save();
  QFrame::keyPressEvent(event);
}

}  // namespace rollproof::ui
