-- The raw tables, version 3. Everything else is derived from them and can be rebuilt.
create schema if not exists raw;

-- One row: the version of these tables.
create table raw.meta (
    schema_version integer not null      -- raised by each change of them
);
insert into raw.meta values (2);

-- One row per run that asked the Hub.
create table raw.crawl (
    crawl_id bigint primary key,         -- counts up; `crawl:N` names a run by it
    kind varchar not null,               -- score, full, delta, import, id, owner, files, code
    repo_kind varchar,                   -- model or dataset, for a walk over one of the two lists
    started_at timestamptz not null,     -- when it began
    finished_at timestamptz,             -- null: it was stopped, or is under way
    watermark timestamptz,               -- changes up to here are in the log, once the outcome is complete
    requests bigint,                     -- asked of the Hub and of code hosts
    records bigint,                      -- repositories that it was told of
    outcome varchar                      -- complete or incomplete: as long as it runs, too
);

-- One row per observed change of a model or data set. Append only.
create table raw.repo_log (
    crawl_id bigint not null,            -- the run that saw it
    observed_at timestamptz not null,    -- when the Hub answered
    kind varchar not null,               -- model, dataset
    repo_id varchar not null,            -- the id that was asked for, or that the record carries
    hub_id varchar,                      -- the Hub's _id: survives renames, tells a reused name
    outcome varchar not null,            -- how the look ended: found, renamed, missing-or-private, ...
    renamed_to varchar,                  -- with outcome renamed: the id it leads to
    shape varchar,                       -- detail: the answer on one repository, with its files; listing: a page's row
    sha varchar,                         -- head commit
    license varchar[],                   -- what changes are asked for, from the Hub's own tags, sorted; as told
                                         -- last while the Hub refuses to tell a field of any record
    base_model varchar[],                -- the same, as ids or words
    datasets varchar[],                  -- the same
    gated varchar,                       -- as sent: false, true, auto, manual
    is_disabled boolean,                 -- switched off by the Hub
    record json using compression zstd,  -- the body as the Hub sent it
    change_hash varchar not null,        -- of what makes a change, to spare a closer look: counters do not
    url varchar not null,                -- what was asked
    detail varchar                       -- the Hub's own words or the error, for people
);

-- One row per repository: when the Hub was last asked for it. Not part of the log: asking is no change. Without
-- an index: to keep one costs a walk over the list more than all the rest.
create table raw.repo_check (
    kind varchar not null,               -- model, dataset
    repo_key varchar not null,           -- lower-case id
    checked_at timestamptz not null      -- when it last answered, changed or not
);

-- One row per text, stored once whoever carries it.
create table raw.text (
    blob varchar primary key,            -- git blob sha1
    bytes bigint not null,               -- its size as the Hub sent it
    encoding varchar not null,           -- utf-8, utf-8-sig, utf-16 or latin-1: encoding again gives the bytes back
    text varchar using compression zstd not null  -- decoded, otherwise as it was sent
);

-- One row per look at a file of a repository at a commit.
create table raw.text_seen (
    observed_at timestamptz not null,    -- when the Hub answered
    kind varchar not null,               -- model, dataset
    repo_id varchar not null,            -- the repository, by the id it had then
    commit varchar not null,             -- at which the file was looked for
    path varchar not null,               -- in the repository; (gate) for the words of its gate
    outcome varchar not null,            -- how the look ended: found, absent, gated, too-large, ...
    blob varchar,                        -- its text in raw.text; only with outcome found
    url varchar not null,                -- what was asked
    detail varchar                       -- the Hub's own words or the error, for people
);

-- One row per text and version of the patterns: it was read, and this is its YAML head.
create table raw.text_scan (
    blob varchar not null,               -- the text in raw.text
    version varchar not null,            -- of the patterns and of what reads with them
    head_outcome varchar not null,       -- none, found, broken, not-a-map, unread
    head json,                           -- the card's YAML head, only with found
    primary key (blob, version)
);

-- One row per sentence and pattern that matches it.
create table raw.mention (
    blob varchar not null,               -- the text in raw.text
    version varchar not null,            -- of the patterns and of what reads with them
    source varchar not null,             -- the reference table of the pattern: phrase, dataset, system
    key varchar not null,                -- the pattern's row there, by id
    start integer not null,              -- the sentence's offset in the text, in characters
    heading varchar not null,            -- the headings that it stands under
    quote varchar                        -- the sentence, shortened if long; null: bundled with hubaudit
);

-- One row per link in a text.
create table raw.link (
    blob varchar not null,               -- the text in raw.text
    version varchar not null,            -- of the patterns and of what reads with them
    start integer not null,              -- its sentence's offset in the text, in characters
    heading varchar not null,            -- the headings that it stands under
    label varchar,                       -- the words that are linked; null: bundled with hubaudit
    url varchar not null,                -- where it leads
    quote varchar,                       -- that sentence, shortened if long; null: bundled with hubaudit
    repo_kind varchar,                   -- model or dataset, when it leads to a repository of the Hub
    repo_id varchar,                     -- that repository, as the link writes it
    code_repo varchar                    -- host/owner/name, when it leads to a code host
);

-- One row per model that was scored and repository its answer needed: what to load at once the next time.
create table raw.closure (
    root_key varchar not null,           -- the model that was scored, by lower-case id
    kind varchar not null,               -- model, dataset
    repo_key varchar not null            -- lower-case id
);

create schema if not exists cache;

-- One row per id that was scored: the answer, for as long as nothing that it was made from has changed.
create table cache.answer (
    asked_key varchar primary key,       -- the id as it was asked for, in lower case
    root_key varchar not null,           -- whose closure the answer was made from
    made_by varchar not null,            -- the queries and patterns that made it
    made_from varchar not null,          -- the state of the closure's raw rows
    report json not null                 -- all that `score` says of the model
);

-- One row per thing in the Hub's list that names no repository: kept, counted, never dropped.
create table raw.odd_record (
    crawl_id bigint not null,            -- the run that saw it
    observed_at timestamptz not null,    -- when the Hub answered
    kind varchar not null,               -- model, dataset: the list that it stood in
    url varchar not null,                -- the page of the list
    record json                          -- as the Hub sent it
);

-- One row per repository: its counters as last told. Not part of the log: they change every day.
create table raw.popularity (
    kind varchar not null,               -- model, dataset
    key varchar not null,                -- the Hub's _id, else the lower-case id
    observed_at timestamptz not null,    -- when they were told
    downloads bigint,                    -- of the last 30 days, as the Hub counts
    likes bigint                         -- of all time
);

-- One row per finding of an audit and time that it stood: what it said last, from when to when.
create table raw.finding (
    rule varchar not null,               -- the rule's id
    repo_key varchar not null,           -- the model, by lower-case id
    repo_id varchar not null,            -- the model's id as the Hub writes it
    evidence varchar not null,           -- what contradicts the claim
    source_url varchar,                  -- where that stands
    path varchar[],                      -- the models from this one to the one that has it
    first_seen_at timestamptz not null,  -- when the run ended on which an audit first had it
    last_seen_at timestamptz not null,   -- when the last such run ended
    resolved_at timestamptz              -- null: it stands
);

-- One row per model and time that an audit gave it another grid. Append-only.
create table raw.grid_log (
    repo_key varchar not null,           -- the model, by lower-case id
    repo_id varchar not null,            -- the model's id as the Hub writes it
    signature varchar not null,          -- the cells in their order, as in 4/0/-/?/3
    made_by varchar not null,            -- the queries that made it: with others a grid may change by itself
    observed_at timestamptz not null     -- when the run ended on which the audit was made
);

-- One row per text of a license file and version of the identifier: which license it is.
create table raw.license_text (
    blob varchar not null,               -- the text in raw.text
    version varchar not null,            -- of the identifier
    outcome varchar not null,            -- identified, modified, similar, several, unknown; or what it is instead of a license
    license_ids varchar[],               -- ids of reference.license, or SPDX ids that it does not have
    spdx varchar,                        -- SPDX expression; LicenseRef-... for what SPDX does not list
    score double,                        -- how much of the known license it is: 0 to 100
    is_exact boolean,                    -- word for word the known license
    is_modified boolean,                 -- the known license with words of its own
    similar_to varchar,                  -- nearest known license of a text that is not exactly one: lends no level
    inserted varchar[],                  -- runs of words that the known license does not have
    deleted varchar[],                   -- runs of words of the known license that it lacks
    url varchar,                         -- of a text that only says where the license is
    primary key (blob, version)
);

-- One row per restriction that a license text states, with the sentence: read by pattern.
create table raw.license_clause (
    blob varchar not null,               -- the text in raw.text
    version varchar not null,            -- of the identifier
    restriction varchar not null,        -- a name of reference.license.restrictions
    start integer not null,              -- the sentence's offset in the text, in characters
    quote varchar not null               -- that sentence
);

-- One row per code repository that its host was asked for: the last answer. What could not be looked at has none.
create table raw.code_repo (
    host varchar not null,               -- github.com
    repo varchar not null,               -- owner/name as linked, in lower case
    looked_at timestamptz not null,      -- when the host answered
    outcome varchar not null,            -- model.Outcome: found, missing-or-private, disabled (withheld), refused
    license varchar,                     -- SPDX id by the host; null: it found none, NOASSERTION: it does not know it
    is_archived boolean,                 -- its owner has closed it to changes
    is_fork boolean,                     -- a copy of another repository
    renamed_to varchar,                  -- owner/name now, where it is another
    etag varchar,                        -- to be asked with: what has not changed costs no quota
    url varchar not null,                -- what was asked
    detail varchar,                      -- the host's own words
    primary key (host, repo)
);
