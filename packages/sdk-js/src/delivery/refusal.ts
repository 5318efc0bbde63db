import { SdkError } from "../sdk-error.ts";
import { readText } from "./body.ts";
import type { StayAlive } from "./exchange.ts";
import { parsedJson } from "./parsed-json.ts";

/** The service answered, and not with what was asked for. */
export interface Refusal {
  readonly error: SdkError;
  /** From `Retry-After`. */
  readonly askedMs: number | undefined;
}

const MAX_PROBLEM_BYTES = 16 * 1024;
const LONGEST_DETAIL = 300;

/** Tells what an answer other than the hoped-for means. */
export async function refusalOf(response: Response, stayAlive: StayAlive): Promise<Refusal> {
  const { status } = response;
  const detail = await detailOf(response, stayAlive);
  const unauthorized = status === 401 || status === 403;
  const message = unauthorized
    ? `The service refuses the SDK key (${status})${detail}`
    : `${response.url} answered ${status} ${response.headers.get("content-type") ?? ""}`.trimEnd() + detail;
  return {
    error: new SdkError(unauthorized ? "unauthorized" : "unexpected_answer", message, { status }),
    askedMs: retryAfterMs(response.headers.get("retry-after")),
  };
}

/** The `detail` of a problem document (RFC 9457), where there is one. */
async function detailOf(response: Response, stayAlive: StayAlive): Promise<string> {
  if (!/json/i.test(response.headers.get("content-type") ?? "")) return "";
  try {
    const problem = parsedJson(await readText(response, MAX_PROBLEM_BYTES, stayAlive));
    if (typeof problem !== "object" || problem === null || !("detail" in problem)) return "";
    return typeof problem.detail === "string" ? `: ${problem.detail.slice(0, LONGEST_DETAIL)}` : "";
  } catch {
    return "";
  }
}

/** `Retry-After` in its form of seconds, which is the one the service sends; a date is passed over. */
function retryAfterMs(header: string | null): number | undefined {
  return header !== null && /^[0-9]+$/.test(header) ? Number(header) * 1000 : undefined;
}
