/** Drafts outlive a reload: each in the tab's own storage, by the toggle and the environment that it is of. */
import { z } from "zod";
import { OPERATORS } from "../conditions/operators.ts";
import type { DraftState } from "./draft-reducer.ts";

export interface DraftPlace {
  readonly tenant: string;
  readonly project: string;
  readonly environment: string;
  readonly toggle: string;
}

export interface KeptDrafts {
  readonly read: (place: DraftPlace) => DraftState | undefined;
  /** Undefined where nothing is left to be kept. */
  readonly write: (place: DraftPlace, state: DraftState | undefined) => void;
}

/** @param open the storage, which a browser may refuse to give */
export function keptDraftsIn(open: () => Pick<Storage, "getItem" | "setItem" | "removeItem">): KeptDrafts {
  return {
    read: (place) => {
      const text = attempt(() => open().getItem(nameOf(place)));
      const kept = text ? attempt((): unknown => JSON.parse(text)) : undefined;
      return keptState.safeParse(kept).data;
    },
    write: (place, state) => {
      attempt(() => {
        if (state) open().setItem(nameOf(place), JSON.stringify(state));
        else open().removeItem(nameOf(place));
      });
    },
  };
}

/** Of a shape that this version writes: an older one is forgotten. */
const value = z.union([z.string(), z.number(), z.boolean()]);
const row = z.object({
  id: z.string(),
  attribute: z.string(),
  operator: z.custom<DraftRow["operator"]>(
    (name) => typeof name === "string" && Object.hasOwn(OPERATORS, name),
  ),
  values: z.array(value),
});
const share = z.discriminatedUnion("type", [
  z.object({ type: z.literal("percentage"), variant: z.string(), value: z.number(), stickiness: z.string() }),
  z.object({ type: z.literal("split"), weights: z.record(z.string(), z.number()), stickiness: z.string() }),
]);
const draft = z.object({
  enabled: z.boolean(),
  off: z.string(),
  default: z.string(),
  prerequisites: z.array(z.object({ toggle: z.string(), variants: z.array(z.string()) })),
  targets: z.record(z.string(), z.array(z.string())),
  rules: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      condition: z.discriminatedUnion("mode", [
        z.object({
          mode: z.literal("rows"),
          join: z.enum(["all", "any"]),
          rows: z.array(row),
          source: z.string().exactOptional(),
        }),
        z.object({ mode: z.literal("text"), text: z.string() }),
      ]),
      serve: z.union([z.object({ type: z.literal("variant"), variant: z.string() }), share]),
    }),
  ),
  rollout: share.nullable(),
});
const keptState: z.ZodType<DraftState> = z.object({ version: z.number(), base: draft, draft });

type DraftRow = Extract<DraftState["draft"]["rules"][number]["condition"], { mode: "rows" }>["rows"][number];

function nameOf({ tenant, project, environment, toggle }: DraftPlace): string {
  return `burgee-draft ${tenant} ${project} ${environment} ${toggle}`;
}

/** Storage may be full, or closed to us: then a draft lasts as long as the page. */
function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
