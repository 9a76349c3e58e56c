// SPDX-License-Identifier: Apache-2.0
// A grade by wheels and numbers, tried live on the clip that is shown: slope, offset, power for red, green and blue,
// saturation, and a show LUT; then kept under a name for the clip, its roll, its camera format or its project. Threads:
// GUI thread only; the session is asked on the work queue. Errors: what is refused comes back through said().
#pragma once

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <array>

#include "ui/bridge/work_queue.h"
#include "ui/inspector/grade_wheel.h"
#include "ui/library/clip_model.h"
#include "ui/theme/text.h"

namespace rollproof::ui {

class LookPanel : public QScrollArea {
  Q_OBJECT
 public:
  LookPanel(session::Session& session, WorkQueue& work, QWidget* parent = nullptr);
  // The clips it applies to, and the first one's standing look; nullopt none.
  void show(const std::vector<ClipPtr>& clips, const std::optional<model::Look>& look);
  [[nodiscard]] model::Look look() const;  // as the numbers stand
  enum class Part { slope, offset, power };
  [[nodiscard]] QDoubleSpinBox& number(Part part, int channel) const {
    return *m_numbers[static_cast<std::size_t>(part)][static_cast<std::size_t>(channel)];
  }
  [[nodiscard]] GradeWheel& wheel(Part part) const { return *m_wheels[static_cast<std::size_t>(part)]; }
  [[nodiscard]] QComboBox& kept() const { return *m_kept; }
  [[nodiscard]] QDoubleSpinBox& saturation() const { return *m_saturation; }
  [[nodiscard]] QLineEdit& name() const { return *m_name; }
  [[nodiscard]] QComboBox& target() const { return *m_target; }
  [[nodiscard]] QPushButton& applyButton() const { return *m_apply; }

 signals:
  void tried(const std::optional<rollproof::model::Look>& look);
  void said(const QString& sentence);

 private:
  QDoubleSpinBox* spin(const QString& name, double least, double most, double usual);
  void changed();
  void apply();
  void fill(const model::Look& look);
  void listKept();
  void setBase(const model::Look& look);
  void takeWheel(std::size_t part, const std::array<double, 3>& values);

  session::Session& m_session;
  WorkQueue& m_work;
  std::vector<ClipPtr> m_clips;
  model::Look m_base;  // what the numbers do not say: its LUT and spaces
  std::array<std::array<QDoubleSpinBox*, 3>, 3> m_numbers{};
  std::array<GradeWheel*, 3> m_wheels{};
  std::vector<model::Look> m_looks;  // kept ones, every version, as the box lists them
  QComboBox* m_kept;
  QDoubleSpinBox* m_saturation;
  QLineEdit* m_name;
  QComboBox* m_target;
  QPushButton* m_apply;
  QLabel* m_words;
  bool m_filling = false, m_touched = false;
};

}  // namespace rollproof::ui
