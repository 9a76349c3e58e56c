// SPDX-License-Identifier: Apache-2.0
#include "core/mhl/classic.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/xml.h"

namespace rollproof::mhl {
namespace {

using model::Digest;
using model::HashFormat;

constexpr std::size_t kMaxHashes = 16;  // of one entry
constexpr std::size_t kMaxPathBytes = std::size_t{32} * 1024;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

template <class Number>
std::optional<Number> wholeNumber(std::string_view text, int base = 10) {
  Number value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Tag {
  std::string_view name;
  HashFormat format;
  bool eitherByteOrder;
};
// The format's own, and what tools write beside them.
constexpr std::array<Tag, 12> kTags{{{"md5", HashFormat::md5, false},
                                     {"sha1", HashFormat::sha1, false},
                                     {"xxhash", HashFormat::xxh32, false},
                                     {"xxhash64", HashFormat::xxh64, true},
                                     {"xxhash64be", HashFormat::xxh64, false},
                                     {"xxh64", HashFormat::xxh64, false},
                                     {"xxhash3_64", HashFormat::xxh3, false},
                                     {"xxh3", HashFormat::xxh3, false},
                                     {"xxhash128", HashFormat::xxh128, false},
                                     {"xxhash3_128", HashFormat::xxh128, false},
                                     {"xxh128", HashFormat::xxh128, false},
                                     {"c4", HashFormat::c4, false}}};

const Tag* tagOf(std::string_view name) {
  const std::string lower = path::lowerAscii(name);
  const auto* found = std::find_if(kTags.begin(), kTags.end(), [&](const Tag& one) { return one.name == lower; });
  return found == kTags.end() ? nullptr : found;
}

std::optional<Digest> digestFrom(const Tag& tag, std::string_view value) {
  Digest digest{tag.format, tag.format == HashFormat::c4 ? std::string(value) : path::lowerAscii(value)};
  if (tag.name == "xxhash") {
    if (const auto number = wholeNumber<std::uint32_t>(value)) digest.text = fmt::format("{:08x}", *number);
  }
  if (hash::rawBytes(digest).empty()) return std::nullopt;
  return digest;
}

class ClassicReader final : public XmlHandler {
 public:
  HashList list;

  Result<bool> open(std::string_view nameSpace, std::string_view name,
                    std::span<const XmlAttribute> attributes) override {
    ++m_depth;
    if (m_depth == 1) {
      if (name != "hashlist") return fail(Errc::corrupt, "is no hash list");
      const bool isClassic = std::any_of(attributes.begin(), attributes.end(), [](const XmlAttribute& one) {
        return one.name == "version" && one.value.starts_with("1");
      });
      if (!isClassic || nameSpace.starts_with("urn:ASC:MHL")) return fail(Errc::unsupported, "is no classic MHL");
      return false;
    }
    if (m_depth == 2) {
      m_inHash = name == "hash";
      m_file = {};
      m_hasPath = false;
      m_refused.clear();
      return false;
    }
    m_name = m_depth == 3 && m_inHash ? std::string(name) : std::string{};
    return !m_name.empty();
  }

  Status close(std::string_view text) override {
    const int depth = m_depth--;
    if (depth == 2 && m_inHash) {
      m_inHash = false;
      return take();
    }
    if (depth != 3 || !m_inHash || m_name.empty()) return {};
    const std::string_view value = trimmed(text);
    if (m_name == "file") {
      if (m_hasPath) return fail(Errc::corrupt, "one entry names two files");
      m_hasPath = true;
      // Blanks at the ends of a name are part of it, line ends around it are not.
      std::string_view name = text;
      while (!name.empty() && (name.back() == '\n' || name.back() == '\r')) name.remove_suffix(1);
      while (!name.empty() && (name.front() == '\n' || name.front() == '\r')) name.remove_prefix(1);
      if (auto relative = listedPath(name)) {
        m_file.path = std::move(*relative);
      } else {
        m_refused = std::string(name.substr(0, 1024));
        if (m_refused.empty()) m_refused = "(no name)";
      }
    } else if (m_name == "size") {
      m_file.bytes = wholeNumber<std::uint64_t>(value);
    } else if (const Tag* tag = tagOf(m_name)) {
      auto digest = digestFrom(*tag, value);
      if (!digest) return fail(Errc::corrupt, "a hash value is malformed");
      if (m_file.hashes.size() >= kMaxHashes) return fail(Errc::corrupt, "one file has more hashes than can be meant");
      m_file.hashes.push_back({std::move(*digest), tag->eitherByteOrder});
    }
    m_name.clear();
    return {};
  }

 private:
  int m_depth = 0;
  bool m_inHash = false, m_hasPath = false;
  std::string m_name, m_refused;
  ListedFile m_file;

  Status take() {
    if (!m_hasPath) return fail(Errc::corrupt, "an entry names no file");
    if (!m_refused.empty()) {
      list.refused.push_back(std::move(m_refused));
    } else {
      list.files.push_back(std::move(m_file));
    }
    m_refused.clear();
    m_file = {};
    return {};
  }
};

enum class ByteOrder { little, big };

// UTF-32, by its mark or its first '<': the one encoding libxml2 does not read.
std::optional<ByteOrder> wideOrder(std::string_view xml) {
  if (xml.size() % 4 != 0) return std::nullopt;
  const std::string_view first = xml.substr(0, 4);
  if (first == std::string_view("\0\0\xFE\xFF", 4) || first == std::string_view("\0\0\0<", 4)) return ByteOrder::big;
  if (first == std::string_view("\xFF\xFE\0\0", 4) || first == std::string_view("<\0\0\0", 4)) return ByteOrder::little;
  return std::nullopt;
}

// As UTF-8, without the declaration that names the old encoding. What is no character becomes one that XML refuses.
std::string fromUtf32(std::string_view wide, bool bigEndian) {
  std::string text;
  text.reserve(wide.size() / 3);
  for (std::size_t i = 0; i + 4 <= wide.size(); i += 4) {
    std::uint32_t c = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      c = (c << 8U) | static_cast<unsigned char>(wide[bigEndian ? i + k : i + 3 - k]);
    }
    if (c == 0xFEFF && i == 0) continue;
    if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = 1;
    if (c < 0x80) {
      text += static_cast<char>(c);
      continue;
    }
    const int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    text += static_cast<char>(((0xFF00U >> static_cast<unsigned>(more + 1)) & 0xFFU) |
                              (c >> static_cast<unsigned>(6 * more)));
    for (int k = more - 1; k >= 0; --k) text += static_cast<char>(0x80U | ((c >> static_cast<unsigned>(6 * k)) & 63U));
  }
  if (text.starts_with("<?xml")) text.erase(0, std::min(text.find("?>"), text.size() - 2) + 2);
  return text;
}

constexpr std::string_view classicTag(HashFormat format) {
  switch (format) {
    case HashFormat::md5:
      return "md5";
    case HashFormat::sha1:
      return "sha1";
    case HashFormat::xxh64:
      return "xxhash64be";
    default:
      return {};
  }
}

}  // namespace

std::optional<std::string> listedPath(std::string_view text) {
  if (text.size() > kMaxPathBytes) return std::nullopt;
  std::string relative(text);
  // A name may hold a backslash, a path from Windows has no slash beside it.
  if (relative.find('/') == std::string::npos) std::replace(relative.begin(), relative.end(), '\\', '/');
  while (relative.starts_with("./")) relative.erase(0, 2);
  if (relative.size() > 1 && relative[1] == ':') return std::nullopt;  // C:\...
  if (!path::isSafeRelative(relative)) return std::nullopt;
  return relative;
}

Result<HashList> parseClassic(std::string_view xml) {
  ClassicReader reader;
  std::string plain;
  if (const auto wide = wideOrder(xml)) {
    plain = fromUtf32(xml, *wide == ByteOrder::big);
    xml = plain;
  }
  if (const auto read = readXml(xml, reader); !read) return tl::unexpected(read.error());
  return std::move(reader.list);
}

Result<std::string> formatClassic(const Creator& creator, WallTime startedAt, WallTime finishedAt,
                                  const std::vector<model::FileRecord>& files) {
  std::string author = creator.authors.empty() ? std::string{} : creator.authors.front().name;
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<hashlist version=\"1.1\">\n\n  <creatorinfo>\n";
  const auto field = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) xml += fmt::format("    <{0}>{1}</{0}>\n", name, xmlEscapeLossy(value));
  };
  field("name", author);
  field("hostname", creator.hostname);
  field("tool", fmt::format("{} {}", creator.tool, creator.toolVersion));
  field("startdate", isoUtc(startedAt));
  field("finishdate", isoUtc(finishedAt));
  xml += "  </creatorinfo>\n";
  const std::string date = isoUtc(finishedAt);
  for (const auto& file : files) {
    if (!path::isSafeRelative(file.path)) return fail(Errc::usage, "is no path inside the folder", file.path);
    if (!path::isUtf8(file.path) || !isXmlText(file.path)) {
      return fail(Errc::usage, "has a name that a classic MHL cannot hold", file.path);
    }
    std::string hashes;
    for (const auto& digest : file.digests) {
      const auto tag = classicTag(digest.format);
      if (!tag.empty()) hashes += fmt::format("    <{0}>{1}</{0}>\n", tag, digest.text);
    }
    if (hashes.empty())
      return fail(Errc::usage, "has no md5, sha1 or xxh64, and a classic MHL holds no other", file.path);
    xml += fmt::format("\n  <hash>\n    <file>{}</file>\n    <size>{}</size>\n", xmlEscape(file.path), file.bytes);
    xml += fmt::format("    <lastmodificationdate>{}</lastmodificationdate>\n",
                       isoUtc(fromUnixNanos(file.modifiedUnixNanos)));
    xml += hashes;
    xml += fmt::format("    <hashdate>{}</hashdate>\n  </hash>\n", date);
  }
  xml += "\n</hashlist>\n";
  return xml;
}

Status writeClassic(FileSystem& fs, const std::string& path, const Creator& creator, WallTime startedAt,
                    WallTime finishedAt, const std::vector<model::FileRecord>& files) {
  const auto xml = formatClassic(creator, startedAt, finishedAt, files);
  if (!xml) return tl::unexpected(xml.error());
  return writeFileDurably(fs, path, *xml, false);
}

}  // namespace rollproof::mhl
