import type { ExpressionSide, Side } from "./side.ts";

const OURS: Readonly<Record<string, string>> = {
  burgee: "./burgee.ts",
  handwritten: "./handwritten.ts",
  "closure-compiler": "./closure-compiler.ts",
};
const PEERS = ["unleash", "growthbook", "flagd", "featurevisor", "launchdarkly", "configcat"];
const EXPRESSION_PEERS = ["cel-js", "bufbuild-cel"];

/** Loads one side. Peers lie in a folder of their own, with packages of their own. */
export async function loadSide(id: string): Promise<Side> {
  return (await import(OURS[id] ?? `../peers/${id}.mjs`)).side;
}

/** Ours and the yardstick, by id: what a toggle's evaluation is measured against first. */
export async function loadSides(ids: readonly string[]): Promise<Map<string, Side>> {
  const sides = new Map<string, Side>();
  for (const id of ids) sides.set(id, await loadSide(id));
  return sides;
}

/** The peers that load; one that does not is told of, and left out. */
export async function loadPeers(): Promise<Map<string, Side>> {
  const sides = new Map<string, Side>();
  for (const id of PEERS) await orTell(id, async () => sides.set(id, await loadSide(id)));
  return sides;
}

export async function loadExpressionPeers(): Promise<readonly ExpressionSide[]> {
  const sides: ExpressionSide[] = [];
  for (const id of EXPRESSION_PEERS) {
    await orTell(id, async () => sides.push((await import(`../peers/${id}.mjs`)).side));
  }
  return sides;
}

async function orTell(id: string, load: () => Promise<unknown>): Promise<void> {
  try {
    await load();
  } catch (error) {
    console.log(`  left out: ${id} (${error instanceof Error ? error.message.split("\n")[0] : error})`);
  }
}
