import { People } from '../../../record/people/index.ts';
import { type Merged, present, query, refuseRows, unknownReference, type Work } from '../work.ts';

const KEPT = [
  'birth_date',
  'american_indian_or_alaska_native',
  'asian',
  'black_or_african_american',
  'native_hawaiian_or_other_pacific_islander',
  'white',
  'demographic_race_two_or_more_races',
  'hispanic_or_latino_ethnicity',
  'country_of_birth_code',
  'state_of_birth_abbreviation',
  'city_of_birth',
  'public_school_residence_status',
];

const camel = (column: string): string => column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const members = Object.fromEntries(KEPT.map((column) => [camel(column), `s.${column}`]));

/** Demographics become attributes of people, under the standard's names; sex is the person's gender. A deleted row takes them away. */
export async function mergeDemographics(w: Work): Promise<Merged> {
  await query(
    w,
    `create temporary table demographic_match on commit drop as
     select s.line, s.sourced_id as key, false as gone, p.id, false as fresh,
            case when not s.gone and s.sex in ('male', 'female', 'other') then s.sex end as gender,
            case when s.gone then p.attributes - {names}::text[] else p.attributes || ${present(members)} end as attributes,
            case when p.id is null then ${unknownReference('sourcedId', 's.sourced_id', 'user')} end as refused
       from staged_demographics s
       left join source_key k on k.tenant_id = {tenant} and k.system = {system} and k.entity = 'person' and k.key = s.sourced_id
       left join person p on p.tenant_id = {tenant} and p.id = k.id and p.status <> 'deleted'`,
    { names: `{${Object.keys(members).join(',')}}` },
  );
  await refuseRows(w, 'demographic_match', 'demographics');
  return People.saveFactsRows(w, 'demographic_match');
}
