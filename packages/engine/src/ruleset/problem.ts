/** What is wrong with untrusted JSON, and where. The path is built on the way out, so that good input pays nothing for it. */
export interface Problem {
  readonly message: string;
  readonly path: readonly (string | number)[];
}

export type Check = (json: unknown) => Problem | undefined;

export interface Fields {
  readonly [name: string]: unknown;
}

export function problem(message: string): Problem {
  return { message, path: [] };
}

/** The problem as seen from one level further out. */
export function at(segment: string | number, inner: Problem | undefined): Problem | undefined {
  return inner && { message: inner.message, path: [segment, ...inner.path] };
}

/** Checks every item of a list of at most `max`. */
export function checkList(json: unknown, max: number, check: Check): Problem | undefined {
  if (!Array.isArray(json)) return expected("a list", json);
  if (json.length > max) return tooMany("items", json.length, max);
  for (let index = 0; index < json.length; index++) {
    const found = check(json[index]);
    if (found) return at(index, found);
  }
  return undefined;
}

/** Checks every entry of an object of at most `max`. */
export function checkEntries(
  json: unknown,
  max: number,
  check: (value: unknown, key: string) => Problem | undefined,
): Problem | undefined {
  if (!isObject(json)) return expected("an object", json);
  const keys = Object.keys(json);
  if (keys.length > max) return tooMany("entries", keys.length, max);
  for (const key of keys) {
    const found = check(json[key], key);
    if (found) return at(key, found);
  }
  return undefined;
}

export function tooMany(what: string, count: number, max: number): Problem {
  return problem(`has ${count} ${what}; at most ${max} are read`);
}

export function expected(what: string, found: unknown): Problem {
  return problem(`expected ${what}, found ${describe(found)}`);
}

export function isObject(json: unknown): json is Fields {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function describe(found: unknown): string {
  if (found === undefined) return "nothing";
  if (found === null || typeof found === "boolean" || typeof found === "number") return String(found);
  if (typeof found === "string") return found.length > 40 ? `'${found.slice(0, 40)}…'` : `'${found}'`;
  if (Array.isArray(found)) return "a list";
  return typeof found === "object" ? "an object" : `a ${typeof found}`;
}
