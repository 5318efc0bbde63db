/** Which attributes of a resource a directory wants: RFC 7644, section 3.9. `schemas` and `id` come in any case. */
import type { ScimQuery } from "./scim-query.ts";

const ALWAYS = ["schemas", "id"];
const URN = /^urn:ietf:params:scim:schemas:core:2\.0:(user|group):/;

export type Projection = (resource: object) => object;

export function projectionOf({ attributes, excludedAttributes }: ScimQuery): Projection {
  const wanted = namesIn(attributes);
  if (wanted) return (resource) => kept(resource, (name) => ALWAYS.includes(name) || isNamed(wanted, name));
  const unwanted = namesIn(excludedAttributes);
  if (!unwanted) return (resource) => resource;
  return (resource) => kept(resource, (name) => ALWAYS.includes(name) || !unwanted.includes(name));
}

/** Whether an attribute is worth the reading. */
export function isWanted({ attributes, excludedAttributes }: ScimQuery, name: string): boolean {
  const wanted = namesIn(attributes);
  return wanted ? isNamed(wanted, name) : !(namesIn(excludedAttributes) ?? []).includes(name);
}

function namesIn(list: string | undefined): readonly string[] | undefined {
  if (list === undefined || list.trim() === "") return undefined;
  return list.split(",").map((name) => name.trim().toLowerCase().replace(URN, ""));
}

/** A part brings the whole: `name.givenName` is answered with `name`. */
function isNamed(wanted: readonly string[], name: string): boolean {
  return wanted.some((each) => each === name || each.startsWith(`${name}.`));
}

function kept(resource: object, isKept: (name: string) => boolean): object {
  return Object.fromEntries(Object.entries(resource).filter(([name]) => isKept(name.toLowerCase())));
}
