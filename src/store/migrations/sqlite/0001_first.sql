-- Times are milliseconds since 1970 in UTC. Ids of users, messages and offers are never used again, so that a
-- token or link to something deleted never leads to something else.

create table users (
    id            integer primary key autoincrement,
    email         text    not null,
    email_key     text    not null unique,  -- lower case, for comparing
    password_hash text    not null,
    full_name     text    not null,
    is_active     integer not null default 1,
    is_verified   integer not null,
    is_superuser  integer not null,
    created_at    integer not null
) strict;

create table sessions (
    id           integer primary key autoincrement,
    user_id      integer not null references users on delete cascade,
    device       text    not null,
    created_at   integer not null,
    last_used_at integer not null,
    expires_at   integer not null,  -- of the token that is alive
    ended_at     integer
) strict;
create index sessions_by_user on sessions (user_id);

create table session_tokens (
    token_hash text    not null primary key,
    session_id integer not null references sessions on delete cascade,
    used_at    integer  -- when it was swapped for the next one
) strict, without rowid;
create index session_tokens_by_session on session_tokens (session_id);

create table skills (
    id       integer primary key,
    name     text not null,
    name_key text not null unique  -- folded, for comparing and order
) strict;

create table user_skills (
    user_id  integer not null references users on delete cascade,
    skill_id integer not null references skills on delete cascade,
    primary key (user_id, skill_id)
) strict, without rowid;
create index user_skills_by_skill on user_skills (skill_id);

create table preferences (
    user_id    integer primary key references users on delete cascade,
    body       text    not null,  -- JSON
    updated_at integer not null
) strict;

create table imports (
    id             integer primary key autoincrement,
    user_id        integer not null references users on delete cascade,
    file_name      text    not null,
    spool_path     text    not null,
    state          text    not null check (state in ('receiving', 'reading', 'analysing', 'done', 'failed')),
    error          text    not null default '',
    bytes          integer not null,
    bytes_read     integer not null default 0,
    seen           integer not null default 0,
    fresh          integer not null default 0,
    done           integer not null default 0,
    skipped        integer not null default 0,
    dead           integer not null default 0,
    offers_new     integer not null default 0,
    offers_updated integer not null default 0,
    created_at     integer not null,
    updated_at     integer not null,
    finished_at    integer
) strict;
create index imports_by_user on imports (user_id);
create index imports_unfinished on imports (id) where state in ('receiving', 'reading', 'analysing');

-- The ledger: a row a user and message, from first sight to its end.
create table messages (
    id            integer primary key autoincrement,
    user_id       integer not null references users on delete cascade,
    key           text    not null,  -- what makes a second delivery the same message
    state         text    not null check (state in ('queued', 'done', 'skipped', 'dead')),
    reason        text    not null default '',
    source        text    not null,
    source_id     text    not null,
    subject       text    not null,
    sender        text    not null,
    received_at   integer,
    import_id     integer references imports on delete set null,
    bytes         integer not null,
    truncated     integer not null,
    attempts      integer not null default 0,
    kind          text,
    language      text    not null default '',
    profile       text    not null default '',
    announced     integer,
    found         integer not null default 0,
    about_title   text    not null default '',
    about_company text    not null default '',
    analysis_us   integer not null default 0,
    first_seen_at integer not null,
    updated_at    integer not null
) strict;
create unique index messages_by_key on messages (user_id, key);
create index messages_by_user on messages (user_id, id);
create index messages_by_state on messages (user_id, state, id);
create index messages_by_import on messages (import_id, id) where import_id is not null;
create index messages_dead on messages (id) where state = 'dead';

-- What waits for analysis. The bytes stand apart, so that a claim does not write them anew.
create table queue (
    message_id   integer primary key references messages on delete cascade,
    bytes        integer not null,
    queued_at    integer not null,
    available_at integer not null,             -- not before this moment
    owner        text,                         -- the process that works on it
    lease_until  integer not null default 0,
    ticket       integer not null default 0,   -- counts the claims
    attempts     integer not null default 0
) strict;

create table payloads (
    message_id integer primary key references messages on delete cascade,
    format     text not null,
    body       blob not null
) strict;

-- A job a user and row, merged from everything that mails say of it.
create table offers (
    id                   integer primary key autoincrement,
    user_id              integer not null references users on delete cascade,
    state                text    not null default 'new',
    title                text    not null,
    title_key            text    not null,  -- folded, for order
    company              text    not null,
    company_key          text    not null,
    location             text    not null,
    description          text    not null,
    apply_link           text    not null,
    salary_text          text,               -- null: no salary is known
    salary_min           real,
    salary_max           real,
    salary_currency      text,
    salary_period        text,
    work_mode            text,
    employment_type      text,
    seniority            text,
    posted               text,               -- 2026-01-31
    language             text    not null,
    skills               text    not null,   -- JSON array of names
    match_score          integer not null,
    reason               text    not null,
    technologies_matched text    not null,
    criteria             text    not null,   -- JSON
    confidence           real    not null,
    source               text    not null,   -- of the first mail
    source_id            text    not null,
    first_seen_at        integer not null,
    last_seen_at         integer not null,
    sightings            integer not null
) strict;
-- One for each order of the list; the user comes first, so that a page costs the same however many users there are.
create index offers_by_score on offers (user_id, match_score, id, state);
create index offers_by_first_seen on offers (user_id, first_seen_at, id);
create index offers_by_last_seen on offers (user_id, last_seen_at, id);
create index offers_by_company on offers (user_id, company_key, id);
create index offers_by_title on offers (user_id, title_key, id);

-- By what a job is recognised: "l:site/id" and "t:title|company|place". Outlives an offer that the user has
-- deleted, so that the job's next mail does not bring it back; hence no reference to offers.
create table offer_keys (
    user_id  integer not null references users on delete cascade,
    key      text    not null,
    offer_id integer not null,
    removed  integer not null default 0,
    primary key (user_id, key)
) strict, without rowid;
create index offer_keys_by_offer on offer_keys (offer_id);

create table sightings (
    id          integer primary key,
    offer_id    integer not null references offers on delete cascade,
    message_id  integer not null references messages on delete cascade,
    seen_at     integer not null,
    facts       text    not null,  -- JSON: what that mail says
    evidence    text    not null,  -- JSON: where in source_text it says so
    source_text text    not null
) strict;
create unique index sightings_by_offer on sightings (offer_id, message_id);
create index sightings_by_message on sightings (message_id);

-- Full text of offers. The owner's token is part of every search, so that one user's search never walks
-- through everybody's words.
create view offer_words as
    select id, 'user' || user_id as owner, title, company, location, description, skills from offers;
create virtual table offer_search using fts5 (
    owner, title, company, location, description, skills,
    content = 'offer_words', content_rowid = 'id',
    tokenize = "unicode61 remove_diacritics 2 tokenchars '+#'"
);
create trigger offers_search_insert after insert on offers begin
    insert into offer_search (rowid, owner, title, company, location, description, skills)
    values (new.id, 'user' || new.user_id, new.title, new.company, new.location, new.description, new.skills);
end;
create trigger offers_search_delete after delete on offers begin
    insert into offer_search (offer_search, rowid, owner, title, company, location, description, skills)
    values ('delete', old.id, 'user' || old.user_id, old.title, old.company, old.location, old.description,
            old.skills);
end;
create trigger offers_search_update after update of title, company, location, description, skills on offers begin
    insert into offer_search (offer_search, rowid, owner, title, company, location, description, skills)
    values ('delete', old.id, 'user' || old.user_id, old.title, old.company, old.location, old.description,
            old.skills);
    insert into offer_search (rowid, owner, title, company, location, description, skills)
    values (new.id, 'user' || new.user_id, new.title, new.company, new.location, new.description, new.skills);
end;
