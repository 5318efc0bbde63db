import { Repo } from "../repo.ts";
import type { ScimSettings } from "../schema/records.ts";

/** Until somebody says otherwise: who is provisioned may look. */
const UNSET: ScimSettings = { version: 0, defaultRole: "viewer", roles: [] };

export class ScimSettingsReader extends Repo {
  async find(): Promise<ScimSettings> {
    const settings = await this.trx
      .selectFrom("scim_settings")
      .select(["version", "default_role"])
      .where("tenant_id", "=", this.tenantId)
      .executeTakeFirst();
    if (!settings) return UNSET;
    const rows = await this.trx
      .selectFrom("scim_roles")
      .select(["group_name", "role", "project_id", "environment_id"])
      .where("tenant_id", "=", this.tenantId)
      .orderBy("place")
      .execute();
    return {
      version: settings.version,
      defaultRole: settings.default_role,
      roles: rows.map((row) => ({
        group: row.group_name,
        role: row.role,
        projectId: row.project_id,
        environmentId: row.environment_id,
      })),
    };
  }
}

export class ScimSettingsWriter extends ScimSettingsReader {
  /** In place of all that stands there. The caller holds the lock that orders changes of access. */
  async save({ version, defaultRole, roles }: ScimSettings): Promise<void> {
    const row = { version, default_role: defaultRole };
    await this.trx
      .insertInto("scim_settings")
      .values({ tenant_id: this.tenantId, ...row })
      .onConflict((conflict) => conflict.column("tenant_id").doUpdateSet(row))
      .execute();
    await this.trx.deleteFrom("scim_roles").where("tenant_id", "=", this.tenantId).execute();
    if (roles.length === 0) return;
    await this.trx
      .insertInto("scim_roles")
      .values(
        roles.map((role, index) => ({
          tenant_id: this.tenantId,
          place: index + 1,
          group_name: role.group,
          role: role.role,
          project_id: role.projectId,
          environment_id: role.environmentId,
        })),
      )
      .execute();
  }
}
