// SPDX-License-Identifier: Apache-2.0
#include "core/hash/hash.h"

#include <openssl/evp.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace rollproof::hash {
namespace {

using model::Digest;
using model::HashFormat;

constexpr std::string_view kC4Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::size_t kC4Digits = 88;
constexpr std::size_t kC4Words = 16;  // 512 bits in 32-bit words
constexpr std::string_view kHexDigits = "0123456789abcdef";

std::string hexOf(const unsigned char* bytes, std::size_t size) {
  std::string text;
  text.reserve(size * 2);
  for (std::size_t i = 0; i < size; ++i) {
    text.push_back(kHexDigits[bytes[i] >> 4U]);
    text.push_back(kHexDigits[bytes[i] & 15U]);
  }
  return text;
}

using BigNumber = std::array<std::uint32_t, kC4Words>;  // most significant word first

// Five base58 digits at a time: a long division for each digit alone costs as much as hashing a small file.
constexpr std::size_t kGroupDigits = 5;
constexpr std::uint32_t kGroup = 58U * 58U * 58U * 58U * 58U;

std::string c4Of(const unsigned char* sha512) {
  BigNumber number{};
  for (std::size_t i = 0; i < 64; ++i) number[i / 4] = (number[i / 4] << 8U) | sha512[i];
  std::string text(kC4Digits + 2, kC4Alphabet[0]);
  text[0] = 'c';
  text[1] = '4';
  for (std::size_t digit = text.size(); digit > 2;) {
    std::uint64_t rest = 0;
    for (auto& word : number) {
      const std::uint64_t value = (rest << 32U) | word;
      word = static_cast<std::uint32_t>(value / kGroup);
      rest = value % kGroup;
    }
    for (std::size_t i = 0; i < kGroupDigits && digit > 2; ++i, rest /= 58U) {
      text[--digit] = kC4Alphabet[static_cast<std::size_t>(rest % 58U)];
    }
  }
  return text;
}

std::array<std::int8_t, 256> c4Values() {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kC4Alphabet.size(); ++i) {
    values[static_cast<unsigned char>(kC4Alphabet[i])] = static_cast<std::int8_t>(i);
  }
  return values;
}

std::vector<std::byte> bytesOfC4(std::string_view text) {
  if (text.size() != kC4Digits + 2 || text.substr(0, 2) != "c4") return {};
  static const std::array<std::int8_t, 256> kValues = c4Values();
  BigNumber number{};
  for (std::size_t at = 2; at < text.size();) {
    std::uint64_t carry = 0;
    std::uint64_t factor = 1;
    for (std::size_t i = 0; i < kGroupDigits && at < text.size(); ++i, ++at, factor *= 58U) {
      const int digit = kValues[static_cast<unsigned char>(text[at])];
      if (digit < 0) return {};
      carry = carry * 58U + static_cast<std::uint64_t>(digit);
    }
    for (std::size_t i = kC4Words; i-- > 0;) {
      const std::uint64_t value = std::uint64_t{number[i]} * factor + carry;
      number[i] = static_cast<std::uint32_t>(value);
      carry = value >> 32U;
    }
    if (carry != 0) return {};  // more than 512 bits: no SHA-512 has this text
  }
  std::vector<std::byte> bytes(64);
  for (std::size_t i = 0; i < 64; ++i) {
    bytes[i] = static_cast<std::byte>((number[i / 4] >> (24U - 8U * (i % 4))) & 0xFFU);
  }
  return bytes;
}

std::size_t rawSize(HashFormat format) {
  switch (format) {
    case HashFormat::xxh64:
    case HashFormat::xxh3:
      return 8;
    case HashFormat::xxh128:
    case HashFormat::md5:
      return 16;
    case HashFormat::sha1:
      return 20;
    case HashFormat::c4:
      return 64;
    case HashFormat::xxh32:
      return 4;
  }
  return 0;
}

int hexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// A hasher that cannot be made must never hand out a digest that looks like one: nothing sensible can go on.
template <class T>
T* require(T* pointer) {
  if (pointer == nullptr) std::abort();
  return pointer;
}
void require(int openSslResult) {
  if (openSslResult != 1) std::abort();
}

const EVP_MD* evpFor(HashFormat format) {
  if (format == HashFormat::md5) return EVP_md5();
  if (format == HashFormat::sha1) return EVP_sha1();
  return EVP_sha512();
}

class Stream {
 public:
  virtual ~Stream() = default;
  virtual void reset() = 0;
  virtual void update(std::span<const std::byte> block) = 0;
  virtual std::string finish() = 0;
};

struct FreeXxh32 {
  void operator()(XXH32_state_t* state) const { XXH32_freeState(state); }
};
struct FreeXxh64 {
  void operator()(XXH64_state_t* state) const { XXH64_freeState(state); }
};
struct FreeXxh3 {
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};
struct FreeEvp {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

class Xxh64Stream final : public Stream {
 public:
  Xxh64Stream() : m_state(require(XXH64_createState())) { Xxh64Stream::reset(); }
  void reset() override { XXH64_reset(m_state.get(), 0); }
  void update(std::span<const std::byte> block) override { XXH64_update(m_state.get(), block.data(), block.size()); }
  std::string finish() override {
    XXH64_canonical_t canonical;
    XXH64_canonicalFromHash(&canonical, XXH64_digest(m_state.get()));
    return hexOf(canonical.digest, sizeof canonical.digest);
  }

 private:
  std::unique_ptr<XXH64_state_t, FreeXxh64> m_state;
};

class Xxh32Stream final : public Stream {
 public:
  Xxh32Stream() : m_state(require(XXH32_createState())) { Xxh32Stream::reset(); }
  void reset() override { XXH32_reset(m_state.get(), 0); }
  void update(std::span<const std::byte> block) override { XXH32_update(m_state.get(), block.data(), block.size()); }
  std::string finish() override {
    XXH32_canonical_t canonical;
    XXH32_canonicalFromHash(&canonical, XXH32_digest(m_state.get()));
    return hexOf(canonical.digest, sizeof canonical.digest);
  }

 private:
  std::unique_ptr<XXH32_state_t, FreeXxh32> m_state;
};

class Xxh3Stream final : public Stream {
 public:
  explicit Xxh3Stream(bool wide) : m_state(require(XXH3_createState())), m_wide(wide) { Xxh3Stream::reset(); }
  void reset() override {
    if (m_wide) {
      XXH3_128bits_reset(m_state.get());
    } else {
      XXH3_64bits_reset(m_state.get());
    }
  }
  void update(std::span<const std::byte> block) override {
    if (m_wide) {
      XXH3_128bits_update(m_state.get(), block.data(), block.size());
    } else {
      XXH3_64bits_update(m_state.get(), block.data(), block.size());
    }
  }
  std::string finish() override {
    if (m_wide) {
      XXH128_canonical_t canonical;
      XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(m_state.get()));
      return hexOf(canonical.digest, sizeof canonical.digest);
    }
    XXH64_canonical_t canonical;
    XXH64_canonicalFromHash(&canonical, XXH3_64bits_digest(m_state.get()));
    return hexOf(canonical.digest, sizeof canonical.digest);
  }

 private:
  std::unique_ptr<XXH3_state_t, FreeXxh3> m_state;
  bool m_wide;
};

class EvpStream final : public Stream {
 public:
  explicit EvpStream(HashFormat format) : m_format(format), m_context(require(EVP_MD_CTX_new())) { EvpStream::reset(); }
  void reset() override { require(EVP_DigestInit_ex(m_context.get(), evpFor(m_format), nullptr)); }
  void update(std::span<const std::byte> block) override {
    require(EVP_DigestUpdate(m_context.get(), block.data(), block.size()));
  }
  std::string finish() override {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int size = 0;
    require(EVP_DigestFinal_ex(m_context.get(), bytes.data(), &size));
    return m_format == HashFormat::c4 ? c4Of(bytes.data()) : hexOf(bytes.data(), size);
  }

 private:
  HashFormat m_format;
  std::unique_ptr<EVP_MD_CTX, FreeEvp> m_context;
};

std::unique_ptr<Stream> makeStream(HashFormat format) {
  switch (format) {
    case HashFormat::xxh64:
      return std::make_unique<Xxh64Stream>();
    case HashFormat::xxh3:
      return std::make_unique<Xxh3Stream>(false);
    case HashFormat::xxh128:
      return std::make_unique<Xxh3Stream>(true);
    case HashFormat::xxh32:
      return std::make_unique<Xxh32Stream>();
    case HashFormat::md5:
    case HashFormat::sha1:
    case HashFormat::c4:
      break;
  }
  return std::make_unique<EvpStream>(format);
}

}  // namespace

const char* name(HashFormat format) {
  switch (format) {
    case HashFormat::xxh64:
      return "xxh64";
    case HashFormat::xxh3:
      return "xxh3";
    case HashFormat::xxh128:
      return "xxh128";
    case HashFormat::md5:
      return "md5";
    case HashFormat::sha1:
      return "sha1";
    case HashFormat::c4:
      return "c4";
    case HashFormat::xxh32:
      return "xxh32";
  }
  return "";
}

std::optional<HashFormat> parseFormat(std::string_view text) {
  for (const auto format : allFormats()) {
    if (text == name(format)) return format;
  }
  return std::nullopt;
}

const std::vector<HashFormat>& allFormats() {
  static const std::vector<HashFormat> formats{HashFormat::xxh64, HashFormat::xxh3, HashFormat::xxh128,
                                               HashFormat::md5,   HashFormat::sha1, HashFormat::c4};
  return formats;
}

struct MultiHasher::State {
  std::vector<HashFormat> formats;
  std::vector<std::unique_ptr<Stream>> streams;
};

MultiHasher::MultiHasher(const std::vector<HashFormat>& formats) : m_state(std::make_unique<State>()) {
  m_state->formats = formats;
  for (const auto format : formats) m_state->streams.push_back(makeStream(format));
}
MultiHasher::~MultiHasher() = default;
MultiHasher::MultiHasher(MultiHasher&&) noexcept = default;
MultiHasher& MultiHasher::operator=(MultiHasher&&) noexcept = default;

void MultiHasher::reset() {
  for (auto& stream : m_state->streams) stream->reset();
}

void MultiHasher::update(std::span<const std::byte> block) {
  if (block.empty()) return;
  // Block by block through all formats while it is warm in the cache, rather than one format over a large block.
  constexpr std::size_t kSlice = std::size_t{256} * 1024;
  if (m_state->streams.size() < 2) {
    for (auto& stream : m_state->streams) stream->update(block);
    return;
  }
  for (std::size_t at = 0; at < block.size(); at += kSlice) {
    const auto slice = block.subspan(at, std::min(kSlice, block.size() - at));
    for (auto& stream : m_state->streams) stream->update(slice);
  }
}

std::vector<Digest> MultiHasher::finish() {
  std::vector<Digest> digests;
  digests.reserve(m_state->streams.size());
  for (std::size_t i = 0; i < m_state->streams.size(); ++i) {
    digests.push_back({m_state->formats[i], m_state->streams[i]->finish()});
  }
  return digests;
}

Digest digestOf(HashFormat format, std::span<const std::byte> bytes) {
  const auto stream = makeStream(format);
  if (!bytes.empty()) stream->update(bytes);
  return {format, stream->finish()};
}

Raw128 xxh128Of(std::span<const std::byte> bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  Raw128 raw{};
  std::memcpy(raw.data(), canonical.digest, raw.size());
  return raw;
}

std::vector<std::byte> rawBytes(const Digest& digest) {
  if (digest.format == HashFormat::c4) return bytesOfC4(digest.text);
  const std::size_t size = rawSize(digest.format);
  if (digest.text.size() != size * 2) return {};
  std::vector<std::byte> bytes(size);
  for (std::size_t i = 0; i < size; ++i) {
    const int high = hexValue(digest.text[2 * i]);
    const int low = hexValue(digest.text[2 * i + 1]);
    if (high < 0 || low < 0) return {};
    bytes[i] = static_cast<std::byte>(high * 16 + low);
  }
  return bytes;
}

Digest fromRaw(HashFormat format, std::span<const std::byte> raw) {
  if (raw.size() != rawSize(format)) return {format, {}};
  const auto* bytes = reinterpret_cast<const unsigned char*>(raw.data());
  return {format, format == HashFormat::c4 ? c4Of(bytes) : hexOf(bytes, raw.size())};
}

bool sameValue(const Digest& a, const Digest& b) {
  if (a.format != b.format) return false;
  const auto left = rawBytes(a);
  return !left.empty() && left == rawBytes(b);
}

}  // namespace rollproof::hash
