import { DATABASE, OWNER } from './cluster.ts';

/** What belongs to the cluster's first superuser outside of the system's own schemas and of extensions. */
const LEFT = `
  select format('alter schema %I owner to ${OWNER}', n.nspname) as change
    from pg_namespace n
   where n.nspowner = 10 and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  union all
  select format('alter %s %s owner to ${OWNER}',
           case c.relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view' else 'table' end, c.oid::regclass)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relowner = 10 and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'v', 'm', 'S')
     and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i', 'e'))
  union all
  select format('alter routine %s owner to ${OWNER}', p.oid::regprocedure)
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where p.proowner = 10 and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
     and not exists (select from pg_depend d where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e')
  union all
  select format('alter type %s owner to ${OWNER}', t.oid::regtype)
    from pg_type t join pg_namespace n on n.oid = t.typnamespace
   where t.typowner = 10 and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and t.typtype in ('e', 'd', 'r')
     and not exists (select from pg_depend d where d.objid = t.oid and d.classid = 'pg_type'::regclass and d.deptype = 'e')`;

/**
 * Gives the database, and all that is in it, to a role that is no superuser, unless it is so already: what comes in through a statement
 * can then reach neither files nor programs of the machine. The role may insert without row checks, which large imports do.
 */
export const OWNED = `
  do $$
  declare one record;
  begin
    if exists (select from pg_database d join pg_roles r on r.oid = d.datdba where d.datname = '${DATABASE}' and r.rolname = '${OWNER}') then
      return;
    end if;
    if not exists (select from pg_roles where rolname = '${OWNER}') then
      create role ${OWNER} login;
    end if;
    grant set on parameter session_replication_role to ${OWNER};
    for one in ${LEFT} loop
      execute one.change;
    end loop;
    alter database "${DATABASE}" owner to ${OWNER};
  end $$`;
