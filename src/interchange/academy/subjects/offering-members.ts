import { Offerings } from '../../../record/catalog/index.ts';
import { fileMembers } from '../members.ts';

/** `name` and `unit` are those of the course, unless the offering has its own. */
export const MEMBERS = fileMembers(Offerings.MEMBERS, {
  except: ['name', 'externalId', 'versionId', 'state', 'readOnly', 'waitlistSeats', 'hiddenActivityIds', 'unitId'],
  refs: { termIds: 'terms' },
});
