-- From version 2 to 3: how grids changed, and what code hosts say.
-- One row per model and time that an audit gave it another grid. Append-only.
create table raw.grid_log (
    repo_key varchar not null,
    repo_id varchar not null,
    signature varchar not null,          -- the cells in their order, as in 4/0/-/?/3
    made_by varchar not null,            -- the queries that made it: with others a grid may change by itself
    observed_at timestamptz not null     -- when the run ended on which the audit was made
);

-- One row per code repository that its host was asked for: the last answer. What could not be looked at has none.
create table raw.code_repo (
    host varchar not null,               -- github.com
    repo varchar not null,               -- owner/name as linked, in lower case
    looked_at timestamptz not null,
    outcome varchar not null,            -- model.Outcome: found, missing-or-private, disabled (withheld), refused
    license varchar,                     -- SPDX id by the host; null: it found none, NOASSERTION: it does not know it
    is_archived boolean,
    is_fork boolean,
    renamed_to varchar,                  -- owner/name now, where it is another
    etag varchar,                        -- to be asked with: what has not changed costs no quota
    url varchar not null,
    detail varchar,                      -- the host's own words
    primary key (host, repo)
);
