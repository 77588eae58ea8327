-- Offers by their id alone: new ones come at the end of that index, where the server needs no search for their place.
-- The index of their score finds a user's.
alter table offer_states drop constraint offer_states_user_id_offer_id_fkey;
alter table offers drop constraint offers_pkey;
alter table offers add primary key (id);
alter table offer_states add foreign key (offer_id) references offers on delete cascade;

-- Whoever adds offers counts up their users' lists in the end. A user that was erased meanwhile has none: it would be
-- made anew, and what it refers to is gone.
delete from offer_lists l where not exists (select 1 from users u where u.id = l.user_id);
alter table offer_lists add foreign key (user_id) references users on delete cascade;
