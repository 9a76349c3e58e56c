// SPDX-License-Identifier: Apache-2.0
// One picture of a clip as a render will make it: its look, its framing and its burnt-in words, from the same engine.
// Threads: GUI thread only; the picture is made on the work queue.
// Errors: a sentence in the picture's place.
#pragma once

#include <QImage>
#include <QTimer>
#include <QWidget>

#include "core/session/session.h"
#include "ui/bridge/work_queue.h"

namespace rollproof::ui {

// What a person chose for a render, as far as it can be seen.
struct SampleChoice {
  std::string burnin, recipient, framing, framingChanges;
  std::string preset;  // as JSON; "" = none chosen yet
  bool operator==(const SampleChoice&) const = default;
};

class SamplePicture : public QWidget {
  Q_OBJECT
 public:
  SamplePicture(session::Session& session, WorkQueue& work, QWidget* parent = nullptr);
  // Asked again whenever one of both changed and a moment has passed; a clip without a picture shows none.
  void show(const std::shared_ptr<const catalog::ClipRow>& row, const SampleChoice& choice);
  [[nodiscard]] const QImage& picture() const { return m_picture; }
  [[nodiscard]] QString sentenceShown() const { return m_sentence; }
  [[nodiscard]] QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  void showEvent(QShowEvent* event) override;

 private:
  void ask();
  void put(const QImage& picture, const QString& sentence);

  session::Session& m_session;
  WorkQueue& m_work;
  std::shared_ptr<const catalog::ClipRow> m_row;
  SampleChoice m_choice;
  QImage m_picture;
  QString m_sentence;
  QTimer m_settle;
  Latest m_number;
  bool m_stale = false;
};

}  // namespace rollproof::ui
