-- The list by score comes from an index; in other orders, and when words are looked for, the user's rows are read and
-- sorted. They are some hundreds, and the words' index and the five others took most of the time of every offer that
-- came in.
drop trigger offers_search_insert;
drop trigger offers_search_delete;
drop trigger offers_search_update;
drop table offer_search;
drop view offer_words;
drop index offers_by_first_seen;
drop index offers_by_last_seen;
drop index offers_by_company;
drop index offers_by_title;
drop index offers_by_judgement;
drop index offers_by_score;
create index offers_by_score on offers (user_id, match_score, id, state, version, judged_for);
