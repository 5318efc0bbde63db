import type { Prerequisite } from "@burgee/engine";
import type { Selectable } from "kysely";
import { sql } from "kysely";
import { Repo } from "../repo.ts";
import type {
  Actor,
  EnvironmentId,
  ProjectId,
  Setting,
  SettingVersion,
  Toggle,
  ToggleId,
} from "../schema/records.ts";
import type { Tables } from "../schema/tables.ts";

type NewSetting = Pick<
  Setting,
  "environmentId" | "toggleId" | "state" | "salt" | "compiledBytes" | "segmentKeys"
>;

/** A toggle's setting, by the keys that people know. */
export interface Place {
  readonly environment: string;
  readonly toggle: string;
}

/** A statement takes 65,535 parameters at the most. */
const ROWS_PER_STATEMENT = 1000;

export class SettingReader extends Repo {
  async find(environmentId: EnvironmentId, toggleId: ToggleId): Promise<Setting | undefined> {
    const row = await this.#settings()
      .where("environment_id", "=", environmentId)
      .where("toggle_id", "=", toggleId)
      .executeTakeFirst();
    return row && fromRow(row);
  }

  /** A toggle's settings in every environment of its project. */
  async listOfToggle(toggleId: ToggleId): Promise<readonly Setting[]> {
    const rows = await this.#settings().where("toggle_id", "=", toggleId).execute();
    return rows.map(fromRow);
  }

  /** The settings of some toggles in one environment. */
  async listOfEnvironment(
    environmentId: EnvironmentId,
    toggleIds: readonly ToggleId[],
  ): Promise<readonly Setting[]> {
    if (toggleIds.length === 0) return [];
    const rows = await this.#settings()
      .where("environment_id", "=", environmentId)
      .where("toggle_id", "in", [...toggleIds])
      .execute();
    return rows.map(fromRow);
  }

  async findVersion(
    environmentId: EnvironmentId,
    toggleId: ToggleId,
    version: number,
  ): Promise<SettingVersion | undefined> {
    const row = await this.#versions()
      .where("environment_id", "=", environmentId)
      .where("toggle_id", "=", toggleId)
      .where("version", "=", version)
      .executeTakeFirst();
    return row && versionFromRow(row);
  }

  /** What stood at a moment. */
  async findVersionAt(
    environmentId: EnvironmentId,
    toggleId: ToggleId,
    at: Date,
  ): Promise<SettingVersion | undefined> {
    const row = await this.#versions()
      .where("environment_id", "=", environmentId)
      .where("toggle_id", "=", toggleId)
      .where("created_at", "<=", at)
      .orderBy("version", "desc")
      .limit(1)
      .executeTakeFirst();
    return row && versionFromRow(row);
  }

  /** Newest first; `before` is the last version of the page before. */
  async history(page: {
    readonly environmentId: EnvironmentId;
    readonly toggleId: ToggleId;
    readonly before: number | undefined;
    readonly limit: number;
  }): Promise<readonly SettingVersion[]> {
    const rows = await this.#versions()
      .where("environment_id", "=", page.environmentId)
      .where("toggle_id", "=", page.toggleId)
      .$if(page.before !== undefined, (query) => query.where("version", "<", page.before ?? 0))
      .orderBy("version", "desc")
      .limit(page.limit)
      .execute();
    return rows.map(versionFromRow);
  }

  /**
   * What the revisions `from` to `to` (both included) of one environment brought: for each toggle that they changed,
   * the last of its versions, with its key.
   */
  async listChanged(
    environmentId: EnvironmentId,
    { from, to }: { readonly from: number; readonly to: number },
  ): Promise<readonly (SettingVersion & { readonly toggleKey: string })[]> {
    const rows = await this.trx
      .selectFrom("setting_versions")
      .innerJoin("toggles", (join) =>
        join
          .onRef("toggles.tenant_id", "=", "setting_versions.tenant_id")
          .onRef("toggles.toggle_id", "=", "setting_versions.toggle_id"),
      )
      .distinctOn("setting_versions.toggle_id")
      .selectAll("setting_versions")
      .select("toggles.key as toggle_key")
      .where("setting_versions.tenant_id", "=", this.tenantId)
      .where("setting_versions.environment_id", "=", environmentId)
      .where("setting_versions.revision", ">=", String(from))
      .where("setting_versions.revision", "<=", String(to))
      .orderBy("setting_versions.toggle_id")
      .orderBy("setting_versions.version", "desc")
      .execute();
    return rows.map((row) => ({ ...versionFromRow(row), toggleKey: row.toggle_key }));
  }

  /** The prerequisites of every toggle of one environment that has some and is not archived. */
  async listPrerequisites(
    environmentId: EnvironmentId,
  ): Promise<readonly { readonly toggleKey: string; readonly prerequisites: readonly Prerequisite[] }[]> {
    return this.#withToggles()
      .select([
        "toggles.key as toggleKey",
        sql<readonly Prerequisite[]>`state -> 'prerequisites'`.as("prerequisites"),
      ])
      .where("settings.environment_id", "=", environmentId)
      .where(sql<boolean>`state ? 'prerequisites'`)
      .execute();
  }

  /** Which toggles of a project have one as their prerequisite, in which environment, and which of its variants will do. */
  async listDependents(
    projectId: ProjectId,
    toggleKey: string,
  ): Promise<readonly (Place & { readonly variants: readonly string[] })[]> {
    const named = JSON.stringify([{ toggle: toggleKey }]);
    const rows = await this.#withToggles()
      .innerJoin("environments", (join) =>
        join
          .onRef("environments.tenant_id", "=", "settings.tenant_id")
          .onRef("environments.environment_id", "=", "settings.environment_id"),
      )
      .select([
        "environments.key as environment",
        "toggles.key as toggle",
        sql<readonly Prerequisite[]>`state -> 'prerequisites'`.as("prerequisites"),
      ])
      .where("toggles.project_id", "=", projectId)
      .where(sql<boolean>`state -> 'prerequisites' @> ${named}::jsonb`)
      .orderBy("environments.key")
      .orderBy("toggles.key")
      .execute();
    return rows.map(({ environment, toggle, prerequisites }) => ({
      environment,
      toggle,
      variants: prerequisites.find((each) => each.toggle === toggleKey)?.variants ?? [],
    }));
  }

  /** The settings of toggles that are not archived. */
  #withToggles() {
    return this.trx
      .selectFrom("settings")
      .innerJoin("toggles", (join) =>
        join
          .onRef("toggles.tenant_id", "=", "settings.tenant_id")
          .onRef("toggles.toggle_id", "=", "settings.toggle_id"),
      )
      .where("settings.tenant_id", "=", this.tenantId)
      .where("toggles.archived_at", "is", null);
  }

  #settings() {
    return this.trx.selectFrom("settings").selectAll().where("tenant_id", "=", this.tenantId);
  }

  #versions() {
    return this.trx.selectFrom("setting_versions").selectAll().where("tenant_id", "=", this.tenantId);
  }
}

export class SettingWriter extends SettingReader {
  async create(setting: NewSetting, actor: Actor): Promise<Setting> {
    const row = await this.trx
      .insertInto("settings")
      .values(this.#firstVersion(setting, actor))
      .returningAll()
      .executeTakeFirstOrThrow();
    return fromRow(row);
  }

  /** The first version of many settings at once, kept as versions too: what a new environment begins with. */
  async createAll(
    settings: readonly (NewSetting & { readonly toggle: Pick<Toggle, "kind" | "variants"> })[],
    revision: number,
    actor: Actor,
  ): Promise<void> {
    for (let start = 0; start < settings.length; start += ROWS_PER_STATEMENT) {
      const some = settings.slice(start, start + ROWS_PER_STATEMENT);
      const rows = some.map((setting) => this.#firstVersion(setting, actor));
      await this.trx.insertInto("settings").values(rows).execute();
      const versions = some.map((setting) =>
        this.#versionRow({ ...setting, version: 1 }, setting.toggle, revision, actor),
      );
      await this.trx.insertInto("setting_versions").values(versions).execute();
    }
  }

  /** Saves `state` over version `expectedVersion`. Undefined when the setting stands at another version by now. */
  async save(
    current: Pick<Setting, "environmentId" | "toggleId">,
    expectedVersion: number,
    { state, compiledBytes, segmentKeys }: Pick<Setting, "state" | "compiledBytes" | "segmentKeys">,
    actor: Actor,
  ): Promise<Setting | undefined> {
    const row = await this.trx
      .updateTable("settings")
      .set({
        state: JSON.stringify(state),
        compiled_bytes: compiledBytes,
        segment_keys: [...segmentKeys],
        version: expectedVersion + 1,
        updated_by: actor,
        updated_at: sql<Date>`clock_timestamp()`,
      })
      .where("tenant_id", "=", this.tenantId)
      .where("environment_id", "=", current.environmentId)
      .where("toggle_id", "=", current.toggleId)
      .where("version", "=", expectedVersion)
      .returningAll()
      .executeTakeFirst();
    return row && fromRow(row);
  }

  /** Keeps what `setting` says now as an immutable version. */
  async addVersion(
    setting: Setting,
    toggle: Pick<Toggle, "kind" | "variants">,
    revision: number,
    actor: Actor,
    comment: string | null = null,
  ): Promise<void> {
    const row = { ...this.#versionRow(setting, toggle, revision, actor), comment };
    await this.trx.insertInto("setting_versions").values(row).execute();
  }

  #firstVersion(setting: NewSetting, actor: Actor) {
    return {
      tenant_id: this.tenantId,
      environment_id: setting.environmentId,
      toggle_id: setting.toggleId,
      version: 1,
      state: JSON.stringify(setting.state),
      salt: setting.salt,
      compiled_bytes: setting.compiledBytes,
      segment_keys: [...setting.segmentKeys],
      updated_by: actor,
    };
  }

  #versionRow(
    setting: Omit<NewSetting, "compiledBytes" | "segmentKeys"> & Pick<Setting, "version">,
    toggle: Pick<Toggle, "kind" | "variants">,
    revision: number,
    actor: Actor,
  ) {
    return {
      tenant_id: this.tenantId,
      environment_id: setting.environmentId,
      toggle_id: setting.toggleId,
      version: setting.version,
      revision: String(revision),
      state: JSON.stringify(setting.state),
      salt: setting.salt,
      kind: toggle.kind,
      variants: JSON.stringify(toggle.variants),
      actor,
    };
  }
}

function fromRow(row: Selectable<Tables["settings"]>): Setting {
  return {
    environmentId: row.environment_id,
    toggleId: row.toggle_id,
    version: row.version,
    state: row.state,
    salt: row.salt,
    compiledBytes: row.compiled_bytes,
    segmentKeys: row.segment_keys,
    updatedBy: row.updated_by,
    updatedAt: row.updated_at,
  };
}

function versionFromRow(row: Selectable<Tables["setting_versions"]>): SettingVersion {
  return {
    environmentId: row.environment_id,
    toggleId: row.toggle_id,
    version: row.version,
    revision: Number(row.revision),
    state: row.state,
    salt: row.salt,
    kind: row.kind,
    variants: row.variants,
    actor: row.actor,
    comment: row.comment,
    createdAt: row.created_at,
  };
}
