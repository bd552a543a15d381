-- One row per repository or file that the answer needs and that nobody has looked for yet. A path is null for the record.
with needed_repo as (
    select 'model' as kind, base_id as repo_id, base_key as repo_key
    from core.edge
    where not starts_with(base_key, 'system:')
    union
    select 'model', reward_id, reward_key
    from core.reward_link
    union
    select 'dataset', dataset, dataset_key
    from core.dataset_use
    where dataset_key is not null and not starts_with(dataset_ref, 'text:')
    union
    select 'dataset', edge.source, edge.source_key
    from core.dataset_edge as edge
    join core.dataset_terms as terms on terms.dataset_ref = edge.dataset_ref
    where starts_with(edge.source_ref, 'hub:')
),

needed_file as (
    select kind, repo_id, repo_key, sha, 'README.md' as path
    from core.repo
    where is_found and not is_disabled and coalesce(list_contains(files, 'README.md'), true)
    union all
    select repo.kind, repo.repo_id, repo.repo_key, repo.sha, license_file.path
    from core.license_file
    join core.repo on repo.kind = license_file.kind and repo.repo_key = license_file.repo_key
    where license_file.is_own and list_contains(repo.files, license_file.path)
        and not repo.is_disabled
    union all
    -- the terms may stand in another repository, whose record is not needed
    select holder_kind, holder_id, lower(holder_id), null, path
    from core.license_file
    where not is_own and outcome = 'not-fetched'
)

select distinct
    needed_repo.kind,
    needed_repo.repo_id,
    null            as commit,
    null            as path
from needed_repo
where not exists (
    select 1 from staging.repo
    where repo.kind = needed_repo.kind and repo.repo_key = needed_repo.repo_key
)
union
select needed_file.kind, needed_file.repo_id, coalesce(needed_file.sha, 'main'), needed_file.path
from needed_file
where not exists (
    select 1 from staging.file
    where file.kind = needed_file.kind and file.repo_key = needed_file.repo_key
        and file.path = needed_file.path and file.commit = coalesce(needed_file.sha, 'main')
)
