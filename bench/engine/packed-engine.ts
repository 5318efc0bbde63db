/**
 * The engine as it is published, in the SDK: peers are measured as they are published as well. The module that `BURGEE_PACKED_ENGINE`
 * names, which `npm run bench:engine` packs before it measures.
 */
import { pathToFileURL } from "node:url";

const file = process.env.BURGEE_PACKED_ENGINE;
if (file === undefined) throw new Error("BURGEE_PACKED_ENGINE names no module; npm run bench:engine does.");

const packed: Pick<typeof import("@burgee/engine"), "prepare" | "readRuleset"> &
  Pick<typeof import("@burgee/engine/library"), "library"> = await import(pathToFileURL(file).href);

export const { library, prepare, readRuleset } = packed;
