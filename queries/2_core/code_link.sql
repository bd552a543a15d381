-- One row per model and code repository that its card links: what the link is for, and the code's license.
with released as (
    select distinct repo_key from core.mention where kind = 'model' and place = 'card' and means = 'code-released'
),

-- who made what, as names tell: punctuation differs between hosts, and so do the ends (`-ai`, `-research`, `-labs`)
named as (
    select
        link.blob,
        link.start,
        link.url,
        link.label,
        link.code_repo,
        regexp_replace(split_part(link.code_repo, '/', 2), '[^a-z0-9]', '', 'g')    as code_owner,
        regexp_replace(split_part(link.code_repo, '/', -1), '[^a-z0-9]', '', 'g')   as code_name
    from staging.link
    where link.code_repo is not null
        -- a license or a table of results is no code
        and not regexp_matches(link.url, '(?i)/(?:blob|raw)/.*(licen[cs]e|use_policy|\.pdf|\.jsonl?|\.csv)')
),

pointed as (
    select
        repo.repo_key,
        link.code_repo,
        link.url            as target,
        link.label,
        sentence.start,
        sentence.quote,
        sentence.url,
        -- what is known of the repository, the words around the link, and the path inside it
        known.purpose       as known_purpose,
        told.license,
        told.level          as license_level,
        coalesce(told.is_gone, false)                     as is_gone,
        coalesce(told.says, 'license not looked at')      as says,
        bool_or(mention.means = 'code-training')    as says_training,
        bool_or(mention.means = 'code-data')        as says_data,
        bool_or(mention.means = 'code-examples')    as says_examples,
        bool_or(mention.means in ('code-inference', 'code-other-page'))  as says_inference,
        bool_or(mention.means = 'code-source')      as says_source,
        left(link.code_owner, 6) = left(regexp_replace(split_part(repo.repo_key, '/', 1), '[^a-z0-9]', '', 'g'), 6)
            or length(link.code_name) > 4 and contains(regexp_replace(repo.repo_key, '[^a-z0-9]', '', 'g'), link.code_name)
                                                    as is_own,
        repo.repo_key in (select repo_key from released)  as releases_training,
        regexp_matches(link.url, '(?i)/(?:blob|tree)/[^/]+/.*(train|fine-?tun|data)')  as path_of_training,
        regexp_matches(link.code_repo, '(?i)[-_/]((pre-?)?train|data-prep|finetune)[^/]*$')
            and not regexp_matches(link.code_repo, '(?i)(detect|contaminat)')  as repo_of_training
    from core.repo
    join core.sentence on sentence.kind = repo.kind and sentence.repo_key = repo.repo_key
    join named as link on link.blob = repo.card_blob and link.start = sentence.start
    left join reference.code_repo as known on known.host || '/' || known.repo = link.code_repo
    left join core.code_license as told on told.code_repo = link.code_repo
    left join core.mention
        on mention.kind = repo.kind and mention.repo_key = repo.repo_key and mention.start = sentence.start
        and mention.place = 'card'
    where repo.kind = 'model'
    group by all
)

select
    repo_key                as model_key,
    code_repo,
    target,
    license,
    license_level,
    is_gone,
    says,
    case
        when known_purpose in ('library', 'evaluation') then known_purpose
        when path_of_training or repo_of_training then 'training'
        -- a tool that trains any model says little of how this one was made
        when known_purpose = 'training-framework' then 'framework'
        when known_purpose = 'inference' then 'inference'
        when says_training or says_data then 'training'
        -- other people's training code is named for many reasons; it counts where the card calls it its source
        when known_purpose in ('training', 'data') and (is_own or says_source or says_examples) then 'training'
        -- "we release our training code" speaks of the repository that is the model's own
        when releases_training and is_own then 'training'
        when says_examples then 'examples'
        when says_inference and not says_source then 'inference'
        when says_source then 'source'
        else 'other'
    end                     as purpose,
    quote,
    url
from pointed
qualify row_number() over (
    partition by repo_key, code_repo
    order by purpose = 'training' desc, purpose in ('examples', 'framework') desc, purpose = 'source' desc, start, target, label
) = 1
