-- One row per text that was read, with its YAML head.
select
    blob,
    version,
    head_outcome,
    head
from raw.text_scan
qualify row_number() over (partition by blob order by version = (select max(version) from raw.text_scan) desc) = 1
