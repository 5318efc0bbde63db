import type { Environment, FoundToggle, Project, Readers, Setting, ToggleFilter, ToggleId } from "@burgee/db";
import type { ToggleKind } from "@burgee/engine";
import { z } from "zod";
import { demand, demandThroughout, isAllowedThroughout } from "../access/access.ts";
import type { Caller, Person } from "../access/caller.ts";
import { enterPartOfProject, projectScope } from "../access/scope.ts";
import { AppError } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";
import { entityKey, storedText, tag, toggleKey } from "../names.ts";
import { type RolloutView, settingStateView } from "./toggle-view.ts";

const duration = z
  .int()
  .min(1)
  .max(3650 * 24);

export const searchTogglesInput = z.strictObject({
  ...projectScope,
  /** Whose settings are shown, by their keys; usage is of the first. */
  environments: z.array(entityKey).max(LIMITS.searchedEnvironments).default([]),
  /** Each has to stand in the key, the name or the description. */
  words: z.array(storedText(100).min(1)).max(LIMITS.searchedWords).default([]),
  tags: z.array(tag).max(LIMITS.searchedWords).default([]),
  kind: z.enum(["boolean", "string", "number", "json"]).optional(),
  stage: z.enum(["new", "live", "never_seen", "fully_on", "fully_off", "past_end"]).optional(),
  /** Whether they should be looked at. */
  stale: z.boolean().optional(),
  archived: z.boolean().default(false),
  /** In which environments it has to be on, or off. */
  states: z
    .array(z.strictObject({ environment: entityKey, enabled: z.boolean() }))
    .max(LIMITS.searchedWords)
    .default([]),
  changedWithinHours: duration.optional(),
  unchangedForHours: duration.optional(),
  /** By key, or the last changed first. */
  order: z.enum(["key", "changed"]).default("key"),
  /** The `nextCursor` of the page before, asked for in the same order. */
  cursor: z.strictObject({ key: toggleKey, changed: z.string().regex(/^\d{1,18}$/) }).optional(),
  limit: z.int().min(1).max(LIMITS.pageSize).default(50),
});
type Input = z.output<typeof searchTogglesInput>;

export interface FoundToggleView {
  readonly key: string;
  readonly name: string;
  readonly kind: ToggleKind;
  readonly tags: readonly string[];
  readonly variants: readonly string[];
  readonly archived: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Null before anybody looked, and for who may not read the whole project. */
  readonly life: { readonly stage: string; readonly staleSince: string | null } | null;
  /** In the order in which the environments were named. */
  readonly settings: readonly SettingSummaryView[];
  /** Evaluations a day in the first of them, the oldest first. */
  readonly days: readonly number[];
}

/** As much of a setting as a line has room for. */
export interface SettingSummaryView {
  readonly environment: string;
  readonly version: number;
  readonly enabled: boolean;
  readonly default: string;
  readonly off: string;
  readonly rules: number;
  readonly targets: number;
  readonly prerequisites: number;
  readonly rollout: RolloutView | null;
  readonly updatedBy: string;
  readonly updatedAt: string;
}

export interface FoundTogglePage {
  readonly items: readonly FoundToggleView[];
  readonly nextCursor: Input["cursor"] | null;
  /** Of all pages; on the first page only. */
  readonly total: number | null;
}

const HOUR_MS = 60 * 60 * 1000;
const DAYS = 7;

/**
 * A page of a project's toggles that a search lets through, with their settings in some environments.
 * @throws {AppError} "forbidden", "environment_not_found"
 */
export async function searchToggles({ db, person }: Caller, input: Input): Promise<FoundTogglePage> {
  return db.read(person.tenantId, async (readers) => {
    const project = await enterPartOfProject(readers, person, "toggle.read", input);
    const wholeProject = { projectId: project.projectId };
    // How far a toggle is in its life tells of every environment.
    if (input.stage !== undefined || input.stale !== undefined)
      demandThroughout(person, "toggle.read", wholeProject);
    const environments = await readableEnvironments(readers, person, project);
    const filter = filterOf(input, project, environments, await readers.lives.now());
    const found = await readers.toggles.search(filter);
    const page = found.slice(0, input.limit);
    const shown = input.environments.map(environments);
    const settings = await Promise.all(shown.map((each) => settingsIn(readers, each, page)));
    const days = await daysIn(readers, shown[0], page);
    const isWhole = isAllowedThroughout(person.access, "toggle.read", wholeProject);
    const last = page.at(-1);
    return {
      items: page.map((toggle) => ({
        ...foundView(toggle, isWhole),
        settings: shown.flatMap(({ key }, index) => {
          const setting = settings[index]?.get(toggle.toggleId);
          return setting ? [summaryView(setting, key)] : [];
        }),
        days: days.get(toggle.toggleId) ?? Array<number>(DAYS).fill(0),
      })),
      nextCursor:
        last && found.length > page.length ? { key: last.key, changed: last.changedMicroseconds } : null,
      total: input.cursor === undefined ? await readers.toggles.countFound(filter) : null,
    };
  });
}

function filterOf(
  input: Input,
  { projectId }: Project,
  environmentOf: (key: string) => Environment,
  now: Date,
): ToggleFilter {
  const { changedWithinHours, unchangedForHours, cursor } = input;
  const ago = (hours: number | undefined) =>
    hours === undefined ? undefined : new Date(now.getTime() - hours * HOUR_MS);
  return {
    projectId,
    words: input.words,
    tags: input.tags,
    kind: input.kind,
    stage: input.stage,
    isStale: input.stale,
    isArchived: input.archived,
    states: input.states.map(({ environment, enabled }) => ({
      environmentId: environmentOf(environment).environmentId,
      enabled,
    })),
    changedAfter: ago(changedWithinHours),
    changedBefore: ago(unchangedForHours),
    order: input.order,
    after: cursor && { key: cursor.key, changedMicroseconds: cursor.changed },
    limit: input.limit + 1,
  };
}

/** Of a project, by key, those that the person may read. */
export async function readableEnvironments(
  readers: Readers,
  person: Person,
  { projectId, key: project }: Project,
): Promise<(key: string) => Environment> {
  const all = new Map((await readers.environments.list(projectId)).map((each) => [each.key, each]));
  return (key) => {
    const environment = all.get(key);
    demand(person, "toggle.read", environment ?? { projectId });
    if (environment) return environment;
    throw new AppError("environment_not_found", `There is no environment ${key} in the project ${project}.`);
  };
}

async function settingsIn(
  { settings }: Readers,
  { environmentId }: Environment,
  toggles: readonly FoundToggle[],
): Promise<ReadonlyMap<ToggleId, Setting>> {
  const ids = toggles.map(({ toggleId }) => toggleId);
  const found = await settings.listOfEnvironment(environmentId, ids);
  return new Map(found.map((setting) => [setting.toggleId, setting]));
}

async function daysIn(
  { usage }: Readers,
  environment: Environment | undefined,
  toggles: readonly FoundToggle[],
): Promise<ReadonlyMap<ToggleId, readonly number[]>> {
  if (!environment) return new Map();
  const ids = toggles.map(({ toggleId }) => toggleId);
  return usage.listDays(environment.environmentId, ids, DAYS);
}

function foundView(toggle: FoundToggle, isWhole: boolean): Omit<FoundToggleView, "settings" | "days"> {
  const { stage, staleSince } = toggle;
  return {
    key: toggle.key,
    name: toggle.name,
    kind: toggle.kind,
    tags: toggle.tags,
    variants: toggle.variantKeys,
    archived: toggle.archivedAt !== null,
    createdAt: toggle.createdAt.toISOString(),
    updatedAt: toggle.updatedAt.toISOString(),
    life: isWhole && stage ? { stage, staleSince: staleSince?.toISOString() ?? null } : null,
  };
}

function summaryView(
  { version, state, updatedBy, updatedAt }: Setting,
  environment: string,
): SettingSummaryView {
  const { enabled, default: served, off, rollout } = settingStateView(state);
  return {
    environment,
    version,
    enabled,
    default: served,
    off,
    rules: state.rules.length,
    targets: Object.values(state.targets ?? {}).reduce((sum, ids) => sum + ids.length, 0),
    prerequisites: state.prerequisites?.length ?? 0,
    rollout,
    updatedBy,
    updatedAt: updatedAt.toISOString(),
  };
}
