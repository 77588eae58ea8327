-- A score goes by what was known of the offer and wished for by the user at one moment. Both are counted, so that a score
-- that lags behind is found whatever stopped its renewal. Scores of before are taken to lag.
alter table users add column profile_version integer not null default 1;  -- counts changes of skills and preferences
alter table offers add column revision integer not null default 1;        -- counts changes of what is known
alter table offers add column judged_for integer not null default 0;      -- profile_version of the score; 0: the offer grew since
create index offers_by_judgement on offers (user_id, judged_for);
