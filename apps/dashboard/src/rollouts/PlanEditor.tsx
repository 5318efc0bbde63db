/** A plan that is not there yet: its steps as a picture and as a table, what watches it, and when it would do what. */
import { Alert, Button, Group, NativeSelect, Paper, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconClock } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useReducer } from "react";
import { useTRPC } from "../api/trpc.ts";
import { Allowed } from "../design/Allowed.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { SkeletonChart } from "../design/skeletons.tsx";
import { GuardFields } from "./GuardFields.tsx";
import type { NewPlan, Simulated } from "./plan.ts";
import { changeDraft, draftOf, type PlanDraft, planOf } from "./plan-draft.ts";
import { StepLine } from "./StepLine.tsx";
import { StepTable } from "./StepTable.tsx";
import { clockChange, momentText, OWN_TIME_ZONE } from "./time-zone.ts";
import { timelineOf } from "./timeline.ts";
import { type TogglePlace, usePlanMutations, useSimulation } from "./use-plans.ts";
import { WindowFields } from "./WindowFields.tsx";
import { percentText } from "./wording.ts";

export interface PlanEditorProps {
  readonly place: TogglePlace;
  readonly variants: readonly string[];
  readonly defaultVariant: string;
  /** What stands now, in percent. */
  readonly standing: number;
  /** Whether it can be started: one plan at a time is under way, of a toggle that is on. */
  readonly isStartable: boolean;
  readonly onMade: (id: string) => void;
}

const HOUR_MS = 3_600_000;

export function PlanEditor({
  place,
  variants,
  defaultVariant,
  standing,
  isStartable,
  onMade,
}: PlanEditorProps) {
  const [draft, change] = useReducer(changeDraft, variants, firstDraft);
  const [settled] = useDebouncedValue(draft, 300);
  const simulation = useSimulation(place, planOf(settled));
  const { create, start } = usePlanMutations(place);
  const timeZone = draft.window?.timeZone ?? OWN_TIME_ZONE;

  const make = async (isStarted: boolean) => {
    const made = await create.mutateAsync(planOf(draft)).catch(() => undefined);
    if (!made) return;
    if (isStarted) await start.mutateAsync(made).catch(() => undefined);
    onMade(made.id);
  };
  return (
    <Stack gap="lg">
      <Group align="end" gap="sm">
        <TemplateField
          place={place}
          variant={draft.variant}
          onChoose={(plan) => change({ type: "replace", draft: { ...draftOf(plan), guards: draft.guards } })}
        />
        <NativeSelect
          label="Variant that is rolled out"
          data={[...variants]}
          value={draft.variant}
          onChange={({ currentTarget }) => change({ type: "set", fields: { variant: currentTarget.value } })}
        />
        <TextInput
          label={`Not before (${OWN_TIME_ZONE})`}
          type="datetime-local"
          value={draft.startAt}
          onChange={({ currentTarget }) => change({ type: "set", fields: { startAt: currentTarget.value } })}
        />
      </Group>

      <Preview
        simulation={simulation}
        draft={draft}
        standing={standing}
        defaultVariant={defaultVariant}
        timeZone={timeZone}
        onPercent={(step, value) => {
          const each = draft.steps[step - 1];
          if (each?.step.share?.type === "percentage")
            change({
              type: "change step",
              id: each.id,
              step: { ...each.step, share: { type: "percentage", value } },
            });
        }}
      />
      <StepTable steps={draft.steps} change={change} />

      <Stack gap="xs">
        <Title order={3} size="h5">
          Guards
        </Title>
        <GuardFields guards={draft.guards} change={change} />
      </Stack>
      <Stack gap="xs">
        <Title order={3} size="h5">
          Hours
        </Title>
        <WindowFields
          window={draft.window}
          onChange={(window) => change({ type: "set", fields: { window } })}
        />
      </Stack>

      {create.isError && <ProblemPanel error={create.error} />}
      <Group>
        <Allowed permission="rollout.write">
          <Button
            onClick={() => void make(true)}
            loading={create.isPending || start.isPending}
            disabled={!isStartable}
          >
            Start the rollout
          </Button>
        </Allowed>
        <Allowed permission="rollout.write">
          <Button variant="default" onClick={() => void make(false)} disabled={create.isPending}>
            Keep it for later
          </Button>
        </Allowed>
        {!isStartable && (
          <Text size="sm" c="dimmed">
            It can be started once the toggle is on here, and no other plan is under way.
          </Text>
        )}
      </Group>
    </Stack>
  );
}

interface TemplateFieldProps {
  readonly place: TogglePlace;
  readonly variant: string;
  readonly onChoose: (plan: NewPlan) => void;
}

function TemplateField({ place: { project, environment }, variant, onChoose }: TemplateFieldProps) {
  const trpc = useTRPC();
  const { data = [] } = useQuery(
    trpc.rollouts.templates.queryOptions({ project, environment, variant, timeZone: OWN_TIME_ZONE }),
  );
  return (
    <NativeSelect
      label="Begin with"
      data={[
        { value: "", label: "Choose a template" },
        ...data.map(({ key, name }) => ({ value: key, label: name })),
      ]}
      value=""
      onChange={({ currentTarget }) => {
        const found = data.find(({ key }) => key === currentTarget.value);
        if (found) onChoose(found.plan);
      }}
    />
  );
}

interface PreviewProps {
  readonly simulation: ReturnType<typeof useSimulation>;
  readonly draft: PlanDraft;
  readonly standing: number;
  readonly defaultVariant: string;
  readonly timeZone: string;
  readonly onPercent: (step: number, percent: number) => void;
}

function Preview({ simulation, draft, standing, defaultVariant, timeZone, onPercent }: PreviewProps) {
  if (simulation.isPending) return <SkeletonChart />;
  if (simulation.isError)
    return <ProblemPanel error={simulation.error} onRetry={() => void simulation.refetch()} />;
  const { data } = simulation;
  const startMs = Math.min(Date.now(), ...data.steps.map(({ at }) => Date.parse(at)));
  const timeline = timelineOf(withBreath(data), { standing, startMs, defaultVariant });
  const isRamped = draft.steps.some(({ step }) => step.ramp);
  const jump = clockChange(startMs, timeline.endMs, timeZone);
  return (
    <Paper withBorder p="sm">
      <Text size="sm" mb={4}>
        {summaryOf(data, timeZone)}
      </Text>
      <StepLine
        timeline={timeline}
        label={`The plan over time: ${summaryOf(data, timeZone)}`}
        timeZone={timeZone}
        // A ramp stands for several points, which no single row would follow.
        onPercent={isRamped ? undefined : onPercent}
      />
      <Group gap={6} mt={4}>
        <IconClock size={14} aria-hidden />
        <Text size="xs" c="dimmed">
          Times are those of {timeZone}.
          {data.steps.some(({ isEarliest }) => isEarliest) &&
            " Dashed points come at that time at the earliest."}
        </Text>
      </Group>
      {jump && (
        <Alert color="orange" variant="light" mt="xs" title="Clocks change">
          {jump}
        </Alert>
      )}
    </Paper>
  );
}

function summaryOf({ steps, completed }: Simulated, timeZone: string): string {
  const last = steps.at(-1);
  if (!last) return "No steps yet.";
  const reach = last.share.type === "percentage" ? percentText(last.share.value) : "the last split";
  const count = steps.length === 1 ? "One step" : `${steps.length} steps`;
  return `${count}; ${reach} ${last.isEarliest ? "at the earliest" : ""} ${momentText(last.at, timeZone)}, completed ${
    completed.isEarliest ? "at the earliest " : ""
  }${momentText(completed.at, timeZone)}.`.replace(/ {2,}/g, " ");
}

/** The last step is seen to stand, also where nothing holds it. */
function withBreath(simulated: Simulated): Simulated {
  const last = simulated.steps.at(-1);
  if (!last || Date.parse(simulated.completed.at) > Date.parse(last.at)) return simulated;
  const [first] = simulated.steps;
  const spanMs = Date.parse(last.at) - Date.parse(first?.at ?? last.at);
  const endMs = Date.parse(last.at) + Math.max(HOUR_MS, spanMs / 8);
  return { ...simulated, completed: { ...simulated.completed, at: new Date(endMs).toISOString() } };
}

function firstDraft(variants: readonly string[]): PlanDraft {
  const variant = variants.includes("on") ? "on" : (variants[0] ?? "on");
  const held = (value: number, hours: number) => ({
    share: { type: "percentage" as const, value },
    hold: { type: "time" as const, ms: hours * HOUR_MS },
  });
  return draftOf({ variant, steps: [held(1, 1), held(10, 24), held(50, 24), held(100, 0)] });
}
