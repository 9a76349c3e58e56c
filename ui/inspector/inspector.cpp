// SPDX-License-Identifier: Apache-2.0
#include "ui/inspector/inspector.h"

#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/bridge/format.h"

namespace rollproof::ui {

using theme::Size;
using theme::space;

namespace {

struct Answers {
  std::optional<model::Look> look;
  std::map<std::string, std::string> raw;
  std::vector<catalog::AnnotationChange> changes;
};

// The value all clips share; "" if they differ.
QString common(const std::vector<ClipPtr>& clips, const std::string& field) {
  const QString first = valueOf(clips.front()->clip, field);
  return std::all_of(clips.begin(), clips.end(), [&](const auto& row) { return valueOf(row->clip, field) == first; })
             ? first
             : QString();
}

QString notesOf(const model::Clip& clip) { return QString::fromStdString(clip.slate.notes).trimmed(); }

QTreeWidget* makeList(const QStringList& titles, const QString& name, QWidget* parent) {
  auto* list = new QTreeWidget(parent);
  list->setColumnCount(static_cast<int>(titles.size()));
  list->setHeaderLabels(titles);
  list->setAccessibleName(name);
  list->setRootIsDecorated(false);
  list->setIndentation(0);
  list->setUniformRowHeights(true);
  list->setAllColumnsShowFocus(true);
  list->setFont(theme::font(Size::small));
  list->header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  list->header()->setStretchLastSection(true);
  list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  list->viewport()->setAutoFillBackground(false);
  return list;
}

}  // namespace

Inspector::Inspector(session::Session& session, WorkQueue& work, ClipEdits& edits, QWidget* parent)
    : QWidget(parent), m_session(session), m_work(work), m_edits(edits) {
  setFixedWidth(space(368));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(space(16), space(16), space(12), space(8));
  column->setSpacing(space(8));
  m_name = new Text(Size::body, true, this);
  column->addWidget(m_name);
  m_editors = makeEditors();
  column->addWidget(m_editors);

  m_tabs = new QWidget(this);
  auto* across = new QHBoxLayout(m_tabs);
  across->setContentsMargins(0, 0, 0, 0);
  across->setSpacing(space(4));
  const QString titles[] = {tr("Fields"), tr("Look"), tr("Raw"), tr("History")};
  for (int i = 0; i < 4; ++i) {
    auto* tab = new QPushButton(titles[i], m_tabs);
    tab->setProperty("chip", true);
    tab->setCheckable(true);
    tab->setFocusPolicy(Qt::TabFocus);
    connect(tab, &QPushButton::clicked, this, [this, i] { turnTo(static_cast<Page>(i)); });
    across->addWidget(tab);
    m_tabButtons.push_back(tab);
  }
  across->addStretch();
  column->addWidget(m_tabs);
  m_pages = new QStackedWidget(this);
  m_fields = new FieldTree(m_pages);
  m_pages->addWidget(m_fields);
  m_look = new LookPanel(session, work, m_pages);
  connect(m_look, &LookPanel::said, this, &Inspector::said);
  m_pages->addWidget(m_look);
  m_pages->addWidget(makeRaw());
  m_history = makeList({tr("When"), tr("What"), tr("By")}, tr("Changes by people"), m_pages);
  m_pages->addWidget(m_history);
  column->addWidget(m_pages, 1);

  connect(m_fields, &FieldTree::edited, this,
          [this](const std::string& field, const QString& label, const QString& value) {
            m_edits.set(m_clips, field, label, value, {});
          });
  connect(m_scene, &QLineEdit::editingFinished, this, &Inspector::keepAll);
  connect(m_take, &QLineEdit::editingFinished, this, &Inspector::keepAll);
  connect(m_circled, &QCheckBox::clicked, this, [this](bool circled) {
    QString unset;
    keep("slate.circled", tr("Circled"), circled ? QStringLiteral("yes") : QStringLiteral("no"), unset);
  });
  turnTo(Page::fields);
  clear();
}

Inspector::~Inspector() { keepAll(); }

QWidget* Inspector::makeEditors() {
  auto* editors = new QWidget(this);
  auto* grid = new QGridLayout(editors);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(space(8));
  grid->setVerticalSpacing(space(8));
  const auto label = [&](const QString& text) {
    auto* name = new Text(Size::small, false, editors);
    name->setLine(text);
    name->setElide(Elide::none);
    name->setColour(theme::grey(theme::kDim));
    return name;
  };
  m_scene = new QLineEdit(editors);
  m_scene->setAccessibleName(tr("Scene"));
  m_take = new QLineEdit(editors);
  m_take->setAccessibleName(tr("Take"));
  m_circled = new QCheckBox(tr("Circled"), editors);
  m_notes = new QPlainTextEdit(editors);
  m_notes->setAccessibleName(tr("Notes"));
  m_notes->setPlaceholderText(tr("Notes"));
  m_notes->setTabChangesFocus(true);
  m_notes->setFixedHeight(space(64));
  m_notes->installEventFilter(this);
  grid->addWidget(label(tr("Scene")), 0, 0);
  grid->addWidget(m_scene, 0, 1);
  grid->addWidget(label(tr("Take")), 0, 2);
  grid->addWidget(m_take, 0, 3);
  grid->addWidget(m_circled, 0, 4);
  grid->addWidget(m_notes, 1, 0, 1, 5);
  return editors;
}

QWidget* Inspector::makeRaw() {
  auto* page = new QWidget(m_pages);
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space(8));
  m_rawFilter = new QLineEdit(page);
  m_rawFilter->setPlaceholderText(tr("Find in what the files say"));
  m_rawFilter->setAccessibleName(m_rawFilter->placeholderText());
  m_rawFilter->setClearButtonEnabled(true);
  connect(m_rawFilter, &QLineEdit::textChanged, this, &Inspector::filterRaw);
  column->addWidget(m_rawFilter);
  m_raw = makeList({tr("Name"), tr("Value")}, tr("What the files say"), page);
  column->addWidget(m_raw, 1);
  return page;
}

void Inspector::turnTo(Page page) {
  const int at = static_cast<int>(page);
  m_pages->setCurrentIndex(at);
  for (std::size_t i = 0; i < m_tabButtons.size(); ++i) m_tabButtons[i]->setChecked(static_cast<int>(i) == at);
}

bool Inspector::eventFilter(QObject* watched, QEvent* event) {
  if (watched == m_notes && event->type() == QEvent::FocusOut) keepAll();
  return QWidget::eventFilter(watched, event);
}

void Inspector::keepAll() {
  if (m_clips.empty()) return;
  keep("slate.scene", tr("Scene"), m_scene->text().trimmed(), m_keptScene);
  keep("slate.take", tr("Take"), m_take->text().trimmed(), m_keptTake);
  keep("slate.notes", tr("Notes"), m_notes->toPlainText().trimmed(), m_keptNotes);
}

void Inspector::keep(const char* field, const QString& label, const QString& value, QString& kept) {
  if (m_clips.empty() || value == kept) return;
  kept = value;
  m_edits.set(m_clips, field, label, value, {});
}

void Inspector::clear() {
  keepAll();
  m_clips.clear();
  (void)m_number.next();
  m_name->setLine({});
  for (QWidget* part : {m_editors, m_tabs, static_cast<QWidget*>(m_pages)}) part->setVisible(false);
}

void Inspector::show(const std::vector<ClipPtr>& clips, const std::vector<model::CopyReport>& copies) {
  const bool other = !std::equal(clips.begin(), clips.end(), m_clips.begin(), m_clips.end(),
                                 [](const auto& a, const auto& b) { return a->id == b->id; });
  if (other) keepAll();  // what was typed belongs to the clips that were shown
  m_clips = clips;
  m_copies = copies;
  m_name->setLine(clips.size() == 1 ? shown(clips.front()->clip.name) : counted(clips.size(), "clip", "clips"));
  for (QWidget* part : {m_editors, m_tabs, static_cast<QWidget*>(m_pages)}) part->setVisible(true);
  const bool single = clips.size() == 1;
  const auto fill = [&](QLineEdit* line, const char* field, QString& kept) {
    if (!other && line->hasFocus()) return;
    kept = common(clips, field);
    if (line->text() != kept) line->setText(kept);
    line->setPlaceholderText(single || !kept.isEmpty() ? QString() : tr("several"));
  };
  fill(m_scene, "slate.scene", m_keptScene);
  fill(m_take, "slate.take", m_keptTake);
  if (other || !m_notes->hasFocus()) {
    const QString first = notesOf(clips.front()->clip);
    const bool same =
        std::all_of(clips.begin(), clips.end(), [&](const auto& row) { return notesOf(row->clip) == first; });
    m_keptNotes = same ? first : QString();  // line breaks are wanted here
    if (m_notes->toPlainText() != m_keptNotes) m_notes->setPlainText(m_keptNotes);
    m_notes->setPlaceholderText(same ? tr("Notes") : tr("Several notes; what is written here takes their place"));
  }
  m_circled->setChecked(
      std::all_of(clips.begin(), clips.end(), [](const auto& row) { return row->clip.slate.circled.value_or(false); }));
  if (other) m_fields->show(fieldsOf(m_clips, false));
  m_tabButtons[static_cast<std::size_t>(Page::raw)]->setEnabled(single);
  m_tabButtons[static_cast<std::size_t>(Page::history)]->setEnabled(single);
  if (!single && m_pages->currentIndex() > static_cast<int>(Page::look)) turnTo(Page::fields);
  ask();
}

void Inspector::ask() {
  const int number = m_number.next();
  if (m_clips.size() != 1) showFields(std::nullopt);
  m_work.run(
      this,
      [this, id = m_clips.front()->id](const std::stop_token&) {
        return Answers{m_session.lookFor(id), m_session.rawMetadata(id).value_or(std::map<std::string, std::string>()),
                       m_session.history(id, {}).value_or(std::vector<catalog::AnnotationChange>())};
      },
      [this, number](Answers answers) {
        if (!m_number.is(number)) return;
        m_look->show(m_clips, answers.look);
        if (m_clips.size() != 1) return;
        showFields(answers.look);
        showRaw(answers.raw);
        showHistory(answers.changes);
      });
}

void Inspector::showFields(const std::optional<model::Look>& look) {
  auto groups = fieldsOf(m_clips, false);
  if (m_clips.size() == 1) {
    FieldLine none;
    none.label = tr("Look");
    none.value = tr("none: camera to display only");
    std::vector<FieldGroup> own{{tr("COPIES"), copiesOf(m_copies)},
                                {tr("LOOK"), look ? lookLines(*look) : std::vector{none}}};
    if (own.front().lines.empty()) own.erase(own.begin());
    // What was found comes first, then whether it is safe.
    const auto at = std::find_if(groups.begin(), groups.end(),
                                 [](const auto& group) { return group.title != QObject::tr("FINDINGS"); });
    groups.insert(at, own.begin(), own.end());
  }
  m_fields->show(groups);
}

void Inspector::showRaw(const std::map<std::string, std::string>& raw) {
  m_raw->clear();
  for (const auto& [key, value] : raw) {
    auto* item = new QTreeWidgetItem(m_raw, {shown(key), shown(value)});
    item->setToolTip(0, shown(key));
    item->setToolTip(1, shown(value));
  }
  m_raw->setColumnWidth(0, space(168));
  filterRaw();
}

void Inspector::filterRaw() {
  const QString wanted = m_rawFilter->text().trimmed();
  for (int i = 0; i < m_raw->topLevelItemCount(); ++i) {
    QTreeWidgetItem* item = m_raw->topLevelItem(i);
    item->setHidden(!item->text(0).contains(wanted, Qt::CaseInsensitive) &&
                    !item->text(1).contains(wanted, Qt::CaseInsensitive));
  }
}

void Inspector::showHistory(const std::vector<catalog::AnnotationChange>& changes) {
  m_history->clear();
  // Newest first: what somebody looks for was changed lately.
  for (auto it = changes.rbegin(); it != changes.rend(); ++it) {
    const auto value = [](const std::string& text) { return text.empty() ? tr("what the files say") : shown(text); };
    const QString what = tr("%1: %2, before: %3").arg(shown(it->field), value(it->value), value(it->previous));
    auto* item = new QTreeWidgetItem(
        m_history, {dayText(it->at.substr(0, 10)) + QLatin1Char(' ') + clockText(it->at), what, shown(it->station)});
    for (int column = 0; column < 3; ++column) item->setToolTip(column, item->text(column));
  }
  if (changes.empty()) new QTreeWidgetItem(m_history, {QString(), tr("Nobody changed anything.")});
  m_history->setColumnWidth(0, space(124));
  m_history->setColumnWidth(1, space(176));
}

}  // namespace rollproof::ui
