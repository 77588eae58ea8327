-- One row with both keys of an offer that comes in, instead of a row each. Which of the two an old key is shows only
-- where it names a board: the others are found as either. Rows that lack one are in its index too: what is asked of all
-- keys of a user goes by either.
alter table offer_keys drop constraint offer_keys_pkey;
alter table offer_keys rename column key to link_key;
alter table offer_keys alter column link_key drop not null;
alter table offer_keys add column text_key bigint;
update offer_keys set text_key = link_key where board = 0;
create unique index offer_keys_by_link on offer_keys (user_id, link_key);
create unique index offer_keys_by_text on offer_keys (user_id, text_key);
