-- Lists tell by the version whether one has an offer as it is; the usual list reads it from its index alone.
alter table offers add column version integer not null default 1;  -- counts changes of the row
drop index offers_by_score;
create index offers_by_score on offers (user_id, match_score, id, state, version);
