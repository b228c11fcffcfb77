-- Credits set by hand stand until reset; without any, they follow from completing.
alter table enrollment add column set_credits numeric(10, 4);
