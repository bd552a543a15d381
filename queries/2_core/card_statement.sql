-- One row per sentence of a card and what it states of the repository itself: its openness, or a limit on its use.
-- open-source, not-open-source, open-weights, commercial-allowed, noncommercial, research-only; and license, with the id.

-- few sentences state anything; the words that only exclude stand in many
with stating as (
    select distinct kind, repo_key, start
    from core.mention
    where place = 'card'
        and means in ('open-claim', 'open-denial', 'open-weights', 'commercial-allowed', 'use-limit', 'license-prose')
),

sentence as (
    select
        kind,
        repo_key,
        start,
        min(heading)                                                            as heading,
        min(quote)                                                              as quote,
        min(quote) filter (means in ('open-claim', 'open-denial'))              as open_quote,
        min(quote) filter (means = 'use-limit')                                 as limit_quote,
        min(url)                                                                as url,
        list(distinct value) filter (means = 'open-claim')                      as open_claims,
        list(distinct value) filter (means = 'open-claim-exclusion')            as not_open,
        list(distinct value) filter (means = 'use-limit')                       as limits,
        list(distinct value) filter (means = 'use-limit-exclusion')             as not_limited,
        list(distinct value) filter (means = 'license-prose')                   as licenses,
        list(distinct means)                                                    as meanings,
        bool_or(source = 'system')                                              as names_system
    from core.mention
    semi join stating using (kind, repo_key, start)
    where place = 'card'
        and (source = 'system' or means like 'open-%' or means like 'use-limit%' or means in ('commercial-allowed', 'license-prose'))
    group by kind, repo_key, start
),

-- the word that a repository goes by, unless it has it from its base model
own_name as (
    select repo.kind, repo.repo_key, regexp_extract(split_part(repo.repo_key, '/', -1), '[a-z]{4,}') as word
    from core.repo
    anti join core.base_value as base
        on repo.kind = 'model' and base.repo_key = repo.repo_key
        and contains(base.base_key, regexp_extract(split_part(repo.repo_key, '/', -1), '[a-z]{4,}'))
),

judged as (
    select
        sentence.*,
        coalesce(own_name.word <> '' and contains(lower(coalesce(open_quote, quote)), own_name.word), false)  as names_itself,
        coalesce(list_has_any(not_open, ['denied', 'cited']), false)            as is_denied,
        coalesce(list_contains(not_open, 'thing'), false)                       as is_of_thing,
        -- a row of a table sets one thing beside others; the bundled facts have no quotes
        coalesce(quote like '% | % | %', false)                                 as is_row,
        -- what is recommended among the uses is no term
        regexp_matches(heading, '(?i)\b(uses?|usages?|applications?)\b')
            and not regexp_matches(heading, '(?i)(licen[cs]e|terms)')           as is_advice,
        regexp_matches(heading, '(?i)\b(other|related|fine-?tuned|derived)\b.*\bmodels\b|\bmodels (fine-?tuned|derived|built)\b|\bvariants\b|\bmodel zoo\b')  as is_of_siblings,
        -- thanks, citations and reading lists speak of other people's work
        regexp_matches(heading, '(?i)(acknowledg|credit|citation|citing|bibtex|references|related work|thanks)')  as is_credit
    from sentence
    left join own_name on own_name.kind = sentence.kind and own_name.repo_key = sentence.repo_key
),

stated as (
    select
        *,
        'open-source'   as statement,
        null            as license_id
    from judged
    where not is_denied
        and (
            (list_contains(open_claims, 'certain') and not is_credit)
            or (list_contains(open_claims, 'owned') and not is_credit and not is_of_thing)
            or (list_contains(open_claims, 'named') and names_itself and not is_of_thing)
            or (
                list_contains(open_claims, 'likely')
                and not_open is null
                and not (names_system and not names_itself)
                and not is_credit and not is_row
            )
        )
    union all
    select *, 'not-open-source', null
    from judged
    where list_contains(meanings, 'open-denial') and not is_row and not is_credit
    union all
    select *, 'open-weights', null
    from judged
    where list_contains(meanings, 'open-weights') and not list_contains(meanings, 'open-weights-exclusion')
        and not is_row and not is_credit
    union all
    select *, 'commercial-allowed', null
    from judged
    where list_contains(meanings, 'commercial-allowed')
        and (limits is null or list_contains(not_limited, 'allowed'))
        and not_open is null
        and coalesce(not_limited, ['allowed']) = ['allowed']
        and not is_row and not is_credit
    union all
    select *, unnest(limits), null
    from judged
    -- terms of data, unless the sentence names the model beside it
    where (not_limited is null or (not_limited = ['data'] and (names_itself or list_contains(meanings, 'use-limit-model'))))
        and not is_row and not is_credit and not is_advice and not is_of_siblings
    union all
    select *, 'license', unnest(licenses)
    from judged
    where not_limited is null and not is_row and not is_credit and not is_of_siblings
)

select
    kind,
    repo_key,
    start,
    statement,
    license_id,
    heading,
    case
        when statement like '%open-source' then open_quote
        when statement in ('noncommercial', 'research-only') then limit_quote
        else quote
    end     as quote,
    url
from stated
