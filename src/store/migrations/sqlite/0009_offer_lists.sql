-- Whoever shows a list of offers tells from one number whether it is as it was, instead of from each offer's version.
create table offer_lists (
    user_id integer primary key references users on delete cascade,
    changes integer not null  -- of the user's offers, counted
);
drop index offers_by_score;
alter table offers drop column version;
create index offers_by_score on offers (user_id, match_score, id, state, judged_for);
