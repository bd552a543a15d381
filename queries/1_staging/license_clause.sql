-- One row per license text and restriction that it states, with the sentence.
select distinct
    blob,
    restriction,
    start,
    quote
from raw.license_clause
