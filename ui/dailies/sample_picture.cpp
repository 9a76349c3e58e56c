// SPDX-License-Identifier: Apache-2.0
#include "ui/dailies/sample_picture.h"

#include <QPainter>

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

Answer pictureOf(session::Session& session, const catalog::ClipRow& row, const SampleChoice& choice) {
  dailies::PreviewRequest request;
  if (const auto preset = dailies::parsePreset(choice.preset))
    request.preset = *preset;
  else
    request.preset = dailies::presets().front();  // none is chosen yet: any shows the look and the framing
  request.frame = row.clip.durationFrames.value_or(0) / 2;
  request.burnin = choice.burnin;
  request.burnInExtras.recipient = choice.recipient;
  request.framing = choice.framing;
  request.framingChanges = choice.framingChanges;
  const auto frame = session.previewFrame(row.id, request);
  if (!frame) return {{}, sentence(frame.error())};
  const auto needed = static_cast<std::size_t>(frame->width) * static_cast<std::size_t>(frame->height) * 3;
  if (needed == 0 || frame->rgb.size() < needed) return {{}, SamplePicture::tr("There is no picture.")};
  const qsizetype line = static_cast<qsizetype>(frame->width) * 3;
  return {QImage(frame->rgb.data(), frame->width, frame->height, line, QImage::Format_RGB888).copy(), {}};
}

}  // namespace

SamplePicture::SamplePicture(session::Session& session, WorkQueue& work, QWidget* parent)
    : QWidget(parent), m_session(session), m_work(work) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setFixedHeight(space(152));
  m_settle.setSingleShot(true);
  m_settle.setInterval(kSettleMs);
  connect(&m_settle, &QTimer::timeout, this, &SamplePicture::ask);
  put({}, tr("Select a clip to see it as it will be rendered."));
}

void SamplePicture::show(const std::shared_ptr<const catalog::ClipRow>& row, const SampleChoice& choice) {
  if (row == m_row && choice == m_choice) return;
  m_row = row;
  m_choice = choice;
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
  m_work.run(
      this,
      [this, row = m_row, choice = m_choice](const std::stop_token&) { return pictureOf(m_session, *row, choice); },
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

QSize SamplePicture::sizeHint() const { return {space(320), space(152)}; }

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
