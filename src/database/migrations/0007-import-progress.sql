-- where a running import stands: file, phase, rows and fraction; written outside of the import's own transactions
alter table import_run add column progress jsonb;
