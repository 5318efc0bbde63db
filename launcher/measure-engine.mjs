/** What the engine weighs in a browser: minified by rolldown and gzipped. Ends with 1 where what evaluates is beyond its bound. */
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { inCheckout } from "./checkout.mjs";

/** Bytes of what a browser needs to evaluate. */
const MOST_TO_EVALUATE = 6_144;

const source = inCheckout("packages", "engine", "src");
const evaluates = await weigh("core/index.ts");
const whole = await weigh("evaluation/prepare-whole.ts");
const reader = await weigh("index.ts");
const matches = await weigh("matches/index.ts");
const lists = await weigh("lists/index.ts");

console.log(
  `Engine: ${evaluates} of at most ${MOST_TO_EVALUATE} bytes (with library ${whole}, reader ${reader}, matches ${matches}, lists ${lists})`,
);
if (evaluates > MOST_TO_EVALUATE) process.exitCode = 1;

/** @param {string} entry by its path in the engine's sources */
async function weigh(entry) {
  const bundle = await rolldown({ input: `${source}/${entry}` });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  return gzipSync(output[0].code, { level: 9 }).length;
}
