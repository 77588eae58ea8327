-- Whoever shows a list of offers tells from one number whether it is as it was, instead of from each offer's version.
-- Apart from users, whose rows transactions share while they add offers: each counts its change last, in the order of
-- the ids, so that none waits in vain. Without a foreign key, as offers.
create table offer_lists (
    user_id bigint primary key,
    changes bigint not null  -- of the user's offers, counted
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
alter table offers drop column version;
