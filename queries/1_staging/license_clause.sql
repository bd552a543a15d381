-- One row per license text, identifier and restriction that the text states, with the first sentence that does.
select
    blob,
    version,
    restriction,
    start,
    quote
from raw.license_clause
qualify row_number() over (partition by blob, version, restriction order by start, quote) = 1
