// SPDX-License-Identifier: Apache-2.0
// The one window: places on top, the place itself, jobs below. No dialogs but the file dialog.
// Threads: GUI thread only. Errors: sentences in the line under the top bar, until they are dismissed or replaced.
#pragma once

#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QWidget>

#include "ui/actions/actions.h"
#include "ui/bridge/seams.h"
#include "ui/bridge/state_feed.h"
#include "ui/bridge/work_queue.h"
#include "ui/cards/cards_page.h"
#include "ui/dailies/dailies_page.h"
#include "ui/formats/formats_page.h"
#include "ui/jobs/jobs_panel.h"
#include "ui/library/library_page.h"
#include "ui/verify/verify_page.h"

namespace rollproof::ui {

class MainWindow : public QWidget {
  Q_OBJECT
 public:
  MainWindow(session::Session& session, Seams seams, QWidget* parent = nullptr);
  ~MainWindow() override;

  void addCard(const std::string& path);
  void showSentence(const QString& sentence);
  [[nodiscard]] QString sentenceShown() const { return m_sentence->text(); }
  [[nodiscard]] Actions& actions() { return m_actions; }
  [[nodiscard]] StateFeed& feed() { return m_feed; }
  [[nodiscard]] CardsPage& cardsPage() { return *m_cards; }
  [[nodiscard]] LibraryPage& libraryPage() { return *m_library; }
  [[nodiscard]] FormatsPage& formatsPage() { return *m_formats; }
  [[nodiscard]] VerifyPage& verifyPage() { return *m_verify; }
  [[nodiscard]] DailiesPage& dailiesPage() { return *m_dailies; }
  [[nodiscard]] JobsPanel& jobsPanel() { return *m_jobs; }
  [[nodiscard]] QWidget* place() const { return m_places->currentWidget(); }

 protected:
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragMoveEvent(QDragMoveEvent* event) override;
  void dragLeaveEvent(QDragLeaveEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  QWidget* makeTopBar();
  QWidget* makeSentenceLine();
  void goTo(QWidget* place);
  void showContext();
  void hover(const QPoint& position);
  void endHover();

  session::Session& m_session;
  Seams m_seams;
  Actions m_actions;
  StateFeed m_feed;
  QStackedWidget* m_places;
  CardsPage* m_cards;
  LibraryPage* m_library;
  FormatsPage* m_formats;
  VerifyPage* m_verify;
  DailiesPage* m_dailies;
  JobsPanel* m_jobs;
  QPushButton* m_cardsTab;
  QPushButton* m_libraryTab;
  QPushButton* m_formatsTab;
  QPushButton* m_verifyTab;
  QPushButton* m_dailiesTab;
  Text* m_context;
  QWidget* m_sentenceLine;
  QLabel* m_sentence;
  std::size_t m_noticesShown = 0;
  std::unique_ptr<WorkQueue> m_work;  // destroyed first, by hand: its work speaks to the session
};

}  // namespace rollproof::ui
