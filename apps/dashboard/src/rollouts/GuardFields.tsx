/** What is watched at each step, and what happens on a breach. */
import {
  ActionIcon,
  Button,
  Group,
  NativeSelect,
  NumberInput,
  Paper,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { IconShieldPlus, IconTrash } from "@tabler/icons-react";
import type { Dispatch } from "react";
import type { NewGuard } from "./plan.ts";
import type { DraftAction, DraftGuard } from "./plan-draft.ts";
import { guardText } from "./wording.ts";

export interface GuardFieldsProps {
  readonly guards: readonly DraftGuard[];
  readonly change: Dispatch<DraftAction>;
}

const MOST_GUARDS = 10;

export function GuardFields({ guards, change }: GuardFieldsProps) {
  return (
    <Stack gap="sm">
      {guards.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing is watched: the plan goes on by its holds alone.
        </Text>
      )}
      {guards.map((each) => (
        <GuardCard key={each.id} each={each} change={change} />
      ))}
      <Group>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconShieldPlus size={14} aria-hidden />}
          disabled={guards.length >= MOST_GUARDS}
          onClick={() => change({ type: "add guard" })}
        >
          Add a guard
        </Button>
      </Group>
    </Stack>
  );
}

interface GuardCardProps {
  readonly each: DraftGuard;
  readonly change: Dispatch<DraftAction>;
}

function GuardCard({ each: { id, guard }, change }: GuardCardProps) {
  const set = (next: NewGuard) => change({ type: "change guard", id, guard: next });
  return (
    <Paper withBorder p="sm" component="fieldset">
      <Group justify="space-between" mb="xs">
        <Text component="legend" size="sm" fw={600}>
          Guard {guard.key}
        </Text>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={26}
          aria-label={`Remove the guard ${guard.key}`}
          onClick={() => change({ type: "remove guard", id })}
        >
          <IconTrash size={16} />
        </ActionIcon>
      </Group>
      {"url" in guard.metric ? (
        <Text size="sm">{guardText(guard)}</Text>
      ) : (
        <EventFields guard={guard} onChange={set} />
      )}
    </Paper>
  );
}

interface FieldsProps {
  readonly guard: NewGuard;
  readonly onChange: (guard: NewGuard) => void;
}

const METRICS = [
  { value: "error_rate", label: "Error rate" },
  { value: "event_rate", label: "Rate of an event" },
  { value: "latency", label: "Latency" },
];
const ON_BREACH = [
  { value: "hold", label: "Pause the plan" },
  { value: "roll_back", label: "Roll back" },
  { value: "warn", label: "Only warn" },
];

/** Of events that programs track. Prometheus is asked by plans that are made over the API. */
function EventFields({ guard, onChange }: FieldsProps) {
  const { metric } = guard;
  if ("url" in metric) return null;
  const bound = boundOf(guard);
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
      <TextInput
        label="Key"
        size="xs"
        value={guard.key}
        onChange={({ currentTarget }) => onChange({ ...guard, key: currentTarget.value })}
      />
      <NativeSelect
        label="Metric"
        size="xs"
        data={METRICS}
        value={metric.type}
        onChange={({ currentTarget }) => onChange(withMetric(guard, currentTarget.value))}
      />
      <TextInput
        label={metric.type === "latency" ? "Event with the latency as its value" : "Event that is counted"}
        size="xs"
        placeholder="payment_failed"
        value={metric.event}
        onChange={({ currentTarget }) =>
          onChange({ ...guard, metric: { ...metric, event: currentTarget.value } })
        }
      />
      {metric.type !== "latency" && (
        <TextInput
          label="Of those who had the event"
          size="xs"
          placeholder="checkout_opened"
          value={metric.exposure}
          onChange={({ currentTarget }) =>
            onChange({ ...guard, metric: { ...metric, exposure: currentTarget.value } })
          }
        />
      )}
      <NativeSelect
        label="Bound"
        size="xs"
        data={BOUNDS[metric.type]}
        value={bound.name}
        onChange={({ currentTarget }) =>
          onChange(withBound(guard, currentTarget.value, FIRST[currentTarget.value] ?? 1))
        }
      />
      <NumberInput
        label="At that"
        size="xs"
        min={0}
        decimalScale={3}
        value={bound.value}
        onChange={(value) => typeof value === "number" && onChange(withBound(guard, bound.name, value))}
      />
      <NumberInput
        label="Least users in each arm"
        size="xs"
        min={10}
        thousandSeparator=" "
        value={guard.leastSample}
        onChange={(value) => typeof value === "number" && onChange({ ...guard, leastSample: value })}
      />
      <NativeSelect
        label="On a breach"
        size="xs"
        data={ON_BREACH}
        value={guard.onBreach ?? "hold"}
        onChange={({ currentTarget }) => onChange({ ...guard, onBreach: breachOf(currentTarget.value) })}
      />
    </SimpleGrid>
  );
}

const CONTROL_MOST = { value: "atMostTimesControl", label: "at most … times control" };
const PERCENT_MOST = { value: "atMostPercent", label: "at most … percent" };
const CONTROL_LEAST = { value: "atLeastTimesControl", label: "at least … times control" };
const VALUE_MOST = { value: "atMostValue", label: "at most the value" };
const BOUNDS = {
  error_rate: [CONTROL_MOST, PERCENT_MOST],
  event_rate: [CONTROL_LEAST, CONTROL_MOST, PERCENT_MOST],
  latency: [CONTROL_MOST, VALUE_MOST],
};
const FIRST: Readonly<Record<string, number>> = {
  atMostTimesControl: 1.2,
  atMostPercent: 5,
  atLeastTimesControl: 0.9,
  atMostValue: 500,
};

function boundOf(guard: NewGuard): { readonly name: string; readonly value: number } {
  const { atMostPercent, atMostTimesControl, atMostValue, atLeastTimesControl } = guard;
  const given = Object.entries({ atMostTimesControl, atMostPercent, atMostValue, atLeastTimesControl });
  const [name, value] = given.find(([, each]) => each !== undefined) ?? ["atMostTimesControl", 1.2];
  return { name, value: value ?? 1 };
}

function withBound(guard: NewGuard, name: string, value: number): NewGuard {
  const { atMostPercent, atMostTimesControl, atMostValue, atLeastTimesControl, ...rest } = guard;
  return { ...rest, [name]: value };
}

function withMetric(guard: NewGuard, type: string): NewGuard {
  const event = "event" in guard.metric ? guard.metric.event : "";
  const exposure = "exposure" in guard.metric ? guard.metric.exposure : "";
  if (type === "latency")
    return withBound({ ...guard, metric: { type, event, quantile: 0.95 } }, "atMostTimesControl", 1.2);
  if (type === "event_rate")
    return withBound({ ...guard, metric: { type, event, exposure } }, "atLeastTimesControl", 0.9);
  return withBound({ ...guard, metric: { type: "error_rate", event, exposure } }, "atMostTimesControl", 1.2);
}

function breachOf(value: string): NonNullable<NewGuard["onBreach"]> {
  return value === "roll_back" || value === "warn" ? value : "hold";
}
