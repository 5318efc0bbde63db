/** What a procedure or a route declares of who may call it, and the one function that holds callers to it. */
import type { Readers } from "@burgee/db";
import { z } from "zod";
import { parseInput } from "../errors/invalid-input.ts";
import { rolloutPlanId, scheduledChangeId, sdkKeyId, userId, webhookId } from "../ids.ts";
import { demand, demandSomewhere, demandWhole, isSameEverywhere, TENANT } from "./access.ts";
import type { Caller, Person } from "./caller.ts";
import type { Permission } from "./permissions.ts";
import {
  enterEnvironment,
  enterNamedPlace,
  enterPartOfProject,
  enterProject,
  enterRolloutPlan,
  enterScheduledChange,
  enterSdkKey,
  enterWebhook,
  enterWholePlace,
  enterWholeProject,
  environmentScope,
} from "./scope.ts";

export interface Needs {
  /** Of several, a field of the input says which. */
  readonly permission: Permission | PermissionByField;
  /** Where it is needed. */
  readonly in: Where;
  /** The field that names a person: everybody may ask of themselves, which is also meant where it is left out. */
  readonly unlessSelf?: string;
}

export interface PermissionByField {
  readonly field: string;
  readonly of: Readonly<Record<string, Permission>>;
}

/**
 * `self`: whoever it is, it concerns nobody but them. `whole self`: the same, and not by a key that was issued for less
 * than they may do. `job`: who began the job, or holds in the tenant what its kind asks for; to others it is not there.
 */
export type DeclaredAccess = Needs | "self" | "whole self" | "job";

/**
 * Lets a caller pass who may do what is declared, and nobody else. The input is read only where it makes a difference.
 * @throws {AppError} "forbidden"; for who may do it in places only, also what is wrong with the place that the input names
 */
export async function authorise(
  caller: Asking,
  access: DeclaredAccess,
  readInput: () => Promise<unknown>,
): Promise<void> {
  // A job is looked up by what answers, which finds those alone that its person may see.
  if (access === "self" || access === "job") return;
  const { person } = caller;
  if (access === "whole self") return demandWhole(person);
  if (access.unlessSelf !== undefined && isSelf(person, access.unlessSelf, await readInput())) return;

  const { permission: declared } = access;
  const permission = typeof declared === "string" ? declared : permissionIn(declared, await readInput());
  if (isSameEverywhere(person.access)) demand(person, permission, TENANT);
  else await ENTRANCES[access.in](caller, permission, (await readInput()) ?? {});
}

type Asking = Pick<Caller, "db" | "person">;

type Entrance = (caller: Asking, permission: Permission, input: unknown) => Promise<void>;

const namedPlace = z.object(environmentScope);

/** Most are the functions by which a use case finds its place too: each goes by the fields of the input that it names. */
const ENTRANCES = {
  tenant: async ({ person }, permission) => demand(person, permission, TENANT),
  /** In whichever place: the answer tells of those alone. */
  somewhere: async ({ person }, permission) => demandSomewhere(person, permission, TENANT),
  project: entrance(namedPlace, enterProject),
  "part of the project": entrance(namedPlace, enterPartOfProject),
  "whole project": entrance(namedPlace, enterWholeProject),
  environment: async (caller, permission, input) => {
    const { home } = caller.person;
    const { project, environment } = parseInput(namedPlace, input);
    // What is asked of a key's own environment is answered from memory, and so is whether it may be.
    if (home && project === undefined && environment === undefined) demand(caller.person, permission, home);
    else await entrance(namedPlace, enterEnvironment)(caller, permission, input);
  },
  /** What the input names, the tenant where it names nothing; a key's home is not meant. */
  "named place": entrance(namedPlace, enterNamedPlace),
  /** The same, and in everything inside it. */
  "whole named place": entrance(namedPlace, enterWholePlace),
  "rollout plan": entrance(z.object({ id: rolloutPlanId }), enterRolloutPlan),
  "scheduled change": entrance(z.object({ id: scheduledChangeId }), enterScheduledChange),
  "SDK key": entrance(z.object({ id: sdkKeyId }), enterSdkKey),
  webhook: entrance(z.object({ id: webhookId }), enterWebhook),
} as const satisfies Record<string, Entrance>;

export type Where = keyof typeof ENTRANCES;

function entrance<Named>(
  names: z.ZodType<Named>,
  enter: (readers: Readers, person: Person, permission: Permission, named: Named) => Promise<unknown>,
): Entrance {
  return async ({ db, person }, permission, input) => {
    const named = parseInput(names, input);
    await db.read(person.tenantId, (readers) => enter(readers, person, permission, named));
  };
}

function permissionIn({ field, of }: PermissionByField, input: unknown): Permission {
  const choice = z.enum(Object.keys(of)).transform((chosen) => of[chosen]);
  const permission = parseInput(z.object({ [field]: choice }), input ?? {})[field];
  if (!permission) throw new Error(`Nothing is declared for what ${field} may be.`);
  return permission;
}

function isSelf(person: Person, field: string, input: unknown): boolean {
  const named = parseInput(z.object({ [field]: userId.optional() }), input ?? {})[field];
  return named === undefined || named === person.userId;
}
