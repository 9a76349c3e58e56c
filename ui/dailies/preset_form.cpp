// SPDX-License-Identifier: Apache-2.0
#include "ui/dailies/preset_form.h"

#include <QSignalBlocker>
#include <algorithm>

#include "ui/bridge/format.h"

namespace rollproof::ui {

namespace {

// The same words again, and the chosen one stays if it is among them.
void fill(QComboBox& box, const std::vector<std::string>& words, const QString& forEmpty) {
  const QString before = box.currentData().toString();
  const QSignalBlocker quiet(box);
  box.clear();
  for (const auto& word : words) box.addItem(word.empty() ? forEmpty : shown(word), QString::fromStdString(word));
  box.setCurrentIndex(std::max(0, box.findData(before)));
  box.setEnabled(box.count() > 1);
}

void setWord(QComboBox& box, const std::string& word) {
  box.setCurrentIndex(std::max(0, box.findData(QString::fromStdString(word))));
}

std::string wordOf(const QComboBox& box) { return utf8(box.currentData().toString()); }

}  // namespace

PresetForm::PresetForm(session::Session& session, WorkQueue& work, QWidget* parent)
    : Form(parent), m_session(session), m_work(work) {
  QGridLayout* grid = makeGrid();
  const auto box = [this] { return new QComboBox(this); };
  const auto number = [this](int most, int step, const QString& forNone) {
    auto* spin = new QSpinBox(this);
    spin->setRange(0, most);
    spin->setSingleStep(step);
    spin->setSpecialValueText(forNone);
    spin->setButtonSymbols(QAbstractSpinBox::NoButtons);
    return spin;
  };
  m_name = new QLineEdit(this);
  m_description = new QLineEdit(this);
  m_container = box();
  m_codec = box();
  m_width = number(16384, 2, tr("as recorded"));
  m_quality = number(51, 1, {});
  m_speed = box();
  m_sound = box();
  m_channels = number(64, 1, tr("all"));
  m_frames = box();
  m_space = box();
  m_burnin = new QLineEdit(this);
  m_burnin->setPlaceholderText(tr("none, or {clip}  {tc}"));
  add(*grid, tr("Name"), m_name, 0, 0, 2);
  add(*grid, tr("Description"), m_description, 0, 2, 4);
  add(*grid, tr("Container"), m_container, 2, 0);
  add(*grid, tr("Codec"), m_codec, 2, 1);
  add(*grid, tr("Width"), m_width, 2, 2);
  add(*grid, tr("Quality, CRF"), m_quality, 2, 3);
  add(*grid, tr("Speed"), m_speed, 2, 4);
  add(*grid, tr("Frames"), m_frames, 2, 5);
  add(*grid, tr("Sound"), m_sound, 4, 0);
  add(*grid, tr("Sound channels"), m_channels, 4, 1);
  add(*grid, tr("Colour space"), m_space, 4, 2);
  add(*grid, tr("Burn-in"), m_burnin, 4, 3, 3);
  for (int i = 0; i < 6; ++i) grid->setColumnStretch(i, 1);
  body().addLayout(grid);
  addButtons(tr("Save"));

  fill(*m_container, dailies::presetWords({}).containers, {});
  offerWords();
  connect(m_container, &QComboBox::currentIndexChanged, this, [this] {
    offerWords();
    check();
  });
  connect(m_codec, &QComboBox::currentIndexChanged, this, [this] {
    offerWords();
    check();
  });
  for (QComboBox* one : {m_speed, m_sound, m_frames, m_space})
    connect(one, &QComboBox::currentIndexChanged, this, &PresetForm::check);
  for (QSpinBox* one : {m_width, m_quality, m_channels})
    connect(one, &QSpinBox::valueChanged, this, &PresetForm::check);
  for (QLineEdit* one : {m_name, m_description, m_burnin})
    connect(one, &QLineEdit::textEdited, this, &PresetForm::check);
}

void PresetForm::offerWords() {
  const auto words = dailies::presetWords(wordOf(*m_container));
  fill(*m_codec, words.codecs, {});
  fill(*m_sound, words.sound, tr("none"));
  fill(*m_space, words.spaces, tr("by the display"));
  fill(*m_frames, words.frames, {});
  fill(*m_speed, words.speeds, {});
  // Only these two encoders have a quality and a speed to choose.
  const bool rated = wordOf(*m_codec) == "h264" || wordOf(*m_codec) == "h265";
  m_quality->setEnabled(rated);
  m_speed->setEnabled(rated);
  m_channels->setEnabled(!wordOf(*m_sound).empty() || m_sound->count() > 1);
}

void PresetForm::edit(const dailies::Preset& preset, const std::string& before) {
  m_before = before;
  setHeading(before.empty() ? tr("A preset of your own") : tr("Change %1").arg(shown(before)));
  {
    const QSignalBlocker quiet(*m_container), same(*m_codec);
    setWord(*m_container, preset.container);
    offerWords();
    setWord(*m_codec, preset.codec);
    offerWords();
  }
  m_name->setText(shown(preset.name));
  m_description->setText(shown(preset.description));
  m_width->setValue(preset.width);
  m_quality->setValue(preset.quality);
  setWord(*m_speed, preset.speed);
  setWord(*m_sound, preset.audioCodec);
  m_channels->setValue(preset.audioChannels);
  setWord(*m_frames, preset.frames);
  setWord(*m_space, preset.space);
  m_burnin->setText(shown(preset.burnin));
  check();
  m_name->setFocus(Qt::OtherFocusReason);
  m_name->selectAll();
}

dailies::Preset PresetForm::preset() const {
  dailies::Preset preset;
  preset.name = utf8(m_name->text().trimmed());
  preset.description = utf8(m_description->text().trimmed());
  preset.container = wordOf(*m_container);
  preset.codec = wordOf(*m_codec);
  preset.width = m_width->value();
  preset.quality = m_quality->value();
  preset.speed = wordOf(*m_speed);
  preset.audioCodec = wordOf(*m_sound);
  preset.audioChannels = m_channels->value();
  preset.frames = wordOf(*m_frames);
  preset.space = wordOf(*m_space);
  preset.burnin = utf8(m_burnin->text().trimmed());
  return preset;
}

void PresetForm::check() {
  const auto fits = dailies::parsePreset(dailies::presetJson(preset()));
  setProblem(fits ? QString() : shown(fits.error().message));
}

void PresetForm::save() {
  check();
  if (!problem().isEmpty()) return;
  m_work.must(
      this,
      [this, preset = preset(), before = m_before](const std::stop_token&) -> Status {
        auto kept = m_session.savePreset(preset);
        // Renamed: the old name goes once the new one is kept.
        if (kept && !before.empty() && before != preset.name) kept = m_session.removePreset(before);
        return kept;
      },
      [this, name = preset().name](Status kept) {
        if (!kept) return setProblem(shown(kept.error().message));
        emit saved(name);
        emit closed();
      });
}

}  // namespace rollproof::ui
