-- From version 1 to 2: counters, findings with a life, and licenses read from texts.
-- One row per repository: when the Hub was last asked for it. The index goes: it cost more than it brought.
create temp table checked as from raw.repo_check;
drop table raw.repo_check;
create table raw.repo_check (
    kind varchar not null,
    repo_key varchar not null,           -- lower-case id
    checked_at timestamptz not null
);
insert into raw.repo_check from checked;
drop table checked;

-- One row per repository: its counters as last told. Not part of the log: they change every day.
create table raw.popularity (
    kind varchar not null,
    key varchar not null,                -- the Hub's _id, else the lower-case id
    observed_at timestamptz not null,
    downloads bigint,
    likes bigint
);

-- One row per finding of an audit and time that it stood: what it said last, from when to when.
create table raw.finding (
    rule varchar not null,
    repo_key varchar not null,
    repo_id varchar not null,
    evidence varchar not null,
    source_url varchar,
    path varchar[],
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    resolved_at timestamptz              -- null: it stands
);

-- One row per text of a license file and version of the identifier: which license it is.
create table raw.license_text (
    blob varchar not null,
    version varchar not null,
    outcome varchar not null,            -- identified, modified, similar, several, unknown; or what it is instead of a license
    license_ids varchar[],               -- ids of reference.license, or SPDX ids that it does not have
    spdx varchar,                        -- SPDX expression; LicenseRef-... for what SPDX does not list
    score double,                        -- 0 to 100
    is_exact boolean,
    is_modified boolean,
    similar_to varchar,                  -- nearest known license of a text that is not exactly one: lends no level
    inserted varchar[],                  -- runs of words that the known license does not have
    deleted varchar[],
    url varchar,                         -- of a text that only says where the license is
    primary key (blob, version)
);

-- One row per restriction that a license text states, with the sentence: read by pattern.
create table raw.license_clause (
    blob varchar not null,
    version varchar not null,
    restriction varchar not null,        -- a name of reference.license.restrictions
    start integer not null,              -- the sentence's offset in the text, in characters
    quote varchar not null
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
