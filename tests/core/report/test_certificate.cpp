// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/report/certificate.h"

using namespace rollproof::report;

namespace {

Certificate someCertificate() {
  Certificate page;
  page.paths = {"/media/RAID-A"};
  page.startedAt = "2026-05-02T14:00:00Z";
  page.finishedAt = "2026-05-02T14:35:00Z";
  page.station = "cart-1";
  page.toolVersion = "0.1.0";
  page.state = ProofState::defect;
  CertificateRoll good;
  good.name = "A001";
  good.path = "/media/RAID-A/A001";
  good.state = ProofState::verified;
  good.verified = 1234;
  good.formats = {"xxh64", "md5"};
  CertificateRoll bad = good;
  bad.name = "A002";
  bad.state = ProofState::defect;
  bad.altered = 1;
  bad.findings = {{"altered", "Clips/<b>.mov", "xxh64 is 1, recorded 2"}};
  page.rolls = {good, bad};
  return page;
}

bool has(const std::string& html, const std::string& text) { return html.find(text) != std::string::npos; }

}  // namespace

TEST_CASE("a certificate says what was checked by whom with which result and what to do next") {
  const std::string html = verificationCertificateHtml(someCertificate());
  for (const char* text :
       {"Verification certificate", "/media/RAID-A", "2026-05-02 14:35", "cart-1", "0.1.0", "A001", "A002", "Verified",
        "Defect", "xxh64, md5", "Restore it from another verified copy", "find accidents, not malice"}) {
    INFO(text);
    CHECK(has(html, text));
  }
  CHECK_FALSE(has(html, "verdict safe"));
}

TEST_CASE("a name in a certificate cannot become markup") {
  auto page = someCertificate();
  page.paths = {"<script>alert(1)</script>"};
  page.completeness = {true, false, 2, 1, {"<i>B001"}, {{"roll_missing", "", "<u>"}}};
  const std::string html = verificationCertificateHtml(page);
  for (const char* text : {"<script>", "<i>", "<u>", "<b>.mov"}) CHECK_FALSE(has(html, text));
  CHECK(has(html, "default-src 'none'"));
}

TEST_CASE("a certificate is good only when all is verified and every expected roll is there") {
  auto page = someCertificate();
  page.rolls.pop_back();
  page.state = ProofState::verified;
  CHECK(has(verificationCertificateHtml(page), "verdict safe"));
  page.completeness = {true, false, 2, 1, {"B001"}, {{"roll_missing", "", "B001 is expected and not here"}}};
  const std::string html = verificationCertificateHtml(page);
  CHECK_FALSE(has(html, "verdict safe"));
  CHECK(has(html, "1 of 2"));
  CHECK(has(html, "B001"));
  page.completeness.complete = true;
  CHECK(has(verificationCertificateHtml(page), "verdict safe"));
  page.rolls.front().formats.emplace_back("c4");
  CHECK_FALSE(has(verificationCertificateHtml(page), "accidents, not malice"));
}

TEST_CASE("every finding that leaves a roll unproven has a next step") {
  for (const char* kind : {"missing", "altered", "directory_hash", "manifest_altered", "manifest_missing",
                           "chain_missing", "chain_gap", "reference", "signature_broken", "unreadable", "new",
                           "unlisted_manifest", "unsealed", "cache_verified_only", "roll_missing", "roll_conflict"}) {
    INFO(kind);
    CHECK(std::string(nextStep(kind)).size() > 20);
  }
  CHECK(std::string(nextStep("signature")).empty());
}
