import type { Environment, Project, Readers, Setting, SettingState, Toggle } from "@burgee/db";
import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterPartOfProject, projectScope } from "../access/scope.ts";
import { canonicalJson } from "../audit/canonical-json.ts";
import { LIMITS } from "../limits.ts";
import { entityKey, toggleKey } from "../names.ts";
import { readableEnvironments } from "../toggles/search-toggles.ts";
import { settingStateView } from "../toggles/toggle-view.ts";

export const compareEnvironmentsInput = z.strictObject({
  ...projectScope,
  /** By their keys; the others are compared with the first. */
  environments: z.array(entityKey).min(2).max(LIMITS.comparedEnvironments),
  /** Whether toggles that are set the same everywhere are left out. */
  onlyDifferent: z.boolean().default(true),
  /** The `nextCursor` of the page before. */
  cursor: toggleKey.optional(),
  limit: z.int().min(1).max(LIMITS.pageSize).default(50),
});

export interface ComparedToggleView {
  readonly key: string;
  readonly name: string;
  readonly kind: Toggle["kind"];
  readonly differs: boolean;
  /** In the order in which the environments were named. */
  readonly settings: readonly {
    readonly environment: string;
    readonly version: number;
    readonly enabled: boolean;
    readonly rules: number;
    /** Cells of one number are set the same; the first is 0. */
    readonly group: number;
    readonly updatedAt: string;
  }[];
}

export interface ComparisonPage {
  readonly items: readonly ComparedToggleView[];
  /** There may be more behind it, also where this page holds few. */
  readonly nextCursor: string | null;
}

/** Looked at in one request, so that a project of which nothing differs takes some, and none of them long. */
const MOST_LOOKED_AT = 1_000;
const AT_A_TIME = 200;

/** How a project's toggles are set in some environments, beside each other. Ids and salts are each environment's own and make no difference. */
export async function compareEnvironments(
  { db, person }: Caller,
  input: z.output<typeof compareEnvironmentsInput>,
): Promise<ComparisonPage> {
  return db.read(person.tenantId, async (readers) => {
    const project = await enterPartOfProject(readers, person, "toggle.read", input);
    const environmentOf = await readableEnvironments(readers, person, project);
    const environments = input.environments.map(environmentOf);
    const items: ComparedToggleView[] = [];
    let after = input.cursor;
    for (let looked = 0; looked < MOST_LOOKED_AT; looked += AT_A_TIME) {
      const page = await comparePage(readers, project, environments, after);
      for (const row of page) {
        if (items.length === input.limit) return { items, nextCursor: after ?? null };
        if (row.differs || !input.onlyDifferent) items.push(row);
        after = row.key;
      }
      if (page.length < AT_A_TIME) return { items, nextCursor: null };
    }
    return { items, nextCursor: after ?? null };
  });
}

async function comparePage(
  readers: Readers,
  { projectId }: Project,
  environments: readonly Environment[],
  after: string | undefined,
): Promise<readonly ComparedToggleView[]> {
  const toggles = await readers.toggles.list({ projectId, after, limit: AT_A_TIME });
  const ids = toggles.map(({ toggleId }) => toggleId);
  const columns: { readonly key: string; readonly settings: ReadonlyMap<string, Setting> }[] = [];
  for (const { environmentId, key } of environments) {
    const found = await readers.settings.listOfEnvironment(environmentId, ids);
    columns.push({ key, settings: new Map(found.map((setting) => [setting.toggleId, setting])) });
  }
  return toggles.map((toggle) => {
    const cells = columns.flatMap(({ key, settings }) => {
      const setting = settings.get(toggle.toggleId);
      return setting ? [{ key, setting }] : [];
    });
    const groups = groupsOf(cells.map(({ setting }) => setting.state));
    return {
      key: toggle.key,
      name: toggle.name,
      kind: toggle.kind,
      differs: groups.some((group) => group > 0),
      settings: cells.map(({ key, setting }, index) => ({
        environment: key,
        version: setting.version,
        enabled: setting.state.enabled,
        rules: setting.state.rules.length,
        group: groups[index] ?? 0,
        updatedAt: setting.updatedAt.toISOString(),
      })),
    };
  });
}

function groupsOf(states: readonly SettingState[]): readonly number[] {
  const kinds: string[] = [];
  return states.map((state) => {
    const meant = meaningOf(state);
    const known = kinds.indexOf(meant);
    return known === -1 ? kinds.push(meant) - 1 : known;
  });
}

/** Of two that mean the same, the same text. */
function meaningOf(state: SettingState): string {
  const { rules, ...view } = settingStateView(state);
  return canonicalJson({ ...view, rules: rules.map(({ id: _, ...rule }) => rule) });
}
