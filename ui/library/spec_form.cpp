// SPDX-License-Identifier: Apache-2.0
#include "ui/library/spec_form.h"

#include "core/session/session.h"
#include "ui/bridge/clip_text.h"
#include "ui/bridge/format.h"

namespace rollproof::ui {

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
    : Form(parent), m_session(session), m_work(work) {
  QGridLayout* grid = makeGrid();
  const auto addLine = [&](const char* name, const QString& label, const QString& example, int place, int stretch) {
    auto* line = new QLineEdit(this);
    line->setObjectName(QString::fromUtf8(name));
    line->setPlaceholderText(example);
    connect(line, &QLineEdit::textEdited, this, [this] { setProblem({}); });
    add(*grid, label, line, 0, place);
    grid->setColumnStretch(place, stretch);
    m_fields.push_back({name, label, line});
  };
  addLine("frame_rate", tr("Frame rate"), tr("any"), 0, 2);
  addLine("resolutions", tr("Resolutions"), tr("any, or 3840x2160, 4096x2160"), 1, 4);
  addLine("codecs", tr("Codecs"), tr("any, or prores, h264"), 2, 4);
  addLine("min_audio_channels", tr("Sound channels"), tr("any"), 3, 2);
  addLine("audio_sample_rate", tr("Sample rate, Hz"), tr("any"), 4, 2);
  body().addLayout(grid);
  m_audio = new QCheckBox(tr("Every clip at normal speed has sound"), this);
  addButtons(tr("Save and check again"), m_audio);
}

QLineEdit* SpecForm::field(const std::string& name) const {
  for (const auto& field : m_fields)
    if (field.name == name) return field.line;
  return nullptr;
}

void SpecForm::edit(const std::string& project) {
  m_project = project;
  setHeading(tr("What %1 expects of its camera files").arg(shown(project)));
  setProblem({});
  setEnabled(false);
  const int number = m_number.next();
  m_work.run(
      this, [this, project](const std::stop_token&) { return m_session.projectSpec(project); },
      [this, number](Result<qc::Spec> spec) {
        if (!m_number.is(number)) return;
        setEnabled(true);
        if (!spec) return setProblem(sentence(spec.error()));
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
    setProblem(field.label + QLatin1Char(' ') + shown(fits.error().message));
    return field.line->setFocus(Qt::OtherFocusReason);
  }
  spec.audioRequired = m_audio->isChecked();
  setProblem({});
  m_work.run(
      this,
      [this, project = m_project, spec](const std::stop_token&) { return m_session.setProjectSpec(project, spec); },
      [this, project = m_project](Status kept) {
        if (!kept) return setProblem(sentence(kept.error()));
        emit said(tr("%1: its clips are checked again.").arg(shown(project)));
        emit closed();
      });
}

}  // namespace rollproof::ui
