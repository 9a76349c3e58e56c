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
constexpr int kVolumesEveryMs = 3000;

QListView* makeDeskList(QAbstractItemModel* model, const QString& name, QWidget* parent) {
  auto* list = new QListView(parent);
  list->setModel(model);
  list->setItemDelegate(new TileDelegate(list));
  list->setAccessibleName(name);
  list->setSelectionMode(QAbstractItemView::SingleSelection);
  list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list->setEditTriggers(QAbstractItemView::NoEditTriggers);
  list->viewport()->setAutoFillBackground(false);
  return list;
}

// Keeps a list as tall as its rows: two lists share one column without a gap, and the column scrolls as one.
void fitHeight(QListView* list) {
  int height = 0;
  for (int row = 0; row < list->model()->rowCount(); ++row) height += list->sizeHintForRow(row);
  list->setFixedHeight(height + 2);
}

std::string keyOf(const session::Tile& tile) {
  if (tile.job) return "job " + std::to_string(tile.job->value);
  if (tile.rollId) return "roll " + std::to_string(tile.rollId->value);
  return "key " + tile.key.project + '\n' + tile.key.day + '\n' + tile.key.roll;
}

struct Mounts {
  std::vector<model::Volume> volumes;
  std::vector<std::string> cards;     // mount points that hold a camera's card
  std::vector<std::string> examined;  // asked in this round
  std::vector<std::string> missing;   // chosen folders that are not there
};

}  // namespace

CardsPage::CardsPage(session::Session& session, StateFeed& feed, WorkQueue& work, Actions& actions, Seams& seams,
                     QWidget* parent)
    : QWidget(parent), m_session(session), m_feed(feed), m_work(work), m_seams(seams) {
  auto* across = new QHBoxLayout(this);
  across->setContentsMargins(0, 0, 0, 0);
  across->setSpacing(0);
  across->addWidget(makeDesk(actions));
  across->addWidget(makeBoard(actions), 1);

  const Remembered remembered = recall();
  m_form->setProject(remembered.project);
  for (const auto& path : remembered.destinations) m_drives.choose(path);

  connect(m_cardList->selectionModel(), &QItemSelectionModel::currentChanged, this, [this] { showForm(); });
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
    emit contextChanged();
  });

  connect(actions.place(QStringLiteral("offload.start"), this), &QAction::triggered, this, &CardsPage::startSelected);
  actions.place(QStringLiteral("offload.oneDisk"), this);
  connect(actions.place(QStringLiteral("card.nextCard"), this), &QAction::triggered, this,
          [this] { moveSelection(1); });
  connect(actions.place(QStringLiteral("card.previousCard"), this), &QAction::triggered, this,
          [this] { moveSelection(-1); });
  connect(actions.place(QStringLiteral("card.forget"), this), &QAction::triggered, this,
          [this] { m_cards.remove(selectedRow()); });

  m_planTimer.setSingleShot(true);
  m_planTimer.setInterval(200);
  connect(&m_planTimer, &QTimer::timeout, this, &CardsPage::plan);
  m_volumeTimer.setInterval(kVolumesEveryMs);
  connect(&m_volumeTimer, &QTimer::timeout, this, &CardsPage::lookAtVolumes);
  m_volumeTimer.start();
  lookAtVolumes();
  connect(&m_feed, &StateFeed::polled, this, &CardsPage::showState);
  showForm();
  showState(m_feed.last());
}

QWidget* CardsPage::makeDesk(Actions& actions) {
  auto* side = new QWidget(this);
  side->setFixedWidth(space(300));
  side->setAutoFillBackground(true);
  QPalette colours = side->palette();
  colours.setColor(QPalette::Window, theme::grey(theme::kPanel));
  side->setPalette(colours);
  auto* whole = new QVBoxLayout(side);
  whole->setContentsMargins(0, 0, 0, 0);
  auto* scroll = new QScrollArea(side);
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setFocusPolicy(Qt::NoFocus);
  whole->addWidget(scroll);
  auto* desk = new QWidget(scroll);
  auto* column = new QVBoxLayout(desk);
  column->setContentsMargins(space(12), space(16), space(12), space(12));
  column->setSpacing(space(8));
  const auto heading = [&](const QString& text) {
    auto* label = new Text(theme::Size::small, true, desk);
    label->setLine(text);
    label->setColour(theme::grey(theme::kDim));
    column->addWidget(label);
  };
  const auto button = [&](const QString& action) {
    auto* push = new QPushButton(actions.find(action)->text(), desk);
    push->setToolTip(actions.hint(action));
    push->setObjectName(action);
    connect(push, &QPushButton::clicked, actions.find(action), &QAction::trigger);
    column->addWidget(push);
  };

  heading(tr("CARDS"));
  m_cardList = makeDeskList(&m_cards, tr("Cards"), desk);
  column->addWidget(m_cardList);
  button(QStringLiteral("card.choose"));
  column->addSpacing(space(12));

  m_driveArea = side;
  heading(tr("DRIVES"));
  m_driveList = makeDeskList(&m_drives, tr("Drives"), desk);
  column->addWidget(m_driveList);
  button(QStringLiteral("destination.choose"));
  column->addStretch();

  for (QListView* list : {m_cardList, m_driveList}) {
    const auto fit = [list] { fitHeight(list); };
    connect(list->model(), &QAbstractItemModel::rowsInserted, list, fit);
    connect(list->model(), &QAbstractItemModel::rowsRemoved, list, fit);
    connect(list->model(), &QAbstractItemModel::dataChanged, list, fit);
    fit();
    list->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(list->selectionModel(), &QItemSelectionModel::currentChanged, scroll,
            [scroll, desk, list](const QModelIndex& current) {
              const QRect row = list->visualRect(current);
              const QPoint centre = list->viewport()->mapTo(desk, row.center());
              if (current.isValid()) scroll->ensureVisible(centre.x(), centre.y(), 0, row.height());
            });
  }
  scroll->setWidget(desk);
  for (QWidget* ground : {scroll->viewport(), desk}) ground->setAutoFillBackground(false);  // the panel shows through
  m_cardList->setObjectName(QStringLiteral("cards"));
  m_driveList->setObjectName(QStringLiteral("drives"));
  connect(m_driveList, &QListView::clicked, this, [this](const QModelIndex& index) { m_drives.toggle(index.row()); });

  // Space gives a drive its role; Return is taken by the copy itself.
  QAction* use = actions.place(QStringLiteral("drive.use"), m_driveList, Qt::WidgetShortcut);
  connect(use, &QAction::triggered, this, [this] { m_drives.toggle(m_driveList->currentIndex().row()); });
  return side;
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
  m_board->addWidget(m_form);
  m_board->addWidget(m_older);
  m_board->addStretch(1);
  m_board->insertWidget(0, m_empty, 1000);  // in the middle of the place, not of its upper half
  scroll->setWidget(board);
  return scroll;
}

int CardsPage::selectedRow() const {
  const QModelIndex current = m_cardList->currentIndex();
  return current.isValid() ? current.row() : -1;
}

void CardsPage::selectCard(int row) {
  if (row < 0 || row >= m_cards.rowCount())
    m_cardList->selectionModel()->clear();
  else
    m_cardList->setCurrentIndex(m_cards.index(row));
  showForm();
}

void CardsPage::moveSelection(int by) {
  if (m_cards.rowCount() > 0) selectCard(std::clamp(selectedRow() + by, 0, m_cards.rowCount() - 1));
}

void CardsPage::selectNextWaiting() {
  for (int row = 0; row < m_cards.rowCount(); ++row)
    if (m_cards.at(row).status.isEmpty()) return selectCard(row);
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
      [this, path](Result<model::Card> card) { m_cards.setRead(path, card); });
}

void CardsPage::addDestination(const std::string& path) {
  m_drives.choose(path::absolute(path));
  lookAtVolumes();
}

void CardsPage::dropFolder(const std::string& path, const QPoint& globalPosition) {
  const bool onDrives = m_driveArea->rect().contains(m_driveArea->mapFromGlobal(globalPosition)) &&
                        m_driveList->mapFromGlobal(globalPosition).y() > -space(24);
  if (onDrives)
    addDestination(path);
  else
    addCard(path);
}

session::OffloadSettings CardsPage::settingsFor(const CardItem& item) const {
  session::OffloadSettings settings;
  settings.source = item.path;
  settings.destinations = m_drives.destinations();
  settings.project = m_form->project().empty() ? "Untitled" : m_form->project();
  settings.day = m_form->day();
  // Before the card is read only what a person typed is known; the session then asks the card itself.
  settings.roll = item.state == CardItem::State::ready ? item.roll() : item.rollName;
  if (m_form->oneDisk()) settings.policy.minDevices = 1;
  return settings;
}

void CardsPage::startSelected() {
  const int row = selectedRow();
  if (row < 0) {
    if (m_cards.rowCount() == 0) emit said(tr("There is no card yet: choose one or drop its folder here."));
    return;
  }
  const CardItem& item = m_cards.at(row);
  if (item.state == CardItem::State::failed) return emit said(item.problem);
  const auto settings = settingsFor(item);
  if (settings.destinations.empty()) return emit said(tr("There is no destination yet: choose a drive on the left."));
  m_session.startOffload(settings, "");
  m_cards.setStatus(row, tr("Waiting"));
  m_feed.refresh();
  selectNextWaiting();
}

void CardsPage::showForm() {
  const int row = selectedRow();
  m_form->setVisible(row >= 0);
  m_empty->setVisible(row < 0 && m_order.empty());
  if (row < 0) return;
  m_form->showCard(m_cards.at(row));
  QStringList names;
  for (int i = 0; i < m_drives.rowCount(); ++i)
    if (m_drives.at(i).destination > 0) names << QString();
  for (int i = 0; i < m_drives.rowCount(); ++i)
    if (const int number = m_drives.at(i).destination; number > 0)
      names[number - 1] = m_drives.data(m_drives.index(i), kTitleRole).toString();
  m_form->showDestinations(names);
  planSoon();
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
      [this, number](Result<offload::Plan> planned) {
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
      });
}

void CardsPage::lookAtVolumes() {
  if (m_volumesAsked) return;  // a drive that answers slowly is not asked twice
  m_volumesAsked = true;
  std::vector<std::string> chosen;
  for (int i = 0; i < m_drives.rowCount(); ++i)
    if (m_drives.at(i).chosen) chosen.push_back(m_drives.at(i).path);
  m_work.run(
      this,
      [this, chosen, examined = m_examined, used = m_drives.destinations()](const std::stop_token& stop) {
        Mounts mounts;
        mounts.volumes = m_session.volumes();
        for (const auto& path : chosen)
          if (!realFileSystem().info(path)) mounts.missing.push_back(path);
        for (const auto& volume : mounts.volumes) {
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
        const auto mounted = [&](const std::string& path) {
          return std::any_of(mounts.volumes.begin(), mounts.volumes.end(),
                             [&](const auto& v) { return v.mountPoint == path; });
        };
        m_examined.insert(mounts.examined.begin(), mounts.examined.end());
        std::erase_if(m_examined,
                      [&](const auto& path) { return !mounted(path); });  // another card may come to the same place
        for (int row = m_cards.rowCount() - 1; row >= 0; --row)
          if (m_cards.at(row).mounted && !mounted(m_cards.at(row).path)) m_cards.remove(row);
        for (const auto& path : mounts.cards) {
          const int row = m_cards.add(path, true);
          readCard(path);
          if (selectedRow() < 0) selectCard(row);
        }
        std::erase_if(mounts.volumes, [&](const auto& volume) { return m_cards.rowOf(volume.mountPoint) >= 0; });
        m_drives.setVolumes(mounts.volumes, mounts.missing);
      });
}

void CardsPage::showState(const StatePtr& state) {
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
    }
    widget->show(tile, jobOf(*state, tile.job), now);
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
  int at = 2;  // after the empty state and the form
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

void CardsPage::keepSettings() {
  Remembered what;
  what.destinations = m_drives.destinations();
  what.project = m_form->project();
  remember(what);
}

QString CardsPage::context() const {
  const std::string project = m_form->project().empty() ? "Untitled" : m_form->project();
  const std::string day = m_form->day().empty() ? localDate(systemClock().now()) : m_form->day();
  return shown(project) + QStringLiteral(" · ") + dayText(day);
}

}  // namespace rollproof::ui
