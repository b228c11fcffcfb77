-- of the category in the score of its offering; null where categories make no score
alter table assessment add column category_weight numeric(10, 4);
