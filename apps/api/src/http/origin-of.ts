import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import type { Origin } from "@burgee/db";

const LONGEST_USER_AGENT = 256;
/** Of a key of ours, in whatever text somebody put it. */
const KEY = /bg_[a-z]{2,8}_\w+/g;

interface Addressed {
  /** What `addressOf` says. */
  readonly ip?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** Where a request came from, as the audit trail notes it. */
export function originOf({ ip = "", headers }: Addressed): Origin {
  const userAgent = headers["user-agent"];
  return {
    address: addressIn(ip),
    userAgent: userAgent ? userAgent.replace(KEY, "[key]").slice(0, LONGEST_USER_AGENT) : null,
  };
}

/** Without an IPv6 zone, which is of this machine; an IPv4 address in its own form. What is no address is none. */
function addressIn(text: string): string | null {
  const [address = ""] = text.split("%");
  if (!isIP(address)) return null;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return mapped?.[1] ?? address.toLowerCase();
}
