/**
 * JSON in the one form that RFC 8785 gives it, of what `JSON.parse` makes. Who verifies a chain spends much of the time here.
 *
 * - Numbers and texts are written as ECMAScript writes them, which is that form; keys go by their UTF-16 code units.
 * - A member that is undefined is left out, as JSON does. Half of a surrogate pair has no form, and Postgres takes it from nobody.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  return isRecord(value) ? recordJson(value) : JSON.stringify(value);
}

function recordJson(record: Readonly<Record<string, unknown>>): string {
  let members = "";
  for (const key of Object.keys(record).sort()) {
    const member = record[key];
    if (member !== undefined)
      members += `${members === "" ? "" : ","}${quoted(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

/** What needs no escape. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
