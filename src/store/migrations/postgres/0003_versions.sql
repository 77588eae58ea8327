-- Lists tell by the version whether one has an offer as it is. Not in an index: that would end HOT updates.
alter table offers add column version bigint not null default 1;  -- counts changes of the row
