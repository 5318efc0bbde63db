import { BlockList, isIP } from "node:net";

type Net = readonly [address: string, prefix: number];

/** What IANA's registries call not globally reachable, and what only leads on to such addresses. */
const CLOSED_V4: readonly Net[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];
/** Global unicast; mapped addresses, NAT64 (64:ff9b::), unique local and link-local ones lie outside. */
const OPEN_V6: readonly Net[] = [["2000::", 3]];
/** Protocols' own with Teredo, documentation, 6to4: tunnels carry an IPv4 address of anybody's choice. */
const CLOSED_V6: readonly Net[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

const closedV4 = listOf(CLOSED_V4, "ipv4");
const openV6 = listOf(OPEN_V6, "ipv6");
const closedV6 = listOf(CLOSED_V6, "ipv6");

/** Whether an address is one of the public Internet. What is no address is none. */
export function isGlobalAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !closedV4.check(address, "ipv4");
    case 6:
      return !address.includes("%") && openV6.check(address, "ipv6") && !closedV6.check(address, "ipv6");
    default:
      return false;
  }
}

function listOf(nets: readonly Net[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of nets) list.addSubnet(address, prefix, family);
  return list;
}
