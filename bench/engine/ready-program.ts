/** Run by programs.ts with --expose-gc in a process of its own: CPU time from a text to the first answer, in microseconds. */
import { readFileSync } from "node:fs";
import { cpuMicroseconds } from "./cpu-time.ts";
import { loadSide } from "./sides.ts";
import { attributes } from "./toggles.ts";

const [id = "", file = "", key = ""] = process.argv.slice(2);
const side = await loadSide(id);
const text = readFileSync(file, "utf8");
const [first] = attributes;
if (!first) throw new Error("no context");
const context = side.contextOf(first);

// What loading left behind is not this text's to collect.
globalThis.gc?.();
const from = cpuMicroseconds();
const ready = await side.ready(text);
await ready.isOn(key, context);
const took = cpuMicroseconds() - from;

ready.close();
process.stdout.write(String(took), () => process.exit(0));
