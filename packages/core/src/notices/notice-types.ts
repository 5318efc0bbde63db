import type { NoticeType } from "@burgee/db";

interface NoticeMeaning {
  /** In a sentence. */
  readonly about: string;
  /** Whether whom it concerns is told by mail, too. */
  readonly mailed: boolean;
}

/** Every type of notice. A new one does not compile until it is here. */
export const NOTICE_TYPES = {
  "toggle.changed": { about: "A toggle was created or changed in an environment.", mailed: false },
  "toggle.archived": { about: "A toggle ended in an environment.", mailed: false },
  "toggle.stale": { about: "A toggle seems to have done its work.", mailed: false },
  "segment.changed": { about: "A segment was created, changed or archived.", mailed: false },
  "rollout.started": { about: "A rollout began.", mailed: false },
  "rollout.step_applied": { about: "A rollout took its next step.", mailed: false },
  "rollout.paused": { about: "A rollout was paused.", mailed: false },
  "rollout.conflict": { about: "A rollout stopped: somebody changed its toggle meanwhile.", mailed: true },
  "rollout.completed": { about: "A rollout reached its last step.", mailed: false },
  "rollout.rolled_back": { about: "A rollout was taken back.", mailed: false },
  "rollout.approval_needed": { about: "A rollout waits for somebody's approval.", mailed: true },
  "rollout.guard_breached": { about: "A rollout's guard found its bound crossed.", mailed: true },
  "rollout.guard_warned": {
    about: "A rollout's guard found its bound crossed, and lets the rollout go on.",
    mailed: true,
  },
  "change.scheduled": { about: "A change was scheduled.", mailed: false },
  "change.failed": { about: "A scheduled change could not be made.", mailed: true },
  "export.ready": { about: "An export is ready.", mailed: true },
  "export.failed": { about: "An export failed.", mailed: true },
  "webhook.disabled": {
    about: "A webhook was disabled, since its endpoint failed for long or is gone.",
    mailed: true,
  },
  "webhook.test": { about: "Somebody tries a webhook out.", mailed: false },
} as const satisfies Readonly<Record<NoticeType, NoticeMeaning>>;
