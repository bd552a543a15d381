-- One row per model and piece of its own evidence on the weights: license, gate, files. The upstream comes in grid.weights.
with weight_file as (
    select
        repo_key,
        -- null: the file list was not part of the answer
        len(list_filter(files, lambda name: regexp_matches(name,
            '(?i)\.(safetensors|bin|pt|pth|ckpt|h5|msgpack|onnx|gguf|ggml|npz|tflite|pb|pkl|pickle|joblib|keras|nemo|mlmodel|mlpackage|model|ot|engine|t7|params|weights|tar|zip|gz|0[0-9]|diff|th|distcp|llamafile)$')))
            as weight_files
    from core.repo
    where kind = 'model'
),

paper as (
    select
        repo.repo_key,
        bool_or(list_contains(list_transform(repo.tags, lambda tag: starts_with(tag, 'arxiv:')), true))
            or coalesce(bool_or(link.is_paper), false)  as is_published
    from core.repo
    left join staging.link on link.blob = repo.card_blob
    where repo.kind = 'model'
    group by repo.repo_key
)

select
    license.repo_key,
    true                as counts,
    license.level,
    'judged'            as status,
    if(license.basis = 'text', 'license-text', 'license')  as kind,
    case license.basis
        when 'text' then license.text_path || ': ' || license.text_says
        when 'name' then 'name ' || license.name
        when 'prose' then 'the card''s text gives ' || license.effective || '; no tag'
        when 'tag' then 'tag ' || license.tag || if(license.declared_licenses > 1, ', of which the strictest counts', '')
    end || if(license.restrictions in ('', 'attribution', 'none', 'none_known') or license.restrictions is null,
        '', ' (' || replace(license.restrictions, ';', '; ') || ')')
        || if(license.basis = 'name' and license.is_unreliable, '; the name was seen for several licenses, no text confirms it', '')
                        as detail,
    license.url
from core.license
where license.kind = 'model' and license.level is not null
union all
-- what the text overrules is shown beside it
select
    license.repo_key,
    false,
    license.declared_level,
    'judged',
    'license-declared',
    license.declared_basis || ' ' || coalesce(if(license.declared_basis = 'name', license.name, license.tag), license.declared)
        || ': the text is stricter',
    repo.page_url
from core.license
join core.repo on repo.kind = license.kind and repo.repo_key = license.repo_key
where license.kind = 'model' and license.basis = 'text' and license.level < license.declared_level
union all
select
    license.repo_key,
    true,
    3,
    'judged',
    'license-undetermined',
    case license.basis
        when 'stated' then 'no tag; the card speaks of a license of its own: at most 3'
        when 'name' then 'the name ' || license.name || ' is not known: at most 3'
        else 'tag ' || license.tag || ' names no readable license: at most 3'
    end || coalesce('; ' || license.open_text, ''),
    license.url
from core.license
where license.kind = 'model' and license.level is null and license.basis not in ('none', 'unreadable')
union all
select
    license.repo_key,
    true,
    2,
    'judged',
    'license-missing',
    'download is possible, reuse was not granted',
    license.url
from core.license
join core.model on model.repo_key = license.repo_key
where license.kind = 'model' and license.basis = 'none' and coalesce(license.open_verdict, 'no-license') = 'no-license' and not model.is_quantized
union all
-- no tag, and a text that may grant much or little
select
    license.repo_key,
    true,
    if(license.open_verdict = 'unread', null, 3),
    if(license.open_verdict = 'unread', 'unjudged', 'judged'),
    if(license.open_verdict = 'unread', 'license-unreadable', 'license-undetermined'),
    'no tag; ' || license.open_text || if(license.open_verdict = 'unread', '', ': at most 3'),
    license.url
from core.license
where license.kind = 'model' and license.basis = 'none' and license.open_verdict in ('unverified', 'unread')
union all
select
    license.repo_key,
    true,
    null,
    'unjudged',
    'license-unreadable',
    'the card''s YAML head cannot be read, so its license is not known',
    license.url
from core.license
where license.kind = 'model' and license.basis = 'unreadable'
union all
select
    repo.repo_key,
    true,
    if(exists (
        select 1 from core.mention
        where mention.kind = 'model' and mention.repo_key = repo.repo_key
            and mention.place = 'gate' and mention.means = 'gate-strict'
    ), 2, 3),
    'judged',
    'gate',
    repo.gate || ': access only after agreeing to its conditions',
    repo.page_url
from core.repo
where repo.kind = 'model' and repo.is_found and repo.gate in ('auto', 'manual')
union all
select
    repo.repo_key,
    true,
    if(paper.is_published, 1, 0),
    'judged',
    if(repo.is_disabled, 'disabled', 'no-weight-files'),
    if(repo.is_disabled, 'disabled by the Hub: the weights cannot be had', 'no weight files in the repository')
        || if(paper.is_published, '; a paper exists', ''),
    repo.page_url
from core.repo
join weight_file on weight_file.repo_key = repo.repo_key
join paper on paper.repo_key = repo.repo_key
where repo.kind = 'model' and repo.is_found and (repo.is_disabled or weight_file.weight_files = 0)
