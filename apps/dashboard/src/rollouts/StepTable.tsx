/** The steps of a plan that is written, row by row: the twin of the picture above it. */
import { ActionIcon, Button, Group, NativeSelect, NumberInput, Table, Text, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import type { Dispatch } from "react";
import { ScrolledTable } from "../design/ScrolledTable.tsx";
import { HoldField } from "./HoldField.tsx";
import type { NewStep } from "./plan.ts";
import type { DraftAction, DraftStep } from "./plan-draft.ts";
import { SpanField } from "./SpanField.tsx";
import { shareText } from "./wording.ts";

export interface StepTableProps {
  readonly steps: readonly DraftStep[];
  readonly change: Dispatch<DraftAction>;
}

const MOST_STEPS = 100;

export function StepTable({ steps, change }: StepTableProps) {
  return (
    <>
      <ScrolledTable label="Steps" minWidth={860}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Step</Table.Th>
            <Table.Th>Share</Table.Th>
            <Table.Th>Audience</Table.Th>
            <Table.Th>Stands</Table.Th>
            <Table.Th>
              <Text span size="sm" c="dimmed">
                Order
              </Text>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {steps.map((each, index) => (
            <StepRow
              key={each.id}
              number={index + 1}
              each={each}
              isLast={index === steps.length - 1}
              change={change}
            />
          ))}
        </Table.Tbody>
      </ScrolledTable>
      <Group>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden />}
          disabled={steps.length >= MOST_STEPS}
          onClick={() => change({ type: "add step" })}
        >
          Add a step
        </Button>
      </Group>
    </>
  );
}

interface StepRowProps {
  readonly number: number;
  readonly each: DraftStep;
  readonly isLast: boolean;
  readonly change: Dispatch<DraftAction>;
}

function StepRow({ number, each: { id, step }, isLast, change }: StepRowProps) {
  const name = `Step ${number}`;
  const set = (fields: Partial<NewStep>) => change({ type: "change step", id, step: { ...step, ...fields } });
  return (
    <Table.Tr>
      <Table.Td>{number}</Table.Td>
      <Table.Td>
        <ShareField
          name={name}
          step={step}
          onChange={(next) => change({ type: "change step", id, step: next })}
        />
      </Table.Td>
      <Table.Td>
        <TextInput
          aria-label={`${name}, audience`}
          size="xs"
          placeholder="everybody"
          ff="monospace"
          spellCheck={false}
          value={step.audience ?? ""}
          onChange={({ currentTarget }) => set({ audience: currentTarget.value })}
        />
      </Table.Td>
      <Table.Td>
        <HoldField
          label={`${name}, hold`}
          hold={step.hold ?? { type: "time", ms: 0 }}
          onChange={(hold) => set({ hold })}
        />
      </Table.Td>
      <Table.Td>
        <Group gap={2} wrap="nowrap">
          <RowButton
            label={`Move step ${number} up`}
            isDisabled={number === 1}
            onClick={() => change({ type: "move step", id, by: -1 })}
          >
            <IconArrowUp size={16} />
          </RowButton>
          <RowButton
            label={`Move step ${number} down`}
            isDisabled={isLast}
            onClick={() => change({ type: "move step", id, by: 1 })}
          >
            <IconArrowDown size={16} />
          </RowButton>
          <RowButton
            label={`Remove step ${number}`}
            isDisabled={number === 1 && isLast}
            onClick={() => change({ type: "remove step", id })}
          >
            <IconTrash size={16} />
          </RowButton>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

interface ShareFieldProps {
  readonly name: string;
  readonly step: NewStep;
  readonly onChange: (step: NewStep) => void;
}

/** At once, or growing over a while. A split is written over the API, and only shown here. */
function ShareField({ name, step, onChange }: ShareFieldProps) {
  const { share, ramp, ...rest } = step;
  if (share?.type === "split") return <Text size="sm">{shareText(share)}</Text>;
  const value = ramp?.to ?? share?.value ?? 0;
  const setValue = (to: number) =>
    onChange(
      ramp ? { ...rest, ramp: { ...ramp, to } } : { ...rest, share: { type: "percentage", value: to } },
    );
  return (
    <Group gap={4} wrap="nowrap">
      <NativeSelect
        aria-label={`${name}, how`}
        size="xs"
        data={[
          { value: "share", label: "at once" },
          { value: "ramp", label: "growing" },
        ]}
        value={ramp ? "ramp" : "share"}
        onChange={({ currentTarget }) =>
          onChange(
            currentTarget.value === "ramp"
              ? { ...rest, ramp: { to: value, overMs: 8 * 3_600_000, everyMs: 3_600_000 } }
              : { ...rest, share: { type: "percentage", value } },
          )
        }
      />
      <NumberInput
        aria-label={`${name}, percent`}
        size="xs"
        w={84}
        min={0}
        max={100}
        decimalScale={3}
        suffix=" %"
        value={value}
        onChange={(next) => typeof next === "number" && setValue(next)}
      />
      {ramp && (
        <SpanField
          label={`${name}, over`}
          ms={ramp.overMs}
          onChange={(overMs) =>
            onChange({ ...rest, ramp: { ...ramp, overMs, everyMs: Math.max(1_000, Math.round(overMs / 8)) } })
          }
        />
      )}
    </Group>
  );
}

interface RowButtonProps {
  readonly label: string;
  readonly isDisabled: boolean;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
}

function RowButton({ label, isDisabled, onClick, children }: RowButtonProps) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={26}
      aria-label={label}
      disabled={isDisabled}
      onClick={onClick}
    >
      {children}
    </ActionIcon>
  );
}
