import { Alert, Button, Group, SegmentedControl, Skeleton, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { type Condition, newId, problemsOf, type RowsCondition, toRows, toText } from "./condition.ts";
import type { Known } from "./known.ts";
import { RowEditor } from "./RowEditor.tsx";
import type { Row } from "./rows.ts";

const ExpressionEditor = lazy(async () => ({
  default: (await import("../editor/ExpressionEditor.tsx")).ExpressionEditor,
}));

export interface ConditionEditorProps {
  readonly condition: Condition;
  /** Such as `rule 1`. */
  readonly of: string;
  readonly known: Known;
  readonly onChange: (condition: Condition) => void;
}

/** A condition as rows, or as the expression that they stand for: one and the same, as far as rows go. */
export function ConditionEditor({ condition, of, known, onChange }: ConditionEditorProps) {
  const [refusal, setRefusal] = useState<string>();
  const switchTo = (mode: string) => {
    if (mode === condition.mode) return;
    const switched = condition.mode === "rows" ? toText(condition) : toRows(condition, known.options);
    setRefusal(switched.ok ? undefined : switched.reason);
    if (switched.ok) onChange(switched.condition);
  };
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>
          Who
        </Text>
        <SegmentedControl
          size="xs"
          aria-label={`How the condition of ${of} is edited`}
          data={[
            { value: "rows", label: "Builder" },
            { value: "text", label: "Expression" },
          ]}
          value={condition.mode}
          onChange={switchTo}
        />
      </Group>
      {refusal !== undefined && (
        <Alert
          color="yellow"
          variant="light"
          role="status"
          withCloseButton
          closeButtonLabel="Close"
          onClose={() => setRefusal(undefined)}
          title={
            condition.mode === "text" ? "The builder can't show this, so it stays an expression" : "Not yet"
          }
        >
          {refusal}
        </Alert>
      )}
      {condition.mode === "rows" ? (
        <RowsEditor condition={condition} of={of} known={known} onChange={onChange} />
      ) : (
        <Suspense fallback={<Skeleton height={84} />}>
          <ExpressionEditor
            label={`Expression of ${of}`}
            value={condition.text}
            known={known}
            onChange={(text) => onChange({ mode: "text", text })}
          />
        </Suspense>
      )}
    </Stack>
  );
}

interface RowsEditorProps extends Omit<ConditionEditorProps, "condition"> {
  readonly condition: RowsCondition;
}

function RowsEditor({ condition, of, known, onChange }: RowsEditorProps) {
  const { rows, join } = condition;
  const change = (next: Partial<Pick<RowsCondition, "rows" | "join">>) =>
    onChange({ mode: "rows", rows, join, ...next });
  const problems = problemsOf(condition);
  const isUntouched = condition.source !== undefined;
  return (
    <Stack gap="xs">
      {rows.length === 0 && (
        <Text size="sm" c="dimmed">
          Everyone. Add a condition to narrow it down.
        </Text>
      )}
      {rows.length > 1 && (
        <SegmentedControl
          size="xs"
          w="fit-content"
          aria-label={`Whether all conditions of ${of} must hold`}
          data={[
            { value: "all", label: "All of these hold" },
            { value: "any", label: "Any of these holds" },
          ]}
          value={join}
          onChange={(value) => change({ join: value === "any" ? "any" : "all" })}
        />
      )}
      {rows.map((row, index) => (
        <RowEditor
          key={row.id}
          row={row}
          name={`Condition ${index + 1} of ${of}`}
          known={known}
          onChange={(next) => change({ rows: replaced(rows, next) })}
          onRemove={() => change({ rows: rows.filter(({ id }) => id !== row.id) })}
        />
      ))}
      <Group gap="xs" justify="space-between">
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() =>
            change({ rows: [...rows, { id: newId(), attribute: "", operator: "isOneOf", values: [] }] })
          }
        >
          Add a condition
        </Button>
        {problems.length > 0 && !isUntouched && (
          <Text size="xs" c="dimmed" role="status">
            Still to do: {problems[0]}
          </Text>
        )}
      </Group>
    </Stack>
  );
}

function replaced(rows: readonly Row[], next: Row): readonly Row[] {
  return rows.map((row) => (row.id === next.id ? next : row));
}
