-- the end that primary marks were brought in line with: the clock passes it without anybody's doing
alter table offering add column settled_end timestamptz(3);
create index offering_unsettled on offering (tenant_id, ends_at)
  where ends_at is not null and settled_end is distinct from ends_at and deleted_at is null;
