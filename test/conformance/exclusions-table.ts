import type { Exclusion } from "./suite.ts";

/** Excluded cases as a table in Markdown, by suite and reason. */
export function exclusionsTable(excluded: readonly (readonly [suite: string, Exclusion])[]): string {
  const rows = excluded.map(([suite, { name, reason }]) => `| ${suite} | ${cell(name)} | ${reason} |`);
  return ["| suite | case | why it is left out |", "|---|---|---|", ...rows].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
