/**
 * Whether `text` is an address of one of these kinds, such as `postgres://user:password@host:5432/database`, as every program of ours
 * understands it.
 *
 * A "#", "?" or "/" of a password that was not encoded ends the host too early; what follows then holds the "@".
 *
 * @param {string} text
 * @param {readonly string[]} protocols such as "postgres:"
 */
export function isAddress(text, protocols) {
  const url = parse(text);
  if (url === undefined || !protocols.includes(url.protocol) || url.hash !== "") return false;
  return (
    !`${url.pathname}${url.search}`.includes("@") && isDecodable(url.username) && isDecodable(url.password)
  );
}

/** The part of an address that may be shown: where it leads. */
export function placeOf(/** @type {string} */ address) {
  return parse(address)?.host || "a local socket";
}

/** A host as it stands in an address: a colon of its own needs brackets. */
export function hostInAddress(/** @type {string} */ host) {
  return host.includes(":") ? `[${host}]` : host;
}

/** PostgreSQL's addresses may leave the host out, also after a user. */
function parse(/** @type {string} */ text) {
  if (/\s/.test(text)) return undefined;
  if (URL.canParse(text)) return new URL(text);
  const withHost = text.replace("@/", "@localhost/");
  return URL.canParse(withHost) ? new URL(withHost) : undefined;
}

function isDecodable(/** @type {string} */ text) {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
