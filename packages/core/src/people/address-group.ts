import { isIPv4, isIPv6 } from "node:net";

/** Of an IPv6 address: what a provider gives to one customer. */
const PREFIX_GROUPS = 4;
const GROUPS = 8;

/**
 * Which addresses count as one: an IPv4 address by itself, of IPv6 a network of 64 bits, whose holder has as many
 * addresses as they like. What is no address at all counts as one too.
 */
export function addressGroup(address: string | undefined): string {
  const [bare = ""] = (address ?? "").split("%");
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare)) return "unknown";
  const groups = groupsOf(bare);
  return mappedIn(groups) ?? `${groups.slice(0, PREFIX_GROUPS).join(":")}::/64`;
}

/** The IPv4 address in `::ffff:203.0.113.7`, which is how a socket for both kinds names it. */
function mappedIn(groups: readonly string[]): string | undefined {
  if (groups.slice(0, 6).join(":") !== "0:0:0:0:0:ffff") return undefined;
  const [high = 0, low = 0] = groups.slice(6).map((group) => Number.parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

function groupsOf(address: string): readonly string[] {
  const { hostname } = new URL(`http://[${address}]/`);
  const [head = "", tail] = hostname.slice(1, -1).split("::");
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const between = Array.from({ length: GROUPS - first.length - last.length }, () => "0");
  return [...first, ...between, ...last];
}
