// SPDX-License-Identifier: Apache-2.0
#include "core/catalog/schema.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "core/base/file_system.h"
#include "core/base/log.h"
#include "core/base/path.h"

namespace rollproof::catalog {

namespace {

constexpr std::int64_t kApplicationId = 0x524F4C50;  // "ROLP"

Status makePrivateDirectories(const std::string& directory) {
  if (directory.empty() || directory == "/") return {};
  struct stat info {};
  if (::stat(directory.c_str(), &info) == 0) {
    if (S_ISDIR(info.st_mode)) return {};
    return fail(Errc::conflict, "the catalog's folder cannot be made: a file has its name", directory);
  }
  if (auto status = makePrivateDirectories(path::parent(directory)); !status) return status;
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return tl::unexpected<Error>(systemError(errno, "cannot make the catalog's folder", directory));
  }
  return {};
}

// Makes the file before SQLite would, so that it (and the -wal and -shm that copy its mode) is never readable by
// others.
Status makePrivateFile(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor >= 0) {
    ::close(descriptor);
    return {};
  }
  if (errno != EEXIST) return tl::unexpected<Error>(systemError(errno, "cannot make the catalog", path));
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0)
    return tl::unexpected<Error>(systemError(errno, "cannot open the catalog", path));
  if (!S_ISREG(info.st_mode)) return fail(Errc::notRegular, "the catalog must be a regular file", path);
  return {};
}

Status syncFile(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return tl::unexpected<Error>(systemError(errno, "cannot open", path));
  const int failed = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  if (failed) return tl::unexpected<Error>(systemError(failed, "cannot sync", path));
  return {};
}

struct Shape {
  std::int64_t applicationId = 0, version = 0, tables = 0, minReader = 0;
};

// In one snapshot: between two statements another program may create the whole catalog, and an id of before beside
// tables of after would look like a stranger's database.
Result<Shape> readShape(Database& database) {
  auto snapshot = Transaction::begin(database, TransactionKind::read);
  if (!snapshot) return tl::unexpected<Error>(snapshot.error());
  Shape shape;
  auto number = database.integer("PRAGMA application_id", 0);
  if (!number) return tl::unexpected<Error>(number.error());
  shape.applicationId = *number;
  if (!(number = database.integer("PRAGMA user_version", 0))) return tl::unexpected<Error>(number.error());
  shape.version = *number;
  if (!(number = database.integer("SELECT count(*) FROM sqlite_schema", 0)))
    return tl::unexpected<Error>(number.error());
  shape.tables = *number;
  if (shape.applicationId == kApplicationId) {
    number = database.integer("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'min_reader_version'", 0);
    if (!number) return tl::unexpected<Error>(number.error());
    shape.minReader = *number;
  }
  return shape;
}

Status refuseForeign(const Shape& shape, std::int64_t known, const std::string& path) {
  if (shape.applicationId != kApplicationId && (shape.tables > 0 || shape.applicationId != 0)) {
    return fail(Errc::conflict, "this file is another program's database, not a Rollproof catalog", path);
  }
  if (shape.version > known && shape.minReader > known) {
    return fail(
        Errc::unsupported,
        fmt::format("this catalog was written by a newer Rollproof (catalog version {}, this program knows {}); "
                    "it was left untouched, please update Rollproof",
                    shape.version, known),
        path);
  }
  return {};
}

// Another program that is creating the same file holds it exclusively for a moment, and SQLite does not wait for that
// while it switches to WAL.
Status switchToWal(Database& database) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  while (true) {
    auto status = database.execute("PRAGMA journal_mode = WAL");
    if (status || status.error().code != Errc::busy || std::chrono::steady_clock::now() > deadline) return status;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

// All steps that are missing and what follows them, or none: a log that cannot be replayed leaves the file as it was.
Status applyMigrations(Database& database, const std::vector<Migration>& migrations,
                       const std::function<Status(Database&)>& afterwards) {
  auto transaction = Transaction::begin(database, TransactionKind::write);
  if (!transaction) return tl::unexpected<Error>(transaction.error());
  // Another program may have done it while this one waited for the lock.
  auto current = database.integer("PRAGMA user_version", 0);
  if (!current) return tl::unexpected<Error>(current.error());
  const auto known = static_cast<std::int64_t>(migrations.size());
  if (*current >= known) return {};
  for (std::int64_t version = *current + 1; version <= known; ++version) {
    if (auto status = database.execute(migrations[static_cast<std::size_t>(version - 1)].sql); !status) return status;
  }
  if (auto status =
          database.execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kApplicationId, known));
      !status) {
    return status;
  }
  if (*current > 0 && afterwards) {
    if (auto status = afterwards(database); !status) return status;
  }
  return transaction->commit();
}

Status keepCopyBefore(Database& database, std::int64_t version) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    const std::string suffix = attempt == 0 ? "" : fmt::format("-{}", attempt);
    const std::string name = fmt::format("{}.version-{}{}.backup", database.path(), version, suffix);
    auto status = copyInto(database, name);
    if (status) log::info(fmt::format("catalog: kept {} before the migration", path::display(name)));
    if (status || status.error().code != Errc::exists) return status;
  }
  return fail(Errc::exists, "too many old copies of the catalog lie beside it", database.path());
}

}  // namespace

Result<std::unique_ptr<Database>> openMigrated(const std::string& path, const std::vector<Migration>& migrations,
                                               const std::function<Status(Database&)>& afterwards) {
  if (auto status = makePrivateDirectories(path::parent(path)); !status) return tl::unexpected<Error>(status.error());
  if (auto status = makePrivateFile(path); !status) return tl::unexpected<Error>(status.error());
  auto opened = Database::open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX);
  if (!opened) return opened;
  Database& database = **opened;
  auto shape = readShape(database);
  if (!shape) return tl::unexpected<Error>(shape.error());
  const auto known = static_cast<std::int64_t>(migrations.size());
  if (auto status = refuseForeign(*shape, known, path); !status) return tl::unexpected<Error>(status.error());
  if (auto status = switchToWal(database); !status) return tl::unexpected<Error>(status.error());
  if (auto status = database.execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16000");
      !status) {
    return tl::unexpected<Error>(status.error());
  }
  if (shape->version < known && shape->tables > 0) {
    if (auto status = keepCopyBefore(database, shape->version); !status) return tl::unexpected<Error>(status.error());
  }
  if (shape->version < known) {
    if (auto status = applyMigrations(database, migrations, afterwards); !status) {
      return tl::unexpected<Error>(status.error());
    }
  }
  return opened;
}

Status createSchema(Database& database, const std::vector<Migration>& migrations) {
  for (const auto& migration : migrations) {
    if (auto status = database.execute(migration.sql); !status) return status;
  }
  return {};
}

Status copyInto(Database& database, const std::string& path) {
  FileSystem& fs = realFileSystem();
  if (fs.info(path)) return fail(Errc::exists, "a file with that name is already there", path);
  const std::string directory = path::parent(path);
  const std::string part = path::join(directory, partName(path::fileName(path)));
  if (::unlink(part.c_str()) != 0 && errno != ENOENT) {
    return tl::unexpected<Error>(systemError(errno, "cannot remove an unfinished copy of the catalog", part));
  }
  if (auto status = makePrivateFile(part); !status) return status;
  auto status = database.run("VACUUM INTO ?", part);
  if (status) status = syncFile(part);
  if (status) status = fs.renameNew(part, path);
  if (!status) {
    ::unlink(part.c_str());
    return status;
  }
  return fs.syncDirectory(directory);
}

}  // namespace rollproof::catalog
