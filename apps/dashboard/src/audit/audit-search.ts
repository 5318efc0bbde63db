/** Which part of the log the address asks for. */
import { z } from "zod";

const text = z.string().max(256).optional().catch(undefined);
const day = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/)
  .optional()
  .catch(undefined);

export const auditSearch = z.object({
  actor: text,
  action: text,
  kind: text,
  key: text,
  project: text,
  environment: text,
  request: text,
  /** The first and the last day, in UTC. */
  from: day,
  to: day,
  /** One entry by its number. */
  entry: z.coerce.number().int().positive().optional().catch(undefined),
});

export type AuditSearch = z.infer<typeof auditSearch>;
export type FacetName = Exclude<keyof AuditSearch, "entry">;

const DAY_MS = 86_400_000;

/** As the API takes it. */
export function filterOf({ actor, action, kind, key, project, environment, request, from, to }: AuditSearch) {
  return {
    ...(actor !== undefined && { actor }),
    ...(action !== undefined && { action }),
    ...(kind !== undefined && { objectKind: kind }),
    ...(key !== undefined && { objectKey: key }),
    ...(project !== undefined && { project }),
    ...(environment !== undefined && { environment }),
    ...(request !== undefined && { requestId: request }),
    ...(from !== undefined && { from: `${from}T00:00:00.000Z` }),
    ...(to !== undefined && { to: new Date(Date.parse(to) + DAY_MS).toISOString() }),
  };
}

export const NAMES: Readonly<Record<FacetName, string>> = {
  actor: "Who",
  action: "What was done",
  kind: "Kind of thing",
  key: "Key of the thing",
  project: "Project",
  environment: "Environment",
  request: "Request id",
  from: "From",
  to: "To",
};

/** What narrows the log at the moment, as it is said. */
export function saidFilters(search: AuditSearch, nameOf: (actor: string) => string): readonly string[] {
  const names = Object.entries(NAMES).map(([key, label]) => ({ key: key as FacetName, label }));
  return names.flatMap(({ key, label }) => {
    const value = search[key];
    return value === undefined ? [] : [`${label}: ${key === "actor" ? nameOf(value) : value}`];
  });
}
