/** Permissions as they stand together, by what they are about. */

const WORDS: Readonly<Record<string, string>> = {
  toggle: "Toggles",
  segment: "Segments",
  context_attribute: "Context attributes",
  rollout: "Rollout plans",
  project: "Projects",
  environment: "Environments",
  sdk_key: "SDK keys",
  webhook: "Webhooks",
  audit: "Audit log",
  usage: "Usage",
  job: "Jobs",
  member: "Members",
  role: "Roles",
  owner: "Owners",
  tenant: "The tenant",
  single_sign_on: "Single sign-on",
  scim: "Directory",
};

/** `Toggles: write`. */
export function permissionText(permission: string): string {
  const [about = "", what = ""] = permission.split(".");
  return `${WORDS[about] ?? about}: ${what}`;
}
