-- a try that was handed in waits for somebody to judge it
alter table attempt drop constraint attempt_state_check,
  add constraint attempt_state_check check (state in ('in_progress', 'ready_for_review', 'complete', 'failed'));
