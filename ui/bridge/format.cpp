// SPDX-License-Identifier: Apache-2.0
#include "ui/bridge/format.h"

#include <QByteArray>
#include <QDateTime>
#include <QLocale>

#include "core/base/path.h"

namespace rollproof::ui {

QString shown(const std::string& bytes) { return QString::fromStdString(path::display(bytes)); }

std::string utf8(const QString& text) { return text.toUtf8().toStdString(); }

QString bytesText(std::uint64_t bytes) {
  static const char* const kUnits[] = {"B", "kB", "MB", "GB", "TB", "PB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 999.95 && unit + 1 < std::size(kUnits)) {
    value /= 1000;
    ++unit;
  }
  return QString::number(value, 'f', unit == 0 ? 0 : 1) + QChar(0xa0) + QLatin1String(kUnits[unit]);
}

QString countText(std::uint64_t count) {
  QString digits = QString::number(count);
  for (qsizetype at = digits.size() - 3; at > 0; at -= 3) digits.insert(at, QChar(0x2009));
  return digits;
}

QString defectText(std::uint64_t files) {
  return files == 0 ? QStringLiteral("defect") : counted(files, "file defect", "files defect");
}

QString counted(std::uint64_t count, const char* one, const char* many) {
  return countText(count) + QChar(0xa0) + QString::fromUtf8(count == 1 ? one : many);
}

QString rateText(double bytesPerSecond) {
  if (bytesPerSecond < 1) return {};
  static const char* const kUnits[] = {"B/s", "kB/s", "MB/s", "GB/s"};
  std::size_t unit = 0;
  // Megabytes up to 9999: drives are compared in MB/s.
  while (bytesPerSecond >= (unit == 2 ? 9999.5 : 999.5) && unit + 1 < std::size(kUnits)) {
    bytesPerSecond /= 1000;
    ++unit;
  }
  return QString::number(bytesPerSecond, 'f', unit == 3 ? 1 : 0) + QChar(0xa0) + QLatin1String(kUnits[unit]);
}

QString clockText(const std::string& isoUtcTime) {
  const QDateTime time = QDateTime::fromString(QString::fromStdString(isoUtcTime), Qt::ISODate);
  return time.isValid() ? time.toLocalTime().toString(QStringLiteral("HH:mm")) : QString();
}

QString dayText(const std::string& isoDay) {
  const QDate day = QDate::fromString(QString::fromStdString(isoDay), Qt::ISODate);
  return day.isValid() ? QLocale(QLocale::English).toString(day, QStringLiteral("ddd d MMM yyyy")) : shown(isoDay);
}

QString inText(std::chrono::seconds remaining) {
  const auto seconds = remaining.count();
  if (seconds < 60) return QStringLiteral("in %1 s").arg(seconds);
  const auto minutes = (seconds + 59) / 60;
  if (minutes < 100) return QStringLiteral("in %1 min").arg(minutes);
  return QStringLiteral("in %1 h %2 min").arg(minutes / 60).arg(minutes % 60);
}

QString doneAtText(WallTime now, std::chrono::seconds remaining) {
  return QString::fromStdString(localHourMinute(now + remaining));
}

QString sentence(const Error& error) {
  QString text = shown(describe(error));
  switch (error.code) {
    case Errc::noSpace:
      text += QStringLiteral(" — free some space or choose another drive");
      break;
    case Errc::permission:
    case Errc::readOnly:
      text += QStringLiteral(" — choose a folder that can be written");
      break;
    case Errc::busy:
      text += QStringLiteral(" — close the other program that uses it, then try again");
      break;
    case Errc::io:
      text += QStringLiteral(" — check the cable and the reader, then try again");
      break;
    default:
      break;
  }
  return text;
}

std::vector<std::string> droppedPaths(const QByteArray& uriList) {
  std::vector<std::string> paths;
  for (QByteArray line : uriList.split('\n')) {
    line = line.trimmed();
    if (line.isEmpty() || line.startsWith('#') || !line.startsWith("file:")) continue;
    line.remove(0, 5);
    if (line.startsWith("//")) {
      const qsizetype path = line.indexOf('/', 2);
      const QByteArray host = line.mid(2, path < 0 ? -1 : path - 2);
      if (path < 0 || (!host.isEmpty() && host != "localhost")) continue;  // another machine's file is not here
      line.remove(0, path);
    }
    std::string bytes = path::percentDecode(std::string_view(line.constData(), static_cast<std::size_t>(line.size())));
    while (bytes.size() > 1 && bytes.back() == '/') bytes.pop_back();
    if (!bytes.empty() && bytes.front() == '/' && bytes.find('\0') == std::string::npos)
      paths.push_back(std::move(bytes));
  }
  return paths;
}

QByteArray fileUrl(const std::string& path) {
  return QByteArray("file://") + QByteArray::fromStdString(path::percentEncode(path));
}

}  // namespace rollproof::ui
