"""The statements of the hot path: many runs taken, kept alive, ended or taken away in one round trip and one commit each.

Lock order everywhere: `job_runs` before `saq_jobs`, and runs by id. They run on connections with `app.queue = on`, which see all teams.
"""

from app.queue.repositories import COUNT_ENDS, MEASURED

# The lanes (team, task) that have something ready, once round from the one after the given; skipping from lane to lane by index, however
# many wait in each.
LANES = """
    WITH RECURSIVE lane AS (
        SELECT $2::uuid AS team_id, $3::text AS task, false AS is_round, 0 AS turn
        UNION ALL
        SELECT following.team_id, following.task, following.is_round, lane.turn + 1
          FROM lane, LATERAL (
              (SELECT team_id, task, lane.is_round FROM saq_jobs
                WHERE queue = $1 AND status = 'queued' AND (team_id, task) > (lane.team_id, lane.task)
                ORDER BY team_id, task LIMIT 1)
              UNION ALL
              (SELECT team_id, task, true FROM saq_jobs
                WHERE queue = $1 AND status = 'queued' AND NOT lane.is_round
                ORDER BY team_id, task LIMIT 1)
              ORDER BY 3 LIMIT 1) AS following
         WHERE lane.turn < $4 AND NOT (following.is_round AND (following.team_id, following.task) > ($2, $3))
    )
    SELECT team_id, task, task IN (SELECT task FROM job_pauses WHERE queue = $1)
                          OR EXISTS (SELECT FROM job_pauses WHERE queue = $1 AND task = '') AS is_paused
      FROM lane WHERE turn > 0 ORDER BY turn
"""

RUNNING = (
    "SELECT task, team_id, count(*) AS runs FROM saq_jobs WHERE queue = $1 AND status = 'active' GROUP BY task, team_id"
)

# Tokens drip back at an even pace, up to as many as may start in one period; the row is there from the first start on.
TOKENS = """
    SELECT task, tokens, extract(epoch FROM clock_timestamp() - counted_at)::float AS seconds FROM job_rates
     WHERE queue = $1 AND task = ANY($2::text[])
"""

SET_TOKENS = """
    INSERT INTO job_rates (queue, task, tokens, counted_at)
    SELECT $1, rate.task, rate.tokens, clock_timestamp() FROM unnest($2::text[], $3::float[]) AS rate(task, tokens)
    ON CONFLICT (queue, task) DO UPDATE SET tokens = excluded.tokens, counted_at = excluded.counted_at
"""

_UUID = "'^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'"
# A row that some other program put into SAQ's table belongs to no run, and must not stop the statement.
_RUN_ID = f"CASE WHEN key ~ {_UUID} THEN key::uuid END"

# What stops `TAKE`: looking at every key there would be a tenth of its time.
SET_ASIDE_FOREIGN = f"DELETE FROM saq_jobs WHERE queue = $1 AND status = 'queued' AND key !~ {_UUID}"  # noqa: S608 - a constant

# In turns of teams, each team's oldest first. A row whose run is not waiting (any more) is set aside.
TAKE = """
    WITH lane AS (
        SELECT * FROM unnest($2::uuid[], $3::text[], $4::int[]) WITH ORDINALITY AS l(team_id, task, most, turn)
    ), candidate AS (
        SELECT ready.key, lane.turn, row_number() OVER (PARTITION BY lane.team_id ORDER BY ready.rank) AS round
          FROM lane, LATERAL (
              SELECT key, rank FROM saq_jobs
               WHERE queue = $1 AND status = 'queued' AND team_id = lane.team_id AND task = lane.task
               ORDER BY rank LIMIT lane.most) AS ready
    ), picked AS MATERIALIZED (
        SELECT key, key::uuid AS id, row_number() OVER (ORDER BY round, turn) AS place FROM candidate ORDER BY round, turn LIMIT $5
    ), locked AS MATERIALIZED (
        SELECT run.id, picked.key, picked.place FROM picked, job_runs AS run
         WHERE run.id = picked.id AND run.state = 'queued' ORDER BY run.id FOR UPDATE OF run SKIP LOCKED
    ), set_aside AS (
        DELETE FROM saq_jobs USING picked
         WHERE saq_jobs.key = picked.key
           AND NOT EXISTS (SELECT FROM job_runs AS run WHERE run.id = picked.id AND run.state = 'queued')
    ), taken AS (
        UPDATE saq_jobs AS job
           SET status = 'active', lease_expires_at = clock_timestamp() + make_interval(secs => heartbeat_seconds),
               attempt_ends_at = clock_timestamp() + make_interval(secs => timeout_seconds + $8)
          FROM locked WHERE job.key = locked.key
        RETURNING locked.id, locked.place, job.heartbeat_seconds, job.timeout_seconds
    )
    UPDATE job_runs AS run
       SET state = 'running', attempt = run.attempt + 1, progress = 0, worker = $6, started_at = clock_timestamp(),
           heartbeat_at = clock_timestamp(), unique_key = CASE WHEN run.task = ANY($7::text[]) THEN NULL ELSE run.unique_key END
      FROM taken WHERE run.id = taken.id
    RETURNING run.id, run.team_id, run.task, run.arguments, run.attempt, run.max_attempts, run.trace_id, run.traceparent, run.priority,
              taken.heartbeat_seconds, taken.timeout_seconds, taken.place,
              greatest(extract(epoch FROM run.started_at - greatest(run.scheduled_at, run.queued_at)), 0)::float AS wait_seconds
"""

# Runs that were taken but not begun: as if they had not been.
GIVE_BACK = """
    WITH held AS (SELECT * FROM unnest($1::uuid[], $2::int[]) AS h(id, attempt)),
    run AS (
        UPDATE job_runs AS run SET state = 'queued', attempt = run.attempt - 1 FROM held
         WHERE run.id = held.id AND run.attempt = held.attempt AND run.state = 'running' RETURNING run.id
    )
    UPDATE saq_jobs AS job SET status = 'queued', lease_expires_at = NULL, attempt_ends_at = NULL FROM run WHERE job.key = run.id::text
"""

BEAT = """
    WITH held AS (SELECT * FROM unnest($1::uuid[], $2::int[]) AS h(id, attempt)),
    run AS (
        UPDATE job_runs AS run SET heartbeat_at = clock_timestamp() FROM held
         WHERE run.id = held.id AND run.attempt = held.attempt AND run.state = 'running' RETURNING run.id
    ), job AS (
        UPDATE saq_jobs AS job SET lease_expires_at = clock_timestamp() + make_interval(secs => heartbeat_seconds)
          FROM run WHERE job.key = run.id::text
    )
    SELECT id FROM run
"""

# Before several statements of one transaction, each of which would lock its own runs in order.
LOCK = "SELECT FROM job_runs WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE"

SUCCEED = f"""
    WITH ended AS (SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[]) AS e(id, attempt, result)),
    run AS (
        UPDATE job_runs AS run
           SET state = 'succeeded', progress = 1, result = ended.result::jsonb, error = NULL, finished_at = clock_timestamp()
          FROM ended WHERE run.id = ended.id AND run.attempt = ended.attempt AND run.state = 'running'
        RETURNING {MEASURED}
    ), job AS (
        DELETE FROM saq_jobs USING run WHERE saq_jobs.key = run.id::text
    ), {COUNT_ENDS}
    SELECT id FROM run
"""  # noqa: S608 - the parts are constants

_FAILURE = """
    jsonb_build_object('attempt', run.attempt, 'worker', run.worker, 'started_at', run.started_at, 'ended_at', clock_timestamp(),
                       'error', {error})
"""
_FAILED_ATTEMPT = _FAILURE.format(error="ended.error")

# `is_final`: the run is dead. A `next_attempt_at` that is past means at once.
FAIL = f"""
    WITH ended AS (
        SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::boolean[], $5::timestamptz[])
                   AS e(id, attempt, error, is_final, next_attempt_at)
    ), run AS (
        UPDATE job_runs AS run
           SET state = CASE WHEN ended.is_final THEN 'dead' ELSE 'queued' END,
               error = ended.error, failures = run.failures || {_FAILED_ATTEMPT},
               finished_at = CASE WHEN ended.is_final THEN clock_timestamp() END,
               scheduled_at = CASE WHEN ended.is_final THEN run.scheduled_at ELSE greatest(ended.next_attempt_at, clock_timestamp()) END
          FROM ended WHERE run.id = ended.id AND run.attempt = ended.attempt AND run.state = 'running'
        RETURNING {MEASURED}, run.scheduled_at
    ), waiting AS (
        UPDATE saq_jobs AS job
           SET status = CASE WHEN run.scheduled_at > clock_timestamp() THEN 'new' ELSE 'queued' END,
               scheduled = ceil(extract(epoch FROM run.scheduled_at)), rank = extract(epoch FROM run.scheduled_at),
               lease_expires_at = NULL, attempt_ends_at = NULL
          FROM run WHERE run.state = 'queued' AND job.key = run.id::text
    ), over AS (
        DELETE FROM saq_jobs USING run WHERE run.state = 'dead' AND saq_jobs.key = run.id::text
    ), {COUNT_ENDS}
    SELECT id, state FROM run
"""  # noqa: S608 - the parts are constants

_LOST_ATTEMPT = _FAILURE.format(error="$2::text")

# Attempts whose lease ran out, or which overran their time. The ledger has the last word, by the database's clock: whoever still beats
# there keeps the run.
TAKE_AWAY = f"""
    WITH stale AS (
        SELECT {_RUN_ID} AS id, heartbeat_seconds, attempt_ends_at FROM saq_jobs
         WHERE queue = $1 AND status = 'active' AND (lease_expires_at < clock_timestamp() OR attempt_ends_at < clock_timestamp())
         ORDER BY 1 LIMIT 500
    ), locked AS MATERIALIZED (
        SELECT run.id FROM stale, job_runs AS run
         WHERE run.id = stale.id AND run.state = 'running'
           AND (run.heartbeat_at < clock_timestamp() - make_interval(secs => stale.heartbeat_seconds)
                OR stale.attempt_ends_at < clock_timestamp())
         ORDER BY run.id FOR UPDATE OF run SKIP LOCKED
    ), run AS (
        UPDATE job_runs AS run
           SET state = CASE WHEN run.attempt < run.max_attempts THEN 'queued' ELSE 'dead' END,
               error = $2, failures = run.failures || {_LOST_ATTEMPT},
               finished_at = CASE WHEN run.attempt < run.max_attempts THEN NULL ELSE clock_timestamp() END
          FROM locked WHERE run.id = locked.id
        RETURNING {MEASURED}, run.worker, run.arguments, run.trace_id, run.traceparent
    ), waiting AS (
        UPDATE saq_jobs AS job SET status = 'queued', lease_expires_at = NULL, attempt_ends_at = NULL
          FROM run WHERE run.state = 'queued' AND job.key = run.id::text
    ), over AS (
        DELETE FROM saq_jobs USING run WHERE run.state = 'dead' AND saq_jobs.key = run.id::text
    ), {COUNT_ENDS}
    SELECT id, team_id, task, state, worker, arguments, trace_id, traceparent FROM run
"""  # noqa: S608 - the parts are constants

# An active row whose run is over or gone holds a place among the running ones for nothing.
SET_ASIDE_ORPHANS = f"""
    DELETE FROM saq_jobs
     WHERE queue = $1 AND status = 'active' AND lease_expires_at < clock_timestamp()
       AND NOT EXISTS (SELECT FROM job_runs AS run WHERE run.id = {_RUN_ID} AND run.state = 'running')
"""  # noqa: S608 - the parts are constants

READY_WHAT_IS_DUE = """
    WITH due AS (
        SELECT key FROM saq_jobs WHERE queue = $1 AND status = 'new' AND scheduled <= extract(epoch FROM clock_timestamp())
         ORDER BY scheduled LIMIT $2 FOR UPDATE SKIP LOCKED
    ), ready AS (
        UPDATE saq_jobs AS job SET status = 'queued' FROM due WHERE job.key = due.key RETURNING 1
    )
    SELECT count(*) FROM ready
"""

# By the database's clock, which all workers share.
IS_A_TICK_DUE = """
    SELECT clock_timestamp() WHERE EXISTS (
        SELECT FROM job_schedules WHERE queue = $1 AND is_enabled AND retired_at IS NULL AND next_run_at <= clock_timestamp())
"""

# Whatever was said last; an attempt that lost its lease says nothing any more. Locked by id, as everywhere.
SET_PROGRESS = """
    WITH said AS (
        SELECT * FROM unnest($1::uuid[], $2::int[], $3::float[], $4::int[], $5::int[], $6::text[])
                   AS s(id, attempt, fraction, done, total, message)
    ), held AS MATERIALIZED (
        SELECT run.id, said.fraction, said.done, said.total, said.message FROM said, job_runs AS run
         WHERE run.id = said.id AND run.attempt = said.attempt AND run.state = 'running' ORDER BY run.id FOR UPDATE OF run
    )
    UPDATE job_runs AS run
       SET progress = held.fraction, progress_done = held.done, progress_total = held.total, progress_message = held.message
      FROM held WHERE run.id = held.id
    RETURNING run.id
"""

# Written again after an answer that got lost, a line is not there twice. With its run it is gone.
KEEP_LINES = """
    INSERT INTO job_log_lines (team_id, run_id, attempt, number, at, level, event, fields)
    SELECT run.team_id, line.run_id, line.attempt, line.number, line.at, line.level, line.event, line.fields::jsonb
      FROM unnest($1::uuid[], $2::int[], $3::int[], $4::timestamptz[], $5::text[], $6::text[], $7::text[])
               AS line(run_id, attempt, number, at, level, event, fields), job_runs AS run
     WHERE run.id = line.run_id
       AND NOT EXISTS (SELECT FROM job_log_lines AS known
                        WHERE known.run_id = line.run_id AND known.attempt = line.attempt AND known.number = line.number)
"""

# NOTIFY keeps others that notify waiting until its commit is on the disk; news that a crash loses are no loss.
TELL = "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, team) FROM unnest($2::text[]) AS news(team)"
