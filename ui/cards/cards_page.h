// SPDX-License-Identifier: Apache-2.0
// The place where a card becomes safe: choose or drop it, press Return, watch the proof grow. What is known of a card
// is said before anything is copied, and nothing that is safe already is copied again by accident. Threads: GUI thread
// only; every look at a disk runs on the work queue. Errors: shown as sentences where they arose.
#pragma once

#include <QTimer>
#include <QWidget>
#include <map>
#include <set>

#include "ui/bridge/seams.h"
#include "ui/bridge/state_feed.h"
#include "ui/bridge/work_queue.h"
#include "ui/cards/card_contents.h"
#include "ui/cards/card_desk.h"
#include "ui/cards/desk_column.h"
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
  // Something that hangs over this place of the page, or is let go there: on the drives and on the form's "To" a
  // destination, anywhere else a card. A row of either list and a folder from outside are the same.
  void hover(const QPoint& globalPosition);
  void endHover();
  void dropFolder(const std::string& path, const QPoint& globalPosition);
  enum class Asked { copy, copyAnyway, numberedFolder, skipExisting };
  void startSelected(Asked asked = Asked::copy);
  void ejectCard();
  void focusCards();
  [[nodiscard]] QString context() const;  // "Northern Light · Sat 2 May 2026"
  [[nodiscard]] CardModel& cards() { return m_cards; }
  [[nodiscard]] DriveModel& drives() { return m_drives; }
  [[nodiscard]] OffloadForm& form() { return *m_form; }
  [[nodiscard]] CardContents& contents() { return *m_contents; }
  [[nodiscard]] DeskColumn& desk() { return *m_desk; }
  [[nodiscard]] std::vector<RollTile*> tiles() const;

 signals:
  void contextChanged();
  void said(const QString& sentence);

 private:
  void makeActions(Actions& actions);
  QWidget* makeBoard(Actions& actions);
  [[nodiscard]] int selectedRow() const;
  void selectCard(int row);
  void selectNextWaiting();
  void moveSelection(int by);
  [[nodiscard]] session::OffloadSettings settingsFor(const CardItem& item) const;
  [[nodiscard]] DropTarget targetAt(const QPoint& globalPosition) const;
  void useAsCard(const std::string& path);
  void useAsDestination(const std::string& path, std::optional<int> before);
  struct Checked;
  void decide(const std::string& path, Asked asked, const session::OffloadSettings& settings, Checked checked);
  void recogniseCard(const std::string& path);
  void eject(const std::string& mountPoint, const QString& name);
  void showForm();
  void showQuestion();
  [[nodiscard]] std::string projectName() const;
  void planSoon();
  void plan();
  void readCard(const std::string& path);
  void readDetails(const std::string& path);
  void lookAtVolumes();
  void showVolumes();
  void showState(const StatePtr& state);
  void openReport(catalog::RollId roll);
  void keepSettings();

  session::Session& m_session;
  StateFeed& m_feed;
  WorkQueue& m_work;
  Seams& m_seams;
  CardModel m_cards;
  DriveModel m_drives;
  DeskColumn* m_desk;
  DropHint* m_hint;
  OffloadForm* m_form;
  CardContents* m_contents;
  QWidget* m_empty;
  QVBoxLayout* m_board;
  std::map<std::string, RollTile*> m_tiles;  // by job or roll
  std::vector<std::string> m_order;          // keys from the top
  Text* m_older;
  std::set<std::string> m_examined;    // mount points already asked whether they are cards
  std::vector<std::string> m_missing;  // chosen folders that are not there
  QTimer m_planTimer, m_knownTimer;
  Latest m_planNumber;
  std::string m_planBasis;      // what the notes now shown, or asked for, rest on
  std::string m_conflictBasis;  // the basis m_conflicts was found for
  QString m_conflicts;          // what stands where we would write, in words; "" nothing
  std::int64_t m_volumesVersion = -1;
  bool m_volumesAsked = false, m_volumesChanged = false;
  std::set<std::string> m_ejecting;  // mount points
  WorkQueue m_details{1};            // what clips say can take minutes; nothing else may wait for it
};

}  // namespace rollproof::ui
