import { parseCondition } from "@burgee/engine/language";
import { Textarea } from "@mantine/core";

export interface ConditionFieldProps {
  readonly value: string;
  readonly onChange: (text: string) => void;
}

/** A condition as text, read by the engine itself while it is written. */
export function ConditionField({ value, onChange }: ConditionFieldProps) {
  const problem = value.trim() === "" ? undefined : problemIn(value);
  return (
    <Textarea
      label="Condition"
      description="Who belongs to it beside those who are listed; empty, nobody does."
      placeholder="plan == 'beta' && region in ['NL', 'BE']"
      autosize
      minRows={2}
      maxRows={12}
      spellCheck={false}
      styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
      error={problem}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

function problemIn(text: string): string | undefined {
  const read = parseCondition(text);
  if (read.ok) return undefined;
  const { message, line, column } = read.error;
  return `Line ${line}, column ${column}: ${message}`;
}
