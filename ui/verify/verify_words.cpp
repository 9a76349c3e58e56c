// SPDX-License-Identifier: Apache-2.0
#include "ui/verify/verify_words.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "ui/bridge/format.h"

namespace rollproof::ui {

namespace {

struct KindWords {
  std::string_view kind;
  Weight weight;
  const char* next;
};

constexpr std::array kKinds{
    KindWords{"missing", Weight::defect, "Look for it on the other copies of this roll and copy it from there."},
    KindWords{"altered", Weight::defect, "Do not work from this copy: verify another one and copy the file from it."},
    KindWords{"directory_hash", Weight::defect, "Compare this folder with another copy of the roll."},
    KindWords{"manifest_altered", Weight::defect, "The seal itself was changed: prove the roll against another copy."},
    KindWords{"manifest_missing", Weight::defect, "A generation of the seal is gone: take it from another copy."},
    KindWords{"chain_missing", Weight::defect, "The seal's chain file is gone: take it from another copy."},
    KindWords{"chain_gap", Weight::defect, "A generation of the seal is gone: take it from another copy."},
    KindWords{"reference", Weight::defect, "A sealed folder inside does not match what the outer seal vouches for."},
    KindWords{"unreadable", Weight::unproven, "Check the cable and the drive, then verify again."},
    KindWords{"unsealed", Weight::unproven, "Nothing vouches for these files: seal them, or copy them with proof."},
    KindWords{"older_history", Weight::unproven, "This seal is older than the standard and cannot be read."},
    KindWords{"seal_failed", Weight::information, "The result stands; it could not be written beside the roll."},
    KindWords{"new", Weight::information, "Nobody vouches for it yet: ask who put it there."},
    KindWords{"unlisted_manifest", Weight::information, "A manifest lies there that the chain does not know."},
    KindWords{"roll_missing", Weight::unproven, "Ask for it where the list comes from, or look on another drive."},
    KindWords{"roll_conflict", Weight::unproven, "Two different rolls carry one name: find out which one is meant."},
    KindWords{"roll_differs", Weight::unproven, "Compare with the list's author before this roll is used."},
    KindWords{"roll_unproven", Weight::unproven, "It is here, but not proven: see its findings."},
    KindWords{"roll_duplicate", Weight::information, "The same content lies here twice."},
    KindWords{"roll_unexpected", Weight::information, "It is not on the list: perhaps the list is older."},
    KindWords{"cache_verified_only", Weight::information, "Verify on another machine to prove the disk itself."},
    KindWords{"not_regular", Weight::information, "Links and devices are never followed or read."},
};

const KindWords* wordsFor(const mhl::Finding& finding) {
  const auto* found = std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& k) { return k.kind == finding.kind; });
  return found == kKinds.end() ? nullptr : found;
}

}  // namespace

Standing standingOf(mhl::VerifyResult result) {
  if (result == mhl::VerifyResult::verified) return Standing::proven;
  return result == mhl::VerifyResult::defect ? Standing::defect : Standing::unproven;
}

QString wordOf(mhl::VerifyResult result) {
  switch (standingOf(result)) {
    case Standing::proven:
      return QObject::tr("Verified");
    case Standing::defect:
      return QObject::tr("Defect");
    case Standing::unproven:
      break;
  }
  return result == mhl::VerifyResult::unsealed ? QObject::tr("Not verified: no seal") : QObject::tr("Not verified");
}

Weight weightOf(const mhl::Finding& finding) {
  const auto* words = wordsFor(finding);
  return words ? words->weight : Weight::information;
}

QString glyphOf(Weight weight) {
  switch (weight) {
    case Weight::defect:
      return QStringLiteral("■");
    case Weight::unproven:
      return QStringLiteral("◌");
    case Weight::information:
      break;
  }
  return QStringLiteral("–");
}

QString nextStepOf(const mhl::Finding& finding) {
  const auto* words = wordsFor(finding);
  return words ? QString::fromUtf8(words->next) : QString();
}

QString completenessText(const session::Completeness& completeness) {
  if (!completeness.asked) return {};
  if (completeness.complete)
    return QObject::tr("Complete: %1 here")
        .arg(counted(completeness.expected, "expected roll is", "expected rolls are"));
  QString text =
      QObject::tr("%1 of %2 here")
          .arg(countText(completeness.received), counted(completeness.expected, "expected roll", "expected rolls"));
  if (!completeness.missing.empty()) {
    QStringList names;
    for (const auto& name : completeness.missing) names << shown(name);
    text += QObject::tr(", missing: ") + names.join(QStringLiteral(", "));
  }
  return text;
}

Standing standingOf(const session::VerifyReport& report) {
  const Standing standing = standingOf(report.tree.total.result);
  if (standing == Standing::proven && report.completeness.asked && !report.completeness.complete)
    return Standing::unproven;
  return standing;
}

QString headlineOf(const session::VerifyReport& report) {
  switch (standingOf(report)) {
    case Standing::proven:
      return report.completeness.asked ? QObject::tr("VERIFIED AND COMPLETE") : QObject::tr("VERIFIED");
    case Standing::defect:
      return QObject::tr("DEFECT — DO NOT RELY ON IT");
    case Standing::unproven:
      break;
  }
  if (report.tree.total.result == mhl::VerifyResult::verified) return QObject::tr("NOT COMPLETE");
  return report.tree.total.result == mhl::VerifyResult::unsealed ? QObject::tr("NOT VERIFIED: NO SEAL")
                                                                 : QObject::tr("NOT VERIFIED");
}

QStringList reasonsOf(const session::VerifyReport& report) {
  const auto& total = report.tree.total;
  QStringList lines;
  const auto add = [&](std::uint64_t count, const char* one, const char* many) {
    if (count > 0) lines << counted(count, one, many);
  };
  add(total.altered, "file altered", "files altered");
  add(total.missing, "file missing", "files missing");
  add(total.unreadable, "file could not be read", "files could not be read");
  add(total.verified, "file verified against its seal", "files verified against their seals");
  add(total.renamed, "file renamed", "files renamed");
  add(total.newFiles, "file that nobody sealed", "files that nobody sealed");
  if (total.cancelled) lines << QObject::tr("stopped before the end");
  if (const QString complete = completenessText(report.completeness); !complete.isEmpty()) lines << complete;
  if (total.result == mhl::VerifyResult::unsealed) lines << QObject::tr("there is no seal here to verify against");
  return lines;
}

}  // namespace rollproof::ui
