const REDACTED = "[redacted]";
const MAX_DEPTH = 8;

const SECRET_NAMES = new Set(["authorization", "proxyauthorization", "cookie", "setcookie", "credentials"]);
const SECRET_ENDINGS = [
  "password",
  "passwd",
  "secret",
  "token",
  "databaseurl",
  "redisurl",
  "connectionstring",
  "apikey",
  "privatekey",
];

/**
 * Secrets by their form, wherever they stand in a line: messages, stacks, nested values.
 * No expression eats half of a quoted text, so a line of JSON stays one; none asks for a word boundary,
 * which the escape in "\nbg_srv_…" would hide.
 */
const SECRET_FORMS: readonly (readonly [RegExp, string])[] = [
  [/(bg_[a-z]+_)[0-9A-Za-z_]+/g, `$1${REDACTED}`],
  [/\b(Bearer|Basic)\s+[0-9A-Za-z._~+/=-]+/gi, `$1 ${REDACTED}`],
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s"\\]+@/gi, `$1${REDACTED}@`],
  [/((?:password|passwd|pwd|secret|token)=)[^\s"\\&;,]+/gi, `$1${REDACTED}`],
  [/("[^"\\]*(?:password|secret|token|authorization|cookie)":)"(?:[^"\\]|\\.)*"/gi, `$1"${REDACTED}"`],
  [/((?:__Host-)?burgee(?:-pending)?=)[^\s"\\;,]+/g, `$1${REDACTED}`],
];

/** Removes what looks like a secret from a finished line of text. */
export function redactText(text: string): string {
  return SECRET_FORMS.reduce((line, [form, replacement]) => line.replace(form, replacement), text);
}

/**
 * Copies a value for the log, without the values of fields whose name says that they are secret.
 * Errors become plain objects at any depth, with their causes. Never throws, and ends for cycles.
 */
export function redactFields(value: object): Record<string, unknown> {
  return copyFields(value, [value]);
}

function copy(value: unknown, ancestors: readonly object[]): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return value;
  if (ancestors.includes(value)) return "[circular]";
  if (ancestors.length >= MAX_DEPTH) return "[too deep]";
  if (value instanceof Date || value instanceof URL) return String(value);

  const path = [...ancestors, value];
  if (Array.isArray(value)) return value.map((item) => copy(item, path));
  if (value instanceof Map) return copyFields(Object.fromEntries(value), path);
  if (!isData(value)) return `[${value.constructor?.name ?? "object"}]`;
  return copyFields(value, path);
}

/** Not so an instance of a class, such as the connection that a database's errors carry: it leads on and on. */
function isData(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || value instanceof Error;
}

function copyFields(value: object, path: readonly object[]): Record<string, unknown> {
  const copied: Record<string, unknown> = {};
  for (const [name, field] of fieldsOf(value)) {
    copied[name] = isSecretName(name) ? REDACTED : copy(field, path);
  }
  return copied;
}

/** An error's own words are not enumerable, and are what the log is read for. */
function fieldsOf(value: object): [string, unknown][] {
  const own = Object.keys(value).map((name): [string, unknown] => [name, fieldOf(value, name)]);
  if (!(value instanceof Error)) return own;

  const words: [string, unknown][] = [
    ["type", value.name],
    ["message", value.message],
    ["stack", value.stack],
  ];
  if (value.cause !== undefined) words.push(["cause", value.cause]);
  if (value instanceof AggregateError) words.push(["errors", value.errors]);
  return [...words, ...own.filter(([name]) => name !== "message" && name !== "stack" && name !== "cause")];
}

function fieldOf(value: object, name: string): unknown {
  try {
    return Reflect.get(value, name);
  } catch {
    return "[unreadable]";
  }
}

function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z]/g, "");
  return SECRET_NAMES.has(plain) || SECRET_ENDINGS.some((ending) => plain.endsWith(ending));
}
