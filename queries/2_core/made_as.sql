-- One row per model that its tags call a merge, or its name a smaller copy; whoever says both says merge.
select repo_key, min(relation) as relation, min_by(quote, relation) as quote, any_value(page_url) as url
from (
    select repo_key, page_url, 'merge' as relation, 'its tags say ' || min(lower(tag)) as quote
    from (select repo_key, page_url, unnest(tags) as tag from core.repo where kind = 'model')
    where lower(tag) in ('merge', 'mergekit', 'lazymergekit')
    group by repo_key, page_url
    union all
    select repo_key, page_url, 'quantized', 'its name says that it is a smaller copy'
    from core.repo
    where kind = 'model' and regexp_matches(split_part(repo_key, '/', -1),
        '(^|[-_.])(gguf|ggml|gptq|awq|exl2|hqq|bnb|[2-8]-?bits?|int[48]|fp8|nf4)([-_.]|$)')
)
group by repo_key
