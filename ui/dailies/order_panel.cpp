// SPDX-License-Identifier: Apache-2.0
#include "ui/dailies/order_panel.h"

#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "core/base/path.h"
#include "ui/actions/actions.h"
#include "ui/bridge/format.h"

namespace rollproof::ui {

using theme::Size;
using theme::space;

OrderPanel::OrderPanel(Actions& actions, Seams& seams, QWidget* parent) : QWidget(parent), m_seams(seams) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space(4));
  const auto dim = [&](QLabel* words) {
    QPalette quiet = words->palette();
    quiet.setColor(QPalette::WindowText, theme::grey(theme::kDim));
    words->setPalette(quiet);
  };
  column->addWidget(makeCaption(tr("OUTPUT"), true, this));
  column->addSpacing(space(4));
  column->addWidget(makeCaption(tr("Folder"), false, this));
  QAction* choose = actions.find(QStringLiteral("dailies.folder"));
  m_folderButton = new QPushButton(this);
  m_folderButton->setObjectName(choose->objectName());
  m_folderButton->setFocusPolicy(Qt::TabFocus);
  connect(m_folderButton, &QPushButton::clicked, choose, &QAction::trigger);
  connect(choose, &QAction::triggered, this, [this] {
    m_seams.chooseFolder(this, tr("Output folder"), [this](const std::string& path) { setFolder(path); });
  });
  column->addWidget(m_folderButton);
  column->addSpacing(space(4));
  const auto choice = [&](const QString& name, const QString& empty, const char* more, const QString& moreText) {
    auto* title = makeCaption(name, false, this);
    column->addWidget(title);
    auto* box = new QComboBox(this);
    box->setEditable(true);
    box->setInsertPolicy(QComboBox::NoInsert);
    box->setAccessibleName(name);
    box->lineEdit()->setPlaceholderText(empty);
    box->lineEdit()->setAccessibleName(name);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    title->setBuddy(box);
    connect(box, &QComboBox::editTextChanged, this, &OrderPanel::changed);
    QAction* action = actions.find(QString::fromUtf8(more));
    auto* push = new QPushButton(moreText, this);
    push->setObjectName(action->objectName());
    push->setToolTip(actions.hint(action->objectName()));
    push->setFocusPolicy(Qt::TabFocus);
    connect(push, &QPushButton::clicked, action, &QAction::trigger);
    auto* across = new QHBoxLayout;
    across->setSpacing(space(8));
    across->addWidget(box, 1);
    across->addWidget(push);
    column->addLayout(across);
    return box;
  };
  m_framing = choice(tr("Framing"), tr("as the camera formats say"), "dailies.framing", tr("File…"));
  m_fit = new QComboBox(this);
  m_fit->setAccessibleName(tr("How the picture comes into the framing"));
  m_fit->setToolTip(
      tr("An aspect by itself is a matte: the picture is cut to a wider one and stands whole in a narrower one."));
  m_fit->addItem(tr("As the framing says"), QString());
  m_fit->addItem(tr("Fill it, cut what is over"), QStringLiteral("crop"));
  m_fit->addItem(tr("Whole picture, with bars"), QStringLiteral("letterbox"));
  m_fit->addItem(tr("Stretch"), QStringLiteral("stretch"));
  connect(m_fit, &QComboBox::currentIndexChanged, this, &OrderPanel::changed);
  column->addWidget(m_fit);
  column->addSpacing(space(4));
  m_burnin = choice(tr("Burn-in"), tr("as each preset says"), "dailies.template", tr("Template…"));
  auto* words = makeParagraph(Size::small, this);
  words->setText(
      tr("A template's name, or words: {clip} {reel} {tc} {rectc} {frame} {scene} {take} {date} {show} {recipient}"));
  dim(words);
  column->addWidget(words);
  column->addSpacing(space(4));
  auto* whom = makeCaption(tr("Recipient"), false, this);
  column->addWidget(whom);
  m_recipient = new QLineEdit(this);
  m_recipient->setAccessibleName(tr("Recipient"));
  m_recipient->setPlaceholderText(tr("burnt in where a template says so"));
  whom->setBuddy(m_recipient);
  connect(m_recipient, &QLineEdit::textChanged, this, &OrderPanel::changed);
  column->addWidget(m_recipient);
  column->addSpacing(space(4));
  m_seal = new QCheckBox(tr("Read back and seal"), this);
  m_seal->setToolTip(tr("Every file is read back and recorded in the folder's ASC MHL history."));
  m_seal->setChecked(true);
  column->addWidget(m_seal);
  column->addSpacing(space(4));
  QAction* render = actions.find(QStringLiteral("dailies.render"));
  m_render = new QPushButton(this);
  m_render->setObjectName(render->objectName());
  m_render->setProperty("prominent", true);
  m_render->setToolTip(actions.hint(render->objectName()));
  connect(m_render, &QPushButton::clicked, render, &QAction::trigger);
  connect(render, &QAction::triggered, this, &OrderPanel::renderWanted);
  column->addWidget(m_render);
  m_note = makeParagraph(Size::small, this);
  dim(m_note);
  column->addWidget(m_note);
  offer({}, {});
  setFolder({});
  count(0, 0);
}

std::string OrderPanel::burnin() const { return utf8(m_burnin->currentText().trimmed()); }
std::string OrderPanel::framing() const { return utf8(m_framing->currentText().trimmed()); }
void OrderPanel::setBurnin(const std::string& said) { m_burnin->setEditText(shown(said)); }
void OrderPanel::setFraming(const std::string& said) { m_framing->setEditText(shown(said)); }

std::string OrderPanel::framingChanges() const {
  const std::string fit = utf8(m_fit->currentData().toString());
  return fit.empty() ? fit : R"({"fit": ")" + fit + R"("})";
}

std::string OrderPanel::recipient() const { return utf8(m_recipient->text().trimmed()); }

void OrderPanel::offer(const std::vector<std::string>& burnIns, const std::vector<std::string>& framings) {
  const auto fill = [](QComboBox& box, const std::vector<std::string>& names) {
    const QSignalBlocker quiet(box);
    const QString typed = box.currentText();
    box.clear();
    for (const auto& name : names) box.addItem(shown(name));
    box.setCurrentIndex(-1);
    box.setEditText(typed);
  };
  fill(*m_burnin, burnIns);
  std::vector<std::string> frames{"16:9", "1.85", "2", "2.39"};
  frames.insert(frames.end(), framings.begin(), framings.end());
  fill(*m_framing, frames);
}

void OrderPanel::setFolder(const std::string& path) {
  m_folder = path;
  const QString name = path.empty() ? tr("Beside the roll") : shown(path::fileName(path));
  m_folderButton->setText(name);
  m_folderButton->setToolTip(path.empty() ? tr("“proxies” beside the roll's first copy. Choose another folder (Alt+O)")
                                          : shown(path));
  m_folderButton->setAccessibleName(tr("Output folder: %1").arg(path.empty() ? name : shown(path)));
  emit changed();
}

void OrderPanel::count(std::size_t clips, std::size_t presets) {
  m_missing = clips == 0     ? tr("Select clips with a picture.")
              : presets == 0 ? tr("Choose a preset on the left.")
                             : QString();
  m_render->setText(
      clips > 0 && presets > 0
          ? tr("Render %1 × %2").arg(counted(clips, "clip", "clips"), counted(presets, "preset", "presets"))
          : tr("Render"));
  m_render->setEnabled(m_missing.isEmpty());
  m_note->setText(m_missing);
}

}  // namespace rollproof::ui
