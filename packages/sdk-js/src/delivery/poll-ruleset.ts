import { MAX_RULESET_BYTES, readText } from "./body.ts";
import { exchange, type StayAlive } from "./exchange.ts";
import { type Refusal, refusalOf } from "./refusal.ts";
import type { Service } from "./service.ts";

export type PollAnswer =
  | { readonly type: "unchanged" }
  | { readonly type: "ruleset"; readonly json: string; readonly etag: string | null }
  | ({ readonly type: "failed" } & Refusal);

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
  const exchanged = await exchange(service, { path: "/v1/ruleset", headers, signal }, readAnswer);
  return exchanged.ok ? exchanged.value : { type: "failed", error: exchanged.error, askedMs: undefined };
}

async function readAnswer(response: Response, stayAlive: StayAlive): Promise<PollAnswer> {
  if (response.status === 304) return { type: "unchanged" };
  if (response.status !== 200) return { type: "failed", ...(await refusalOf(response, stayAlive)) };

  const json = await readText(response, MAX_RULESET_BYTES, stayAlive);
  return { type: "ruleset", json, etag: response.headers.get("etag") };
}
