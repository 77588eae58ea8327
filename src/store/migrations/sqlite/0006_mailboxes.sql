-- Mailboxes that are kept in step: a message is in the ledger from the moment that its source names it, before it is
-- fetched. SQLite can't change a check constraint, so the table is made anew.
create table new_messages (
    id            integer primary key autoincrement,
    user_id       integer not null references users on delete cascade,
    key           text    not null,  -- what makes a second delivery the same message
    state         text    not null check (state in ('seen', 'queued', 'done', 'skipped', 'dead')),
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
    updated_at    integer not null,
    next_try_at   integer not null default 0,  -- of one that is seen: not before this moment
    wanted        integer not null default 0,  -- the user says that it is a job mail
    fetched_at    integer                      -- when its bytes came into the queue
) strict;
insert into new_messages
    select id, user_id, key, state, reason, source, source_id, subject, sender, received_at, import_id, bytes,
           truncated, attempts, kind, language, profile, announced, found, about_title, about_company, analysis_us,
           first_seen_at, updated_at, 0, 0,
           case when key <> source || ':' || source_id or bytes > 0 then first_seen_at end
    from messages order by id;
-- Ids of deleted messages are not used again either.
delete from sqlite_sequence where name = 'new_messages';
insert into sqlite_sequence (name, seq) select 'new_messages', seq from sqlite_sequence where name = 'messages';
drop table messages;
alter table new_messages rename to messages;
create unique index messages_by_key on messages (user_id, key);
create index messages_by_user on messages (user_id, id);
create index messages_by_state on messages (user_id, state, id);
create index messages_by_import on messages (import_id, id) where import_id is not null;
create index messages_by_source on messages (user_id, source, source_id);
create index messages_dead on messages (id) where state = 'dead';
create index messages_unfetched on messages (user_id, source, id) where state = 'seen';

-- Mailboxes elsewhere, one a user and source, and who reads each.
create table mailboxes (
    id          integer primary key autoincrement,
    user_id     integer not null references users on delete cascade,
    source      text    not null,
    settings    text    not null,              -- JSON: what the user wishes
    cursor      text    not null default '',   -- JSON: how far it has been read
    progress    text    not null default '',   -- JSON: of the run under way or the last one
    due_at      integer not null,              -- when the next run begins
    idle_runs   integer not null default 0,
    asked_at    integer,                       -- since when someone waits for a run
    asked_fence integer not null default -1,   -- of the lease under way when they asked: it may have passed what they want
    broken      integer not null default 0,    -- its account lets nobody in
    owner       text,                          -- who holds the lease
    lease_until integer not null default 0,
    fence       integer not null default 0,    -- counts the leases
    created_at  integer not null,
    updated_at  integer not null,
    unique (user_id, source)
) strict;
create index mailboxes_due on mailboxes (due_at) where not broken;

-- Whose mail a user wants read always, or never.
create table sender_rules (
    user_id integer not null references users on delete cascade,
    sender  text    not null,
    is_read integer not null,
    primary key (user_id, sender)
) strict, without rowid;

-- Connected IMAP accounts. The password is sealed before it comes here.
create table imap_accounts (
    user_id       integer primary key references users on delete cascade,
    host          text    not null,
    port          integer not null,
    security      text    not null check (security in ('tls', 'starttls', 'plain')),
    login         text    not null,
    sealed        blob    not null,
    key_id        text    not null,
    is_token      integer not null,
    version       integer not null default 1,  -- counts the row's changes
    broken_at     integer,
    broken_reason text    not null default '',
    created_at    integer not null,
    updated_at    integer not null
) strict;

create index google_credentials_by_email on google_credentials (lower(email));
insert into mailboxes (user_id, source, settings, due_at, broken, created_at, updated_at)
    select user_id, 'gmail', '{}', updated_at, broken_at is not null, updated_at, updated_at from google_credentials;
