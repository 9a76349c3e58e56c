// SPDX-License-Identifier: Apache-2.0
// SQLite's C API with owners for its handles and Result for its codes; nothing more.
// Threads: a Database and its Statements belong to one thread at a time.
// Errors: Errc::busy, noSpace, corrupt, readOnly, permission, io; each one sentence with the file as subject.
// Source: SQLite 3.40 C interface; result codes, https://www.sqlite.org/rescode.html
#pragma once

#include <sqlite3.h>

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/error.h"

namespace rollproof::catalog {

// Bytes that are no text: paths and pictures.
struct Blob {
  std::string_view bytes;
};

class Database;

class Statement {
 public:
  // True while a row is there. A binding that failed is reported here.
  [[nodiscard]] Result<bool> step();
  // Binds all parameters in order and runs to the end; ready for the next call afterwards.
  template <class... Args>
  [[nodiscard]] Status run(const Args&... args) {
    start(args...);
    auto row = step();
    while (row && *row) row = step();
    rewind();
    if (!row) return tl::unexpected<Error>(row.error());
    return {};
  }
  // Rewinds and binds; then step().
  template <class... Args>
  void start(const Args&... args) {
    rewind();
    int index = 0;
    (bind(++index, args), ...);
  }

  void startWith(const std::vector<std::string>& texts) {
    rewind();
    int index = 0;
    for (const auto& text : texts) bind(++index, text);
  }

  [[nodiscard]] std::int64_t integer(int column) const { return sqlite3_column_int64(m_statement.get(), column); }
  [[nodiscard]] std::uint64_t count(int column) const { return static_cast<std::uint64_t>(integer(column)); }
  [[nodiscard]] double real(int column) const { return sqlite3_column_double(m_statement.get(), column); }
  [[nodiscard]] bool isNull(int column) const { return sqlite3_column_type(m_statement.get(), column) == SQLITE_NULL; }
  [[nodiscard]] int type(int column) const { return sqlite3_column_type(m_statement.get(), column); }
  [[nodiscard]] int columns() const { return sqlite3_column_count(m_statement.get()); }
  // Text or blob, copied.
  [[nodiscard]] std::string bytes(int column) const;

 private:
  friend class Database;
  Statement(Database* database, sqlite3_stmt* statement) : m_database(database), m_statement(statement) {}
  void rewind();
  void note(int code) {
    if (code != SQLITE_OK && m_bindCode == SQLITE_OK) m_bindCode = code;
  }
  template <std::integral T>
  void bind(int index, T value) {
    note(sqlite3_bind_int64(m_statement.get(), index, static_cast<std::int64_t>(value)));
  }
  void bind(int index, double value) { note(sqlite3_bind_double(m_statement.get(), index, value)); }
  void bind(int index, std::string_view text);
  void bind(int index, const std::string& text) { bind(index, std::string_view(text)); }
  void bind(int index, const char* text) { bind(index, std::string_view(text)); }
  void bind(int index, const Blob& blob);
  void bind(int index, std::nullptr_t) { note(sqlite3_bind_null(m_statement.get(), index)); }

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  Database* m_database = nullptr;
  std::unique_ptr<sqlite3_stmt, Finalize> m_statement;
  int m_bindCode = SQLITE_OK;
};

class Database {
 public:
  // path "" makes a private temporary one. Flags as for sqlite3_open_v2.
  [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::string& path, int flags);
  ~Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  [[nodiscard]] Result<Statement> prepare(std::string_view sql);
  // One or more statements without parameters.
  [[nodiscard]] Status execute(const std::string& sql);
  template <class... Args>
  [[nodiscard]] Status run(std::string_view sql, const Args&... args) {
    auto statement = prepare(sql);
    if (!statement) return tl::unexpected<Error>(statement.error());
    return statement->run(args...);
  }
  // Calls row(statement) for each row; row gives void, or a Status that can end it.
  template <class Row, class... Args>
  [[nodiscard]] Status each(std::string_view sql, Row&& row, const Args&... args) {
    auto statement = prepare(sql);
    if (!statement) return tl::unexpected<Error>(statement.error());
    statement->start(args...);
    while (true) {
      auto more = statement->step();
      if (!more) return tl::unexpected<Error>(more.error());
      if (!*more) return {};
      if constexpr (std::is_void_v<std::invoke_result_t<Row, Statement&>>) {
        row(*statement);
      } else {
        if (Status status = row(*statement); !status) return status;
      }
    }
  }
  // First column of the first row; `otherwise` if there is none or it is NULL.
  template <class... Args>
  [[nodiscard]] Result<std::int64_t> integer(std::string_view sql, std::int64_t otherwise, const Args&... args) {
    std::int64_t value = otherwise;
    bool first = true;
    auto status = each(
        sql,
        [&](Statement& row) {
          if (first && !row.isNull(0)) value = row.integer(0);
          first = false;
        },
        args...);
    if (!status) return tl::unexpected<Error>(status.error());
    return value;
  }

  // The same of a text; "" if there is none.
  template <class... Args>
  [[nodiscard]] Result<std::string> text(std::string_view sql, const Args&... args) {
    std::string value;
    bool first = true;
    auto status = each(
        sql,
        [&](Statement& row) {
          if (std::exchange(first, false)) value = row.bytes(0);
        },
        args...);
    if (!status) return tl::unexpected<Error>(status.error());
    return value;
  }

  [[nodiscard]] Error error(int code) const;
  [[nodiscard]] sqlite3* handle() const { return m_handle.get(); }
  [[nodiscard]] const std::string& path() const { return m_path; }

 private:
  Database() = default;
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  std::unique_ptr<sqlite3, Close> m_handle;
  std::string m_path;
};

enum class TransactionKind { read, write };

// Rolls back unless commit() succeeded.
class Transaction {
 public:
  [[nodiscard]] static Result<Transaction> begin(Database& database, TransactionKind kind);
  ~Transaction();
  Transaction(Transaction&& other) noexcept : m_database(std::exchange(other.m_database, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  [[nodiscard]] Status commit();

 private:
  explicit Transaction(Database& database) : m_database(&database) {}
  Database* m_database;
};

}  // namespace rollproof::catalog
