-- Every text in UTF-8 has the git blob sha1 that it is kept under. One row per text that has not.
-- Other encodings: audit/check.py, for SQL cannot encode them again.
select blob
from raw.text
where encoding in ('utf-8', 'utf-8-sig')
    and blob <> sha1(
        'blob ' || bytes || chr(0) || if(encoding = 'utf-8-sig', chr(65279), '') || text
    )
