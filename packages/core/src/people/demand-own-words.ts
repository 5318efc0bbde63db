import { refuse } from "../errors/invalid-input.ts";

/** What is left of a password once everything that others know of its person is taken out. */
const LEAST_LEFT = 8;
const SHORTEST_KNOWN = 3;

/** @throws {AppError} "invalid_input" for a password that is made of its person's own address or name */
export function demandOwnWords(
  password: string,
  { email, name }: { readonly email: string; readonly name: string },
  pointer = "/password",
): void {
  const known = [email, ...email.split(/[@.+_-]/), name, ...name.split(/\s+/)]
    .map(plain)
    .filter((word) => word.length >= SHORTEST_KNOWN)
    .toSorted((a, b) => b.length - a.length);
  const left = known.reduce((rest, word) => rest.replaceAll(word, ""), plain(password));
  if (left.length >= LEAST_LEFT) return;
  const message = "This is made of your own address or name, which others know too; use other words.";
  throw refuse([{ pointer, code: "password_is_known", message }]);
}

function plain(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s/g, "");
}
