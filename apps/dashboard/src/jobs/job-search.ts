export const JOB_STATUSES = ["waiting", "running", "succeeded", "failed", "cancelled"] as const;
