// SPDX-License-Identifier: Apache-2.0
// The place where a card becomes safe: choose or drop it, press Return, watch the proof grow.
// Threads: GUI thread only; every look at a disk runs on the work queue. Errors: shown as sentences where they arose.
#pragma once

#include <QListView>
#include <QTimer>
#include <QWidget>
#include <map>
#include <set>

#include "ui/bridge/seams.h"
#include "ui/bridge/state_feed.h"
#include "ui/bridge/work_queue.h"
#include "ui/cards/card_desk.h"
#include "ui/cards/offload_form.h"
#include "ui/cards/roll_tile.h"

class QVBoxLayout;

namespace rollproof::ui {

class Actions;

class CardsPage : public QWidget {
  Q_OBJECT
 public:
  CardsPage(session::Session& session, StateFeed& feed, WorkQueue& work, Actions& actions, Seams& seams,
            QWidget* parent = nullptr);

  void addCard(const std::string& path);
  void addDestination(const std::string& path);
  // A folder dropped at this place of the page: on the drives a destination, anywhere else a card.
  void dropFolder(const std::string& path, const QPoint& globalPosition);
  void startSelected();
  [[nodiscard]] QString context() const;  // "Northern Light · Sat 2 May 2026"
  [[nodiscard]] CardModel& cards() { return m_cards; }
  [[nodiscard]] DriveModel& drives() { return m_drives; }
  [[nodiscard]] OffloadForm& form() { return *m_form; }
  [[nodiscard]] std::vector<RollTile*> tiles() const;

 signals:
  void contextChanged();
  void said(const QString& sentence);

 private:
  QWidget* makeDesk(Actions& actions);
  QWidget* makeBoard(Actions& actions);
  [[nodiscard]] int selectedRow() const;
  void selectCard(int row);
  void selectNextWaiting();
  void moveSelection(int by);
  [[nodiscard]] session::OffloadSettings settingsFor(const CardItem& item) const;
  void showForm();
  void planSoon();
  void plan();
  void readCard(const std::string& path);
  void lookAtVolumes();
  void showState(const StatePtr& state);
  void openReport(catalog::RollId roll);
  void keepSettings();

  session::Session& m_session;
  StateFeed& m_feed;
  WorkQueue& m_work;
  Seams& m_seams;
  CardModel m_cards;
  DriveModel m_drives;
  QListView* m_cardList;
  QListView* m_driveList;
  QWidget* m_driveArea;
  OffloadForm* m_form;
  QWidget* m_empty;
  QVBoxLayout* m_board;
  std::map<std::string, RollTile*> m_tiles;  // by job or roll
  std::vector<std::string> m_order;          // keys from the top
  Text* m_older;
  std::set<std::string> m_examined;  // mount points already asked whether they are cards
  QTimer m_planTimer, m_volumeTimer;
  Latest m_planNumber;
  std::string m_planBasis;  // what the notes now shown, or asked for, rest on
  bool m_volumesAsked = false;
};

}  // namespace rollproof::ui
