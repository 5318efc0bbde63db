import { type Failure, MALFORMED } from "../values/failure.ts";
import type { Run } from "../values/run.ts";

const BLOCK = /^(.*)\/(0|[1-9]\d{0,2})$/;
const V4 = /^(.*:)?(\d+)\.(\d+)\.(\d+)\.(\d+)$/;
/** An IPv4 address is one of IPv6 below this prefix, as IPv6 maps it. */
const MAPPED = 0xffffn << 32n;
/** Longer texts are neither an address nor a block. */
const MAX_LENGTH = 64;

/**
 * `cidr(ip, block)`: whether the address lies in the block, such as `10.0.0.0/8` or `2001:db8::/32`. An IPv4 address that
 * IPv6 maps (`::ffff:10.0.0.1`) is that IPv4 address; other than that a block of one family holds none of the other.
 */
export function cidr(_run: Run, ip: unknown, block: unknown): boolean | Failure | undefined {
  if (typeof ip !== "string" || typeof block !== "string") return undefined;
  const [, start = "", length = ""] = (block.length > MAX_LENGTH ? null : BLOCK.exec(block)) ?? [];
  const first = parseAddress(start);
  const address = parseAddress(ip);
  const free = BigInt(start.includes(":") ? 128 : 32) - BigInt(length);
  if (first === undefined || address === undefined || free < 0n) return MALFORMED;
  const isSameFamily = isV4(address) === (isV4(first) && free <= 32n);
  return isSameFamily && address >> free === first >> free;
}

function isV4(address: bigint): boolean {
  return address >> 32n === 0xffffn;
}

/** The address as a number of 128 bits. */
function parseAddress(text: string): bigint | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const [, head, ...parts] = V4.exec(text) ?? [];
  if (parts.length === 0) return parseGroups(text.split("::"));
  let v4 = 0n;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    v4 = (v4 << 8n) + BigInt(part);
  }
  if (head === undefined) return MAPPED + v4;
  return parseGroups(`${head}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`.split("::"));
}

/** What stands before and after `::`, or the whole. */
function parseGroups([before = "", after, more]: readonly string[]): bigint | undefined {
  const head = before === "" ? [] : before.split(":");
  const tail = after ? after.split(":") : [];
  const missing = 8 - head.length - tail.length;
  if (more !== undefined || (after === undefined ? missing !== 0 : missing < 1)) return undefined;
  const groups = [...head, ...Array<string>(missing).fill("0"), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return BigInt(`0x${groups.map((group) => group.padStart(4, "0")).join("")}`);
}
