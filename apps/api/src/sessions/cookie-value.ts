/** Our own cookie, whatever other programs of the same host keep in theirs. */
export function cookieValue(name: string, cookieHeader = ""): string | undefined {
  const prefix = `${name}=`;
  const cookie = cookieHeader.split(";").find((each) => each.trim().startsWith(prefix));
  return cookie?.trim().slice(prefix.length) || undefined;
}
