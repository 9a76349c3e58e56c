// SPDX-License-Identifier: Apache-2.0
#include "ui/dailies/burnin_form.h"

#include <algorithm>
#include <cmath>

#include "ui/bridge/format.h"

namespace rollproof::ui {

using theme::space;

namespace {

bool isShipped(const std::string& name) {
  const auto& all = dailies::burnIns();
  return std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
}

int parts(double share, int whole) { return static_cast<int>(std::lround(share * whole)); }

QString placeText(int place) {
  static const char* const kPlaces[] = {QT_TR_NOOP("Top left"),    QT_TR_NOOP("Top"),    QT_TR_NOOP("Top right"),
                                        QT_TR_NOOP("Left"),        QT_TR_NOOP("Centre"), QT_TR_NOOP("Right"),
                                        QT_TR_NOOP("Bottom left"), QT_TR_NOOP("Bottom"), QT_TR_NOOP("Bottom right")};
  return BurnInForm::tr(kPlaces[std::clamp(place, 0, 8)]);
}

QString colourText(const dailies::Rgb8& colour) { return QColor(colour[0], colour[1], colour[2]).name(); }

}  // namespace

BurnInForm::BurnInForm(session::Session& session, WorkQueue& work, QWidget* parent)
    : Form(parent), m_session(session), m_work(work) {
  const auto number = [this](int least, int most) {
    auto* spin = new QSpinBox(this);
    spin->setRange(least, most);
    spin->setButtonSymbols(QAbstractSpinBox::NoButtons);
    connect(spin, &QSpinBox::valueChanged, this, &BurnInForm::takeFields);
    return spin;
  };
  const auto line = [this] {
    auto* edit = new QLineEdit(this);
    connect(edit, &QLineEdit::textEdited, this, &BurnInForm::takeFields);
    return edit;
  };
  m_name = line();
  m_description = line();
  m_words = line();
  m_words->setPlaceholderText(QStringLiteral("{clip}  {tc}"));
  m_colour = line();
  m_place = new QComboBox(this);
  for (int i = 0; i < 9; ++i) m_place->addItem(placeText(i));
  connect(m_place, &QComboBox::currentIndexChanged, this, &BurnInForm::takeFields);
  m_size = number(5, 500);
  m_margin = number(0, 400);
  m_opacity = number(0, 100);
  m_box = number(0, 100);
  m_angle = number(-90, 90);
  m_watermark = new QCheckBox(tr("Watermark"), this);
  m_tiled = new QCheckBox(tr("All over the picture"), this);
  for (QCheckBox* box : {m_watermark, m_tiled}) connect(box, &QCheckBox::toggled, this, &BurnInForm::takeFields);
  const QString share = tr("Thousandths of the picture's shorter side");
  m_size->setToolTip(share);
  m_margin->setToolTip(share);

  auto* across = new QHBoxLayout;
  across->setSpacing(space(16));
  auto* left = new QVBoxLayout;
  left->setSpacing(space(4));
  m_items = new QListWidget(this);
  m_items->setAccessibleName(tr("Lines of words"));
  m_items->setProperty("lines", true);
  m_items->setFixedWidth(space(240));
  m_items->setFixedHeight(space(144));
  m_items->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_items->setTextElideMode(Qt::ElideRight);
  connect(m_items, &QListWidget::currentRowChanged, this, &BurnInForm::showItem);
  left->addWidget(m_items);
  auto* under = new QHBoxLayout;
  under->setSpacing(space(8));
  m_add = new QPushButton(tr("Add line"), this);
  m_take = new QPushButton(tr("Take away"), this);
  connect(m_add, &QPushButton::clicked, this, [this] {
    dailies::BurnInItem fresh;
    fresh.text = "{clip}  {tc}";
    m_template.items.push_back(fresh);
    showItems(static_cast<int>(m_template.items.size()) - 1);
    check();
    m_words->setFocus(Qt::OtherFocusReason);
    m_words->selectAll();
  });
  connect(m_take, &QPushButton::clicked, this, [this] {
    const int row = m_items->currentRow();
    if (!item()) return;
    m_template.items.erase(m_template.items.begin() + row);
    showItems(std::min(row, static_cast<int>(m_template.items.size()) - 1));
    check();
  });
  under->addWidget(m_add);
  under->addWidget(m_take);
  under->addStretch(1);
  left->addLayout(under);
  across->addLayout(left);
  QGridLayout* grid = makeGrid();
  add(*grid, tr("Name"), m_name, 0, 0, 2);
  add(*grid, tr("Description"), m_description, 0, 2, 4);
  add(*grid, tr("Words"), m_words, 2, 0, 4);
  add(*grid, tr("Place"), m_place, 2, 4, 2);
  add(*grid, tr("Size, ‰"), m_size, 4, 0);
  add(*grid, tr("Margin, ‰"), m_margin, 4, 1);
  add(*grid, tr("Opacity, %"), m_opacity, 4, 2);
  add(*grid, tr("Box, %"), m_box, 4, 3);
  add(*grid, tr("Colour"), m_colour, 4, 4);
  add(*grid, tr("Angle, °"), m_angle, 4, 5);
  grid->addWidget(m_watermark, 6, 0, 1, 2);
  grid->addWidget(m_tiled, 6, 2, 1, 3);
  for (int i = 0; i < 6; ++i) grid->setColumnStretch(i, 1);
  across->addLayout(grid, 1);
  body().addLayout(across);
  m_remove = new QPushButton(tr("Remove"), this);
  connect(m_remove, &QPushButton::clicked, this, &BurnInForm::remove);
  addButtons(tr("Save"), nullptr, m_remove);
}

void BurnInForm::open(const std::string& said, const std::vector<dailies::BurnInTemplate>& known) {
  m_taken.clear();
  for (const auto& one : known) m_taken.push_back(one.name);
  const auto free = [this](const std::string& stem) {
    std::string name;
    for (int i = 2; name.empty() || std::find(m_taken.begin(), m_taken.end(), name) != m_taken.end(); ++i)
      name = stem + "-" + std::to_string(i);
    return name;
  };
  const std::string wanted = said.empty() && !known.empty() ? known.front().name : said;
  const auto found = std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.name == wanted; });
  m_before.clear();
  if (found == known.end()) {
    m_template = {};
    m_template.name = free("burnin");
    m_template.items.emplace_back();
    m_template.items.back().text = wanted.empty() ? "{clip}  {tc}" : wanted;
    setHeading(tr("A burn-in template of your own"));
  } else if (isShipped(wanted)) {
    m_template = *found;
    m_template.name = free(wanted);
    setHeading(tr("A burn-in template of your own, from %1").arg(shown(wanted)));
  } else {
    m_template = *found;
    m_before = wanted;
    setHeading(tr("Change the burn-in template %1").arg(shown(wanted)));
  }
  m_remove->setVisible(!m_before.empty());
  m_showing = true;
  m_name->setText(shown(m_template.name));
  m_description->setText(shown(m_template.description));
  m_description->setCursorPosition(0);
  m_showing = false;
  showItems(0);
  check();
  m_name->setFocus(Qt::OtherFocusReason);
  m_name->selectAll();
}

dailies::BurnInItem* BurnInForm::item() {
  const int row = m_items->currentRow();
  return row >= 0 && row < static_cast<int>(m_template.items.size()) ? &m_template.items[static_cast<std::size_t>(row)]
                                                                     : nullptr;
}

void BurnInForm::showItems(int current) {
  m_showing = true;
  m_items->clear();
  for (const auto& one : m_template.items)
    m_items->addItem(shown(one.text) + QStringLiteral("  ·  ") +
                     (one.watermark ? tr("watermark") : placeText(static_cast<int>(one.place)).toLower()));
  m_items->setCurrentRow(current);
  m_showing = false;
  showItem();
}

void BurnInForm::showItem() {
  if (m_showing) return;
  const auto* one = item();
  m_showing = true;
  for (QWidget* field : std::initializer_list<QWidget*>{m_words, m_place, m_size, m_margin, m_opacity, m_box, m_colour,
                                                        m_angle, m_watermark, m_tiled, m_take})
    field->setEnabled(one);
  const dailies::BurnInItem shownItem = one ? *one : dailies::BurnInItem{};
  m_words->setText(shown(shownItem.text));
  m_place->setCurrentIndex(static_cast<int>(shownItem.place));
  m_size->setValue(parts(shownItem.size, 1000));
  m_margin->setValue(parts(shownItem.margin, 1000));
  m_opacity->setValue(parts(shownItem.opacity, 100));
  m_box->setValue(parts(shownItem.box, 100));
  m_angle->setValue(parts(shownItem.angle, 1));
  m_colour->setText(colourText(shownItem.colour));
  m_watermark->setChecked(shownItem.watermark);
  m_tiled->setChecked(shownItem.tiled);
  m_showing = false;
  check();
}

// Only what a field says otherwise than the item: a size written finer than the field shows keeps its value.
void BurnInForm::takeFields() {
  if (m_showing) return;
  m_template.name = utf8(m_name->text().trimmed());
  m_template.description = utf8(m_description->text().trimmed());
  if (auto* one = item()) {
    const auto take = [](double& value, const QSpinBox& box, int whole) {
      if (parts(value, whole) != box.value()) value = static_cast<double>(box.value()) / whole;
    };
    one->text = utf8(m_words->text());
    one->place = static_cast<dailies::Place>(std::clamp(m_place->currentIndex(), 0, 8));
    take(one->size, *m_size, 1000);
    take(one->margin, *m_margin, 1000);
    take(one->opacity, *m_opacity, 100);
    take(one->box, *m_box, 100);
    take(one->angle, *m_angle, 1);
    one->watermark = m_watermark->isChecked();
    one->tiled = m_tiled->isChecked();
    if (const QColor colour(m_colour->text().trimmed()); colour.isValid())
      one->colour = {static_cast<std::uint8_t>(colour.red()), static_cast<std::uint8_t>(colour.green()),
                     static_cast<std::uint8_t>(colour.blue())};
    m_items->currentItem()->setText(
        shown(one->text) + QStringLiteral("  ·  ") +
        (one->watermark ? tr("watermark") : placeText(static_cast<int>(one->place)).toLower()));
  }
  check();
}

void BurnInForm::check() {
  const auto* one = item();
  m_place->setEnabled(one && !one->watermark);
  m_tiled->setEnabled(one && one->watermark);
  m_angle->setEnabled(one && one->watermark);
  QString words;
  const auto fits = dailies::parseBurnIn(dailies::burnInJson(m_template));
  if (m_template.items.empty())
    words = tr("A template needs a line of words.");
  else if (!fits)
    words = shown(fits.error().message);
  else if (one && !QColor(m_colour->text().trimmed()).isValid())
    words = tr("“%1” is no colour: write it as #ebebeb.").arg(m_colour->text());
  else if (m_template.name.empty())
    words = tr("A template needs a name.");
  else if (isShipped(m_template.name))
    words = tr("%1 comes with the program: give yours another name.").arg(shown(m_template.name));
  else if (m_template.name != m_before && std::find(m_taken.begin(), m_taken.end(), m_template.name) != m_taken.end())
    words = tr("There is a template %1 already.").arg(shown(m_template.name));
  setProblem(words);
  emit changed();
}

void BurnInForm::save() {
  check();
  if (!problem().isEmpty()) return;
  m_work.must(
      this,
      [this, burnin = m_template, before = m_before](const std::stop_token&) -> Status {
        auto kept = m_session.saveBurnIn(burnin);
        // Renamed: the old name goes once the new one is kept.
        if (kept && !before.empty() && before != burnin.name) kept = m_session.removeBurnIn(before);
        return kept;
      },
      [this, name = m_template.name](Status kept) {
        if (!kept) return setProblem(shown(kept.error().message));
        emit closed();
        emit saved(name);
      });
}

void BurnInForm::remove() {
  if (m_before.empty()) return;
  m_work.must(
      this, [this, name = m_before](const std::stop_token&) { return m_session.removeBurnIn(name); },
      [this](Status gone) {
        if (!gone) return setProblem(shown(gone.error().message));
        emit closed();
        emit removed();
      });
}

}  // namespace rollproof::ui
