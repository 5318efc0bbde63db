import { Button, Group, Paper, Text } from "@mantine/core";
import { Allowed } from "../../design/Allowed.tsx";
import { KeyboardHint } from "../../design/KeyboardHint.tsx";

export interface ReviewBarProps {
  readonly count: number;
  readonly isStale: boolean;
  readonly onDiscard: () => void;
  readonly onReview: () => void;
}

/** Stands at the bottom as long as there is something to be saved. */
export function ReviewBar({ count, isStale, onDiscard, onReview }: ReviewBarProps) {
  return (
    <Paper
      withBorder
      shadow="md"
      p="sm"
      role="region"
      aria-label="Unsaved changes"
      style={{ position: "sticky", bottom: 8, zIndex: 10 }}
    >
      <Group justify="space-between" gap="sm">
        <Text fw={600} role="status">
          {count} unsaved {count === 1 ? "change" : "changes"}
        </Text>
        <Group gap="sm">
          <Button variant="default" onClick={onDiscard}>
            Discard
          </Button>
          <Allowed permission="toggle.write">
            <Button onClick={onReview} rightSection={<KeyboardHint keys="Mod+S" />}>
              {isStale ? "Resolve and review" : "Review"}
            </Button>
          </Allowed>
        </Group>
      </Group>
    </Paper>
  );
}
