// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/classic.h"
#include "core/mhl/document.h"
#include "core/mhl/stream.h"
#include "core/mhl/xml.h"

namespace rollproof::mhl {
namespace {

using model::HashFormat;

constexpr std::size_t kPassOnBytes = std::size_t{256} * 1024;

// The order inside an entry that every published reader accepts.
constexpr std::array<HashFormat, 6> kElementOrder{HashFormat::c4,     HashFormat::md5,  HashFormat::sha1,
                                                  HashFormat::xxh128, HashFormat::xxh3, HashFormat::xxh64};

const char* word(Action action) {
  switch (action) {
    case Action::original:
      return "original";
    case Action::verified:
      return "verified";
    case Action::failed:
      return "failed";
    case Action::unknown:
      break;
  }
  return nullptr;
}

const char* word(Process process) {
  switch (process) {
    case Process::transfer:
      return "transfer";
    case Process::flatten:
      return "flatten";
    case Process::inPlace:
    case Process::unknown:
      break;
  }
  return "in-place";
}

void line(std::string& out, int indent, std::string_view text) {
  out.append(static_cast<std::size_t>(indent) * 2, ' ').append(text).push_back('\n');
}

void element(std::string& out, int indent, std::string_view name, std::string_view text) {
  line(out, indent, fmt::format("<{0}>{1}</{0}>", name, xmlEscapeLossy(text)));
}

std::string modified(std::int64_t unixNanos) {
  return unixNanos == 0 ? std::string{} : fmt::format(" lastmodificationdate=\"{}\"", isoUtc(fromUnixNanos(unixNanos)));
}

// The path as text, and whether it had to be percent-encoded.
struct Written {
  std::string text;
  bool encoded = false;
};

Written writtenPath(std::string_view bytes) {
  if (isXmlText(bytes)) return {xmlEscape(bytes), false};
  return {path::percentEncode(bytes), true};
}

void encodedMark(std::string& out, int indent, std::string_view attributes) {
  line(out, indent, "<metadata>");
  line(out, indent + 1, fmt::format("<encodedpaths xmlns=\"{}\" scheme=\"percent\"{}/>", kOwnNamespace, attributes));
  line(out, indent, "</metadata>");
}

void fileElement(std::string& out, const FileEntry& file) {
  line(out, 2, "<hash>");
  const Written path = writtenPath(file.path);
  line(out, 3, fmt::format("<path size=\"{}\"{}>{}</path>", file.bytes, modified(file.modifiedUnixNanos), path.text));
  for (const auto format : kElementOrder) {
    for (const auto& hash : file.hashes) {
      if (hash.digest.format != format) continue;
      std::string attributes;
      if (const char* action = word(hash.action)) attributes += fmt::format(" action=\"{}\"", action);
      if (!hash.hashDate.empty()) attributes += fmt::format(" hashdate=\"{}\"", xmlEscapeLossy(hash.hashDate));
      line(out, 3, fmt::format("<{0}{1}>{2}</{0}>", hash::name(format), attributes, xmlEscapeLossy(hash.digest.text)));
    }
  }
  Written previous;
  if (!file.previousPath.empty()) {
    previous = writtenPath(file.previousPath);
    line(out, 3, fmt::format("<previousPath>{}</previousPath>", previous.text));
  }
  if (path.encoded || previous.encoded) {
    encodedMark(
        out, 3,
        fmt::format("{}{}", path.encoded ? " path=\"true\"" : "", previous.encoded ? " previousPath=\"true\"" : ""));
  }
  line(out, 2, "</hash>");
}

void directoryDigests(std::string& out, int indent, std::string_view name, const std::vector<model::Digest>& digests,
                      const std::string& hashDate) {
  line(out, indent, fmt::format("<{}>", name));
  for (const auto format : kElementOrder) {
    for (const auto& digest : digests) {
      if (digest.format != format) continue;
      line(out, indent + 1,
           fmt::format("<{0} hashdate=\"{1}\">{2}</{0}>", hash::name(format), hashDate, xmlEscapeLossy(digest.text)));
    }
  }
  line(out, indent, fmt::format("</{}>", name));
}

void directoryElement(std::string& out, const DirectoryEntryHash& directory, const std::string& hashDate) {
  line(out, 2, "<directoryhash>");
  const Written path = writtenPath(directory.path);
  line(out, 3, fmt::format("<path{}>{}</path>", modified(directory.modifiedUnixNanos), path.text));
  directoryDigests(out, 3, "content", directory.content, hashDate);
  directoryDigests(out, 3, "structure", directory.structure, hashDate);
  if (path.encoded) encodedMark(out, 3, " path=\"true\"");
  line(out, 2, "</directoryhash>");
}

// Post-order over sorted names: a folder's content stands before the folder, the folder before its next sibling.
bool before(std::string_view a, std::string_view b) {
  const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (x == a.end() && y == b.end()) return false;
  if (x == a.end()) return *y != '/';  // a prefix of b: after it if b is inside a
  if (y == b.end()) return *x == '/';
  if (*x == '/' || *y == '/') return *x == '/';
  return static_cast<unsigned char>(*x) < static_cast<unsigned char>(*y);
}

void headElements(std::string& out, const Manifest& manifest, const std::string& started) {
  line(out, 1, "<creatorinfo>");
  element(out, 2, "creationdate", started);
  element(out, 2, "hostname", manifest.creator.hostname);
  line(out, 2,
       fmt::format("<tool version=\"{}\">{}</tool>", xmlEscapeLossy(manifest.creator.toolVersion),
                   xmlEscapeLossy(manifest.creator.tool)));
  for (const auto& author : manifest.creator.authors) {
    std::string attributes;
    if (isEmail(author.email)) attributes += fmt::format(" email=\"{}\"", xmlEscapeLossy(author.email));
    if (!author.phone.empty()) attributes += fmt::format(" phone=\"{}\"", xmlEscapeLossy(author.phone));
    if (!author.role.empty()) attributes += fmt::format(" role=\"{}\"", xmlEscapeLossy(author.role));
    line(out, 2, fmt::format("<author{}>{}</author>", attributes, xmlEscapeLossy(author.name)));
  }
  if (!manifest.creator.location.empty()) element(out, 2, "location", manifest.creator.location);
  if (!manifest.creator.comment.empty()) element(out, 2, "comment", manifest.creator.comment);
  line(out, 1, "</creatorinfo>");
  line(out, 1, "<processinfo>");
  element(out, 2, "process", word(manifest.process));
  if (manifest.root && !manifest.root->content.empty() && !manifest.root->structure.empty()) {
    line(out, 2, "<roothash>");
    directoryDigests(out, 3, "content", manifest.root->content, started);
    directoryDigests(out, 3, "structure", manifest.root->structure, started);
    line(out, 2, "</roothash>");
  }
  if (!manifest.ignorePatterns.empty()) {
    line(out, 2, "<ignore>");
    for (const auto& pattern : manifest.ignorePatterns) element(out, 3, "pattern", pattern);
    line(out, 2, "</ignore>");
  }
  line(out, 1, "</processinfo>");
}

void referenceElements(std::string& out, const std::vector<Reference>& references) {
  const bool encode =
      std::any_of(references.begin(), references.end(), [](const Reference& one) { return !isXmlText(one.path); });
  if (encode) encodedMark(out, 1, " references=\"true\"");
  line(out, 1, "<references>");
  for (const auto& reference : references) {
    line(out, 2, "<hashlistreference>");
    line(out, 3,
         fmt::format("<path>{}</path>", encode ? path::percentEncode(reference.path) : xmlEscape(reference.path)));
    const char* format = hash::name(reference.digest.format);
    line(out, 3, fmt::format("<{0}>{1}</{0}>", format, xmlEscapeLossy(reference.digest.text)));
    line(out, 2, "</hashlistreference>");
  }
  line(out, 1, "</references>");
}

// Where the entries go in the standard's order, by number: files first, then directories.
std::vector<std::uint32_t> sortedEntries(const Manifest& manifest) {
  const std::size_t files = manifest.files.size();
  std::vector<std::uint32_t> order(files + manifest.directories.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::uint32_t>(i);
  const auto pathOf = [&](std::uint32_t i) {
    return i < files ? manifest.files.path(i) : std::string_view(manifest.directories[i - files].path);
  };
  const auto inOrder = [&](std::uint32_t a, std::uint32_t b) { return before(pathOf(a), pathOf(b)); };
  if (!std::is_sorted(order.begin(), order.end(), inOrder)) std::stable_sort(order.begin(), order.end(), inOrder);
  return order;
}

class StringSink final : public TextSink {
 public:
  std::string text;
  Status write(std::string_view more) override {
    text.append(more);
    return {};
  }
};

}  // namespace

Status ManifestWriter::begin(const Manifest& head) {
  m_started = isoUtc(head.startedAt);
  m_text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  line(m_text, 0, fmt::format("<hashlist version=\"2.0\" xmlns=\"{}\">", kManifestNamespace));
  headElements(m_text, head, m_started);
  return passOn(kPassOnBytes);
}

Status ManifestWriter::entryBegins() {
  if (!m_anyEntry) line(m_text, 1, "<hashes>");
  m_anyEntry = true;
  return passOn(kPassOnBytes);
}

Status ManifestWriter::add(const FileEntry& file) {
  if (auto begun = entryBegins(); !begun) return begun;
  fileElement(m_text, file);
  return {};
}

Status ManifestWriter::add(const DirectoryEntryHash& directory) {
  if (auto begun = entryBegins(); !begun) return begun;
  directoryElement(m_text, directory, m_started);
  return {};
}

Status ManifestWriter::finish(const std::vector<Reference>& references) {
  if (m_anyEntry) line(m_text, 1, "</hashes>");
  if (!references.empty()) referenceElements(m_text, references);
  line(m_text, 0, "</hashlist>");
  return passOn(0);
}

Status ManifestWriter::passOn(std::size_t whenOver) {
  if (m_text.size() <= whenOver) return {};
  const Status written = m_sink.write(m_text);
  m_text.clear();
  return written;
}

Status writeManifest(const Manifest& manifest, TextSink& sink) {
  ManifestWriter writer(sink);
  Status status = writer.begin(manifest);
  for (const auto number : sortedEntries(manifest)) {
    if (!status) return status;
    const std::size_t files = manifest.files.size();
    status = number < files ? writer.add(manifest.files[number]) : writer.add(manifest.directories[number - files]);
  }
  return status ? writer.finish(manifest.references) : status;
}

std::string formatManifest(const Manifest& manifest) {
  StringSink sink;
  (void)writeManifest(manifest, sink);  // memory takes all
  return std::move(sink.text);
}

std::string formatChain(const std::vector<ChainEntry>& entries) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  line(out, 0, fmt::format("<ascmhldirectory xmlns=\"{}\">", kChainNamespace));
  for (const auto& entry : entries) {
    line(out, 1, fmt::format("<hashlist sequencenr=\"{}\">", entry.number));
    line(out, 2, fmt::format("<path>{}</path>", xmlEscapeLossy(entry.fileName)));
    if (entry.digest) {
      const char* format = hash::name(entry.digest->format);
      line(out, 2, fmt::format("<{0}>{1}</{0}>", format, xmlEscapeLossy(entry.digest->text)));
    }
    line(out, 1, "</hashlist>");
  }
  line(out, 0, "</ascmhldirectory>");
  return out;
}

namespace {

// "A001_2026-05-02_143500Z.mhl"
std::string labelAndTime(std::string_view folderName, WallTime startedAt) {
  std::string label;
  for (const char c : isXmlText(folderName) ? std::string(folderName) : path::display(folderName)) {
    const auto byte = static_cast<unsigned char>(c);
    label.push_back(byte < 0x20 || byte == 0x7F || c == '/' ? '_' : c);
  }
  if (!isXmlText(label)) label = path::percentEncode(folderName);
  constexpr std::size_t kLabelBytes = 180;  // leaves room in 255 for number, time and the part name's extra
  if (label.size() > kLabelBytes) {
    std::size_t end = kLabelBytes;
    while (end > 0 && (static_cast<unsigned char>(label[end]) & 0xC0U) == 0x80U) --end;
    label.resize(end);
  }
  if (label.empty()) label = "root";
  std::string time = isoUtc(startedAt);  // 2026-05-02T14:35:00Z
  time.erase(std::remove(time.begin() + 10, time.end(), ':'), time.end());
  std::replace(time.begin(), time.end(), 'T', '_');
  return fmt::format("{}_{}.mhl", label, time);
}

}  // namespace

std::string manifestFileName(int number, std::string_view folderName, WallTime startedAt) {
  return fmt::format("{:04}_{}", number, labelAndTime(folderName, startedAt));
}

std::string packingListName(std::string_view folderName, WallTime startedAt) {
  return fmt::format("packinglist_{}", labelAndTime(folderName, startedAt));
}

std::string classicFileName(std::string_view folderName, WallTime startedAt) {
  return labelAndTime(folderName, startedAt);
}

std::string classicIgnorePattern(std::string_view fileName) {
  std::string pattern = "/";
  for (const char c : fileName) {
    if (c == '\\' || c == '*' || c == '?' || c == '[') pattern.push_back('\\');
    pattern.push_back(c);
  }
  return pattern;
}

int numberInFileName(std::string_view fileName) {
  int number = 0;
  std::size_t i = 0;
  for (; i < fileName.size() && i < 9 && fileName[i] >= '0' && fileName[i] <= '9'; ++i) {
    number = number * 10 + (fileName[i] - '0');
  }
  return i > 0 && i < fileName.size() && fileName[i] == '_' ? number : 0;
}

}  // namespace rollproof::mhl
