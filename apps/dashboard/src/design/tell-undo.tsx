import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { problemOf } from "../api/problem.ts";

const UNDO_MS = 10_000;

export interface Undoable {
  /** What was done, such as `new-checkout is on in staging`. */
  readonly done: string;
  readonly undo: () => Promise<unknown>;
}

/** Says what was done, and takes it back for who asks within ten seconds. */
export function tellUndo({ done, undo }: Undoable): void {
  const id = notifications.show({
    autoClose: UNDO_MS,
    withBorder: true,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{done}</Text>
        <Button
          size="compact-sm"
          variant="light"
          onClick={() => {
            notifications.hide(id);
            undo().catch(tellProblem);
          }}
        >
          Undo
        </Button>
      </Group>
    ),
  });
}

/** Something was done that needs no answer. */
export function tell(done: string): void {
  notifications.show({ message: done, withBorder: true });
}

/** What was asked did not happen, and why. */
export function tellProblem(error: unknown): void {
  const { title, detail } = problemOf(error);
  notifications.show({ color: "red", title, message: detail, withBorder: true, autoClose: UNDO_MS });
}
