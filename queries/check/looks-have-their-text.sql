-- Every look that found a text has the text. One row per look without it.
select seen.kind || ' ' || seen.repo_id || ' ' || seen.path as look
from raw.text_seen as seen
left join raw.text as text using (blob)
where seen.outcome = 'found' and text.blob is null
