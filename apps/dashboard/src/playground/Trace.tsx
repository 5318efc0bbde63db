import type {
  ConditionTrace,
  SegmentTrace,
  ServeTrace,
  StepOutcome,
  StepTrace,
  ToggleTrace,
} from "@burgee/engine/explain";
import { Badge, Code, Group, Stack, Text } from "@mantine/core";
import { BucketRuler } from "./BucketRuler.tsx";

export interface TraceProps {
  readonly trace: ToggleTrace;
  /** What people call the rules, by their ids. */
  readonly titles?: Readonly<Record<string, string>>;
}

/** How an evaluation came to its answer: each thing that was asked, in order, with what it saw. */
export function Trace({ trace, titles = {} }: TraceProps) {
  return (
    <Stack
      component="ol"
      gap="sm"
      m={0}
      p={0}
      style={{ listStyle: "none" }}
      aria-label={`Trace of ${trace.toggle}`}
    >
      {!trace.enabled && (
        <li>
          <Text size="sm">The toggle is off, so nothing was asked.</Text>
        </li>
      )}
      {trace.steps.map((step) => (
        <Step key={keyOf(step)} step={step} name={nameOf(step, trace.steps, titles)} />
      ))}
      {trace.decision && (
        <li>
          <Text size="sm">
            Serves <b>{trace.decision.variant}</b> <Code>{trace.decision.reason}</Code>
            {trace.decision.note !== undefined && ` (${trace.decision.note})`}
          </Text>
        </li>
      )}
    </Stack>
  );
}

const OUTCOMES: Readonly<Record<StepOutcome, readonly [says: string, colour: string]>> = {
  met: ["met", "green"],
  not_met: ["not met", "red"],
  served: ["decides", "green"],
  no_match: ["no match", "gray"],
  passed_on: ["matches, passed on", "yellow"],
  not_reached: ["not asked", "gray"],
};

/** A toggle waits for another once, and has one of everything else but its rules, which have ids. */
function keyOf({ type, id, prerequisite }: StepTrace): string {
  return `${type} ${id ?? prerequisite?.toggle ?? ""}`;
}

function nameOf(
  step: StepTrace,
  steps: readonly StepTrace[],
  titles: NonNullable<TraceProps["titles"]>,
): string {
  if (step.type === "prerequisite") return `Prerequisite ${step.prerequisite?.toggle ?? ""}`;
  if (step.type === "targets") return "Individual targets";
  if (step.type === "rollout") return "Rollout";
  const place = steps.filter(({ type }) => type === "rule").indexOf(step) + 1;
  const title = step.id === undefined ? undefined : titles[step.id];
  return title ? `Rule ${place}: ${title}` : `Rule ${place}`;
}

function Step({ step, name }: { readonly step: StepTrace; readonly name: string }) {
  const [says, colour] = OUTCOMES[step.outcome];
  return (
    <li>
      <Stack gap={6}>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {name}
          </Text>
          <Badge size="sm" variant="light" color={colour} tt="none">
            {says}
          </Badge>
        </Group>
        {step.note !== undefined && <Text size="xs">{step.note}</Text>}
        {step.prerequisite && (
          <Text size="xs">
            Serves <Code>{step.prerequisite.actual ?? "nothing"}</Code>; wanted is{" "}
            <Code>{step.prerequisite.expected.join(", ")}</Code>.
          </Text>
        )}
        {step.condition && <Condition condition={step.condition} />}
        {step.serve && <Serve serve={step.serve} />}
      </Stack>
    </li>
  );
}

function Condition({ condition }: { readonly condition: ConditionTrace }) {
  const { outcome, text, actual, expected, reason, of = [], segment } = condition;
  return (
    <Stack gap={4} pl="sm" style={{ borderInlineStart: "2px solid var(--mantine-color-default-border)" }}>
      <Group gap={6} wrap="nowrap" align="flex-start">
        <Badge
          size="xs"
          variant="light"
          color={outcome === true ? "green" : outcome === false ? "gray" : "yellow"}
          tt="none"
          style={{ flex: "none" }}
        >
          {outcome === true ? "true" : outcome === false ? "false" : outcome}
        </Badge>
        <Code style={{ overflowWrap: "anywhere" }}>{text}</Code>
      </Group>
      {(expected !== undefined || actual !== undefined) && (
        <Text size="xs">
          {actual === undefined ? (
            "missing"
          ) : (
            <>
              is <Code>{JSON.stringify(actual)}</Code>
            </>
          )}
          {expected !== undefined && (
            <>
              , held against <Code>{JSON.stringify(expected)}</Code>
            </>
          )}
        </Text>
      )}
      {reason !== undefined && <Text size="xs">{reason}</Text>}
      {segment && <Segment segment={segment} />}
      {of.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts have no names, two may say the same, and their order never changes
        <Condition key={index} condition={part} />
      ))}
    </Stack>
  );
}

function Segment({ segment }: { readonly segment: SegmentTrace }) {
  const { id, isIncluded, isExcluded, stickiness, condition } = segment;
  return (
    <Stack gap={4}>
      <Text size="xs">
        Segment <Code>{segment.segment}</Code>: {stickiness}{" "}
        {id === undefined ? "is missing" : <Code>{id}</Code>}
        {isExcluded ? " is excluded by name" : isIncluded ? " is included by name" : " is named in no list"}.
      </Text>
      {condition && <Condition condition={condition} />}
    </Stack>
  );
}

function Serve({ serve }: { readonly serve: ServeTrace }) {
  const { value, stickiness, salt } = serve;
  return (
    <Stack gap={6}>
      {stickiness !== undefined && (
        <Text size="xs">
          {value === undefined ? (
            <>
              There is no <Code>{stickiness}</Code> to hash, so it is passed on.
            </>
          ) : (
            <>
              Hashed: <Code>{stickiness}</Code> <Code>{value}</Code> with the salt <Code>{salt}</Code>
            </>
          )}
        </Text>
      )}
      <BucketRuler serve={serve} />
    </Stack>
  );
}
