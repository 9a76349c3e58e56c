-- SPDX-License-Identifier: Apache-2.0
-- Schema 4. All that a look says (steps, style, hashes of its files), which version of it a target has, and every change
-- of that. A program that knows only schema 3 would show such a look wrongly. The log is replayed after this step.

UPDATE meta SET value = '4' WHERE key = 'min_reader_version';

-- The look as its event has it, a JSON object, in place of the columns that held parts of it.
ALTER TABLE look ADD COLUMN body TEXT NOT NULL DEFAULT '';
ALTER TABLE look ADD COLUMN hlc INTEGER NOT NULL DEFAULT 0;
ALTER TABLE look DROP COLUMN cdl;
ALTER TABLE look DROP COLUMN cdl_space;
ALTER TABLE look DROP COLUMN lut_file;
ALTER TABLE look DROP COLUMN lut_input;
ALTER TABLE look DROP COLUMN lut_output;
-- 0 = whichever is the newest.
ALTER TABLE look_assignment ADD COLUMN version INTEGER NOT NULL DEFAULT 0;

CREATE TABLE look_change(
  seq              INTEGER NOT NULL PRIMARY KEY,
  target           TEXT NOT NULL,
  look             TEXT NOT NULL,
  version          INTEGER NOT NULL,
  previous         TEXT NOT NULL,
  previous_version INTEGER NOT NULL,
  hlc              INTEGER NOT NULL
) STRICT;
CREATE INDEX look_change_by_target ON look_change(target);
