import { Button, FileButton, Group, List, Stack, Text, Textarea } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useState } from "react";
import { idsIn, type ReadIds } from "./ids-in.ts";

export interface IdListFieldProps {
  readonly label: string;
  readonly description: string;
  /** One id a line. */
  readonly text: string;
  readonly onChange: (text: string) => void;
}

const MOST_REJECTED_SHOWN = 20;
const number = new Intl.NumberFormat("en");

/** A list of ids, written, pasted, or read from a file; with what was left out of it. */
export function IdListField({ label, description, text, onChange }: IdListFieldProps) {
  const [report, setReport] = useState<{ readonly name: string; readonly read: ReadIds }>();
  const current = idsIn(text);
  const upload = async (file: File | null) => {
    if (!file) return;
    const read = idsIn(await file.text());
    setReport({ name: file.name, read });
    onChange([...new Set([...current.ids, ...read.ids])].join("\n"));
  };
  return (
    <Stack gap={6}>
      <Textarea
        label={label}
        description={description}
        autosize
        minRows={3}
        maxRows={10}
        spellCheck={false}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
        value={text}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
      <Group gap="sm">
        <FileButton accept=".csv,.txt,text/csv,text/plain" onChange={(file) => void upload(file)}>
          {(props) => (
            <Button
              {...props}
              size="compact-xs"
              variant="default"
              leftSection={<IconUpload size={12} aria-hidden />}
            >
              Add from a file
            </Button>
          )}
        </FileButton>
        <Text size="xs" c="dimmed">
          {current.ids.length === 1 ? "1 id" : `${number.format(current.ids.length)} ids`}
        </Text>
      </Group>
      {report && (
        <Stack gap={4} role="status">
          <Text size="sm">
            {report.name}: ids taken {number.format(report.read.ids.length)}, once more{" "}
            {number.format(report.read.duplicates)}, rows rejected{" "}
            {number.format(report.read.rejected.length)}.
          </Text>
          <Rejected rows={report.read.rejected} />
        </Stack>
      )}
      {!report && <Rejected rows={current.rejected} />}
    </Stack>
  );
}

function Rejected({ rows }: { readonly rows: ReadIds["rejected"] }) {
  if (rows.length === 0) return null;
  return (
    <List size="xs" aria-label="Rejected rows">
      {rows.slice(0, MOST_REJECTED_SHOWN).map(({ line, text, why }) => (
        <List.Item key={line}>
          Line {line}, <code>{text}</code>: {why}
        </List.Item>
      ))}
      {rows.length > MOST_REJECTED_SHOWN && (
        <List.Item>and {number.format(rows.length - MOST_REJECTED_SHOWN)} more</List.Item>
      )}
    </List>
  );
}
