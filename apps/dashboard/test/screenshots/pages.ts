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
  { name: "account", path: "/account" },
  { name: "account-security", path: "/account/security" },
  { name: "account-keys", path: "/account/keys" },
  { name: "account-appearance", path: "/account/appearance" },
  { name: "not-found", path: "/nothing-here" },
];
