-- The queue goes round between users: a user's messages have turns that follow each other, and a turn is worked on
-- before the next. A message that comes begins behind its user's last one, and not before those that are next now.
alter table queue add column user_id bigint not null default 0;
alter table queue add column turn bigint not null default 0;
update queue set user_id = (select m.user_id from messages m where m.id = message_id);
update queue set turn = numbered.turn
from (select message_id as id, row_number() over (partition by user_id order by message_id) as turn from queue) as numbered
where message_id = numbered.id;
alter table queue alter column user_id drop default;
alter table queue alter column turn drop default;
create index queue_by_turn on queue (turn, message_id);
create index queue_of_user on queue (user_id, turn);
