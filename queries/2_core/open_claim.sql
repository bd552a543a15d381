-- One row per model whose card's text claims to be open source, with the first such sentence.
select repo_key, arg_min(quote, start) as quote, arg_min(url, start) as url
from core.claim
where kind = 'card-text'
group by repo_key
