import { Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";

export interface PictureWithTableProps {
  /** What both show, such as `Evaluations over time`. */
  readonly label: string;
  /** One sentence that says what the picture shows. */
  readonly summary: ReactNode;
  readonly picture: ReactNode;
  readonly table: ReactNode;
}

/** A picture, the sentence that it comes to, and the same as a table for who would rather read it. */
export function PictureWithTable({ label, summary, picture, table }: PictureWithTableProps) {
  const [view, setView] = useState("picture");
  return (
    <Stack gap="xs">
      <Group justify="space-between" align="center" gap="sm">
        <Text size="sm" c="dimmed" component="div" style={{ flex: "1 1 260px" }}>
          {summary}
        </Text>
        <SegmentedControl
          size="xs"
          aria-label={`How to show: ${label}`}
          value={view}
          onChange={setView}
          data={[
            { value: "picture", label: "Picture" },
            { value: "table", label: "Table" },
          ]}
        />
      </Group>
      {view === "picture" ? picture : table}
    </Stack>
  );
}
