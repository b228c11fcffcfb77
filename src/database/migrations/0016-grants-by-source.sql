-- Only what has a source is looked up by it: most enrollments are held directly or by an import.
drop index enrollment_grant_source;
create index enrollment_grant_source on enrollment_grant (tenant_id, source_id, kind) where kind not in ('direct', 'import');
