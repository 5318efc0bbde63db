import { isIPv4, isIPv6 } from "node:net";

/** Of an IPv6 address: what a provider gives to one customer. */
const PREFIX_GROUPS = 4;
const GROUPS = 8;
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * Which addresses count as one: an IPv4 address by itself, of IPv6 a network of 64 bits, whose holder has as many
 * addresses as they like. What is no address at all counts as one too.
 */
export function addressGroup(address: string | undefined): string {
  const [bare = ""] = (address ?? "").split("%");
  const mapped = MAPPED.exec(bare)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  if (isIPv4(bare)) return bare;
  return isIPv6(bare) ? `${groupsOf(bare).slice(0, PREFIX_GROUPS).join(":")}::/64` : "unknown";
}

function groupsOf(address: string): readonly string[] {
  const { hostname } = new URL(`http://[${address}]/`);
  const [head = "", tail] = hostname.slice(1, -1).split("::");
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const between = Array.from({ length: GROUPS - first.length - last.length }, () => "0");
  return [...first, ...between, ...last];
}
