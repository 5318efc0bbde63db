/**
 * The one way to call an address that a user gave us. The address that was looked at is the one that is connected to, so a
 * name that answers differently the second time gains nothing.
 */
import { lookup as systemLookup } from "node:dns";
import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from "node:http";
import { Agent, type RequestOptions, request as secureRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { EgressError } from "./egress-error.ts";
import { isGlobalAddress } from "./is-global-address.ts";

export interface EgressRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends the call early. */
  readonly signal?: AbortSignal;
}

export interface EgressOptions {
  /** Origins that are reached whatever their address is, over plain http too. */
  readonly allow: readonly string[];
  readonly lookup?: LookupFunction;
  /** Until the answer has arrived as a whole. */
  readonly timeoutMs?: number;
  /** Until there is a connection, its TLS too. */
  readonly connectTimeoutMs?: number;
  readonly maxBytes?: number;
  /** What is read of an answer that is larger than that: nothing, unless its beginning will do. */
  readonly oversize?: "refuse" | "cut";
  /** Further certificates to believe, in PEM. */
  readonly ca?: string;
}

export interface Egress {
  /** @throws {EgressError} */
  fetch(url: string | URL, request?: EgressRequest): Promise<Response>;
  /** @throws {EgressError} "refused" for what {@link fetch} would refuse by the address as it is written */
  demandAllowed(url: string | URL): URL;
}

const TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 3_000;
const MAX_BYTES = 64 * 1024;
const PORTS: ReadonlySet<string> = new Set(["", "8443"]);
const EMPTY_STATUS: ReadonlySet<number> = new Set([204, 205, 304]);

export function createEgress({
  allow,
  lookup = systemLookup,
  timeoutMs = TIMEOUT_MS,
  connectTimeoutMs = CONNECT_TIMEOUT_MS,
  maxBytes = MAX_BYTES,
  oversize = "refuse",
  ca,
}: EgressOptions): Egress {
  const allowed = new Set(allow);

  function demandAllowed(given: string | URL): URL {
    if (!URL.canParse(String(given))) throw refused("it is no address");
    const url = new URL(given);
    if (allowed.has(url.origin)) return url;
    if (url.protocol !== "https:") throw refused("only https is called");
    if (url.username !== "" || url.password !== "") throw refused("it carries a user name");
    if (!PORTS.has(url.port)) throw refused("only the ports 443 and 8443 are called");
    const literal = url.hostname.replace(/^\[|\]$/g, "");
    if (isIP(literal) !== 0 && !isGlobalAddress(literal)) throw refused("its host is no public address");
    return url;
  }

  return {
    demandAllowed,
    fetch: async (given, { method = "GET", headers = {}, body, signal } = {}) => {
      const url = demandAllowed(given);
      const bounded = AbortSignal.timeout(timeoutMs);
      const options: RequestOptions = {
        method,
        headers: { ...headers, "accept-encoding": "identity" },
        lookup: allowed.has(url.origin) ? lookup : publicLookup(lookup),
        signal: signal ? AbortSignal.any([signal, bounded]) : bounded,
        ...(ca === undefined ? {} : { ca }),
      };
      try {
        const incoming = await send(url, options, { body, connectTimeoutMs });
        return await readResponse(incoming, { maxBytes, oversize });
      } catch (cause) {
        throw asEgressError(cause, url, bounded.aborted);
      }
    },
  };
}

/** A connection of its own for each call: none outlives the look at its address, and no proxy of the environment is asked. */
function send(
  url: URL,
  options: RequestOptions,
  { body, connectTimeoutMs }: { readonly body: string | undefined; readonly connectTimeoutMs: number },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const isSecure = url.protocol === "https:";
    const request = isSecure
      ? secureRequest(url, { ...options, agent: new Agent() })
      : plainRequest(url, { ...options, agent: new PlainAgent() });
    const timer = setTimeout(() => {
      request.destroy(new EgressError("timed_out", `${url.hostname} took too long to connect.`));
    }, connectTimeoutMs);
    const end = () => clearTimeout(timer);
    request.once("socket", (socket) => socket.once(isSecure ? "secureConnect" : "connect", end));
    request.once("response", resolve).on("error", reject);
    request.once("close", () => {
      end();
      // Of an answer that switches protocols neither is told.
      reject(new Error("The connection ended before an answer."));
    });
    request.end(body);
  });
}

async function readResponse(
  incoming: IncomingMessage,
  { maxBytes, oversize }: Required<Pick<EgressOptions, "maxBytes" | "oversize">>,
): Promise<Response> {
  const { statusCode: status = 0 } = incoming;
  if (status >= 300 && status < 400 && status !== 304) {
    incoming.destroy();
    throw new EgressError("redirected", `The other side redirects (${status}), which is not followed.`);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= maxBytes) {
      chunks.push(bytes);
      continue;
    }
    if (oversize === "refuse") {
      throw new EgressError("too_large", `The answer is larger than ${maxBytes} bytes.`);
    }
    chunks.push(bytes.subarray(0, bytes.length - (size - maxBytes)));
    break;
  }
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(incoming.headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  return new Response(EMPTY_STATUS.has(status) ? null : Buffer.concat(chunks), { status, headers });
}

/** Answers public addresses only; one that is not among several refuses them all. */
function publicLookup(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, found, family) => {
      if (error) return callback(error, found, family);
      const addresses = Array.isArray(found) ? found.map(({ address }) => address) : [found];
      if (addresses.length > 0 && addresses.every(isGlobalAddress)) return callback(null, found, family);
      return callback(refused("its name leads to no public address"), found, family);
    });
  };
}

function refused(reason: string): EgressError {
  return new EgressError("refused", `This address is not called: ${reason}.`);
}

function asEgressError(cause: unknown, { hostname }: URL, isTimeout: boolean): EgressError {
  if (cause instanceof EgressError) return cause;
  if (isTimeout) return new EgressError("timed_out", `${hostname} took too long to answer.`, { cause });
  return new EgressError("unreachable", `${hostname} can't be reached.`, { cause });
}
