import { Button, Group, Modal, Progress, ScrollArea, Table, Text } from "@mantine/core";
import type { ItemResult } from "./run-each.ts";

export interface ItemResultsProps {
  readonly title: string;
  /** What the items are, such as `Toggle`. */
  readonly what: string;
  /** Undefined where nothing was begun. */
  readonly results: readonly ItemResult[] | undefined;
  readonly onClose: () => void;
}

const SAID = { waiting: "Waiting", done: "Done", failed: "Not done" } as const;

/** What came of each of many, as it comes. */
export function ItemResults({ title, what, results, onClose }: ItemResultsProps) {
  if (!results) return null;
  const settled = results.filter(({ state }) => state !== "waiting").length;
  const failed = results.filter(({ state }) => state === "failed").length;
  const isOver = settled === results.length;
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size="lg"
      withCloseButton={isOver}
      closeOnEscape={isOver}
      closeOnClickOutside={isOver}
    >
      <Progress value={(settled / results.length) * 100} aria-label="Done so far" mb="xs" />
      <Text size="sm" role="status" mb="sm">
        {isOver
          ? `${results.length - failed} of ${results.length} done${failed > 0 ? `, ${failed} not` : ""}.`
          : `${settled} of ${results.length}…`}
      </Text>
      <ScrollArea.Autosize mah={360} viewportProps={{ tabIndex: 0, "aria-label": "What came of each" }}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{what}</Table.Th>
              <Table.Th>Result</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {results.map(({ item, state, reason }) => (
              <Table.Tr key={item}>
                <Table.Td style={{ overflowWrap: "anywhere" }}>{item}</Table.Td>
                <Table.Td>
                  <Text size="sm" c={state === "failed" ? "var(--mantine-color-error)" : undefined}>
                    {SAID[state]}
                    {reason !== undefined && `: ${reason}`}
                  </Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
      <Group justify="flex-end" mt="md">
        <Button onClick={onClose} disabled={!isOver}>
          Close
        </Button>
      </Group>
    </Modal>
  );
}
