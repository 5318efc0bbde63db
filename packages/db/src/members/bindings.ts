import { sql } from "kysely";
import type { Bindings } from "../schema/records.ts";

/** Every role of the person whose row of `memberships` the query looks at, beside the one that stands in the row itself. */
export const bindings = sql<Bindings>`json_build_object(
  'permissions', (
    select to_json(roles.permissions) from burgee.roles
     where roles.tenant_id = memberships.tenant_id and roles.key = memberships.custom_role),
  'grants', coalesce((
    select json_agg(json_build_object(
             'projectId', grants.project_id, 'environmentId', grants.environment_id,
             'role', grants.role, 'permissions', roles.permissions))
      from burgee.grants
      left join burgee.roles on roles.tenant_id = grants.tenant_id and roles.key = grants.custom_role
     where grants.tenant_id = memberships.tenant_id and grants.user_id = memberships.user_id), '[]'))`;
