/** From what people wrote to what SDKs evaluate. */
import type { SettingServe, SettingState, SettingVersion } from "@burgee/db";
import type { RulesetToggle, Serve } from "@burgee/engine";
import { variantsServed } from "../settings/variants-served.ts";
import { CompileError, compileCondition } from "./compile-condition.ts";

/** What of a version an SDK gets to know. */
export type Compilable = Pick<
  SettingVersion,
  "state" | "salt" | "kind" | "variants" | "version" | "revision"
> & {
  readonly toggleKey: string;
};

/** @throws {CompileError} when a condition does not parse or a variant is missing */
export function compileToggle(version: Compilable): RulesetToggle {
  const { state, salt, variants } = version;
  const compiled: RulesetToggle = {
    key: version.toggleKey,
    kind: version.kind,
    version: version.version,
    revision: version.revision,
    enabled: state.enabled,
    variants,
    offVariant: state.offVariant,
    ...(state.prerequisites && { prerequisites: state.prerequisites }),
    ...(state.targets && { targets: state.targets }),
    rules: state.rules.map(({ id, condition, serve, salt: own = salt }) => ({
      id,
      condition: compileCondition(`${version.toggleKey}, version ${version.version}`, condition),
      serve: withSalt(serve, own),
    })),
    rollout: state.rollout && withSalt(state.rollout, salt),
    defaultVariant: state.defaultVariant,
  };
  demandVariants(compiled, state);
  return compiled;
}

function withSalt(serve: SettingServe, salt: string): Serve {
  return serve.type === "variant" ? serve : { ...serve, salt };
}

function demandVariants(toggle: RulesetToggle, state: SettingState): void {
  const missing = variantsServed(state).find((variant) => !Object.hasOwn(toggle.variants, variant));
  if (missing !== undefined) {
    throw new CompileError(`${toggle.key}, version ${toggle.version}: there is no variant ${missing}.`);
  }
}
