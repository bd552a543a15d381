-- From version 2 to 3: how grids changed.
-- One row per model and time that an audit gave it another grid. Append-only.
create table raw.grid_log (
    repo_key varchar not null,
    repo_id varchar not null,
    signature varchar not null,          -- the cells in their order, as in 4/0/-/?/3
    made_by varchar not null,            -- the queries that made it: with others a grid may change by itself
    observed_at timestamptz not null     -- when the run ended on which the audit was made
);
