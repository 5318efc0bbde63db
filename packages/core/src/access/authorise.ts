/** What a procedure or a route declares of who may call it, and the one function that holds callers to it. */
import type { Readers } from "@burgee/db";
import { z } from "zod";
import { parseInput } from "../errors/invalid-input.ts";
import { rolloutPlanId, sdkKeyId, userId } from "../ids.ts";
import { demand, demandSomewhere, isSameEverywhere, TENANT } from "./access.ts";
import type { Caller, Person } from "./caller.ts";
import type { Permission } from "./permissions.ts";
import {
  enterEnvironment,
  enterNamedPlace,
  enterPartOfProject,
  enterProject,
  enterRolloutPlan,
  enterSdkKey,
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

/** `self`: whoever it is, it concerns nobody but them. */
export type DeclaredAccess = Needs | "self";

/**
 * Lets a caller pass who may do what is declared, and nobody else. The input is read only where it makes a difference.
 * @throws {AppError} "forbidden"; for who may do it in places only, also what is wrong with the place that the input names
 */
export async function authorise(
  { db, person }: Pick<Caller, "db" | "person">,
  access: DeclaredAccess,
  readInput: () => Promise<unknown>,
): Promise<void> {
  if (access === "self") return;
  if (access.unlessSelf !== undefined && isSelf(person, access.unlessSelf, await readInput())) return;

  const { permission: declared } = access;
  const permission = typeof declared === "string" ? declared : permissionIn(declared, await readInput());
  if (isSameEverywhere(person.access)) {
    demand(person, permission, TENANT);
    return;
  }
  const input = await readInput();
  await db.read(person.tenantId, (readers) => ENTRANCES[access.in](readers, person, permission, input ?? {}));
}

type Entrance = (
  readers: Readers,
  person: Person,
  permission: Permission,
  input: unknown,
) => Promise<unknown>;

/** The same functions by which a use case finds its place: each goes by the fields of the input that it names. */
const ENTRANCES = {
  tenant: async (_, person, permission) => demand(person, permission, TENANT),
  /** In whichever place: the answer tells of those alone. */
  somewhere: async (_, person, permission) => demandSomewhere(person, permission, TENANT),
  project: entrance(environmentScope, enterProject),
  "part of the project": entrance(environmentScope, enterPartOfProject),
  "whole project": entrance(environmentScope, enterWholeProject),
  environment: entrance(environmentScope, enterEnvironment),
  /** What the input names, the tenant where it names nothing; a key's home is not meant. */
  "named place": entrance(environmentScope, enterNamedPlace),
  "rollout plan": entrance({ id: rolloutPlanId }, enterRolloutPlan),
  "SDK key": entrance({ id: sdkKeyId }, enterSdkKey),
} as const satisfies Record<string, Entrance>;

export type Where = keyof typeof ENTRANCES;

function entrance<Shape extends z.ZodRawShape>(
  shape: Shape,
  enter: (
    readers: Readers,
    person: Person,
    permission: Permission,
    named: z.output<z.ZodObject<Shape>>,
  ) => Promise<unknown>,
): Entrance {
  const names = z.object(shape);
  return (readers, person, permission, input) => enter(readers, person, permission, parseInput(names, input));
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
