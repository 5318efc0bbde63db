const MOST_CHARACTERS = 128;

/** The key that a name suggests: `New checkout (2027)!` makes `new-checkout-2027`. Empty where nothing of it can stand in a key. */
export function keyFromName(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, "-")
    .replace(/^[-._]+/, "")
    .slice(0, MOST_CHARACTERS)
    .replace(/[-._]+$/, "");
}

const MOST_ENTITY_CHARACTERS = 64;

/** The same for a project or an environment, whose keys have no dots. */
export function entityKeyFromName(name: string): string {
  return keyFromName(name).replaceAll(".", "-").slice(0, MOST_ENTITY_CHARACTERS).replace(/-+$/, "");
}
