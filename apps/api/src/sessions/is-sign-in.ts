/** Those that anybody may call, and that count guesses or hash. */
const COSTLY = new Set([
  "auth.signIn",
  "auth.signUp",
  "auth.answerSecondFactor",
  "invitations.open",
  "invitations.join",
]);

/** Whether a call of this path under /trpc, or one of a batch's, is such a one. */
export function isSignIn(path: string): boolean {
  return (
    path.startsWith("/trpc/") &&
    decoded(path)
      .split(/[/,]/)
      .some((procedure) => COSTLY.has(procedure))
  );
}

/** A broken escape is refused by who reads it. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return "";
  }
}
