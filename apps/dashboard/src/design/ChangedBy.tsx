import { Text } from "@mantine/core";
import { useRecentChange } from "../shell/live-store.ts";
import { agoText } from "./TimeAgo.tsx";
import { useNow } from "./use-now.ts";

export interface ChangedByProps {
  /** As the audit trail names it, such as `toggle`. */
  readonly objectKind: string;
  readonly objectKey: string;
  readonly environment?: string;
}

/** `Changed by Ana, 3 seconds ago`, as long as that is news. The row around it flashes by `data-changed`: {@link useRecentChange}. */
export function ChangedBy({ objectKind, objectKey, environment }: ChangedByProps) {
  const change = useRecentChange(objectKind, objectKey, environment);
  const now = useNow();
  if (!change) return null;
  return (
    <Text size="xs" c="dimmed" role="status">
      Changed by {change.actorName ?? "Burgee"}, {agoText(new Date(change.at), now)}
    </Text>
  );
}
