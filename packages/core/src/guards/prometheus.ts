/** Numbers from a Prometheus server, by its HTTP interface: https://prometheus.io/docs/prometheus/latest/querying/api/ */
import { z } from "zod";

/** A call to an address that a person gave; bounded in time and size, and to public addresses. */
export type FetchOutside = (
  url: URL,
  request: { readonly signal: AbortSignal; readonly headers: Readonly<Record<string, string>> },
) => Promise<Response>;

export interface PrometheusServer {
  readonly fetchOutside: FetchOutside;
  readonly url: string;
  /** The header of that name. */
  readonly authorization: Promise<string | undefined>;
}

/** What queries may name, each with a dollar sign before it. */
export interface QueryVariables {
  readonly project: string;
  readonly environment: string;
  readonly toggle: string;
  readonly step: string;
  /** Since the step is judged, as a duration of PromQL. */
  readonly window: string;
}

export type Answer =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly problem: string };

const sample = z.tuple([z.number(), z.string()]);
const answered = z.object({
  status: z.literal("success"),
  data: z.discriminatedUnion("resultType", [
    z.object({ resultType: z.literal("scalar"), result: sample }),
    z.object({ resultType: z.literal("vector"), result: z.array(z.object({ value: sample })).max(10_000) }),
  ]),
});

const TIMEOUT_MS = 5_000;

/** The one number that a query gives now. Never throws: what can't be had is a problem in words. */
export async function askPrometheus(
  { fetchOutside, url: server, authorization }: PrometheusServer,
  query: string,
  variables: QueryVariables,
): Promise<Answer> {
  try {
    const url = new URL(`${server.replace(/\/+$/, "")}/api/v1/query`);
    url.searchParams.set("query", filled(query, variables));
    const shown = await authorization.catch(() => null);
    if (shown === null) return problem("What is shown to Prometheus can't be opened now.");
    const headers = shown === undefined ? {} : { authorization: shown };
    const response = await fetchOutside(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.status !== 200) return problem(`Prometheus answers ${response.status}.`);
    // What is no JSON is not quoted: it may be a page of anybody's.
    const read = answered.safeParse(await response.json().catch(() => undefined));
    return read.success
      ? only(read.data.data)
      : problem("Prometheus gives something else than an instant vector or a scalar.");
  } catch (error) {
    return problem(error instanceof Error ? error.message : "Prometheus can't be asked.");
  }
}

function only(data: z.infer<typeof answered>["data"]): Answer {
  const samples = data.resultType === "scalar" ? [data.result] : data.result.map(({ value }) => value);
  const [found, ...others] = samples;
  if (!found) return problem("The query finds nothing.");
  if (others.length > 0) return problem(`The query gives ${samples.length} series; sum them up to one.`);
  const value = Number(found[1]);
  return Number.isFinite(value)
    ? { ok: true, value }
    : problem(`The query gives ${found[1].slice(0, 20)}, which is no number.`);
}

/** Keys stand in PromQL's texts as they are: none has a quote or a backslash. */
function filled(query: string, variables: QueryVariables): string {
  const values = new Map(Object.entries(variables));
  return query.replace(/\$([a-z]+)/g, (whole, name) => values.get(name) ?? whole);
}

function problem(text: string): Answer {
  return { ok: false, problem: text };
}
