// SPDX-License-Identifier: Apache-2.0
#include "core/report/certificate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/report/text.h"

namespace rollproof::report {

namespace {

// Of one roll on paper; the JSON has them all.
constexpr std::size_t kShownFindings = 300;

struct Advice {
  const char* kind;
  const char* step;
};

constexpr std::array<Advice, 26> kAdvice{{
    {"missing", "Copy the file again from another verified copy, or from the card if it still holds the roll."},
    {"altered", "Do not use this copy of the file. Restore it from another verified copy and verify again."},
    {"directory_hash",
     "The folder is not what was sealed. Compare with another copy (--against) to learn what differs."},
    {"manifest_altered",
     "The history cannot be believed. Compare with another copy (--against), then seal anew elsewhere."},
    {"manifest_missing", "Bring the manifest back from another copy of the roll."},
    {"chain_missing", "Bring ascmhl_chain.xml back from another copy of the roll."},
    {"chain_gap", "Bring the whole ascmhl folder back from another copy of the roll."},
    {"reference", "A nested history is not the one that was vouched for. Compare with another copy (--against)."},
    {"signature_broken",
     "Somebody changed the history after it was signed. Ask the station that signed it for its copy."},
    {"unreadable", "Read it again with another reader, cable or computer before trusting or discarding it."},
    {"new", "Find out where the file comes from. Sealing the roll records it."},
    {"unlisted_manifest", "Find out who wrote this manifest. It proves nothing."},
    {"unsealed", "Seal these files, or take them off the drive."},
    {"cache_verified_only", "Unmount, mount again and verify once more, or read the drive with a native file system."},
    {"older_history", "Verify it with the tool that wrote it, then seal the roll."},
    {"seal_failed", "The result is in no generation. Make room or mend the reason, then verify again."},
    {"not_sealed", "The result is in no generation. That is no fault of the roll."},
    {"not_regular", "Links and special files are never proven. Replace them by what they stand for if it matters."},
    {"hash_list", "Seal the roll so that folders and the list itself are proven next time."},
    {"size_only", "Ask for hashes, or seal the roll: a size alone finds only cut files."},
    {"roll_missing", "Look for the card and for other copies before anybody formats it."},
    {"roll_unexpected", "Find out whose day it belongs to."},
    {"roll_duplicate", "See whether a card was copied twice and another not at all."},
    {"roll_conflict", "Find out which of the two is meant, and rename the other."},
    {"roll_differs", "Compare the list with the card: clips may be missing from this copy."},
    {"roll_unproven", "Mend what the roll's own findings say, then verify again."},
}};

struct StateText {
  const char* style;
  const char* word;
  const char* sentence;
};

StateText textOf(ProofState state) {
  switch (state) {
    case ProofState::verified:
      return {"good", "Verified", "Every recorded file was read and is what was recorded."};
    case ProofState::defect:
      return {"bad", "Defect", "Something is missing or not what was recorded."};
    case ProofState::unsealed:
      return {"", "Unsealed", "No history and no list of hashes was found: nothing was proven."};
    case ProofState::incomplete:
      break;
  }
  return {"", "Incomplete", "Not everything could be checked: nothing is proven about the rest."};
}

std::string stateHtml(ProofState state) {
  const StateText text = textOf(state);
  return fmt::format("<span class=\"state {}\">{}</span>", text.style, text.word);
}

std::string heading(const char* text, const std::string& note = {}) {
  const std::string small = note.empty() ? "" : fmt::format("<span class=\"n\">{}</span>", escaped(note));
  return fmt::format("<h2>{}{}</h2>\n", text, small);
}

std::string fact(const char* key, const std::string& value) {
  if (value.empty()) return {};
  return fmt::format("<td><span class=\"k\">{}</span><span class=\"v\">{}</span></td>", key, escaped(value));
}

std::string joined(const std::vector<std::string>& values) {
  std::string out;
  for (const auto& value : values) out += (out.empty() ? "" : ", ") + value;
  return out;
}

std::string findingsHtml(const std::vector<CertificateFinding>& findings) {
  if (findings.empty()) return {};
  std::string out =
      "<div class=\"scroll\"><table class=\"list\"><thead><tr><th>What</th><th>Where</th><th>In words</th>"
      "<th>Next step</th></tr></thead><tbody>\n";
  for (std::size_t i = 0; i < std::min(findings.size(), kShownFindings); ++i) {
    const auto& one = findings[i];
    std::string kind = one.kind;
    std::replace(kind.begin(), kind.end(), '_', ' ');
    out += fmt::format(
        "<tr><td class=\"keep\">{}</td><td class=\"path\">{}</td><td>{}</td><td class=\"soft\">{}</td></tr>\n",
        escaped(kind), escaped(one.path), escaped(one.text), escaped(nextStep(one.kind)));
  }
  out += "</tbody></table></div>\n";
  if (findings.size() > kShownFindings) {
    out += fmt::format("<p class=\"soft\">And {} more, which the verification itself lists.</p>\n",
                       escaped(groupedNumber(findings.size() - kShownFindings)));
  }
  return out;
}

std::string rollHtml(const CertificateRoll& roll) {
  const std::string name = roll.part.empty() ? roll.name : roll.name + ", only " + roll.part;
  std::string out = fmt::format("<section><h2>{} {}</h2>\n<p>{}</p>\n<p class=\"soft path\">{}</p>\n", escaped(name),
                                stateHtml(roll.state), textOf(roll.state).sentence, escaped(roll.path));
  out += "<table class=\"facts\"><tr>";
  out += fact("Verified", groupedNumber(roll.verified)) + fact("Altered", groupedNumber(roll.altered)) +
         fact("Missing", groupedNumber(roll.missing)) + fact("New", groupedNumber(roll.newFiles)) +
         fact("Renamed", groupedNumber(roll.renamed)) + fact("Unreadable", groupedNumber(roll.unreadable));
  if (roll.files > 0) out += fact("Files there", groupedNumber(roll.files)) + fact("Size", sizeText(roll.bytes));
  out += fact("Hashes", joined(roll.formats));
  return out + "</tr></table>\n" + findingsHtml(roll.findings) + "</section>\n";
}

std::string completenessHtml(const CertificateRolls& rolls) {
  if (!rolls.asked) return {};
  std::string out = heading("Rolls expected", groupedNumber(rolls.expected));
  out += fmt::format("<p><span class=\"state {}\">{}</span> {} of {} are here.</p>\n", rolls.complete ? "good" : "bad",
                     rolls.complete ? "Complete" : "Incomplete", escaped(groupedNumber(rolls.received)),
                     escaped(groupedNumber(rolls.expected)));
  if (!rolls.missing.empty()) out += fmt::format("<p>Missing: {}</p>\n", escaped(joined(rolls.missing)));
  return out + findingsHtml(rolls.findings);
}

bool usesOnlyFastHashes(const Certificate& certificate) {
  return std::none_of(certificate.rolls.begin(), certificate.rolls.end(), [](const CertificateRoll& roll) {
    return std::find(roll.formats.begin(), roll.formats.end(), "c4") != roll.formats.end();
  });
}

std::string limitsHtml(const Certificate& certificate) {
  std::string out = heading("What this proves, and what it does not");
  out += "<ul>";
  const auto say = [&](const char* text) { out += fmt::format("<li>{}</li>", text); };
  say("A verified file held, when it was read, the bytes that were recorded when it was sealed. It was read from the "
      "drive and not from this computer's memory of it, unless a finding says otherwise.");
  say("A hash cannot tell whether the card was good when it was first read: that is what the offload's second read "
      "of the card is for.");
  if (usesOnlyFastHashes(certificate)) {
    say("The hashes used here (xxHash, MD5, SHA-1) find accidents, not malice: somebody who means to can make another "
        "file with the same value. C4 (SHA-512) is recorded by asking for it.");
  }
  say("Whoever can change a roll can seal it anew. A signature by a trusted station shows that the history is the one "
      "that station saw.");
  say("Nothing here can find footage that never came: only a list of the rolls expected can.");
  return out + "</ul>\n";
}

}  // namespace

const char* nextStep(const std::string& findingKind) {
  const auto* found =
      std::find_if(kAdvice.begin(), kAdvice.end(), [&](const Advice& one) { return findingKind == one.kind; });
  return found == kAdvice.end() ? "" : found->step;
}

std::string verificationCertificateHtml(const Certificate& certificate) {
  // The policy keeps a browser from running or fetching anything, should an escape ever be forgotten.
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
      "'unsafe-inline'\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  out += fmt::format("<title>Verification {}</title>\n<style>\n{}</style>\n</head>\n<body>\n",
                     escaped(certificate.finishedAt), cardReportStyle());
  out += "<header><div><h1>Verification certificate</h1></div>\n<div class=\"made\">";
  out += fmt::format("<div>{}</div>", escaped(dateTimeText(certificate.finishedAt)));
  out += "</div></header>\n";
  const StateText state = textOf(certificate.state);
  const bool good = certificate.state == ProofState::verified &&
                    (!certificate.completeness.asked || certificate.completeness.complete);
  out += fmt::format(
      "<section class=\"verdict{}\"><div class=\"word\"><span>{}</span></div><ul><li>{}</li></ul></section>\n",
      good ? " safe" : "", state.word, state.sentence);
  out += "<table class=\"facts\"><tr>";
  out += fact("Checked", joined(certificate.paths)) + fact("Compared with", certificate.against) +
         fact("From", dateTimeText(certificate.startedAt)) + fact("To", dateTimeText(certificate.finishedAt)) +
         fact("Station", certificate.station) + fact("With", "Rollproof " + certificate.toolVersion);
  out += "</tr></table>\n" + completenessHtml(certificate.completeness);
  for (const auto& roll : certificate.rolls) out += rollHtml(roll);
  if (!certificate.outside.empty()) out += heading("Of no roll") + findingsHtml(certificate.outside);
  return out + limitsHtml(certificate) + "</body>\n</html>\n";
}

}  // namespace rollproof::report
