// SPDX-License-Identifier: Apache-2.0
#include "core/catalog/database.h"

#include <fmt/format.h>

#include <cerrno>

#include "core/base/log.h"

namespace rollproof::catalog {

namespace {

constexpr int kBusyMillis = 2000;

Errc codeFor(int primary, int sysErrno) {
  switch (primary) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Errc::busy;
    case SQLITE_FULL:
      return Errc::noSpace;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Errc::corrupt;
    case SQLITE_READONLY:
      return Errc::readOnly;
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return Errc::permission;
    case SQLITE_TOOBIG:
      return Errc::unsupported;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      switch (sysErrno) {
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
          return Errc::noSpace;
        case EACCES:
        case EPERM:
          return Errc::permission;
        case EROFS:
          return Errc::readOnly;
        case ENOENT:
          return Errc::notFound;
        default:
          return Errc::io;
      }
    default:
      return Errc::failed;
  }
}

std::string sentenceFor(Errc code, const char* said) {
  switch (code) {
    case Errc::busy:
      return "the catalog is locked by another program; try again when it has finished";
    case Errc::noSpace:
      return "the disk or quota that holds the catalog is full";
    case Errc::corrupt:
      return fmt::format("the catalog file is damaged or is no database ({})", said);
    case Errc::readOnly:
      return "the catalog cannot be written: the file or its disk is read-only";
    case Errc::permission:
      return "no permission to open or write the catalog";
    case Errc::notFound:
      return "the catalog's folder is not there";
    case Errc::io:
      return fmt::format("the disk that holds the catalog answered with an error ({})", said);
    default:
      return fmt::format("the catalog refused the operation ({})", said);
  }
}

// A failed commit goes on to roll back, and the errno of that hides the one of the write; the files remember theirs.
int writeErrno(sqlite3* handle) {
  int fromMain = 0, fromLog = 0;
  sqlite3_file* log = nullptr;
  if (sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK && log && log->pMethods) {
    log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &fromLog);
  }
  if (fromLog != 0) return fromLog;
  sqlite3_file_control(handle, "main", SQLITE_FCNTL_LAST_ERRNO, &fromMain);
  return fromMain;
}

}  // namespace

Result<bool> Statement::step() {
  if (m_bindCode != SQLITE_OK) return tl::unexpected<Error>(m_database->error(m_bindCode));
  const int code = sqlite3_step(m_statement.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return tl::unexpected<Error>(m_database->error(code));
}

std::string Statement::bytes(int column) const {
  const void* data = sqlite3_column_blob(m_statement.get(), column);
  const int size = sqlite3_column_bytes(m_statement.get(), column);
  if (!data || size <= 0) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

void Statement::rewind() {
  // The code of the last step comes back here once more; it was reported then.
  static_cast<void>(sqlite3_reset(m_statement.get()));
  m_bindCode = SQLITE_OK;
}

void Statement::bind(int index, std::string_view text) {
  note(sqlite3_bind_text64(m_statement.get(), index, text.empty() ? "" : text.data(), text.size(), SQLITE_TRANSIENT,
                           SQLITE_UTF8));
}

void Statement::bind(int index, const Blob& blob) {
  const auto bytes = blob.bytes;
  note(
      sqlite3_bind_blob64(m_statement.get(), index, bytes.empty() ? "" : bytes.data(), bytes.size(), SQLITE_TRANSIENT));
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, int flags) {
  std::unique_ptr<Database> database(new Database);
  database->m_path = path;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  database->m_handle.reset(handle);
  if (code != SQLITE_OK) return tl::unexpected<Error>(database->error(code));
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, kBusyMillis);
  // The file may come from elsewhere: its schema must not be able to run functions with side effects.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  return database;
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v2(m_handle.get(), sql.data(), static_cast<int>(sql.size()), &raw, nullptr);
  if (code != SQLITE_OK) return tl::unexpected<Error>(error(code));
  return Statement(this, raw);
}

Status Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(m_handle.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return tl::unexpected<Error>(error(code));
  return {};
}

Error Database::error(int code) const {
  int sysErrno = m_handle ? sqlite3_system_errno(m_handle.get()) : 0;
  if (m_handle && (code == SQLITE_IOERR_WRITE || code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_TRUNCATE)) {
    if (const int remembered = writeErrno(m_handle.get())) sysErrno = remembered;
  }
  const int primary = code & 0xff;
  const bool fromSystem = primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN;
  const char* said = m_handle ? sqlite3_errmsg(m_handle.get()) : sqlite3_errstr(code);
  const Errc mapped = codeFor(primary, fromSystem ? sysErrno : 0);
  return Error{mapped, sentenceFor(mapped, said), m_path, fromSystem ? sysErrno : 0, -1};
}

Result<Transaction> Transaction::begin(Database& database, TransactionKind kind) {
  // IMMEDIATE takes the write lock at once: a read that turns into a write later could lose against another writer.
  auto status = database.execute(kind == TransactionKind::write ? "BEGIN IMMEDIATE" : "BEGIN");
  if (!status) return tl::unexpected<Error>(status.error());
  return Transaction(database);
}

Transaction::~Transaction() {
  if (!m_database || sqlite3_get_autocommit(m_database->handle())) return;
  if (auto status = m_database->execute("ROLLBACK"); !status) {
    log::warn(fmt::format("catalog: rollback: {}", describe(status.error())));
  }
}

Status Transaction::commit() {
  auto status = m_database->execute("COMMIT");
  if (status) m_database = nullptr;
  return status;
}

}  // namespace rollproof::catalog
