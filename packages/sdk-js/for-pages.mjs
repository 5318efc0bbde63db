/** What a bundle for pages gets in place of the SDK. */
throw new Error(
  "@burgee/sdk is for servers: it holds a server key and whole rulesets, which a page would show to everybody. A page asks POST /v1/evaluate with a client key (bg_cli_…).",
);

// A bundler looks for these before anything runs.
export const createServerClient = undefined;
export const SdkError = undefined;
