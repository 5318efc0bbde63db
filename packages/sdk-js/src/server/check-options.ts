import type { ServerOptions } from "./server-options.ts";

interface Form {
  readonly must: string;
  readonly accepts: (value: unknown) => boolean;
}

const MODES = ["stream", "poll", "manual", "offline"];

/** Which form each option has. A bootstrap is checked as the ruleset that it is. */
const FORMS: Readonly<Record<keyof ServerOptions, Form>> = {
  baseUrl: { must: "a text or a URL", accepts: (value) => isText(value) || value instanceof URL },
  sdkKey: { must: "a text", accepts: isText },
  mode: { must: `one of ${MODES.join(", ")}`, accepts: (value) => isText(value) && MODES.includes(value) },
  pollIntervalMs: { must: "a number", accepts: isNumber },
  readyTimeoutMs: { must: "a number", accepts: isNumber },
  logger: { must: "a logger or false", accepts: (value) => value === false || isObject(value) },
  fetch: { must: "a function", accepts: (value) => typeof value === "function" },
  bootstrap: { must: "a ruleset", accepts: () => true },
  hooks: { must: "a list of hooks, each an object with a name", accepts: isHooks },
  usage: {
    must: "false, or an object with a number flushIntervalMs and a list of texts privateAttributes",
    accepts: isUsage,
  },
  verifyKey: {
    must: "a key, ed25519.…, or a list of keys",
    accepts: (value) => keysIn(value).length > 0 && keysIn(value).every(isVerifyKey),
  },
  store: { must: "a store, with load and save", accepts: isStore },
};

/** Options of the right form, and what is wrong with the first that has another. */
export interface CheckedOptions {
  readonly given: ServerOptions;
  readonly problem: string | undefined;
}

/** Keeps of what a program gave, which may be untyped, the options that can be used. `null` counts as left out. */
export function checkOptions(options: unknown): CheckedOptions {
  if (!isObject(options))
    return { given: {}, problem: `The options must be an object, not ${kindOf(options)}.` };

  const given: Record<string, unknown> = {};
  let problem: string | undefined;
  for (const [name, { must, accepts }] of Object.entries(FORMS)) {
    const value = fieldOf(options, name);
    if (value === undefined || value === null) continue;
    if (accepts(value)) given[name] = value;
    else problem ??= `\`${name}\` must be ${must}, not ${kindOf(value)}.`;
  }
  return { given: given as ServerOptions, problem };
}

/** What a getter that throws stands for is no option of any form. */
function fieldOf(options: object, name: string): unknown {
  try {
    return Reflect.get(options, name);
  } catch {
    return Symbol(name);
  }
}

/** Never the value itself, which may be a key. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  return isObject(value) ? "an object" : `a ${typeof value}`;
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** A mistake in what must not leave is none to pass over. */
function isUsage(value: unknown): boolean {
  if (value === false) return true;
  if (!isObject(value)) return false;
  const interval = fieldOf(value, "flushIntervalMs") ?? 0;
  const attributes = fieldOf(value, "privateAttributes") ?? [];
  return isNumber(interval) && Array.isArray(attributes) && attributes.every(isText);
}

function isHooks(value: unknown): boolean {
  return Array.isArray(value) && value.every((hook) => isObject(hook) && isText(fieldOf(hook, "name")));
}

function isStore(value: unknown): boolean {
  return isObject(value) && ["load", "save"].every((name) => typeof fieldOf(value, name) === "function");
}

/** A mistake here must not open what it should close: an empty list is no pin. */
function keysIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isVerifyKey(value: unknown): boolean {
  return isText(value) && /^ed25519\.[\w-]{36}\.[\w-]{43}$/.test(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}
