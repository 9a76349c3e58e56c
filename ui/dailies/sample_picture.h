// SPDX-License-Identifier: Apache-2.0
// One picture of a clip as a render will make it: its look, its burnt-in words, from the same engine.
// Threads: GUI thread only; the picture is rendered on the work queue, into a folder that goes with the window.
// Errors: a sentence in the picture's place.
#pragma once

#include <QImage>
#include <QTemporaryDir>
#include <QTimer>
#include <QWidget>

#include "core/session/session.h"
#include "ui/bridge/work_queue.h"

namespace rollproof::ui {

class SamplePicture : public QWidget {
  Q_OBJECT
 public:
  SamplePicture(session::Session& session, WorkQueue& work, QWidget* parent = nullptr);
  // Asked again whenever one of both changed and a moment has passed; a clip without a picture shows none.
  void show(const std::shared_ptr<const catalog::ClipRow>& row, const std::string& burnin);
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
  std::string m_burnin;
  QImage m_picture;
  QString m_sentence;
  QTimer m_settle;
  Latest m_number;
  int m_asked = 0;  // each picture has a folder of its own: one may be written while another is read
  bool m_stale = false;
  std::shared_ptr<QTemporaryDir> m_folder;
};

}  // namespace rollproof::ui
