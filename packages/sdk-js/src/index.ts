export type {
  AttributeValue,
  ErrorCode,
  EvaluationContext,
  Reason,
  Ruleset,
  VariantValue,
} from "@burgee/engine";
export type { Hook } from "./hooks/hook.ts";
export type { Logger } from "./logger.ts";
export type { RulesetChange } from "./ruleset/ruleset-change.ts";
export { SdkError, type SdkErrorCode } from "./sdk-error.ts";
export type { BoundClient, ContextSnapshot } from "./server/bound-client.ts";
export { createServerClient } from "./server/create-server-client.ts";
export type { EvaluationDetail, ValueSource } from "./server/evaluation-detail.ts";
export type { ClientStatus, ReadyResult } from "./server/lifecycle.ts";
export type { ClientEvents, ServerClient } from "./server/server-client.ts";
export type { ServerOptions, UsageSettings } from "./server/server-options.ts";
export type * from "./server/toggle-registry.ts";
export type { RulesetStore } from "./store/ruleset-store.ts";
