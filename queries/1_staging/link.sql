-- One row per link in a text.
select distinct
    blob,
    start,
    heading,
    label,
    url,
    quote,
    repo_kind,
    repo_id,
    lower(repo_id)                                          as repo_key,
    code_repo,
    regexp_matches(url, '(?i)(arxiv\.org|aclanthology\.org|openreview\.net|doi\.org|huggingface\.co/papers/|\.pdf\b)')  as is_paper
from raw.link
