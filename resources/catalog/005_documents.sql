-- SPDX-License-Identifier: Apache-2.0
-- Schema 5. Named documents that people make and share: render presets, burn-in templates, framings, orders not yet
-- finished. A program that knows only schema 4 reads all it knew. The log is replayed after this step.

CREATE TABLE document(
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  body TEXT NOT NULL, -- a JSON object; '' = taken away
  hlc  INTEGER NOT NULL,
  seq  INTEGER NOT NULL,
  PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
