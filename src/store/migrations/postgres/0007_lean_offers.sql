-- Keys as hashes: the first eight bytes of the SHA-256 of what they were (src/store/offer_key.hpp). Of an offer only the
-- keys that name a board are looked for.
alter table offer_keys add column board integer not null default 0;  -- hash of the board's name; 0 for none
update offer_keys set board = coalesce(nullif(
    ('x' || encode(substring(sha256(convert_to(substring(key from '^l:([^:]*:)'), 'UTF8')) from 5 for 4), 'hex'))::bit(32)::integer,
    0), 1)
where key like 'l:%:%' and key not like 'l:web:%';
drop index offer_keys_by_offer;
alter table offer_keys drop constraint offer_keys_pkey;
alter table offer_keys alter column key type bigint
    using ('x' || encode(substring(sha256(convert_to(key, 'UTF8')) for 8), 'hex'))::bit(64)::bigint;
alter table offer_keys add primary key (user_id, key);
alter table offer_keys alter column board drop default;
create index offer_keys_by_offer on offer_keys (offer_id, board) where board <> 0;

-- A search looks at a user's own rows: a text with a space before and behind each word does, and is made sooner.
alter table offers alter column words type text using ' ' || array_to_string(tsvector_to_array(words), ' ') || ' ';
