/** How a person of a tenant makes something through the API. */
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { type Browser, dataOf } from "../open-browser.ts";
import type { TestTenant } from "../start-api.ts";

/** Who makes it, and what they say: in every text but keys. */
export interface Maker {
  readonly tenant: TestTenant;
  readonly browser: Browser;
  readonly said: string;
}

/** Where it is made. */
export interface Place {
  readonly project: string;
  readonly environment: string;
  /** Begins every key. */
  readonly mark: string;
}

export const identified = z.object({ id: z.string() });

/** Answers the id of what was made, where it has one. */
export async function make(
  { browser, said }: Pick<Maker, "browser" | "said">,
  procedure: string,
  input: object,
): Promise<string> {
  const answer = await browser.mutate(procedure, input, {
    "x-request-id": `${said}-${procedure}`,
    traceparent: `00-${randomBytes(16).toString("hex")}-b7ad6b7169203331-01`,
  });
  if (answer.status !== 200) throw new Error(`${procedure}: ${answer.status} ${answer.text}`);
  return identified.safeParse(dataOf(answer)).data?.id ?? "";
}
