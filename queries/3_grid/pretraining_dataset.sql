-- One row per model and piece of evidence on the data that it, or the foundation it stands on, was pre-trained on.
with own_use as (
    select
        use.model_key,
        dataset.level,
        if(dataset.level is null, 'unjudged', 'judged')     as status,
        'dataset'                                           as kind,
        dataset.name || ': ' || dataset.basis               as detail,
        dataset.url
    from core.dataset_use as use
    join core.dataset on dataset.dataset_ref = use.dataset_ref
    where use.stage = 'pretraining'
),

described as (
    select
        mention.repo_key                        as model_key,
        bool_or(mention.means = 'data-undisclosed')  as is_undisclosed,
        arg_min(mention.meaning, (mention.means <> 'data-undisclosed', mention.start))  as meaning,
        arg_min(mention.url, mention.start)     as url
    from core.mention
    join core.sentence
        on sentence.kind = 'model' and sentence.repo_key = mention.repo_key and sentence.start = mention.start
    where mention.kind = 'model' and mention.place = 'card'
        and mention.means in ('data-described', 'data-undisclosed')
        and not sentence.under_evaluation
        and not (sentence.says_finetuning and not sentence.says_pretraining)
        and (sentence.says_trained_on or sentence.under_training or mention.means = 'data-undisclosed')
    group by mention.repo_key
),

own as (
    select model_key, true as counts, level, status, kind, detail, url
    from own_use
    union all
    -- a description counts where nothing is named, and limits where it says that something is withheld
    select
        described.model_key,
        described.is_undisclosed or not exists (select 1 from own_use where own_use.model_key = described.model_key),
        1,
        'judged',
        if(described.is_undisclosed, 'data-undisclosed', 'data-described'),
        'the card ' || described.meaning,
        described.url
    from described
    union all
    select
        repo.repo_key,
        true,
        null,
        'unjudged',
        'card-unread',
        'the card could not be read: ' || coalesce(repo.card_outcome, 'not fetched yet'),
        repo.card_url
    from core.repo
    where repo.kind = 'model' and repo.is_found
        and coalesce(repo.card_outcome, 'not fetched') not in ('found', 'absent')
        and not exists (select 1 from own_use where own_use.model_key = repo.repo_key)
    union all
    select repo.repo_key, true, 0, 'judged', 'nothing', 'nothing is said of its data', repo.page_url
    from core.repo
    where repo.kind = 'model' and repo.is_found and repo.card_outcome in ('found', 'absent')
        and not exists (select 1 from own_use where own_use.model_key = repo.repo_key)
        and not exists (select 1 from described where described.model_key = repo.repo_key)
),

foundation as (
    select repo_key, repo_id, page_url, is_foundation
    from core.model
    join core.repo using (repo_key, repo_id)
    where repo.kind = 'model'
)

select own.model_key as repo_key, own.counts, own.level, own.status, own.kind, own.detail, own.url
from own
join core.model on model.repo_key = own.model_key
where model.is_foundation
union all
select
    ancestry.model_key,
    own.counts,
    own.level,
    own.status,
    own.kind,
    'base ' || foundation.repo_id || ': ' || own.detail,
    own.url
from core.ancestry
join foundation on foundation.repo_key = ancestry.ancestor_key and foundation.is_foundation
join own on own.model_key = foundation.repo_key
union all
-- an upstream that could not be read, or that names no base although it was tuned
select
    ancestry.model_key,
    true,
    null,
    'unjudged',
    'base',
    coalesce(base.repo_id, ancestry.ancestor_key) || ': '
        || coalesce(nullif(base.outcome, 'found'), if(base.is_found, 'its own base is not identified', 'not looked at yet')),
    base.page_url
from core.ancestry
left join core.repo as base on base.kind = 'model' and base.repo_key = ancestry.ancestor_key
left join core.model on model.repo_key = base.repo_key
where not starts_with(ancestry.ancestor_key, 'system:')
    and (base.repo_key is null or not base.is_found or model.has_unnamed_base)
union all
select
    ancestry.model_key,
    true,
    if(system.data_described = 'yes', 1, 0),
    'judged',
    'paper',
    'base ' || system.name || ' (not on the Hub): '
        || if(system.data_described = 'yes', 'its data is described in a paper', 'nothing is said of its data'),
    coalesce(nullif(system.paper_url, ''), system.source_url)
from core.ancestry
join reference.system on 'system:' || system.id = ancestry.ancestor_key
union all
select repo_key, true, null, 'unjudged', 'base', 'tuned from a model that could not be identified', unnamed_url
from core.model
where has_unnamed_base
union all
-- bases that lead in a circle have no foundation
select model.repo_key, true, null, 'unjudged', 'base', 'its base models lead in a circle', repo.page_url
from core.model
join core.repo on repo.kind = 'model' and repo.repo_key = model.repo_key
where model.has_base and not exists (
    select 1 from core.ancestry
    left join core.model as base on base.repo_key = ancestry.ancestor_key
    where ancestry.model_key = model.repo_key
        and (base.repo_key is null or base.is_foundation or base.has_unnamed_base)
)
