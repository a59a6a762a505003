"""The statements of the hot path: many runs taken, kept alive, ended or taken away in one round trip and one commit each.

Lock order everywhere: `job_runs` before `saq_jobs`, and runs by id. They run on connections with `app.queue = on`, which see all teams.
"""

# The lanes (team, task) that have something ready, from a cursor onwards; skipping from lane to lane by index, however many wait in each.
LANES = """
    WITH RECURSIVE lane AS (
        (SELECT team_id, task, 1 AS turn FROM saq_jobs
          WHERE queue = $1 AND status = 'queued' AND (team_id, task) > ($2::uuid, $3::text)
          ORDER BY team_id, task LIMIT 1)
        UNION ALL
        SELECT following.team_id, following.task, lane.turn + 1
          FROM lane, LATERAL (
              SELECT team_id, task FROM saq_jobs
               WHERE queue = $1 AND status = 'queued' AND (team_id, task) > (lane.team_id, lane.task)
               ORDER BY team_id, task LIMIT 1) AS following
         WHERE lane.turn < $4
    )
    SELECT team_id, task FROM lane ORDER BY turn
"""

PAUSED = "SELECT task FROM job_pauses WHERE queue = $1"

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

_COUNT_ENDS = """
    counted AS (
        INSERT INTO job_statistics AS known (team_id, minute, queue, task, succeeded, failed, dead,
                                             wait_seconds_sum, wait_seconds_max, run_seconds_sum, run_seconds_max)
        SELECT team_id, date_trunc('minute', clock_timestamp()), queue, task,
               count(*) FILTER (WHERE state = 'succeeded'), count(*) FILTER (WHERE state = 'queued'),
               count(*) FILTER (WHERE state = 'dead'),
               sum(wait_seconds), max(wait_seconds), sum(run_seconds), max(run_seconds)
          FROM run GROUP BY team_id, queue, task ORDER BY team_id, queue, task
        ON CONFLICT (team_id, minute, queue, task) DO UPDATE
           SET succeeded = known.succeeded + excluded.succeeded, failed = known.failed + excluded.failed, dead = known.dead + excluded.dead,
               wait_seconds_sum = known.wait_seconds_sum + excluded.wait_seconds_sum,
               wait_seconds_max = greatest(known.wait_seconds_max, excluded.wait_seconds_max),
               run_seconds_sum = known.run_seconds_sum + excluded.run_seconds_sum,
               run_seconds_max = greatest(known.run_seconds_max, excluded.run_seconds_max)
    )
"""
_MEASURED = """
    run.id, run.team_id, run.queue, run.task, run.state,
    greatest(extract(epoch FROM run.started_at - greatest(run.scheduled_at, run.queued_at)), 0)::float AS wait_seconds,
    extract(epoch FROM clock_timestamp() - run.started_at)::float AS run_seconds
"""

SUCCEED = f"""
    WITH ended AS (SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[]) AS e(id, attempt, result)),
    run AS (
        UPDATE job_runs AS run
           SET state = 'succeeded', progress = 1, result = ended.result::jsonb, error = NULL, finished_at = clock_timestamp()
          FROM ended WHERE run.id = ended.id AND run.attempt = ended.attempt AND run.state = 'running'
        RETURNING {_MEASURED}
    ), job AS (
        DELETE FROM saq_jobs USING run WHERE saq_jobs.key = run.id::text
    ), {_COUNT_ENDS}
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
        RETURNING {_MEASURED}, run.scheduled_at
    ), waiting AS (
        UPDATE saq_jobs AS job
           SET status = CASE WHEN run.scheduled_at > clock_timestamp() THEN 'new' ELSE 'queued' END,
               scheduled = ceil(extract(epoch FROM run.scheduled_at)), rank = extract(epoch FROM run.scheduled_at),
               lease_expires_at = NULL, attempt_ends_at = NULL
          FROM run WHERE run.state = 'queued' AND job.key = run.id::text
    ), over AS (
        DELETE FROM saq_jobs USING run WHERE run.state = 'dead' AND saq_jobs.key = run.id::text
    ), {_COUNT_ENDS}
    SELECT id, state FROM run
"""  # noqa: S608 - the parts are constants

_LOST_ATTEMPT = _FAILURE.format(error="$2::text")

# Attempts whose lease ran out, or which overran their time. The ledger has the last word, by the database's clock: whoever still beats
# there keeps the run.
TAKE_AWAY = f"""
    WITH stale AS (
        SELECT key::uuid AS id, heartbeat_seconds, attempt_ends_at FROM saq_jobs
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
        RETURNING {_MEASURED}, run.worker
    ), waiting AS (
        UPDATE saq_jobs AS job SET status = 'queued', lease_expires_at = NULL, attempt_ends_at = NULL
          FROM run WHERE run.state = 'queued' AND job.key = run.id::text
    ), over AS (
        DELETE FROM saq_jobs USING run WHERE run.state = 'dead' AND saq_jobs.key = run.id::text
    ), {_COUNT_ENDS}
    SELECT id, task, state, worker FROM run
"""  # noqa: S608 - the parts are constants

# An active row whose run is over or gone holds a place among the running ones for nothing.
SET_ASIDE_ORPHANS = """
    DELETE FROM saq_jobs
     WHERE queue = $1 AND status = 'active' AND lease_expires_at < clock_timestamp()
       AND NOT EXISTS (SELECT FROM job_runs AS run WHERE run.id = saq_jobs.key::uuid AND run.state = 'running')
"""

READY_WHAT_IS_DUE = """
    WITH due AS (
        SELECT key FROM saq_jobs WHERE queue = $1 AND status = 'new' AND scheduled <= extract(epoch FROM clock_timestamp())
         ORDER BY scheduled LIMIT $2 FOR UPDATE SKIP LOCKED
    ), ready AS (
        UPDATE saq_jobs AS job SET status = 'queued' FROM due WHERE job.key = due.key RETURNING 1
    )
    SELECT count(*) FROM ready
"""
