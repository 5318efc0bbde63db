import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Flagsmith, LocalFileHandler } from "flagsmith-nodejs";

/**
 * For the start-up alone (`npm run size`): it takes rules only for segments of identities, and its evaluation is asynchronous.
 *
 * @type {import("../engine/side.ts").Side}
 */
export const side = {
  name: "flagsmith-nodejs",
  write: (toggles) => JSON.stringify(environmentOf(toggles.map(({ key }, at) => featureState(key, at + 1)))),
  contextOf: ({ userId }) => userId,

  async ready(text) {
    const folder = mkdtempSync(join(tmpdir(), "flagsmith-"));
    const file = join(folder, "environment.json");
    writeFileSync(file, text);
    const client = new Flagsmith({ offlineMode: true, offlineHandler: new LocalFileHandler(file) });
    rmSync(folder, { recursive: true });
    return {
      isOn: async (key) => (await client.getEnvironmentFlags()).isFeatureEnabled(key),
      close: () => {},
    };
  },
};

/** @param {readonly object[]} feature_states */
function environmentOf(feature_states) {
  const organisation = { id: 1, name: "bench", feature_analytics: false, stop_serving_flags: false };
  const project = { id: 1, name: "bench", organisation, hide_disabled_flags: false, segments: [] };
  return { id: 1, api_key: "bench", name: "bench", project, feature_states };
}

/**
 * @param {string} name
 * @param {number} id
 */
function featureState(name, id) {
  return { feature: { id, name, type: "STANDARD" }, enabled: true, django_id: id, feature_state_value: null };
}
