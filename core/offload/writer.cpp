// SPDX-License-Identifier: Apache-2.0
#include "core/offload/writer.h"

#include <algorithm>
#include <set>

#include "core/base/log.h"
#include "core/base/path.h"

namespace rollproof::offload {

namespace {

// So much is lost at most when the plug is pulled, and has to be copied again.
constexpr std::size_t kFlushFiles = 1024;
constexpr std::uint64_t kFlushBytes = 128U << 20U;
// More folders than this are synced together with their file system.
constexpr std::size_t kFoldersSyncedAlone = 4;

}  // namespace

void Writer::take(const Message& message) {
  switch (message.step) {
    case Step::begin:
      begin(message.file);
      break;
    case Step::block:
      write(message);
      break;
    case Step::commit:
      commit(message.text);
      break;
    case Step::abandon:
      if (m_open) giveUp(m_index, "source", message.text, true);
      break;
    case Step::pack:
      writePack(*message.pack);
      break;
  }
}

void Writer::finish() {
  if (m_open || m_file) {
    dropPart(m_index);
    m_work->setPlaced(m_target, m_index, Placed{});
    m_open = false;
  }
  flush();
}

std::string Writer::partOf(std::size_t file) const {
  return path::join(m_target.root, partPathFor(record(file).path, m_work->files()));
}

void Writer::dropPart(std::size_t file) {
  if (m_file) (void)m_file->close();
  m_file.reset();
  if (m_target.abandoned || m_work->closed()) return;
  if (auto gone = m_work->fs.remove(partOf(file)); !gone && gone.error().code != Errc::notFound)
    log::warn(describe(gone.error()));
}

void Writer::giveUp(std::size_t file, std::string code, std::string text, bool mayRetry) {
  m_open = false;
  dropPart(file);
  m_work->setPlaced(m_target, file, Placed::failed({std::move(code), std::move(text)}, mayRetry));
}

// What no retry heals stops the target; anything else is tried once more from the source.
void Writer::giveUp(std::size_t file, const Error& error) {
  m_open = false;
  dropPart(file);
  const bool final = error.code == Errc::noSpace || error.code == Errc::readOnly;
  if (final) m_work->stopTarget(m_target, error);
  Placed::Failure why{error.code == Errc::noSpace    ? "no_space"
                      : error.code == Errc::readOnly ? "read_only"
                      : error.code == Errc::exists   ? "conflict"
                                                     : "write_failed",
                      describe(error), error.sysErrno, error.offsetBytes};
  if (error.code == Errc::exists) why.text += ": something else took the name meanwhile";
  m_work->setPlaced(m_target, file, Placed::failed(std::move(why), !final && error.code != Errc::exists));
}

void Writer::spoiled(std::size_t file, std::uint64_t offset) {
  m_open = false;
  dropPart(file);
  m_work->setPlaced(
      m_target, file,
      Placed::failed({"memory_fault", "changed in this machine's memory between being read and being written", 0,
                      static_cast<std::int64_t>(offset), true},
                     true));
}

// A target that stopped takes no more files, each with the reason.
bool Writer::takesNothing(std::size_t file) {
  const auto stopped = m_work->stoppedBy(m_target);
  if (!stopped) return false;
  m_work->setPlaced(m_target, file,
                    Placed::failed({stopped->code == Errc::noSpace ? "no_space" : "write_failed", describe(*stopped)}));
  return true;
}

Result<std::unique_ptr<File>> Writer::create(std::size_t file, WriteMode mode) {
  const std::string part = partOf(file);
  auto made = m_work->fs.createNew(part, mode);
  if (!made && made.error().code == Errc::exists) {  // ours, from a run that was killed
    if (auto gone = m_work->fs.remove(part); gone) made = m_work->fs.createNew(part, mode);
  }
  return made;
}

void Writer::begin(std::size_t file) {
  m_index = file;
  m_open = false;
  if (takesNothing(file)) return;
  const InCall call(m_target.inCall);
  auto made = create(file, WriteMode::direct);
  if (!made) return giveUp(file, made.error());
  m_file = std::move(*made);
  if (auto room = m_file->preallocate(record(file).bytes); !room) return giveUp(file, room.error());
  m_open = true;
}

void Writer::write(const Message& message) {
  if (!m_open) return;
  const InCall call(m_target.inCall);
  const auto bytes = message.block->memory.bytes().first(message.block->bytes);
  if (auto written = m_file->writeAt(bytes, message.offset); !written) return giveUp(m_index, written.error());
  // The disk took it from this memory: was it still what the card gave?
  if (hash::xxh128Of(bytes) != message.block->digest) return spoiled(m_index, message.offset);
  m_file->startWriteBack(message.offset, bytes.size());
  if (m_target.meter) m_target.meter->doneBytes += bytes.size();
}

// Size, sync, time and close; the file is whole under its part name afterwards.
Status Writer::finishFile(std::unique_ptr<File>& file, std::size_t index, bool sync) {
  const auto info = file->info();
  if (!info) return tl::unexpected(info.error());
  if (info->bytes != record(index).bytes)
    return tl::unexpected(
        Error{Errc::io, "has another size than was written", partOf(index), 0, static_cast<std::int64_t>(info->bytes)});
  if (sync) {
    if (auto synced = file->sync(); !synced) return synced;
  }
  // A time that cannot be kept (exFAT before 1980) is no reason to lose the file; the manifest records the source's.
  if (auto timed = file->setModified(record(index).modifiedUnixNanos); !timed) log::warn(describe(timed.error()));
  auto closed = file->close();
  file.reset();
  return closed;
}

Status Writer::rename(std::size_t file) {
  // A drive that answers after the run was given up must not change what the next run does there.
  if (m_target.abandoned || m_work->closed()) return fail(Errc::cancelled, "was given up", partOf(file));
  return m_work->fs.renameNew(partOf(file), m_work->targetPath(m_target, file));
}

void Writer::commit(const std::string& proof) {
  if (!m_open) return;
  const InCall call(m_target.inCall);
  if (auto whole = finishFile(m_file, m_index, true); !whole) return giveUp(m_index, whole.error());
  if (auto final = rename(m_index); !final) return giveUp(m_index, final.error());
  m_open = false;
  named({m_index, proof, true});
  flush();  // a large file is worth a sync of its folder and a line in the journal at once
}

void Writer::writePack(const Pack& pack) {
  std::vector<std::size_t> files;
  for (const auto& entry : pack.entries) files.push_back(entry.file);
  const auto absent = m_work->absentAt(m_target, files);
  for (std::size_t i = 0; i < files.size() && !m_work->stopped(); ++i) {
    const auto& entry = pack.entries[i];
    if (!absent[i]) continue;
    if (!entry.problem.empty()) {
      giveUp(entry.file, "source", entry.problem, true);
    } else if (!takesNothing(entry.file)) {
      writeSmall(pack, entry);
    }
  }
}

void Writer::writeSmall(const Pack& pack, const Pack::Entry& entry) {
  const InCall call(m_target.inCall);
  const auto bytes = pack.block->memory.bytes().subspan(entry.at, entry.bytes);
  auto made = create(entry.file, WriteMode::cached);
  if (!made) return giveUp(entry.file, made.error());
  if (auto written = (*made)->writeAt(bytes, 0); !written) return giveUp(entry.file, written.error());
  if (hash::xxh128Of(bytes) != entry.digest) return spoiled(entry.file, 0);
  Named one{entry.file, {}, m_target.syncEach};
  if (auto whole = finishFile(*made, entry.file, one.renamed); !whole) return giveUp(entry.file, whole.error());
  if (one.renamed) {
    if (auto final = rename(entry.file); !final) return giveUp(entry.file, final.error());
  }
  if (m_target.meter) m_target.meter->doneBytes += entry.bytes;
  Prover prover;
  prover.add(entry.digest);
  one.proof = proofText(prover.finish());
  named(std::move(one));
}

void Writer::named(Named one) {
  m_namedBytes += record(one.file).bytes;
  m_named.push_back(std::move(one));
  if (m_named.size() >= kFlushFiles || m_namedBytes >= kFlushBytes) flush();
}

// A failed sync of many files does not say which of them it hit: all are written once more, each with a sync of its
// own.
void Writer::giveUpGroup(const Error& error) {
  m_target.syncEach = true;
  std::erase_if(m_named, [&](const auto& one) {
    if (!one.renamed) giveUp(one.file, error);
    return !one.renamed;
  });
}

Status Writer::syncNames() {
  std::set<std::string> folders;
  for (const auto& one : m_named) folders.insert(path::parent(m_work->targetPath(m_target, one.file)));
  if (folders.size() > kFoldersSyncedAlone && !m_target.syncEach) return m_work->fs.syncFileSystem(m_target.root);
  for (const auto& folder : folders) {
    if (auto synced = m_work->fs.syncDirectory(folder); !synced) return synced;
  }
  return {};
}

// Contents on the disk, then the final names, then the names on the disk, then the journal's lines.
void Writer::flush() {
  m_namedBytes = 0;
  if (m_named.empty() || m_target.abandoned || m_work->closed()) return;
  const InCall call(m_target.inCall);
  const bool together = std::any_of(m_named.begin(), m_named.end(), [](const auto& one) { return !one.renamed; });
  if (together) {
    if (auto synced = m_work->fs.syncFileSystem(m_target.root); !synced) giveUpGroup(synced.error());
    std::erase_if(m_named, [this](const auto& one) {
      if (one.renamed) return false;
      const auto final = rename(one.file);
      if (!final) giveUp(one.file, final.error());
      return !final.has_value();
    });
  }
  const auto synced = syncNames();
  std::vector<std::size_t> written;
  for (const auto& one : m_named) {
    if (synced) {
      if (m_target.journal) m_target.journal->addFile(record(one.file), one.proof);
      written.push_back(one.file);
      continue;
    }
    m_work->setPlaced(m_target, one.file,
                      Placed::failed({"not_durable", describe(synced.error()), synced.error().sysErrno}));
  }
  m_named.clear();
  m_work->setWritten(m_target, written);
  if (!synced || !m_target.journal) return;
  if (auto noted = m_target.journal->flush(); !noted) {
    log::warn("the journal cannot be kept: " + describe(noted.error()));
    m_target.journal.reset();
  }
}

}  // namespace rollproof::offload
