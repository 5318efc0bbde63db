/** The pages that have a picture each: a new screen adds itself here. */
export interface PicturedPage {
  /** Of its files. */
  readonly name: string;
  readonly path: string;
  readonly isSignedOut?: boolean;
}

export const PAGES: readonly PicturedPage[] = [
  { name: "sign-in", path: "/sign-in", isSignedOut: true },
  { name: "sign-up", path: "/sign-up", isSignedOut: true },
  { name: "tenant-home", path: "/t/acme" },
  { name: "connect", path: "/t/acme/p/web/connect?env=staging" },
  { name: "projects", path: "/t/acme/projects" },
  { name: "toggles", path: "/t/acme/p/web/toggles?env=production" },
  { name: "new-toggle", path: "/t/acme/p/web/new-toggle" },
  { name: "targeting", path: "/t/acme/p/web/toggles/search_ranking/targeting?env=production" },
  { name: "variants", path: "/t/acme/p/web/toggles/search_ranking/variants?env=production" },
  { name: "rollout", path: "/t/acme/p/web/toggles/search_ranking/rollout?env=staging" },
  { name: "toggle-environments", path: "/t/acme/p/web/toggles/search_ranking/environments" },
  { name: "insights", path: "/t/acme/p/web/toggles/search_ranking/insights?env=production" },
  { name: "history", path: "/t/acme/p/web/toggles/search_ranking/history?env=production" },
  { name: "toggle-settings", path: "/t/acme/p/web/toggles/search_ranking/settings" },
  { name: "segments", path: "/t/acme/p/web/segments" },
  { name: "lifecycle", path: "/t/acme/p/web/lifecycle" },
  { name: "compare", path: "/t/acme/p/web/compare" },
  { name: "playground", path: "/t/acme/p/web/playground?env=production" },
  { name: "environments", path: "/t/acme/p/web/settings/environments" },
  { name: "sdk-keys", path: "/t/acme/p/web/settings/keys" },
  { name: "webhooks", path: "/t/acme/p/web/settings/webhooks" },
  { name: "context", path: "/t/acme/p/web/settings/context" },
  { name: "audit", path: "/t/acme/audit" },
  { name: "jobs", path: "/t/acme/jobs" },
  { name: "members", path: "/t/acme/settings/members" },
  { name: "roles", path: "/t/acme/settings/roles" },
  { name: "access", path: "/t/acme/settings/access" },
  { name: "single-sign-on", path: "/t/acme/settings/single-sign-on" },
  { name: "account", path: "/account" },
  { name: "account-security", path: "/account/security" },
  { name: "account-keys", path: "/account/keys" },
  { name: "account-appearance", path: "/account/appearance" },
  { name: "not-found", path: "/nothing-here" },
];
