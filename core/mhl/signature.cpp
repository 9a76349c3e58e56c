// SPDX-License-Identifier: Apache-2.0
#include "core/mhl/signature.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/document.h"

namespace rollproof::mhl {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kAlgorithm = "ed25519";
constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kSignatureBytes = 64;
constexpr std::uint64_t kMaxSideFileBytes = std::uint64_t{256} * 1024;
constexpr std::size_t kMaxSignatures = 256;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;
struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string base64Of(std::span<const unsigned char> raw) {
  std::string text((raw.size() + 2) / 3 * 4 + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), raw.data(), static_cast<int>(raw.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

// Exactly so many bytes, or nothing.
std::optional<std::string> fromBase64(std::string_view text, std::size_t expected) {
  if (text.size() != (expected + 2) / 3 * 4) return std::nullopt;
  std::string raw(text.size(), '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(raw.data()), bytes(text), static_cast<int>(text.size()));
  if (size < static_cast<int>(expected)) return std::nullopt;
  raw.resize(expected);
  if (base64Of({bytes(raw), raw.size()}) != text) return std::nullopt;
  return raw;
}

Result<std::string> publicKeyOf(EVP_PKEY* key) {
  std::array<unsigned char, kKeyBytes> raw{};
  std::size_t size = raw.size();
  if (EVP_PKEY_get_raw_public_key(key, raw.data(), &size) != 1 || size != raw.size()) {
    return fail(Errc::corrupt, "is no ed25519 key");
  }
  return base64Of(raw);
}

Result<Key> parseKey(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  // No password is ever asked for: the callback gives none.
  Key key(PEM_read_bio_PrivateKey(
      bio.get(), nullptr, [](char*, int, int, void*) { return -1; }, nullptr));
  if (!key || EVP_PKEY_id(key.get()) != EVP_PKEY_ED25519) return fail(Errc::corrupt, "is no ed25519 key");
  return key;
}

Result<std::string> newKeyPem() {
  Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!key || !bio || PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return fail(Errc::failed, "a station key could not be made");
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

// Not through the disk seam: a key is no media, and nobody else may read it for a moment even.
Status writeSecret(const std::string& file, const std::string& text) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return tl::unexpected(systemError(errno, "cannot create", file));
  const ssize_t put = ::write(descriptor, text.data(), text.size());
  const bool good = put == static_cast<ssize_t>(text.size()) && ::fsync(descriptor) == 0;
  const int saved = put < 0 ? errno : EIO;
  ::close(descriptor);
  if (good) return {};
  ::unlink(file.c_str());
  return tl::unexpected(systemError(saved, "cannot write", file));
}

struct Signature {
  std::string keyId, station, publicKey, signedAt, signature;
  std::uint64_t generations = 0;
};

std::string signedText(const Signature& about, std::span<const ChainEntry> entries) {
  std::string text = "rollproof chain signature 1\n";
  text +=
      fmt::format("station {}\nsigned {}\n", path::percentEncode(about.station), path::percentEncode(about.signedAt));
  for (const auto& entry : entries) {
    text += fmt::format("{} {} {} {}\n", entry.number, path::percentEncode(entry.fileName),
                        entry.digest ? hash::name(entry.digest->format) : "unknown",
                        entry.digest ? entry.digest->text : "");
  }
  return text;
}

bool fits(const Signature& one, std::span<const ChainEntry> entries) {
  const auto raw = fromBase64(one.publicKey, kKeyBytes);
  const auto signature = fromBase64(one.signature, kSignatureBytes);
  if (!raw || !signature) return false;
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(*raw), raw->size()));
  const Context context(EVP_MD_CTX_new());
  if (!key || !context || EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1) return false;
  const std::string text = signedText(one, entries);
  return EVP_DigestVerify(context.get(), bytes(*signature), signature->size(), bytes(text), text.size()) == 1;
}

std::string sidePath() { return path::join(kFolder, std::string(kChainName) + ".sig"); }

std::string textOf(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

Result<std::vector<Signature>> readSignatures(const FileSystem& fs, const std::string& scope) {
  const auto text = readSmallFile(fs, path::join(scope, sidePath()), kMaxSideFileBytes);
  if (!text) return tl::unexpected(text.error());
  const Json whole = Json::parse(*text, nullptr, false);
  const bool readable = whole.is_object() && whole.contains("signatures") && whole["signatures"].is_array() &&
                        whole.value("version", Json()) == Json(1) && whole["signatures"].size() <= kMaxSignatures;
  if (!readable) return fail(Errc::corrupt, "the signatures cannot be read");
  std::vector<Signature> all;
  for (const auto& one : whole["signatures"]) {
    const bool isOurs = one.is_object() && textOf(one, "algorithm") == kAlgorithm && one.contains("generations") &&
                        one["generations"].is_number_unsigned();
    if (!isOurs) return fail(Errc::corrupt, "a signature cannot be read");
    all.push_back({textOf(one, "key_id"), textOf(one, "station"), textOf(one, "public_key"), textOf(one, "signed_at"),
                   textOf(one, "signature"), one["generations"].get<std::uint64_t>()});
  }
  return all;
}

Result<std::vector<ChainEntry>> chainOf(const FileSystem& fs, const std::string& scope) {
  const auto text = readSmallFile(fs, path::join(path::join(scope, kFolder), kChainName), kMaxChainBytes);
  if (!text) return tl::unexpected(text.error());
  return parseChain(*text);
}

}  // namespace

Result<StationKey> StationKey::load(const std::string& keyFile, const std::string& station) {
  const auto pem = readSmallFile(realFileSystem(), keyFile, kMaxSideFileBytes);
  if (!pem) return tl::unexpected(pem.error());
  auto key = parseKey(*pem);
  if (!key) return fail(key.error().code, key.error().message, keyFile);
  StationKey result;
  auto publicKey = publicKeyOf(key->get());
  if (!publicKey) return fail(publicKey.error().code, publicKey.error().message, keyFile);
  result.m_publicKey = std::move(*publicKey);
  result.m_key = std::shared_ptr<void>(key->release(), [](void* one) { EVP_PKEY_free(static_cast<EVP_PKEY*>(one)); });
  result.m_station = station;
  return result;
}

Result<StationKey> StationKey::loadOrMake(const std::string& keyFile, const std::string& station) {
  auto loaded = load(keyFile, station);
  if (loaded || loaded.error().code != Errc::notFound) return loaded;
  auto pem = newKeyPem();
  if (!pem) return tl::unexpected(pem.error());
  const std::string folder = path::parent(keyFile);
  if (auto made = realFileSystem().makeDirectories(folder); !made) return tl::unexpected(made.error());
  if (auto written = writeSecret(keyFile, *pem); !written) {
    if (written.error().code == Errc::exists) return load(keyFile, station);  // another start of the program was first
    return tl::unexpected(written.error());
  }
  loaded = load(keyFile, station);
  if (!loaded) return loaded;
  const std::string line = fmt::format("{} {} {}\n", kAlgorithm, loaded->publicKey(), path::percentEncode(station));
  if (auto shown = writeFileDurably(realFileSystem(), path::join(folder, "station.pub"), line, true); !shown) {
    return tl::unexpected(shown.error());
  }
  return loaded;
}

Result<std::string> StationKey::sign(std::string_view text) const {
  const Context context(EVP_MD_CTX_new());
  std::array<unsigned char, kSignatureBytes> raw{};
  std::size_t size = raw.size();
  auto* key = static_cast<EVP_PKEY*>(m_key.get());
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), raw.data(), &size, bytes(text), text.size()) != 1 || size != raw.size()) {
    return fail(Errc::failed, "the signature could not be made");
  }
  return base64Of(raw);
}

std::string keyId(const std::string& publicKey) {
  const auto raw = fromBase64(publicKey, kKeyBytes);
  if (!raw) return {};
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(raw->data(), raw->size(), digest.data(), &size, EVP_sha256(), nullptr) != 1 || size < 8) return {};
  std::string text;
  for (std::size_t i = 0; i < 8; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

std::string defaultStationKeyPath() {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  std::string folder =
      config != nullptr && config[0] == '/' ? std::string(config) : path::join(home != nullptr ? home : "/", ".config");
  return path::join(folder, "rollproof/station.key");
}

Result<std::vector<std::string>> readTrustedKeys(const FileSystem& fs, const std::string& file) {
  const auto text = readSmallFile(fs, file, kMaxSideFileBytes);
  if (!text) return tl::unexpected(text.error());
  if (text->find("PRIVATE KEY") != std::string::npos) {
    const auto key = parseKey(*text);
    if (!key) return fail(Errc::corrupt, key.error().message, file);
    auto publicKey = publicKeyOf(key->get());
    if (!publicKey) return fail(Errc::corrupt, publicKey.error().message, file);
    return std::vector<std::string>{std::move(*publicKey)};
  }
  std::vector<std::string> keys;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty() || line.front() == '#' || !line.starts_with(kAlgorithm)) continue;
    line.remove_prefix(kAlgorithm.size());
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    std::string key(line.substr(0, line.find_first_of(" \r")));
    if (keyId(key).empty()) return fail(Errc::corrupt, "holds a line that is no ed25519 public key", file);
    keys.push_back(std::move(key));
  }
  if (keys.empty()) return fail(Errc::corrupt, "holds no ed25519 public key", file);
  return keys;
}

Status signChain(FileSystem& fs, const std::string& scope, const StationKey& key, WallTime now) {
  const auto chain = chainOf(fs, scope);
  if (!chain) return tl::unexpected(chain.error());
  auto all = readSignatures(fs, scope);
  if (!all && all.error().code != Errc::notFound) return tl::unexpected(all.error());
  std::vector<Signature> kept = all ? std::move(*all) : std::vector<Signature>{};
  std::erase_if(kept, [&](const Signature& one) { return one.publicKey == key.publicKey(); });
  if (kept.size() >= kMaxSignatures) return fail(Errc::usage, "has more signatures than can be meant", scope);
  Signature mine{keyId(key.publicKey()), path::display(key.station()), key.publicKey(), isoUtc(now), {}, chain->size()};
  auto value = key.sign(signedText(mine, *chain));
  if (!value) return tl::unexpected(value.error());
  mine.signature = std::move(*value);
  kept.push_back(std::move(mine));
  Json list = Json::array();
  for (const auto& one : kept) {
    list.push_back({{"algorithm", kAlgorithm},
                    {"key_id", one.keyId},
                    {"station", one.station},
                    {"public_key", one.publicKey},
                    {"generations", one.generations},
                    {"signed_at", one.signedAt},
                    {"signature", one.signature}});
  }
  const Json whole{{"version", 1}, {"signatures", list}};
  return writeFileDurably(fs, path::join(scope, sidePath()),
                          whole.dump(2, ' ', false, Json::error_handler_t::replace) + "\n", true);
}

std::vector<Finding> checkSignatures(const FileSystem& fs, const std::string& scope,
                                     const std::vector<std::string>& trustedKeys) {
  const auto all = readSignatures(fs, scope);
  if (!all && all.error().code == Errc::notFound) return {};
  if (!all) return {{"signature_broken", sidePath(), all.error().message}};
  const auto chain = chainOf(fs, scope);
  std::vector<Finding> findings;
  for (const auto& one : *all) {
    const std::string who = fmt::format("station {} (key {})", path::display(one.station), keyId(one.publicKey));
    if (!chain || one.generations > chain->size()) {
      findings.push_back({"signature_broken", sidePath(),
                          fmt::format("{} signed {} generations and the chain lists fewer: some were taken away", who,
                                      one.generations)});
      continue;
    }
    if (one.generations == 0 || !fits(one, std::span(*chain).first(one.generations))) {
      findings.push_back({"signature_broken", sidePath(),
                          fmt::format("the signature of {} does not fit the chain: a manifest, the chain or the "
                                      "signature was exchanged after it was signed",
                                      who)});
      continue;
    }
    const bool trusted = std::find(trustedKeys.begin(), trustedKeys.end(), one.publicKey) != trustedKeys.end();
    std::string text =
        fmt::format("signed up to generation {} by {}, {}", (*chain)[one.generations - 1].number, who,
                    trusted ? "which is trusted here"
                            : "a key that is not among the trusted ones: the signature is whole, and who "
                              "made it is not known");
    if (one.generations < chain->size()) {
      text += fmt::format("; the {} after it are not signed", chain->size() - one.generations);
    }
    findings.push_back({"signature", sidePath(), std::move(text)});
  }
  return findings;
}

}  // namespace rollproof::mhl
