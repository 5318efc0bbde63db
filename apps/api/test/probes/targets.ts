/** What there is to be probed: each procedure and route, with where its input names things of a tenant. */
import type { Declared } from "../declared.ts";
import type { Kind } from "./kinds.ts";
import { leavesOf } from "./leaves.ts";
import { type Bearer, type DeclaredInput, FINDS_NOTHING, NAMED_ALIKE } from "./meanings.ts";
import { PROCEDURE_INPUTS } from "./procedure-inputs.ts";
import { ROUTE_INPUTS } from "./route-inputs.ts";

const DECLARED_INPUTS: Readonly<Record<string, DeclaredInput>> = { ...PROCEDURE_INPUTS, ...ROUTE_INPUTS };

/** Of a body of a protocol that has more than we keep: what is named of it is declared by pointers into it. */
const ANY_BODY = "/body";

export interface Target extends Declared {
  readonly input: DeclaredInput["input"];
  /** By pointer. */
  readonly names: ReadonlyMap<string, Kind>;
  readonly bearers: ReadonlyMap<string, string>;
}

export interface Targets {
  readonly targets: readonly Target[];
  /** A sentence for each procedure, route or field that says too little, or that is no more. */
  readonly undeclared: readonly string[];
}

export function targetsOf(all: readonly Declared[]): Targets {
  const found = all.map(targetOf);
  const known = new Set(all.map(({ name }) => name));
  const gone = Object.keys(DECLARED_INPUTS).filter((name) => !known.has(name));
  return {
    targets: found.map(({ target }) => target),
    undeclared: [
      ...found.flatMap(({ missing }) => missing),
      ...gone.map((name) => `${name}: there is no such procedure or route any more`),
    ],
  };
}

function targetOf(declared: Declared): { readonly target: Target; readonly missing: readonly string[] } {
  const { name } = declared;
  const leaves = takenBy(declared);
  const { input, names: own = {} }: Partial<DeclaredInput> = DECLARED_INPUTS[name] ?? {};
  const meanings = new Map<string, Kind | Bearer>(Object.entries(own));
  const missing: string[] = [];
  const isInAnyBody = (pointer: string) => leaves.includes(ANY_BODY) && pointer.startsWith(`${ANY_BODY}/`);
  const isSaid = (leaf: string) =>
    meanings.has(leaf) || (leaf === ANY_BODY && Object.keys(own).some(isInAnyBody));
  for (const leaf of leaves.filter((each) => !isSaid(each))) {
    const field = leaf.split("/").findLast((part) => part !== "*") ?? "";
    const kind = NAMED_ALIKE[field];
    if (kind) meanings.set(leaf, kind);
    else if (!FINDS_NOTHING.has(field)) missing.push(`${name}: say what ${leaf} names`);
  }
  if (leaves.length > 0 && !input) missing.push(`${name}: give an input that our own tenant may send`);
  for (const pointer of Object.keys(own)) {
    const isOfRequest = pointer.startsWith("/header/") || pointer.startsWith("/query/");
    if (!leaves.includes(pointer) && !isOfRequest && !isInAnyBody(pointer))
      missing.push(`${name}: takes no ${pointer}`);
  }

  const names = new Map<string, Kind>();
  const bearers = new Map<string, string>();
  for (const [pointer, meaning] of meanings) {
    if (typeof meaning === "string") names.set(pointer, meaning);
    else bearers.set(pointer, meaning.bearer);
  }
  return { target: { ...declared, input: input ?? (() => ({})), names, bearers }, missing };
}

/** Of a route: what stands in its path, query and body, as far as it says what they are. */
function takenBy({ path, inputs }: Declared): readonly string[] {
  if (path.startsWith("/trpc/")) return inputs.flatMap(leavesOf);
  const parameters = [...path.matchAll(/:(\w+)/g)].map(([, parameter]) => `/path/${parameter}`);
  const [query, body] = inputs.map(leavesOf);
  const isAnyBody = inputs[1]?.safeParse(Symbol("anything")).success === true;
  return [
    ...parameters,
    ...(query ?? []).map((leaf) => `/query${leaf}`),
    ...(isAnyBody ? [ANY_BODY] : (body ?? []).map((leaf) => `/body${leaf}`)),
  ];
}
