-- what an import last saw of a row, so that only what changed at the source changes here
alter table source_key add column data jsonb;
