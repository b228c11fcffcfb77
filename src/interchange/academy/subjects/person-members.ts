import { choice, list, maybe, moment, open, text, uuid, whole } from '../shape.ts';

const word = (longest = 255) => maybe(text(longest));

/** Members that go to the record as they are. */
export const PLAIN = {
  username: word(),
  email: word(320),
  givenName: word(500),
  middleName: word(),
  familyName: word(500),
  locale: word(),
  timeZone: word(),
  gender: maybe(choice(['male', 'female', 'other'])),
  phone: word(),
  jobTitle: word(),
  employeeNumber: word(),
  referenceNumber: word(),
  location: word(),
  address: word(4000),
  address2: word(4000),
  city: word(),
  provinceId: maybe(uuid('A province, by the id an integration gave it.')),
  countryId: maybe(uuid('A country, by the id an integration gave it.')),
  postalCode: word(),
  languageId: maybe(whole(-2_147_483_648, 2_147_483_647)),
  ccEmails: list(text(320)),
  hiredAt: maybe(moment()),
  terminatedAt: maybe(moment()),
  notes: word(100_000),
  avatar: word(4000),
  attributes: open('Fields by key, declared or not; a key that is left out stays as it is, null takes one away.'),
};
