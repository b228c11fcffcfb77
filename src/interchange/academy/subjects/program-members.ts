import { Programs } from '../../../record/programs/index.ts';
import { fileMembers } from '../members.ts';

/** What else a program says of itself stands in the file under its own name. */
export const MEMBERS = fileMembers(Programs.MEMBERS, { except: ['name', 'externalId'], refs: { unitId: 'unit' } });
