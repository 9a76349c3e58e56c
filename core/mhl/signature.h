// SPDX-License-Identifier: Apache-2.0
// Who vouches for a history: a station's ed25519 signature over what its chain lists, beside the chain.
//
// xxh64 and its kin find accidents, not malice: whoever can change a file can change its manifest and the chain as
// well. A signature cannot be made anew without the station's key, and it counts the generations, so that taking the
// last one away is noticed too. What is signed is not the chain's bytes but its entries (number, name, hash): other
// tools rewrite the chain when they append, and what was signed stays signed.
//
// The side file is ascmhl/ascmhl_chain.xml.sig, small JSON; the standard's readers look for .mhl files and the chain
// and leave it alone:
//   {"version":1,"signatures":[{"algorithm":"ed25519","key_id":"...","station":"...","public_key":"<base64>",
//    "generations":2,"signed_at":"...","signature":"<base64>"}]}
// Signed are the bytes of signedText() (signature.cpp): a first line, station and time percent-encoded, the entries.
// Findings: `signature` (who, trusted or not, up to which generation) · `signature_broken` (tampering; a defect).
// Threads: plain functions; one writer a scope. Errors: as the file system says; Errc::corrupt for a key that is none.
// Source: RFC 8032, RFC 8410 (PKCS 8); OpenSSL EVP.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/file_system.h"
#include "core/mhl/mhl.h"

namespace rollproof::mhl {

class StationKey {
 public:
  // The station's own key file; makes it (0600) and, beside it, station.pub, when there is none.
  [[nodiscard]] static Result<StationKey> loadOrMake(const std::string& keyFile, const std::string& station);
  [[nodiscard]] static Result<StationKey> load(const std::string& keyFile, const std::string& station);

  [[nodiscard]] const std::string& publicKey() const { return m_publicKey; }  // base64 of the 32 bytes
  [[nodiscard]] const std::string& station() const { return m_station; }
  [[nodiscard]] Result<std::string> sign(std::string_view text) const;  // base64

 private:
  std::shared_ptr<void> m_key;  // EVP_PKEY
  std::string m_publicKey, m_station;
};

// 16 hex digits a person can compare: the beginning of the SHA-256 of the public key.
[[nodiscard]] std::string keyId(const std::string& publicKey);

// $XDG_CONFIG_HOME/rollproof/station.key
[[nodiscard]] std::string defaultStationKeyPath();

// Public keys named as trusted: a file of lines "ed25519 <base64> <station>", as station.pub is, or a station.key.
[[nodiscard]] Result<std::vector<std::string>> readTrustedKeys(const FileSystem& fs, const std::string& file);

// Signs all generations the scope's chain lists now; replaces this key's earlier signature, keeps those of others.
[[nodiscard]] Status signChain(FileSystem& fs, const std::string& scope, const StationKey& key, WallTime now);

// Nothing when there is no side file. Paths of findings are relative to the scope.
[[nodiscard]] std::vector<Finding> checkSignatures(const FileSystem& fs, const std::string& scope,
                                                   const std::vector<std::string>& trustedKeys);

}  // namespace rollproof::mhl
