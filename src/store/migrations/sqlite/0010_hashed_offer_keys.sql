-- Keys as hashes (src/store/offer_key.hpp). Of an offer only the keys that name a board are looked for.
create table hashed_offer_keys (
    user_id  integer not null references users on delete cascade,
    key      integer not null,
    offer_id integer not null,
    board    integer not null,  -- hash of the board's name; 0 for none
    removed  integer not null default 0,
    primary key (user_id, key)
) strict, without rowid;
insert into hashed_offer_keys (user_id, key, offer_id, board, removed)
select user_id, offer_key(key), offer_id, offer_key_board(key), removed from offer_keys;
drop table offer_keys;
alter table hashed_offer_keys rename to offer_keys;
create index offer_keys_by_offer on offer_keys (offer_id, board) where board <> 0;
