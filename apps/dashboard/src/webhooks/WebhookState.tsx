import { Badge } from "@mantine/core";
import type { Webhook } from "./webhook.ts";

const COLOURS = { active: "green", paused: "gray", disabled: "red" } as const;
const LABELS = { active: "Active", paused: "Paused", disabled: "Disabled" } as const;
const WHY = { gone: "its endpoint is gone", failing: "its endpoint failed for long" } as const;

export function WebhookState({ webhook }: { readonly webhook: Webhook }) {
  const { state, disabledFor, failures } = webhook;
  const why = disabledFor ? `: ${WHY[disabledFor]}` : "";
  const failing = state === "active" && failures > 0 ? `, ${failures} failed in a row` : "";
  return (
    <Badge
      size="sm"
      variant="light"
      color={COLOURS[state]}
      tt="none"
      style={{ whiteSpace: "normal", height: "auto" }}
    >
      {LABELS[state]}
      {why}
      {failing}
    </Badge>
  );
}
