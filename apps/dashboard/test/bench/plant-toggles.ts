import { runStatements } from "@burgee/test-support";

export const PLANTED = "five-thousand";

/** A project of many toggles in the demo's tenant, with a week of evaluations: as rows, since what is measured is looking at them. */
export async function plantToggles(databaseUrl: string, count: number): Promise<void> {
  await runStatements(
    databaseUrl,
    `insert into burgee.projects (tenant_id, project_id, key, name)
     select tenant_id, gen_random_uuid(), '${PLANTED}', 'Five thousand' from burgee.projects limit 1`,
    `insert into burgee.environments (tenant_id, environment_id, project_id, key, name, epoch, critical)
     select tenant_id, gen_random_uuid(), project_id, place, initcap(place), gen_random_uuid(), place = 'production'
       from burgee.projects project, unnest(array['production', 'staging', 'test']) place
      where project.key = '${PLANTED}'`,
    `insert into burgee.publications (tenant_id, environment_id, epoch)
     select environment.tenant_id, environment_id, epoch
       from burgee.environments environment join burgee.projects project using (tenant_id, project_id)
      where project.key = '${PLANTED}'`,
    `insert into burgee.toggles (tenant_id, toggle_id, project_id, key, name, tags, kind, variants, default_variant, off_variant,
                                 created_by, updated_at)
     select tenant_id, gen_random_uuid(), project_id, 'toggle-' || n, 'Toggle number ' || n,
            array[(array['web', 'app', 'shop'])[1 + n % 3]], 'boolean', '{"on": true, "off": false}', 'on', 'off',
            'user:' || gen_random_uuid(), now() - n * interval '1 minute'
       from burgee.projects, generate_series(1, ${count}) n where projects.key = '${PLANTED}'`,
    `insert into burgee.settings (tenant_id, environment_id, toggle_id, version, state, salt, updated_by)
     select toggle.tenant_id, environment_id, toggle_id, 1,
            '{"enabled": true, "archived": false, "offVariant": "off", "defaultVariant": "on", "rules": [], "rollout": null}',
            '0123456789', toggle.created_by
       from burgee.toggles toggle join burgee.projects project using (tenant_id, project_id)
            join burgee.environments environment using (tenant_id, project_id)
      where project.key = '${PLANTED}'`,
    `insert into burgee.toggle_usage (tenant_id, month, environment_id, toggle_id, hour, variant, version, count)
     select setting.tenant_id, date_trunc('month', hour at time zone 'utc')::date, environment_id, setting.toggle_id, hour, 'on', 1,
            1 + (random() * 1000)::int
       from burgee.settings setting join burgee.environments environment using (tenant_id, environment_id)
            join burgee.projects project using (tenant_id, project_id),
            generate_series(date_trunc('hour', now()) - interval '6 days', now(), interval '12 hours') hour
      where project.key = '${PLANTED}' and environment.key = 'production'`,
    "analyze",
  );
}
