-- One row per text, sentence and pattern that matches the sentence.
select distinct
    blob,
    start,
    source,
    key,
    heading,
    quote
from raw.mention
