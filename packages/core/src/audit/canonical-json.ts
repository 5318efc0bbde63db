/**
 * JSON in the one form that RFC 8785 gives it, of what `JSON.parse` makes. Who verifies a chain spends much of the time here.
 *
 * - Numbers and texts are written as ECMAScript writes them, which is that form; keys go by their UTF-16 code units.
 * - A member that is undefined is left out, as JSON does. Half of a surrogate pair has no form, and Postgres takes it from nobody.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case "string":
      return quoted(value);
    case "number":
      return String(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      if (Array.isArray(value)) return arrayJson(value);
      return isRecord(value) ? recordJson(value) : "null";
    default:
      return JSON.stringify(value);
  }
}

function arrayJson(items: readonly unknown[]): string {
  let text = "";
  for (const item of items) text += (text === "" ? "" : ",") + canonicalJson(item);
  return `[${text}]`;
}

function recordJson(record: Readonly<Record<string, unknown>>): string {
  let text = "";
  for (const key of inOrder(Object.keys(record))) {
    const member = record[key];
    if (member === undefined) continue;
    text += `${(text === "" ? "" : ",") + quoted(key)}:`;
    text += canonicalJson(member);
  }
  return `{${text}}`;
}

/** What needs no escape. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** By insertion, in place: keys are few and mostly in order, and `sort` costs three times as much for them. */
function inOrder(keys: string[]): readonly string[] {
  if (keys.length > FEW) return keys.sort();
  for (let index = 1; index < keys.length; index++) {
    const key = keys[index] ?? "";
    let place = index;
    for (let before = keys[place - 1]; before !== undefined && before > key; before = keys[place - 1]) {
      keys[place] = before;
      place -= 1;
    }
    keys[place] = key;
  }
  return keys;
}

const FEW = 20;

function isRecord(value: object | null): value is Readonly<Record<string, unknown>> {
  return value !== null;
}
