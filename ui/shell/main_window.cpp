// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/main_window.h"

#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QMimeData>
#include <QVBoxLayout>

#include "ui/bridge/format.h"

namespace rollproof::ui {

using theme::space;

namespace {

constexpr int kWorkers = 3;  // thumbnails must not keep a search waiting, nor a slow drive both

}  // namespace

MainWindow::MainWindow(session::Session& session, Seams seams, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_seams(std::move(seams)),
      m_feed(session),
      m_work(std::make_unique<WorkQueue>(kWorkers)) {
  setWindowTitle(QStringLiteral("Rollproof"));
  setAcceptDrops(true);
  m_cards = new CardsPage(session, m_feed, *m_work, m_actions, m_seams, this);
  m_library = new LibraryPage(session, m_feed, *m_work, m_actions, m_seams, this);
  m_formats = new FormatsPage(session, m_feed, *m_work, m_actions, this);
  m_verify = new VerifyPage(session, m_feed, *m_work, m_actions, m_seams, this);
  m_dailies = new DailiesPage(session, m_feed, *m_work, m_actions, m_seams, this);
  m_jobs = new JobsPanel(session, m_feed, m_actions, this);
  m_places = new QStackedWidget(this);
  m_places->addWidget(m_cards);
  m_places->addWidget(m_library);
  m_places->addWidget(m_formats);
  m_places->addWidget(m_verify);
  m_places->addWidget(m_dailies);

  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(1);
  column->addWidget(makeTopBar());
  column->addWidget(makeSentenceLine());
  column->addWidget(m_places, 1);
  column->addWidget(m_jobs);

  const auto on = [this](const char* id, auto call) {
    connect(m_actions.place(QString::fromUtf8(id), this, Qt::WindowShortcut), &QAction::triggered, this, call);
  };
  on("place.cards", [this] { goTo(m_cards); });
  on("place.library", [this] { goTo(m_library); });
  on("place.formats", [this] { goTo(m_formats); });
  on("place.verify", [this] { goTo(m_verify); });
  on("place.dailies", [this] { goTo(m_dailies); });
  on("place.jobs", [this] { m_jobs->focusFirst(); });
  on("library.find", [this] {
    goTo(m_library);
    m_library->find();
  });
  on("card.choose", [this] {
    goTo(m_cards);
    m_seams.chooseFolder(this, tr("Choose a card"), [this](const std::string& path) { m_cards->addCard(path); });
  });
  on("destination.choose", [this] {
    goTo(m_cards);
    m_seams.chooseFolder(this, tr("Choose a destination"),
                         [this](const std::string& path) { m_cards->addDestination(path); });
  });
  on("verify.choose", [this] { goTo(m_verify); });
  on("app.quit", [this] { close(); });
  connect(m_cards, &CardsPage::said, this, &MainWindow::showSentence);
  connect(m_library, &LibraryPage::said, this, &MainWindow::showSentence);
  connect(m_formats, &FormatsPage::said, this, &MainWindow::showSentence);
  connect(m_verify, &VerifyPage::said, this, &MainWindow::showSentence);
  connect(m_dailies, &DailiesPage::said, this, &MainWindow::showSentence);
  connect(m_cards, &CardsPage::contextChanged, this, &MainWindow::showContext);
  connect(&m_feed, &StateFeed::polled, this, [this](const StatePtr& state) {
    if (state->notices.size() > m_noticesShown) showSentence(shown(state->notices.back().text));
    m_noticesShown = state->notices.size();
  });
  if (const auto error = session.catalogError()) {
    showSentence(tr("The library cannot be used, copying works all the same: ") + sentence(*error));
  }
  resize(space(1600), space(1000));
  goTo(m_cards);
  showContext();
}

MainWindow::~MainWindow() { m_work.reset(); }

QWidget* MainWindow::makeTopBar() {
  auto* bar = new QWidget(this);
  theme::onPanel(bar);
  auto* across = new QHBoxLayout(bar);
  across->setContentsMargins(space(16), space(6), space(16), space(6));
  across->setSpacing(space(4));
  auto* name = new Text(theme::Size::body, true, bar);
  name->setLine(QStringLiteral("Rollproof"));
  name->setElide(Elide::none);
  across->addWidget(name);
  across->addSpacing(space(20));
  const auto tab = [&](const char* id) {
    const QAction* action = m_actions.find(QString::fromUtf8(id));
    auto* button = new QPushButton(action->text(), bar);
    button->setProperty("place", true);
    button->setCheckable(true);
    button->setFocusPolicy(Qt::TabFocus);
    button->setToolTip(m_actions.hint(QString::fromUtf8(id)));
    connect(button, &QPushButton::clicked, action, &QAction::trigger);
    across->addWidget(button);
    return button;
  };
  m_cardsTab = tab("place.cards");
  m_libraryTab = tab("place.library");
  m_formatsTab = tab("place.formats");
  m_verifyTab = tab("place.verify");
  m_dailiesTab = tab("place.dailies");
  across->addStretch();
  m_context = new Text(theme::Size::body, false, bar);
  m_context->setElide(Elide::none);
  m_context->setColour(theme::grey(theme::kDim));
  across->addWidget(m_context);
  across->addSpacing(space(16));
  across->addWidget(m_library->searchField());
  return bar;
}

QWidget* MainWindow::makeSentenceLine() {
  m_sentenceLine = new QWidget(this);
  theme::onPanel(m_sentenceLine);
  auto* across = new QHBoxLayout(m_sentenceLine);
  across->setContentsMargins(space(16), space(4), space(16), space(4));
  m_sentence = makeParagraph(theme::Size::body, m_sentenceLine);
  auto* dismiss = new QPushButton(tr("Dismiss"), m_sentenceLine);
  dismiss->setProperty("flat", true);
  dismiss->setFocusPolicy(Qt::TabFocus);
  connect(dismiss, &QPushButton::clicked, m_sentenceLine, &QWidget::hide);
  across->addWidget(m_sentence, 1);
  across->addWidget(dismiss);
  m_sentenceLine->hide();
  return m_sentenceLine;
}

void MainWindow::showSentence(const QString& sentence) {
  m_sentence->setText(sentence);
  m_sentenceLine->setVisible(!sentence.isEmpty());
}

void MainWindow::addCard(const std::string& path) { m_cards->addCard(path); }

void MainWindow::goTo(QWidget* place) {
  if (place != m_places->currentWidget()) showSentence({});  // it was about the other place
  m_places->setCurrentWidget(place);
  m_cardsTab->setChecked(place == m_cards);
  m_libraryTab->setChecked(place == m_library);
  m_formatsTab->setChecked(place == m_formats);
  m_verifyTab->setChecked(place == m_verify);
  m_dailiesTab->setChecked(place == m_dailies);
  m_library->searchField()->setVisible(place == m_library);
  m_context->setVisible(place == m_cards);
  // The keys of a place work only while the focus is in it.
  if (place == m_cards) m_cards->focusCards();
  if (place == m_formats) m_formats->table().setFocus(Qt::OtherFocusReason);
  if (place == m_verify) m_verify->focusDrives();
  if (place == m_dailies) m_dailies->table().setFocus(Qt::OtherFocusReason);
  if (place == m_library) m_library->table().setFocus(Qt::OtherFocusReason);
}

void MainWindow::showContext() { m_context->setLine(m_cards->context()); }

void MainWindow::hover(const QPoint& position) {
  if (place() == m_verify)
    m_verify->hover();
  else if (place() == m_cards)
    m_cards->hover(mapToGlobal(position));
}

void MainWindow::endHover() {
  m_cards->endHover();
  m_verify->endHover();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (!event->mimeData()->hasFormat(QStringLiteral("text/uri-list"))) return;
  event->acceptProposedAction();
  hover(event->position().toPoint());
}

void MainWindow::dragMoveEvent(QDragMoveEvent* event) {
  event->acceptProposedAction();
  hover(event->position().toPoint());
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent*) { endHover(); }

void MainWindow::dropEvent(QDropEvent* event) {
  endHover();
  const auto paths = droppedPaths(event->mimeData()->data(QStringLiteral("text/uri-list")));
  if (paths.empty()) return;
  event->acceptProposedAction();
  if (place() == m_verify) {
    for (const auto& path : paths) m_verify->dropFile(path);
    return;
  }
  if (place() != m_cards) goTo(m_cards);  // within the place the focus stays where the hand is
  for (const auto& path : paths) m_cards->dropFolder(path, mapToGlobal(event->position().toPoint()));
}

}  // namespace rollproof::ui
