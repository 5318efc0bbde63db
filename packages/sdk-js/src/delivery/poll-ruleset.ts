import type { Sent } from "../ruleset/sent.ts";
import { SdkError } from "../sdk-error.ts";
import { MAX_RULESET_BYTES, readText } from "./body.ts";
import { exchange, type StayAlive } from "./exchange.ts";
import { parsedJson } from "./parsed-json.ts";
import { type Refusal, refusalOf } from "./refusal.ts";
import type { Service } from "./service.ts";

export type PollAnswer =
  | { readonly type: "unchanged" }
  | PolledRuleset
  | ({ readonly type: "failed" } & Refusal);

export interface PolledRuleset {
  readonly type: "ruleset";
  readonly ruleset: unknown;
  readonly etag: string | null;
  readonly sent: Sent;
}

/** Asks once for the ruleset, unless it is still one of `etags`. Never rejects. */
export async function pollRuleset(
  service: Service,
  etags: readonly string[],
  signal: AbortSignal,
): Promise<PollAnswer> {
  const headers = {
    accept: "application/json",
    ...(etags.length > 0 ? { "if-none-match": etags.join(", ") } : {}),
  };
  const read = (response: Response, stayAlive: StayAlive) =>
    readAnswer(response, stayAlive, etags.length > 0);
  const exchanged = await exchange(service, { path: "/v1/ruleset", headers, signal }, read);
  return exchanged.ok ? exchanged.value : { type: "failed", error: exchanged.error, askedMs: undefined };
}

async function readAnswer(
  response: Response,
  stayAlive: StayAlive,
  isConditional: boolean,
): Promise<PollAnswer> {
  if (response.status === 304 && isConditional) return { type: "unchanged" };
  if (response.status !== 200) return { type: "failed", ...(await refusalOf(response, stayAlive)) };

  const text = await readText(response, MAX_RULESET_BYTES, stayAlive);
  const ruleset = parsedJson(text);
  if (ruleset === undefined) return { type: "failed", error: notJson(response), askedMs: undefined };
  const { headers } = response;
  const sent = { text, seal: headers.get("burgee-seal") ?? undefined };
  return { type: "ruleset", ruleset, etag: headers.get("etag"), sent };
}

/** The page of a proxy that wants a sign-in, or of another program at this address. */
function notJson({ url, status, headers }: Response): SdkError {
  const message = `${url} answered ${status} ${headers.get("content-type") ?? ""}`.trimEnd();
  return new SdkError("unexpected_answer", `${message}, which is not JSON.`, { status });
}
