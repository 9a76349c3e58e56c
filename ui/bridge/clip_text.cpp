// SPDX-License-Identifier: Apache-2.0
#include "ui/bridge/clip_text.h"

#include "ui/bridge/format.h"

namespace rollproof::ui {

namespace {

double seconds(std::int64_t frames, const FrameRate& rate) {
  return rate.valid() ? static_cast<double>(frames) * rate.den / rate.num : 0.0;
}

}  // namespace

QString rateLabel(const FrameRate& rate) {
  if (!rate.valid()) return {};
  QString text = QString::number(rate.approximate(), 'f', 3);
  while (text.endsWith(QLatin1Char('0'))) text.chop(1);
  if (text.endsWith(QLatin1Char('.'))) text.chop(1);
  return text;
}

QString startText(const model::Clip& clip) {
  return clip.start ? QString::fromStdString(clip.start->text()) : QString();
}

QString durationText(const model::Clip& clip) {
  if (!clip.durationFrames || !clip.frameRate.valid()) return {};
  return QString::fromStdString(
      Timecode{*clip.durationFrames, clip.frameRate, clip.start && clip.start->dropFrame}.text());
}

QString fpsText(const model::Clip& clip) {
  const QString rate = rateLabel(clip.frameRate);
  if (!clip.sensorFps || clip.sensorFps->den == 0) return rate;
  const QString sensor = QString::number(clip.sensorFps->approximate(), 'g', 6);
  if (rate.isEmpty()) return sensor;
  return sensor == rate ? rate : sensor + QLatin1Char('/') + rate;
}

QString lensText(const model::Clip& clip) {
  if (!clip.lens.model.empty()) return shown(clip.lens.model);
  return clip.lens.focalMm ? QString::number(*clip.lens.focalMm, 'g', 4) + QStringLiteral(" mm") : QString();
}

QString resolutionText(const model::Clip& clip) {
  if (!clip.picture || clip.picture->width <= 0) return {};
  return QStringLiteral("%1 × %2").arg(clip.picture->width).arg(clip.picture->height);
}

QString codecText(const model::Clip& clip) { return clip.picture ? shown(clip.picture->codec) : QString(); }

QString cameraText(const model::Clip& clip) {
  const QString make = shown(clip.camera.make), model = shown(clip.camera.model);
  // Some write their make into the model as well.
  if (make.isEmpty() || model.startsWith(make, Qt::CaseInsensitive)) return model;
  return model.isEmpty() ? make : make + QLatin1Char(' ') + model;
}

std::uint64_t bytesOf(const model::Clip& clip) {
  std::uint64_t bytes = 0;
  for (const auto& file : clip.files) bytes += file.bytes;
  return bytes;
}

double startSeconds(const model::Clip& clip) { return clip.start ? seconds(clip.start->frames, clip.start->rate) : -1; }

double durationSeconds(const model::Clip& clip) {
  return clip.durationFrames ? seconds(*clip.durationFrames, clip.frameRate) : -1;
}

}  // namespace rollproof::ui
