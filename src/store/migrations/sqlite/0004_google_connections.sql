-- Which Google account it is whatever its address, for which client of ours its tokens are, how often the row was changed,
-- and since when the tokens do no more good.
alter table google_credentials add column subject text not null default '';
alter table google_credentials add column client_id text not null default '';
alter table google_credentials add column version integer not null default 1;
alter table google_credentials add column broken_at integer;
alter table google_credentials add column broken_reason text not null default '';
create unique index google_credentials_by_subject on google_credentials (subject) where subject <> '';
