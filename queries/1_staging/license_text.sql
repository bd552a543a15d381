-- One row per license text, with what it was identified as.
select * exclude (version)
from raw.license_text
qualify row_number() over (partition by blob order by version = (select max(version) from raw.license_text) desc) = 1
