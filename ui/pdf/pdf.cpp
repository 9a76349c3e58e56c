// SPDX-License-Identifier: Apache-2.0
#include "ui/pdf/pdf.h"

#include <QBuffer>
#include <QMarginsF>
#include <QPageLayout>
#include <QPdfWriter>
#include <QTextDocument>
#include <QUrl>
#include <QVariant>

#include "ui/theme/theme.h"

namespace rollproof::ui {

namespace {

// Pictures are data: URLs, which Qt decodes itself; anything else a name in a report could smuggle in is not there.
class SealedDocument : public QTextDocument {
 protected:
  QVariant loadResource(int type, const QUrl& name) override {
    return name.scheme() == QLatin1String("data") ? QTextDocument::loadResource(type, name) : QVariant();
  }
};

}  // namespace

Result<std::string> pdfOf(const std::string& html, const QString& title) {
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  {
    QPdfWriter writer(&buffer);
    writer.setTitle(title);
    writer.setCreator(QStringLiteral("Rollproof"));
    writer.setResolution(300);
    writer.setPageLayout(QPageLayout(QPageSize(QPageSize::A4), QPageLayout::Portrait, QMarginsF(14, 14, 14, 14),
                                     QPageLayout::Millimeter));
    SealedDocument document;
    QFont font = theme::font(theme::Size::body);
    font.setPointSizeF(9);
    document.setDefaultFont(font);
    document.setHtml(QString::fromStdString(html));
    document.print(&writer);
  }
  if (!bytes.startsWith("%PDF")) return fail(Errc::failed, "The PDF could not be made");
  return bytes.toStdString();
}

}  // namespace rollproof::ui
