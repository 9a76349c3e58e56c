// SPDX-License-Identifier: Apache-2.0
#include "ui/dailies/sample_picture.h"

#include <QDir>
#include <QFile>
#include <QPainter>

#include "core/jobs/progress.h"
#include "ui/bridge/format.h"
#include "ui/theme/text.h"

namespace rollproof::ui {

using theme::space;

namespace {

constexpr int kSettleMs = 250;  // a hand that types is not answered letter by letter

struct Answer {
  QImage picture;
  QString sentence;
};

Answer pictureOf(session::Session& session, const catalog::ClipRow& row, const std::string& burnin,
                 const QString& folder, const std::stop_token& stop) {
  dailies::RenderRequest request;
  request.source = {row.clip, row.mediaRoot};
  request.presets = {"jpeg-still"};
  request.outputDirectory = QFile::encodeName(folder).toStdString();
  request.burnin = burnin;
  request.colour.look = session.lookFor(row.id);
  jobs::Progress progress;
  // Without the clip's id: a sample is no fact for the catalog.
  const auto rendered = session.renderNow(request, std::nullopt, progress, stop);
  Answer answer;
  if (!rendered)
    answer.sentence = sentence(rendered.error());
  else if (!rendered->empty())
    answer.picture.load(QFile::decodeName(QByteArray::fromStdString(rendered->front().path)));
  QDir(folder).removeRecursively();
  return answer;
}

}  // namespace

SamplePicture::SamplePicture(session::Session& session, WorkQueue& work, QWidget* parent)
    : QWidget(parent), m_session(session), m_work(work), m_folder(std::make_shared<QTemporaryDir>()) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setFixedHeight(space(180));
  m_settle.setSingleShot(true);
  m_settle.setInterval(kSettleMs);
  connect(&m_settle, &QTimer::timeout, this, &SamplePicture::ask);
  put({}, tr("Select a clip to see it as it will be rendered."));
}

void SamplePicture::show(const std::shared_ptr<const catalog::ClipRow>& row, const std::string& burnin) {
  if (row == m_row && burnin == m_burnin) return;
  m_row = row;
  m_burnin = burnin;
  m_stale = true;
  if (isVisible()) m_settle.start();
}

void SamplePicture::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (m_stale) m_settle.start();
}

void SamplePicture::ask() {
  m_stale = false;
  const int number = m_number.next();
  if (!m_row || !m_row->clip.picture) return put({}, m_row ? tr("This clip has no picture.") : QString());
  if (!m_folder->isValid()) return put({}, tr("There is no room for a sample picture."));
  const QString folder = m_folder->filePath(QString::number(++m_asked));
  m_work.run(
      this,
      // The folder is kept while somebody writes into it.
      [this, row = m_row, burnin = m_burnin, folder, kept = m_folder](const std::stop_token& stop) {
        return pictureOf(m_session, *row, burnin, folder, stop);
      },
      [this, number](const Answer& answer) {
        if (m_number.is(number)) put(answer.picture, answer.sentence);
      });
}

void SamplePicture::put(const QImage& picture, const QString& sentence) {
  m_picture = picture;
  m_sentence = sentence;
  setAccessibleName(m_picture.isNull() || !m_row
                        ? tr("Sample picture. %1").arg(sentence)
                        : tr("Sample picture of %1 as it will be rendered").arg(shown(m_row->clip.name)));
  update();
}

QSize SamplePicture::sizeHint() const { return {space(320), space(180)}; }

void SamplePicture::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), theme::grey(theme::kTrough));
  if (m_picture.isNull()) {
    painter.setPen(theme::grey(theme::kDim));
    painter.setFont(theme::font(theme::Size::small));
    painter.drawText(rect().adjusted(space(16), 0, -space(16), 0), Qt::AlignCenter | Qt::TextWordWrap, m_sentence);
    return;
  }
  const QSizeF whole = QSizeF(m_picture.size()).scaled(size(), Qt::KeepAspectRatio);
  QRectF place(QPointF(0, 0), whole);
  place.moveCenter(QRectF(rect()).center());
  painter.setRenderHint(QPainter::SmoothPixmapTransform);
  painter.drawImage(place, m_picture);
}

}  // namespace rollproof::ui
