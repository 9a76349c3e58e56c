// SPDX-License-Identifier: Apache-2.0
#include "ui/inspector/inspector.h"

#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/bridge/format.h"

namespace rollproof::ui {

using theme::Size;
using theme::space;

namespace {

void tint(QLabel* label, int level) {
  QPalette colours = label->palette();
  colours.setColor(QPalette::WindowText, theme::grey(level));
  label->setPalette(colours);
}

// A long word without blanks (UUID, path) may break anywhere.
QString breakable(const QString& text) {
  QString out;
  int run = 0;
  for (const QChar c : text) {
    out += c;
    run = c.isSpace() ? 0 : run + 1;
    const bool seam = c == QLatin1Char('/') || c == QLatin1Char('_') || c == QLatin1Char(',');
    if ((seam && run > 1) || run >= 20) {
      out += QChar(0x200b);
      run = 0;
    }
  }
  return out;
}

}  // namespace

Inspector::Inspector(session::Session& session, WorkQueue& work, QWidget* parent)
    : QScrollArea(parent), m_session(session), m_work(work) {
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setFocusPolicy(Qt::NoFocus);
  setFixedWidth(space(330));
  auto* inside = new QWidget(this);
  m_column = new QVBoxLayout(inside);
  m_column->setContentsMargins(space(16), space(16), space(16), space(16));
  m_column->setSpacing(space(8));
  m_name = new Text(Size::body, true, inside);
  m_column->addWidget(m_name);

  m_editors = new QWidget(inside);
  auto* grid = new QGridLayout(m_editors);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(space(8));
  grid->setVerticalSpacing(space(8));
  const auto label = [&](const QString& text) {
    auto* name = new Text(Size::small, false, m_editors);
    name->setLine(text);
    name->setElide(Elide::none);
    name->setColour(theme::grey(theme::kDim));
    return name;
  };
  m_scene = new QLineEdit(m_editors);
  m_scene->setAccessibleName(tr("Scene"));
  m_take = new QLineEdit(m_editors);
  m_take->setAccessibleName(tr("Take"));
  m_circled = new QCheckBox(tr("Circled"), m_editors);
  m_notes = new QPlainTextEdit(m_editors);
  m_notes->setAccessibleName(tr("Notes"));
  m_notes->setPlaceholderText(tr("Notes"));
  m_notes->setTabChangesFocus(true);
  m_notes->setFixedHeight(space(84));
  m_notes->installEventFilter(this);
  grid->addWidget(label(tr("Scene")), 0, 0);
  grid->addWidget(m_scene, 0, 1);
  grid->addWidget(label(tr("Take")), 0, 2);
  grid->addWidget(m_take, 0, 3);
  grid->addWidget(m_circled, 0, 4);
  grid->addWidget(m_notes, 1, 0, 1, 5);
  m_column->addWidget(m_editors);
  m_column->addStretch();
  setWidget(inside);
  for (QWidget* ground : {viewport(), inside})
    ground->setAutoFillBackground(false);  // the panel under it shows through

  connect(m_scene, &QLineEdit::editingFinished, this, &Inspector::keepAll);
  connect(m_take, &QLineEdit::editingFinished, this, &Inspector::keepAll);
  connect(m_circled, &QCheckBox::clicked, this, [this](bool circled) {
    QString unset;
    keep("circled", circled ? QStringLiteral("yes") : QStringLiteral("no"), unset);
  });
  clear();
}

Inspector::~Inspector() { keepAll(); }

bool Inspector::eventFilter(QObject* watched, QEvent* event) {
  if (watched == m_notes && event->type() == QEvent::FocusOut) keepAll();
  return QScrollArea::eventFilter(watched, event);
}

void Inspector::keepAll() {
  if (!m_row) return;
  keep("scene", m_scene->text().trimmed(), m_keptScene);
  keep("take", m_take->text().trimmed(), m_keptTake);
  keep("notes", m_notes->toPlainText().trimmed(), m_keptNotes);
}

void Inspector::keep(const char* field, const QString& value, QString& kept) {
  if (!m_row || value == kept) return;
  kept = value;
  m_edits.must(
      this,
      [this, id = m_row->id, name = std::string(field), text = utf8(value)](const std::stop_token&) {
        return m_session.annotate(id, name, text);
      },
      [this](Status kept_) {
        if (!kept_) emit said(sentence(kept_.error()));
      });
}

void Inspector::clear() {
  keepAll();
  m_row.reset();
  m_shownKey.clear();
  (void)m_number.next();
  m_name->setLine({});
  m_editors->setVisible(false);
  m_lines.clear();
  delete m_fields;
  m_fields = nullptr;
}

void Inspector::show(const catalog::ClipRow& row, const std::vector<model::CopyReport>& copies) {
  const bool other = !m_row || !(m_row->id == row.id);
  if (other) keepAll();  // what was typed belongs to the clip that was shown
  m_row = row;
  m_name->setLine(shown(row.clip.name));
  m_editors->setVisible(true);
  const auto fill = [&](QLineEdit* field, const std::string& value, QString& kept) {
    if (!other && field->hasFocus()) return;
    kept = shown(value);
    if (field->text() != kept) field->setText(kept);
  };
  fill(m_scene, row.clip.slate.scene, m_keptScene);
  fill(m_take, row.clip.slate.take, m_keptTake);
  if (other || !m_notes->hasFocus()) {
    const QString notes = QString::fromStdString(row.clip.slate.notes).trimmed();  // line breaks are wanted here
    m_keptNotes = notes;
    if (m_notes->toPlainText() != notes) m_notes->setPlainText(notes);
  }
  m_circled->setChecked(row.clip.slate.circled.value_or(false));
  const int number = m_number.next();
  m_work.run(
      this, [this, id = row.id](const std::stop_token&) { return m_session.lookFor(id); },
      [this, number, row, copies](std::optional<model::Look> look) {
        if (m_number.is(number)) rebuild(row, copies, look);
      });
}

void Inspector::addGroup(QVBoxLayout* column, const QString& title, const std::vector<FieldLine>& lines) {
  if (lines.empty()) return;
  auto* heading = new Text(Size::small, true, m_fields);
  heading->setLine(title);
  heading->setColour(theme::grey(theme::kDim));
  column->addSpacing(space(8));
  column->addWidget(heading);
  auto* grid = new QGridLayout;
  grid->setHorizontalSpacing(space(8));
  grid->setVerticalSpacing(space(4));
  grid->setColumnStretch(1, 1);
  grid->setColumnMinimumWidth(0, space(92));
  int row = 0;
  for (const auto& line : lines) {
    auto* label = makeParagraph(Size::small, m_fields);
    label->setText(breakable(line.label));
    label->setFixedWidth(space(92));
    tint(label, theme::kDim);
    auto* value = makeParagraph(Size::small, m_fields);
    value->setText(breakable(line.value));
    value->setToolTip(line.value);
    auto* source = new Text(Size::small, false, m_fields);
    source->setLine(line.source);
    source->setColour(theme::grey(0x8c));
    source->setAlignment(Qt::AlignRight);
    source->setMaximumWidth(space(76));
    source->setToolTip(line.source);
    grid->addWidget(label, row, 0, Qt::AlignTop);
    grid->addWidget(value, row, 1, Qt::AlignTop);
    grid->addWidget(source, row, 2, Qt::AlignTop);
    ++row;
    for (const QString& rival : line.rivals) {
      auto* other = makeParagraph(Size::small, m_fields);
      other->setText(breakable(rival));
      tint(other, 0x8c);
      grid->addWidget(other, row++, 1, 1, 2);
    }
    m_lines << line.label + QStringLiteral(": ") + line.value +
                   (line.source.isEmpty() ? QString() : QStringLiteral(" (") + line.source + QLatin1Char(')'));
  }
  column->addLayout(grid);
}

void Inspector::rebuild(const catalog::ClipRow& row, const std::vector<model::CopyReport>& copies,
                        const std::optional<model::Look>& look) {
  auto groups = fieldsOf(row.clip);
  std::vector<FieldGroup> all;
  all.push_back({tr("COPIES"), copiesOf(copies)});
  all.push_back({tr("LOOK"), look ? lookLines(*look)
                                  : std::vector<FieldLine>{{tr("Look"), tr("none: camera to display only"), {}, {}}}});
  groups.insert(groups.begin() + std::min<std::ptrdiff_t>(1, static_cast<std::ptrdiff_t>(groups.size())), all.begin(),
                all.end());
  QString key = QString::number(row.id.value);
  for (const auto& group : groups)
    for (const auto& line : group.lines)
      key += QLatin1Char('\n') + line.label + QLatin1Char('\t') + line.value + QLatin1Char('\t') + line.source +
             line.rivals.join(QLatin1Char('\t'));
  if (key == m_shownKey) return;
  m_shownKey = key;
  delete m_fields;
  m_lines.clear();
  m_fields = new QWidget(widget());
  auto* column = new QVBoxLayout(m_fields);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space(6));
  for (const auto& group : groups) addGroup(column, group.title, group.lines);
  m_column->insertWidget(2, m_fields);
}

}  // namespace rollproof::ui
