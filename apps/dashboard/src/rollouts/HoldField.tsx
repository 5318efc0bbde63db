import { Group, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import type { NewStep } from "./plan.ts";
import { HOLD_OF_A_DAY } from "./plan-draft.ts";
import { SpanField } from "./SpanField.tsx";

type NewHold = NonNullable<NewStep["hold"]>;

export interface HoldFieldProps {
  readonly label: string;
  readonly hold: NewHold;
  readonly onChange: (hold: NewHold) => void;
}

const TYPES = [
  { value: "time", label: "for a time" },
  { value: "until", label: "until a moment" },
  { value: "approval", label: "until approved" },
  { value: "sample", label: "for a sample" },
];

/** What must pass before the next step. */
export function HoldField({ label, hold, onChange }: HoldFieldProps) {
  return (
    <Group gap={4} wrap="nowrap">
      <NativeSelect
        aria-label={label}
        size="xs"
        data={TYPES}
        value={hold.type}
        onChange={({ currentTarget }) => onChange(holdOf(currentTarget.value))}
      />
      {hold.type === "time" && (
        <SpanField
          label={`${label}, how long`}
          ms={hold.ms}
          onChange={(ms) => onChange({ type: "time", ms })}
        />
      )}
      {hold.type === "until" && (
        <TextInput
          type="datetime-local"
          aria-label={`${label}, until when`}
          size="xs"
          value={localText(hold.at)}
          onChange={({ currentTarget: { value } }) =>
            value !== "" && onChange({ type: "until", at: new Date(value).toISOString() })
          }
        />
      )}
      {hold.type === "sample" && (
        <NumberInput
          aria-label={`${label}, evaluations`}
          size="xs"
          w={110}
          min={1}
          thousandSeparator=" "
          value={hold.least}
          onChange={(value) => typeof value === "number" && onChange({ type: "sample", least: value })}
        />
      )}
    </Group>
  );
}

function holdOf(type: string): NewHold {
  if (type === "approval") return { type };
  if (type === "sample") return { type, least: 10_000 };
  if (type === "until") return { type, at: new Date(Date.now() + 86_400_000).toISOString() };
  return HOLD_OF_A_DAY;
}

/** As the browser's field has it, on the clock of the page's place. */
function localText(at: string): string {
  const moment = new Date(at);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
