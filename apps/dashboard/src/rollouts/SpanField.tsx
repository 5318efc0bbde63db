import { Group, NativeSelect, NumberInput } from "@mantine/core";

export interface SpanFieldProps {
  readonly label: string;
  readonly ms: number;
  readonly onChange: (ms: number) => void;
}

const UNITS = [
  { value: "60000", label: "minutes" },
  { value: "3600000", label: "hours" },
  { value: "86400000", label: "days" },
];

/** How long something takes, in the largest unit that says it whole. */
export function SpanField({ label, ms, onChange }: SpanFieldProps) {
  const unit = unitOf(ms);
  return (
    <Group gap={4} wrap="nowrap">
      <NumberInput
        aria-label={label}
        size="xs"
        w={70}
        min={0}
        decimalScale={2}
        value={ms / unit}
        onChange={(value) => typeof value === "number" && onChange(Math.round(value * unit))}
      />
      <NativeSelect
        aria-label={`${label}, unit`}
        size="xs"
        data={UNITS}
        value={String(unit)}
        onChange={({ currentTarget }) => onChange(Math.round((ms / unit) * Number(currentTarget.value)))}
      />
    </Group>
  );
}

function unitOf(ms: number): number {
  const found = UNITS.map(({ value }) => Number(value)).findLast((unit) => ms > 0 && ms % unit === 0);
  return found ?? 60_000;
}
