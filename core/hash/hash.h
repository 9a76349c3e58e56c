// SPDX-License-Identifier: Apache-2.0
// Several digests from one pass over one stream.
// Threads: one MultiHasher per thread. Errors: none once constructed.
// Source: xxHash (XXH64, XXH3-64, XXH128; canonical big-endian hex), RFC 1321, FIPS 180-4, SMPTE ST 2114 (C4).
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/file_record.h"

namespace rollproof::hash {

[[nodiscard]] const char* name(model::HashFormat format);  // "xxh64", ..., as in manifests and --hash
[[nodiscard]] std::optional<model::HashFormat> parseFormat(std::string_view name);
[[nodiscard]] const std::vector<model::HashFormat>& allFormats();  // that manifests hold: not xxh32

class MultiHasher {
 public:
  explicit MultiHasher(const std::vector<model::HashFormat>& formats);
  ~MultiHasher();
  MultiHasher(MultiHasher&&) noexcept;
  MultiHasher& operator=(MultiHasher&&) noexcept;
  void reset();
  void update(std::span<const std::byte> block);
  // One digest per format in the order given to the constructor; call once, then reset() to go on.
  [[nodiscard]] std::vector<model::Digest> finish();

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

[[nodiscard]] model::Digest digestOf(model::HashFormat format, std::span<const std::byte> bytes);
// XXH3 of 128 bits, canonical byte order: for values that stay inside the program.
using Raw128 = std::array<std::byte, 16>;
[[nodiscard]] Raw128 xxh128Of(std::span<const std::byte> bytes);
// The raw digest behind its text (hex decoded; c4: the 64 SHA-512 bytes); empty if the text is malformed.
[[nodiscard]] std::vector<std::byte> rawBytes(const model::Digest& digest);
// The other way: raw bytes as a manifest writes them; the text is empty if their number is not the format's.
[[nodiscard]] model::Digest fromRaw(model::HashFormat format, std::span<const std::byte> raw);
// Equal values whatever the letter case of hex.
[[nodiscard]] bool sameValue(const model::Digest& a, const model::Digest& b);

}  // namespace rollproof::hash
