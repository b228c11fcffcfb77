-- Numbers count within a tenant: each has a sequence of its own, so that none tells what goes on elsewhere. It is found by the tenant's id.
-- Nothing ever sets it back, so a number that was given is not given again.
create function number_sequence(of_tenant uuid) returns text
language sql immutable return '"number_' || of_tenant::text || '"';

create function take_number() returns trigger
language plpgsql as $$
begin
  new.number := nextval(number_sequence(new.tenant_id)::regclass);
  return new;
end $$;

-- the tenant itself has the first of its numbers
create function begin_numbers() returns trigger
language plpgsql as $$
begin
  execute format('create sequence %s', number_sequence(new.id));
  new.number := coalesce(new.number, nextval(number_sequence(new.id)::regclass));
  return new;
end $$;

create function end_numbers() returns trigger
language plpgsql as $$
begin
  execute format('drop sequence %s', number_sequence(old.id));
  return null;
end $$;

-- tenants that are there go on above whatever number was given: one of a thing that is gone may have been theirs
do $$
declare
  of_tenant uuid;
  last bigint := (select last_value from matricula_number);
begin
  for of_tenant in select id from tenant loop
    execute format('create sequence %s start %s', number_sequence(of_tenant), last + 1);
  end loop;
end $$;

-- also for rows that are written without row checks; who brings a number, as a new version of a course does, keeps it
do $$
declare
  numbered regclass;
begin
  for numbered in
    select a.attrelid from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and a.attname = 'number' and not a.attisdropped
       and c.oid <> 'tenant'::regclass
  loop
    execute format('alter table %s alter number drop default', numbered);
    execute format('create trigger take_number before insert on %s for each row when (new.number is null) execute function take_number()', numbered);
    execute format('alter table %s enable always trigger take_number', numbered);
  end loop;
end $$;

alter table tenant alter number drop default;
create trigger begin_numbers before insert on tenant for each row execute function begin_numbers();
create trigger end_numbers after delete on tenant for each row execute function end_numbers();

drop sequence matricula_number;
