import autocannon from "autocannon";
import { cpuMicrosecondsOf } from "./process-cpu.ts";

/** What is asked of one server, over and over. */
export interface Target {
  readonly url: string;
  readonly method?: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  /** In turns; each a path, and the body that goes with it. */
  readonly asked: readonly { readonly path: string; readonly body?: string }[];
  readonly status: 200 | 304;
  /** Of the server. */
  readonly pid: number;
}

export interface Load {
  /** CPU time of the server a request. */
  readonly microseconds: number;
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
}

const CONNECTIONS = 32;

/** @throws {Error} where an answer is another than it should be */
export async function load(
  { url, method = "GET", headers, asked, status, pid }: Target,
  seconds: number,
): Promise<Load> {
  const from = cpuMicrosecondsOf(pid);
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: seconds,
    requests: asked.map(({ path, body }) => ({
      method,
      path,
      headers,
      ...(body === undefined ? {} : { body }),
    })),
  });
  const spent = cpuMicrosecondsOf(pid) - from;
  const answered = result.statusCodeStats?.[`${status}`]?.count ?? 0;
  if (answered === 0 || answered !== result.requests.total || result.errors > 0) {
    throw new Error(`${url} was to answer ${status}, and did so: ${JSON.stringify(result.statusCodeStats)}`);
  }
  return {
    microseconds: spent / answered,
    requestsPerSecond: answered / result.duration,
    p99Ms: result.latency.p99,
  };
}
