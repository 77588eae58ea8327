-- What users made of their offers, step by step.
create table offer_states (
    id         integer primary key,
    offer_id   integer not null references offers on delete cascade,
    from_state text    not null,
    to_state   text    not null,
    note       text    not null,
    changed_at integer not null
) strict;
create index offer_states_by_offer on offer_states (offer_id, id);

-- Connected Google accounts. The tokens are sealed before they come here.
create table google_credentials (
    user_id      integer primary key references users on delete cascade,
    email        text    not null,
    sealed       blob    not null,
    key_id       text    not null,
    token_expiry integer,
    created_at   integer not null,
    updated_at   integer not null
) strict;

-- Services know messages by the ids of where they come from.
create index messages_by_source on messages (user_id, source, source_id);
