// SPDX-License-Identifier: Apache-2.0
#include "ui/pdf/pdf.h"

#include <QBuffer>
#include <QMarginsF>
#include <QPageLayout>
#include <QPdfWriter>
#include <QRegularExpression>
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

// Rich text knows no custom properties, no blocks of spans and no padding by style: what our pages say so is said in
// the words it has. Values in a page are escaped, so none of these can stand in one.
QString inWordsOfRichText(QString html) {
  static const QRegularExpression property(QStringLiteral("--([a-z]+):\\s*(#[0-9a-f]+);"));
  for (auto found = property.globalMatch(html.left(html.indexOf(QLatin1String("</style>")))); found.hasNext();) {
    const auto one = found.next();
    html.replace(QLatin1String("var(--") + one.captured(1) + QLatin1Char(')'), one.captured(2));
  }
  for (const auto& [from, to] :
       {std::pair{"<table class=\"list", "<table width=\"100%\" cellpadding=\"3\" cellspacing=\"0\" class=\"list"},
        {"<table class=\"facts\"", "<table cellpadding=\"5\" cellspacing=\"0\" class=\"facts\""},
        {"</span><span class=\"v\">", "</span><br><span class=\"v\">"},
        {"<span class=\"n\">", "&nbsp; <span class=\"n\">"},
        {"<th>", "<th align=\"left\">"},
        {"<img alt=", "<img width=\"104\" alt="}})
    html.replace(QLatin1String(from), QLatin1String(to));
  return html;
}

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
    writer.setPageLayout(QPageLayout(QPageSize(QPageSize::A4), QPageLayout::Portrait, QMarginsF(0, 0, 0, 0),
                                     QPageLayout::Millimeter));  // printing keeps two centimetres free by itself
    SealedDocument document;
    QFont font = theme::font(theme::Size::body);
    font.setPointSizeF(9);
    document.setDefaultFont(font);
    document.setHtml(inWordsOfRichText(QString::fromStdString(html)));
    document.print(&writer);
  }
  if (!bytes.startsWith("%PDF")) return fail(Errc::failed, "The PDF could not be made");
  return bytes.toStdString();
}

}  // namespace rollproof::ui
