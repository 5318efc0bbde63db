import type { Outputs } from "../api/trpc.ts";

export type Entry = Outputs["audit"]["list"]["items"][number];

/** Actions whose words are not those of their names. */
const WORDS: Readonly<Record<string, string>> = {
  "toggle.enabled": "switched on",
  "toggle.disabled": "switched off",
  "toggle.created": "created the toggle",
  "toggle.updated": "changed the definition of",
  "toggle.archived": "archived",
  "toggle.expected_end_set": "set the expected end of",
  "setting.updated": "changed the rules of",
  "segment.created": "created the segment",
  "segment.updated": "changed the segment",
  "segment_list.uploaded": "uploaded a list of ids",
  "environment.created": "created the environment",
  "project.created": "created the project",
  "sdk_key.issued": "made a key",
  "sdk_key.rotated": "rotated a key",
  "sdk_key.revoked": "revoked a key",
  "rollout.created": "planned a rollout",
  "rollout.completed": "completed a rollout",
  "sign_in.succeeded": "signed in",
  "sign_in.failed": "failed to sign in",
  "member.joined": "joined",
  "invitation.created": "invited somebody",
};
/** Objects whose last part is an id that says nothing to a reader. */
const NAMED = new Set(["toggle", "segment", "environment", "project", "context-attribute", "role"]);

/** What was done, such as `switched on cart`. */
export function entryWords({ action, object }: Pick<Entry, "action" | "object">): string {
  const parts = object.split("/");
  const done = WORDS[action] ?? action.replaceAll(/[._]/g, " ");
  return NAMED.has(parts[0] ?? "") ? `${done} ${parts.at(-1)}` : done;
}

/** Of what an entry is, for its sign in the strip. */
export function entryKind({ action }: Pick<Entry, "action">): "on" | "off" | "rollout" | "other" {
  if (action === "toggle.enabled") return "on";
  if (action === "toggle.disabled") return "off";
  return action.startsWith("rollout.") ? "rollout" : "other";
}
