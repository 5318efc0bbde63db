import { ActionIcon, Button, Group, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import type { DraftVariant, DraftVariants } from "./variant-draft.ts";

export interface VariantFieldsProps {
  readonly kind: "boolean" | "string" | "number" | "json";
  readonly draft: DraftVariants;
  readonly problem: string | undefined;
  readonly onChange: (draft: DraftVariants) => void;
}

const FEWEST = 1;
const MOST = 50;

/** What the toggle can serve, and which of it while it is on and off. */
export function VariantFields({ kind, draft, problem, onChange }: VariantFieldsProps) {
  const { rows, on, off } = draft;
  const change = (changed: DraftVariant) =>
    onChange({ ...draft, rows: rows.map((row) => (row.id === changed.id ? changed : row)) });
  const remove = (id: number) => {
    const rest = rows.filter((row) => row.id !== id);
    const first = rest[0]?.id ?? 0;
    onChange({ rows: rest, on: on === id ? first : on, off: off === id ? first : off });
  };
  const add = () => {
    const id = Math.max(...rows.map((row) => row.id)) + 1;
    onChange({ ...draft, rows: [...rows, { id, key: `variant-${id + 1}`, value: "" }] });
  };
  const choices = rows.map(({ id, key }) => ({ value: String(id), label: key || "(no key)" }));
  return (
    <Stack gap="xs" role="group" aria-label="Variants">
      <Text size="sm" fw={500}>
        Variants
      </Text>
      {rows.map((row) => (
        <Group key={row.id} gap="xs" wrap="nowrap" align="flex-start">
          <TextInput
            aria-label="Key of the variant"
            w={140}
            value={row.key}
            spellCheck={false}
            onChange={({ currentTarget }) => change({ ...row, key: currentTarget.value })}
          />
          <Textarea
            aria-label={`Value of ${row.key}`}
            flex={1}
            autosize
            minRows={1}
            maxRows={8}
            value={row.value}
            spellCheck={kind === "string"}
            styles={kind === "json" ? { input: { fontFamily: "var(--mantine-font-family-monospace)" } } : {}}
            onChange={({ currentTarget }) => change({ ...row, value: currentTarget.value })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            aria-label={`Remove ${row.key}`}
            disabled={rows.length <= FEWEST}
            onClick={() => remove(row.id)}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      ))}
      {problem !== undefined && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {problem}
        </Text>
      )}
      <Group>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          disabled={rows.length >= MOST}
          onClick={add}
        >
          Add a variant
        </Button>
      </Group>
      <Group grow>
        <Select
          label="Served while it is on"
          data={choices}
          allowDeselect={false}
          value={String(on)}
          onChange={(id) => onChange({ ...draft, on: Number(id) })}
        />
        <Select
          label="Served while it is off"
          data={choices}
          allowDeselect={false}
          value={String(off)}
          onChange={(id) => onChange({ ...draft, off: Number(id) })}
        />
      </Group>
    </Stack>
  );
}
