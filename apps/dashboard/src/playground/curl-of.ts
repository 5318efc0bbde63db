import type { EvaluationContext } from "@burgee/engine";

export interface Asked {
  readonly origin: string;
  readonly project: string;
  readonly environment: string;
  readonly toggle: string;
  readonly context: EvaluationContext;
}

/** The same question for a terminal; the key is the reader's own. */
export function curlOf({ origin, project, environment, toggle, context }: Asked): string {
  const query = new URLSearchParams({ project, environment, explain: "true" });
  const body = JSON.stringify({ context, toggles: [toggle] });
  return [
    `curl -s ${quoted(`${origin}/v1/evaluate?${query}`)}`,
    `-H "Authorization: Bearer $BURGEE_KEY"`,
    `-H "Content-Type: application/json"`,
    `-d ${quoted(body)}`,
  ].join(" \\\n  ");
}

/** For a shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
