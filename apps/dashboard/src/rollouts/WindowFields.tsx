import { Checkbox, Chip, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import type { Window } from "./plan.ts";
import { OWN_TIME_ZONE, TIME_ZONES } from "./time-zone.ts";

export interface WindowFieldsProps {
  readonly window: Window | null;
  readonly onChange: (window: Window | null) => void;
}

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const AT_WORK: Window = {
  timeZone: OWN_TIME_ZONE,
  days: ["mon", "tue", "wed", "thu", "fri"],
  from: "09:00",
  to: "17:00",
};

/** In which hours steps may be applied, by the clock of one place. */
export function WindowFields({ window, onChange }: WindowFieldsProps) {
  return (
    <Stack gap="xs">
      <Checkbox
        label="Apply steps only in certain hours"
        checked={window !== null}
        onChange={({ currentTarget }) => onChange(currentTarget.checked ? AT_WORK : null)}
      />
      {window && (
        <Stack gap="xs" pl="lg">
          <Chip.Group
            multiple
            value={[...window.days]}
            onChange={(days) => onChange({ ...window, days: DAYS.filter((day) => days.includes(day)) })}
          >
            <Group gap={6} role="group" aria-label="Days">
              {DAYS.map((day) => (
                <Chip key={day} size="xs" value={day}>
                  {day}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
          <Group gap="xs" align="end">
            <TextInput
              label="From"
              type="time"
              size="xs"
              value={window.from}
              onChange={({ currentTarget }) => onChange({ ...window, from: currentTarget.value })}
            />
            <TextInput
              label="To"
              type="time"
              size="xs"
              value={window.to}
              onChange={({ currentTarget }) => onChange({ ...window, to: currentTarget.value })}
            />
            <NativeSelect
              label="Time zone"
              size="xs"
              data={[...TIME_ZONES]}
              value={window.timeZone}
              onChange={({ currentTarget }) => onChange({ ...window, timeZone: currentTarget.value })}
            />
          </Group>
          {window.days.length === 0 && (
            <Text size="sm" c="var(--mantine-color-error)">
              Name at least one day.
            </Text>
          )}
        </Stack>
      )}
    </Stack>
  );
}
