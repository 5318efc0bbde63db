/** Our own side: an api process as users run it, with the scenario's toggles. */
import { type Ruleset, readRuleset } from "@burgee/engine";
import { eventually } from "../../test/support/eventually.ts";
import { Installation } from "../../test/support/installation.ts";
import type { Published } from "./handwritten.ts";
import { TOGGLES, type ToggleRule } from "./scenario.ts";

/** No bound is reached, and each is counted. */
const UNREACHED = "999999999";
const BOUNDS = Object.fromEntries(
  ["KEY", "CLIENT", "TENANT", "ADDRESS"].map((what) => [`BURGEE_RATE_${what}`, UNREACHED]),
);

export interface Burgee {
  readonly installation: Installation;
  readonly epoch: string;
  readonly revision: number;
  readonly published: readonly (readonly [string, Published])[];
}

export async function startBurgee(databaseUrl: string): Promise<Burgee> {
  const { API_NODE_OPTIONS: options } = process.env;
  const env = { ...BOUNDS, ...(options === undefined ? {} : { NODE_OPTIONS: options }) };
  const installation = await Installation.start({ databaseUrl, redisUrl: undefined, env });
  let newest = 0;
  for (const { key, rule } of TOGGLES) {
    ({ revision: newest } = await installation.trpc.toggles.create.mutate({
      key,
      default: false,
      ...settingOf(rule),
    }));
  }
  const { epoch, revision, toggles } = await rulesetAt(installation, newest);
  const published = TOGGLES.map(({ key }): readonly [string, Published] => {
    const { version = 0, rules = [], rollout } = toggles[key] ?? {};
    const salt = rollout?.type === "percentage" ? rollout.salt : undefined;
    return [key, { version, ruleIds: rules.map(({ id }) => id), salt }];
  });
  return { installation, epoch, revision, published };
}

function settingOf(rule: ToggleRule) {
  if (rule.kind === "plain") return {};
  if (rule.kind === "percentage") return { rollout: { type: "percentage" as const, value: rule.percent } };
  const ids = rule.ids.map((id) => `'${id}'`).join(", ");
  const conditions = [
    `userId in [${ids}]`,
    "region == 'IN' && plan == 'pro'",
    "semver(appVersion) >= semver('1.35.0')",
  ];
  return { rules: conditions.map((condition) => ({ condition, value: true })) };
}

/** Waits until the newest revision is served, lest the ruleset change under the load. */
function rulesetAt({ url, keys }: Installation, revision: number): Promise<Ruleset> {
  return eventually(
    async () => {
      const answer = await fetch(`${url}/v1/ruleset`, {
        headers: { authorization: `Bearer ${keys.sdkKey}` },
      });
      const read = readRuleset(await answer.json());
      if (!read.ok) throw new Error(read.error.message);
      if (read.ruleset.revision !== revision)
        throw new Error(`The api still serves ${read.ruleset.revision}.`);
      return read.ruleset;
    },
    { timeoutMs: 20_000 },
  );
}
