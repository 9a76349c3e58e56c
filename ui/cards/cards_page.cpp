// SPDX-License-Identifier: Apache-2.0
#include "ui/cards/cards_page.h"

#include <QHBoxLayout>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/file_system.h"
#include "core/base/path.h"
#include "ui/actions/actions.h"
#include "ui/bridge/format.h"
#include "ui/shell/empty_state.h"
#include "ui/theme/tile_delegate.h"

namespace rollproof::ui {

using theme::space;

namespace {

constexpr std::size_t kShownTiles = 30;  // the newest; older rolls are in the library

std::string keyOf(const session::Tile& tile) {
  if (tile.job) return "job " + std::to_string(tile.job->value);
  if (tile.rollId) return "roll " + std::to_string(tile.rollId->value);
  return "key " + tile.key.project + '\n' + tile.key.day + '\n' + tile.key.roll;
}

struct Mounts {
  std::vector<std::string> cards;     // mount points that hold a camera's card
  std::vector<std::string> examined;  // asked in this round
  std::vector<std::string> missing;   // chosen folders that are not there
};

// What stands there and differs, in words; "" nothing does.
QString conflictText(const offload::Plan& plan) {
  if (plan.conflicts.empty()) return {};
  const auto& first = plan.conflicts.front();
  QString text = counted(plan.conflicts.size(), "file stands", "files stand") +
                 QStringLiteral(" there already and differ from the card's: ") + shown(first.path);
  if (plan.conflicts.size() > 1) text += QStringLiteral(" and others");
  if (!first.text.empty()) text += QStringLiteral(" (") + shown(first.text) + QLatin1Char(')');
  return text + QLatin1Char('.');
}

}  // namespace

CardsPage::CardsPage(session::Session& session, StateFeed& feed, WorkQueue& work, Actions& actions, Seams& seams,
                     QWidget* parent)
    : QWidget(parent), m_session(session), m_feed(feed), m_work(work), m_seams(seams) {
  auto* across = new QHBoxLayout(this);
  across->setContentsMargins(0, 0, 0, 0);
  across->setSpacing(0);
  m_desk = new DeskColumn(m_cards, m_drives, actions, this);
  across->addWidget(m_desk);
  across->addWidget(makeBoard(actions), 1);

  const Remembered remembered = recall();
  m_form->setProject(remembered.project);
  for (const auto& path : remembered.destinations) m_drives.choose(path);

  m_hint = new DropHint(this);

  connect(m_desk->cardList().selectionModel(), &QItemSelectionModel::currentChanged, this, [this] { showForm(); });
  connect(&m_cards, &QAbstractItemModel::dataChanged, this, [this] { showForm(); });
  connect(&m_drives, &DriveModel::destinationsChanged, this, [this] {
    keepSettings();
    showForm();
  });
  connect(m_form, &OffloadForm::rollNameEdited, this,
          [this](const std::string& name) { m_cards.setRollName(selectedRow(), name); });
  connect(m_form, &OffloadForm::settingsEdited, this, [this] {
    keepSettings();
    planSoon();
    m_knownTimer.start();  // a roll's name is one project's own
    emit contextChanged();
  });
  makeActions(actions);

  m_planTimer.setSingleShot(true);
  m_planTimer.setInterval(200);
  connect(&m_planTimer, &QTimer::timeout, this, &CardsPage::plan);
  // A job writes many facts in a row: the cards are looked up again once they have all arrived.
  m_knownTimer.setSingleShot(true);
  m_knownTimer.setInterval(300);
  connect(&m_knownTimer, &QTimer::timeout, this, [this] {
    for (int row = 0; row < m_cards.rowCount(); ++row)
      if (m_cards.at(row).state == CardItem::State::ready) recogniseCard(m_cards.at(row).path);
  });
  connect(&m_feed, &StateFeed::libraryChanged, &m_knownTimer, qOverload<>(&QTimer::start));
  connect(&m_feed, &StateFeed::polled, this, &CardsPage::showState);
  showForm();
  showState(m_feed.last());
}

void CardsPage::makeActions(Actions& actions) {
  const auto on = [&](const char* id, auto call) {
    connect(actions.place(QString::fromUtf8(id), this), &QAction::triggered, this, call);
  };
  on("offload.start", [this] { startSelected(Asked::copy); });
  on("offload.anyway", [this] { startSelected(Asked::copyAnyway); });
  on("offload.numbered", [this] { startSelected(Asked::numberedFolder); });
  on("offload.skip", [this] { startSelected(Asked::skipExisting); });
  actions.place(QStringLiteral("offload.oneDisk"), this);
  on("card.nextCard", [this] { moveSelection(1); });
  on("card.previousCard", [this] { moveSelection(-1); });
  on("card.forget", [this] { m_cards.remove(selectedRow()); });
  on("card.eject", [this] { ejectCard(); });
  on("card.asDrive", [this] {
    if (const int row = selectedRow(); row >= 0) useAsDestination(std::string(m_cards.at(row).path), std::nullopt);
  });
  connect(actions.place(QStringLiteral("drive.asCard"), &m_desk->driveList(), Qt::WidgetShortcut), &QAction::triggered,
          this, [this] {
            const QModelIndex drive = m_desk->driveList().currentIndex();
            if (drive.isValid()) useAsCard(std::string(m_drives.at(drive.row()).path));
          });
}

QWidget* CardsPage::makeBoard(Actions& actions) {
  auto* scroll = new QScrollArea(this);
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setFocusPolicy(Qt::NoFocus);
  auto* board = new QWidget(scroll);
  m_board = new QVBoxLayout(board);
  m_board->setContentsMargins(space(20), space(16), space(20), space(16));
  m_board->setSpacing(space(16));
  m_form = new OffloadForm(actions, board);
  m_empty = makeEmptyState(tr("Insert or drop a camera card; Return copies and verifies it."),
                           actions.find(QStringLiteral("card.choose")), board);
  m_older = new Text(theme::Size::small, false, board);
  m_older->setColour(theme::grey(theme::kDim));
  m_contents = new CardContents(board);
  m_board->addWidget(m_form);
  m_board->addWidget(m_contents);
  m_board->addWidget(m_older);
  m_board->addStretch(1);
  m_board->insertWidget(0, m_empty, 1000);  // in the middle of the place, not of its upper half
  scroll->setWidget(board);
  return scroll;
}

int CardsPage::selectedRow() const {
  const QModelIndex current = m_desk->cardList().currentIndex();
  return current.isValid() ? current.row() : -1;
}

void CardsPage::selectCard(int row) {
  if (row < 0 || row >= m_cards.rowCount())
    m_desk->cardList().selectionModel()->clear();
  else
    m_desk->cardList().setCurrentIndex(m_cards.index(row));
  showForm();
}

void CardsPage::moveSelection(int by) {
  if (m_cards.rowCount() > 0) selectCard(std::clamp(selectedRow() + by, 0, m_cards.rowCount() - 1));
}

void CardsPage::selectNextWaiting() {
  for (int row = 0; row < m_cards.rowCount(); ++row)
    if (const CardItem& item = m_cards.at(row);
        item.status.isEmpty() && !(item.known && item.known->known == session::Known::alreadySafe))
      return selectCard(row);
  selectCard(-1);
}

void CardsPage::addCard(const std::string& path) {
  const std::string whole = path::absolute(path);
  const bool known = m_cards.rowOf(whole) >= 0;
  const int row = m_cards.add(whole, false);
  selectCard(row);
  if (!known || m_cards.at(row).state == CardItem::State::failed) readCard(whole);
}

void CardsPage::readCard(const std::string& path) {
  m_work.run(
      this, [this, path](const std::stop_token& stop) { return m_session.readCard(path, false, stop); },
      [this, path](Result<model::Card> card) {
        m_cards.setRead(path, card);
        if (!card) return;
        recogniseCard(path);
        readDetails(path);
      });
}

// A card can be copied long before all its clips were read.
void CardsPage::readDetails(const std::string& path) {
  m_cards.setReadingDetails(path);
  m_details.run(
      this, [this, path](const std::stop_token& stop) { return m_session.readCard(path, true, stop); },
      [this, path](Result<model::Card> card) { m_cards.setDetails(path, std::move(card)); });
}

void CardsPage::recogniseCard(const std::string& path) {
  m_work.run(
      this,
      [this, path, project = projectName()](const std::stop_token& stop) {
        return m_session.recogniseIn(project, path, stop);
      },
      // Without a catalog nothing is known; that it cannot be used is said once for all, on top.
      [this, path](Result<session::Recognition> known) {
        m_cards.setKnown(path, known ? std::optional(std::move(*known)) : std::nullopt);
      });
}

void CardsPage::addDestination(const std::string& path) { useAsDestination(path::absolute(path), std::nullopt); }

void CardsPage::useAsCard(const std::string& path) {
  m_drives.remove(path);
  addCard(path);
}

void CardsPage::useAsDestination(const std::string& path, std::optional<int> before) {
  if (const int row = m_cards.rowOf(path); row >= 0) {
    const auto state = m_feed.last();
    const bool working = std::any_of(state->tiles.begin(), state->tiles.end(), [&](const auto& tile) {
      return tile.source == path && tile.job && !tile.finished;
    });
    if (working) return emit said(tr("%1 is being copied: it stays a card.").arg(shown(m_cards.at(row).roll())));
    m_cards.remove(row);
  }
  m_drives.choose(path, before);
  lookAtVolumes();
}

DropTarget CardsPage::targetAt(const QPoint& globalPosition) const {
  if (const auto target = m_desk->targetAt(globalPosition)) return *target;
  DropTarget target;
  const QPoint inForm = m_form->mapFromGlobal(globalPosition);
  if (m_form->isVisible() && m_form->destinationZone().contains(inForm)) {
    target.destination = true;
    target.caption = tr("Destination %1").arg(m_drives.destinations().size() + 1);
    target.outline = m_form->destinationZone().translated(m_form->mapToGlobal(QPoint(0, 0)));
    return target;
  }
  target.caption = tr("Card");
  const QWidget* board = m_board->parentWidget();
  const QRect area = m_form->isVisible() && m_form->rect().contains(inForm) ? m_form->geometry() : board->rect();
  target.outline = QRect(board->mapToGlobal(area.topLeft()), area.size());
  return target;
}

void CardsPage::hover(const QPoint& globalPosition) { m_hint->show(targetAt(globalPosition)); }

void CardsPage::endHover() { m_hint->hide(); }

void CardsPage::dropFolder(const std::string& path, const QPoint& globalPosition) {
  endHover();
  const DropTarget target = targetAt(globalPosition);
  if (target.destination)
    useAsDestination(path, target.before);
  else
    useAsCard(path);
}

session::OffloadSettings CardsPage::settingsFor(const CardItem& item) const {
  session::OffloadSettings settings;
  settings.source = item.path;
  settings.destinations = m_drives.destinations();
  settings.project = projectName();
  settings.day = m_form->day();
  // Before the card is read only what a person typed is known; the session then asks the card itself.
  settings.roll = item.state == CardItem::State::ready ? item.roll() : item.rollName;
  if (m_form->oneDisk()) settings.policy.minDevices = 1;
  return settings;
}

// What the last look before the first byte found.
struct CardsPage::Checked {
  Result<session::Recognition> known;
  Result<offload::Plan> plan;
};

void CardsPage::startSelected(Asked asked) {
  const int row = selectedRow();
  if (row < 0) {
    if (m_cards.rowCount() == 0) emit said(tr("There is no card yet: choose one or drop its folder here."));
    return;
  }
  const CardItem& item = m_cards.at(row);
  if (item.checking) return;
  if (item.state == CardItem::State::failed) return emit said(item.problem);
  const auto settings = settingsFor(item);
  if (settings.destinations.empty()) return emit said(tr("There is no destination yet: choose a drive on the left."));
  const std::string path = item.path;
  m_cards.setChecking(row, true);
  // Asked anew: what was known when the card came may be an hour old.
  m_work.run(
      this,
      [this, settings](const std::stop_token& stop) {
        auto known = m_session.recogniseIn(settings.project, settings.source, stop);
        return Checked{std::move(known), m_session.planNow(settings)};
      },
      [this, path, asked, settings](Checked checked) { decide(path, asked, settings, std::move(checked)); });
}

void CardsPage::decide(const std::string& path, Asked asked, const session::OffloadSettings& settings,
                       Checked checked) {
  const int row = m_cards.rowOf(path);
  if (row < 0) return;  // taken off the list meanwhile: nobody wants it copied
  const bool selected = row == selectedRow();
  const auto kind = checked.known ? checked.known->known : session::Known::unknown;
  if (checked.known) m_cards.setKnown(path, *checked.known);
  m_cards.setChecking(row, false);
  const QString name = shown(m_cards.at(row).roll());
  if (kind == session::Known::alreadySafe && asked == Asked::copy) {
    emit said(tr("%1 is already safe, nothing was copied. Press Ctrl+Return to copy it anyway.").arg(name));
    return;
  }
  if (!checked.plan) return emit said(sentence(checked.plan.error()));
  const bool occupied = kind == session::Known::otherContent || !checked.plan->conflicts.empty();
  const bool answered = asked == Asked::numberedFolder || asked == Asked::skipExisting;
  if (occupied && !answered) {
    if (!selected) selectCard(row);
    m_conflicts = conflictText(*checked.plan);
    m_conflictBasis = m_planBasis;
    showQuestion();
    m_form->focusQuestion();
    return emit said(tr("%1 was not started: something else stands in its place. Choose what to do.").arg(name));
  }
  auto chosen = settings;
  if (asked == Asked::numberedFolder) chosen.onConflict = offload::OnConflict::numberedFolder;
  m_session.startOffload(chosen, "");
  m_cards.setStatus(row, tr("Waiting"));
  m_feed.refresh();
  if (selected) selectNextWaiting();
}

void CardsPage::showQuestion() {
  const int row = selectedRow();
  QString question;
  if (row >= 0 && m_cards.at(row).status.isEmpty()) {
    const auto& known = m_cards.at(row).known;
    QStringList lines;
    if (known && known->known == session::Known::otherContent)
      lines << tr("This roll's name is taken by other content. Where shall the card go?");
    if (m_conflictBasis == m_planBasis && !m_conflicts.isEmpty()) lines << m_conflicts;
    question = lines.join(QLatin1Char('\n'));
  }
  m_form->showQuestion(question);
}

void CardsPage::ejectCard() {
  const auto state = m_feed.last();
  const int row = selectedRow();
  const session::Tile* newest = nullptr;
  for (const auto& tile : state->tiles) {
    const bool free = standingOf(tile) == Standing::proven && !tile.ejectMountPoint.empty();
    const bool asked = row >= 0 && tile.source == m_cards.at(row).path;
    if (asked && !free && tile.finished)
      return emit said(tr("%1 is not proven safe: it is not ejected from here.").arg(shown(tile.key.roll)));
    if (free && (asked || !newest)) newest = &tile;
    if (asked) break;
  }
  if (!newest) return emit said(tr("No card that is safe to format can be ejected."));
  eject(newest->ejectMountPoint, shown(newest->key.roll));
}

void CardsPage::eject(const std::string& mountPoint, const QString& name) {
  if (!m_ejecting.insert(mountPoint).second) return;  // it is on its way
  m_work.run(
      this, [this, mountPoint](const std::stop_token&) { return m_session.eject(mountPoint); },
      [this, mountPoint, name](Status done) {
        m_ejecting.erase(mountPoint);
        emit said(done ? tr("%1 is ejected: take it out.").arg(name) : sentence(done.error()));
        m_feed.refresh();
      });
}

void CardsPage::focusCards() { m_desk->cardList().setFocus(Qt::OtherFocusReason); }

void CardsPage::showForm() {
  const int row = selectedRow();
  m_form->setVisible(row >= 0);
  m_empty->setVisible(row < 0 && m_order.empty());
  if (row < 0) return m_contents->hide();
  m_form->showCard(m_cards.at(row));
  m_contents->show(m_cards.at(row));
  QStringList names;
  for (int i = 0; i < m_drives.rowCount(); ++i)
    if (m_drives.at(i).destination > 0) names << QString();
  for (int i = 0; i < m_drives.rowCount(); ++i)
    if (const int number = m_drives.at(i).destination; number > 0)
      names[number - 1] = m_drives.data(m_drives.index(i), kTitleRole).toString();
  m_form->showDestinations(names);
  planSoon();
  showQuestion();
}

// Progress of other cards repaints the form; only what the plan rests on asks for a new one.
void CardsPage::planSoon() {
  const int row = selectedRow();
  std::string basis;
  if (row >= 0) {
    const auto settings = settingsFor(m_cards.at(row));
    basis = settings.source + '\n' + settings.project + '\n' + settings.day + '\n' + settings.roll + '\n' +
            std::to_string(settings.policy.minDevices) + '\n' + std::to_string(static_cast<int>(m_cards.at(row).state));
    for (const auto& destination : settings.destinations) basis += '\n' + destination;
  }
  if (basis == m_planBasis) return;
  m_planBasis = std::move(basis);
  showQuestion();  // the old answer is about another folder
  m_planTimer.start();
}

void CardsPage::plan() {
  const int row = selectedRow();
  const int number = m_planNumber.next();
  if (row < 0 || m_cards.at(row).state != CardItem::State::ready || m_drives.destinations().empty())
    return m_form->showNotes({});
  m_work.run(
      this,
      [this, settings = settingsFor(m_cards.at(row))](const std::stop_token&) { return m_session.planNow(settings); },
      [this, number, basis = m_planBasis](Result<offload::Plan> planned) {
        if (!m_planNumber.is(number)) return;
        QStringList notes;
        if (!planned) {
          notes << QStringLiteral("✕ ") + sentence(planned.error());
        } else {
          for (const auto& note : planned->notes) notes << QStringLiteral("– ") + shown(note.text);
          if (!planned->skipped.empty())
            notes << QStringLiteral("– ") +
                         counted(planned->skipped.size(), "entry is no regular file", "entries are no regular files") +
                         tr(" and cannot be copied");
        }
        m_form->showNotes(notes);
        m_conflicts = planned ? conflictText(*planned) : QString();
        m_conflictBasis = basis;
        showQuestion();
      });
}

void CardsPage::lookAtVolumes() {
  if (m_volumesAsked) {  // a drive that answers slowly is not asked twice
    m_volumesChanged = true;
    return;
  }
  m_volumesAsked = true;
  std::vector<std::string> chosen;
  for (int i = 0; i < m_drives.rowCount(); ++i)
    if (m_drives.at(i).chosen) chosen.push_back(m_drives.at(i).path);
  m_work.run(
      this,
      [this, chosen, examined = m_examined, used = m_drives.destinations(),
       volumes = m_feed.last()->volumes](const std::stop_token& stop) {
        Mounts mounts;
        for (const auto& path : chosen)
          if (!realFileSystem().info(path)) mounts.missing.push_back(path);
        for (const auto& volume : volumes) {
          const bool asked = examined.contains(volume.mountPoint);
          const bool destination = std::find(used.begin(), used.end(), volume.mountPoint) != used.end();
          if (asked || destination || !(volume.removable || volume.readOnly) || stop.stop_requested()) continue;
          mounts.examined.push_back(volume.mountPoint);
          const auto card = m_session.readCard(volume.mountPoint, false, stop);
          if (card && !card->family.empty() && card->family != "generic") mounts.cards.push_back(volume.mountPoint);
        }
        return mounts;
      },
      [this](Mounts mounts) {
        m_volumesAsked = false;
        m_examined.insert(mounts.examined.begin(), mounts.examined.end());
        m_missing = std::move(mounts.missing);
        for (const auto& path : mounts.cards) {
          const int row = m_cards.add(path, true);
          readCard(path);
          if (selectedRow() < 0) selectCard(row);
        }
        showVolumes();
        if (std::exchange(m_volumesChanged, false)) lookAtVolumes();
      });
}

void CardsPage::showVolumes() {
  auto volumes = m_feed.last()->volumes;
  const auto mounted = [&](const std::string& path) {
    return std::any_of(volumes.begin(), volumes.end(), [&](const auto& v) { return v.mountPoint == path; });
  };
  // Another card may come to the same place.
  std::erase_if(m_examined, [&](const auto& path) { return !mounted(path); });
  for (int row = m_cards.rowCount() - 1; row >= 0; --row)
    if (m_cards.at(row).mounted && !mounted(m_cards.at(row).path)) m_cards.remove(row);
  m_cards.setVolumes(volumes);
  std::vector<model::Volume> drives;
  for (auto& volume : volumes)
    if (m_cards.rowOf(volume.mountPoint) < 0) drives.push_back(std::move(volume));
  m_drives.setVolumes(drives, m_missing);
}

void CardsPage::showState(const StatePtr& state) {
  // Something was plugged or pulled: cards are looked for first, so that none shows up as a drive. Between such moments
  // only the free space changes.
  if (state->volumesVersion != m_volumesVersion) {
    m_volumesVersion = state->volumesVersion;
    lookAtVolumes();
  } else if (!m_volumesAsked) {
    showVolumes();
  }
  std::vector<std::string> order;
  const WallTime now = systemClock().now();
  for (const auto& tile : state->tiles) {
    if (order.size() >= kShownTiles) break;
    const std::string key = keyOf(tile);
    order.push_back(key);
    auto& widget = m_tiles[key];
    if (!widget) {
      widget = new RollTile(m_form->parentWidget());
      connect(widget, &RollTile::reportWanted, this, &CardsPage::openReport);
      connect(widget, &RollTile::againWanted, this, [this](jobs::JobId job) { m_session.retryJob(job); });
      connect(widget, &RollTile::ejectWanted, this, &CardsPage::eject);
    }
    widget->show(tile, jobOf(*state, tile.job), now, state->volumes);
  }
  std::set<std::string> statusSet;
  for (const auto& tile : state->tiles) {  // newest first: the first that names a card tells how it stands
    if (tile.source.empty() || !statusSet.insert(tile.source).second) continue;
    if (const int row = m_cards.rowOf(tile.source); row >= 0)
      m_cards.setStatus(row, shortStatus(tile, jobOf(*state, tile.job)));
  }
  const auto older = state->tiles.size() - order.size();
  m_older->setLine(older > 0 ? counted(older, "older roll is", "older rolls are") + tr(" in the Library") : QString());
  m_older->setVisible(older > 0);
  if (order == m_order) return;
  for (auto it = m_tiles.begin(); it != m_tiles.end();) {
    if (std::find(order.begin(), order.end(), it->first) == order.end()) {
      it->second->deleteLater();
      it = m_tiles.erase(it);
    } else {
      ++it;
    }
  }
  m_order = order;
  int at = 3;  // after the empty state, the form and the contents
  for (const auto& key : m_order) {
    m_board->removeWidget(m_tiles[key]);
    m_board->insertWidget(at++, m_tiles[key]);
    m_tiles[key]->setVisible(true);
  }
  m_empty->setVisible(selectedRow() < 0 && m_order.empty());
}

std::vector<RollTile*> CardsPage::tiles() const {
  std::vector<RollTile*> list;
  for (const auto& key : m_order) list.push_back(m_tiles.at(key));
  return list;
}

void CardsPage::openReport(catalog::RollId roll) {
  m_work.run(
      this, [this, roll](const std::stop_token&) { return m_session.writeCardReport(roll, ""); },
      [this](Result<std::string> written) {
        if (!written) return emit said(sentence(written.error()));
        m_seams.openDocument(*written);
      });
}

std::string CardsPage::projectName() const { return m_form->project().empty() ? "Untitled" : m_form->project(); }

void CardsPage::keepSettings() {
  Remembered what;
  what.destinations = m_drives.destinations();
  what.project = m_form->project();
  remember(what);
}

QString CardsPage::context() const {
  const std::string day = m_form->day().empty() ? localDate(systemClock().now()) : m_form->day();
  return shown(projectName()) + QStringLiteral(" · ") + dayText(day);
}

}  // namespace rollproof::ui
