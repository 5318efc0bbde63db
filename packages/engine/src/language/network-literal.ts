/** Whether the text is an IP address, v4 (`10.1.2.3`) or v6 (`2001:db8::1`, `::ffff:10.1.2.3`). */
export function isAddress(text: string): boolean {
  return bitsOf(text) !== undefined;
}

/** Whether the text is a network: an address, `/`, and how many of its first bits count. */
export function isNetwork(text: string): boolean {
  const [, address = "", length = ""] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  return length !== "" && Number(length) <= (bitsOf(address) ?? -1);
}

/** The bits of the address; undefined for what is none. */
function bitsOf(text: string): 32 | 128 | undefined {
  if (text.length > 45) return undefined;
  if (V4.test(text)) return 32;
  return isV6(text) ? 128 : undefined;
}

const OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
const V4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const GROUP = /^[0-9A-Fa-f]{1,4}$/;

/** Eight groups, or fewer where one `::` stands for zeros; the last two may be written as v4. */
function isV6(text: string): boolean {
  const halves = text.split("::").map((half) => (half === "" ? [] : half.split(":")));
  if (halves.length > 2) return false;
  const groups = halves.flat();
  const tail = groups.at(-1) ?? "";
  const isMixed = V4.test(tail) && (halves.at(-1)?.length ?? 0) > 0;
  const plain = isMixed ? groups.slice(0, -1) : groups;
  const count = plain.length + (isMixed ? 2 : 0);
  return plain.every((group) => GROUP.test(group)) && (halves.length === 2 ? count < 8 : count === 8);
}
