/** One plan as it stands: how far it is, what comes next, what watches it, and what was done. */
import { Alert, Badge, Group, Paper, Progress, Stack, Table, Text, Title } from "@mantine/core";
import { PictureWithTable } from "../design/PictureWithTable.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { ScrolledTable } from "../design/ScrolledTable.tsx";
import { SkeletonChart } from "../design/skeletons.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import { useNow } from "../design/use-now.ts";
import { GuardPanel } from "./GuardPanel.tsx";
import { PlanControls } from "./PlanControls.tsx";
import { PlanLog } from "./PlanLog.tsx";
import { isMoving, type PlanWithLog } from "./plan.ts";
import { StepLine } from "./StepLine.tsx";
import { clockChange, momentText, OWN_TIME_ZONE } from "./time-zone.ts";
import { percentAt, type Timeline, timelineOfPlan } from "./timeline.ts";
import { type TogglePlace, usePlan, useRest } from "./use-plans.ts";
import { holdText, percentText, reasonText, shareText, statusOf, waitText } from "./wording.ts";

export interface PlanDetailsProps {
  readonly id: string;
  readonly place: TogglePlace;
  readonly defaultVariant: string;
  readonly settingVersion: number;
  /** Typed before what hurts, in a critical environment. */
  readonly typed: string | undefined;
}

export function PlanDetails({ id, ...rest }: PlanDetailsProps) {
  const plan = usePlan(id);
  if (plan.isPending) return <SkeletonChart />;
  if (plan.isError) return <ProblemPanel error={plan.error} onRetry={() => void plan.refetch()} />;
  return <Details plan={plan.data} {...rest} />;
}

function Details({
  plan,
  place,
  defaultVariant,
  settingVersion,
  typed,
}: Omit<PlanDetailsProps, "id"> & { readonly plan: PlanWithLog }) {
  const nowMs = useNow();
  const rest = useRest(place, plan);
  const timeZone = plan.window?.timeZone ?? OWN_TIME_ZONE;
  const isRestEarliest = plan.nextAt === null;
  const timeline = timelineOfPlan(plan, {
    standing: 0,
    rest: rest.data,
    isRestEarliest,
    nowMs,
    defaultVariant,
  });
  const jump = clockChange(timeline.points[0]?.atMs ?? nowMs, timeline.endMs, timeZone);
  return (
    <Stack gap="lg">
      <Paper withBorder p="md">
        <Stack gap="sm">
          <Standing plan={plan} timeline={timeline} nowMs={nowMs} timeZone={timeZone} />
          <PlanControls place={place} plan={plan} settingVersion={settingVersion} typed={typed} />
        </Stack>
      </Paper>
      {jump && (
        <Alert color="orange" variant="light" title="Clocks change">
          {jump}
        </Alert>
      )}
      <PictureWithTable
        label="the plan over time"
        summary={`${sentenceOf(plan, timeline, nowMs)} Times are those of ${timeZone}.`}
        picture={
          <StepLine
            timeline={timeline}
            label={sentenceOf(plan, timeline, nowMs)}
            timeZone={timeZone}
            nowMs={nowMs}
          />
        }
        table={<Steps plan={plan} timeline={timeline} timeZone={timeZone} />}
      />
      <Section title="Guards">
        <GuardPanel plan={plan} />
      </Section>
      <Section title="History">
        <PlanLog plan={plan} />
      </Section>
    </Stack>
  );
}

interface StandingProps {
  readonly plan: PlanWithLog;
  readonly timeline: Timeline;
  readonly nowMs: number;
  readonly timeZone: string;
}

function Standing({ plan, timeline, nowMs, timeZone }: StandingProps) {
  const { label, color } = statusOf(plan);
  const percent = percentAt({ ...timeline, points: timeline.points.filter(({ isPast }) => isPast) }, nowMs);
  return (
    <Stack gap={6}>
      <Group gap="sm" justify="space-between">
        <Group gap="sm">
          <Badge color={color} variant="light" size="lg" role="status">
            {label}
          </Badge>
          <Text fw={650} size="xl">
            {percentText(percent)}{" "}
            <Text span size="sm" c="dimmed" fw={400}>
              get {plan.variant}
            </Text>
          </Text>
        </Group>
        <Text size="sm" component="div">
          {plan.nextAt !== null ? (
            <>
              {plan.appliedSteps === plan.steps.length ? "Completed" : "Next step"}{" "}
              <TimeAgo at={plan.nextAt} /> ({momentText(plan.nextAt, timeZone)})
            </>
          ) : (
            plan.waitsFor && waitText(plan.waitsFor)
          )}
        </Text>
      </Group>
      <Progress
        value={percent}
        aria-label={`${percentText(percent)} get ${plan.variant}`}
        animated={isMoving(plan)}
      />
      <Text size="sm" c="dimmed">
        Step {plan.appliedSteps} of {plan.steps.length}.
        {plan.reason !== null && ` It stands because ${reasonText(plan.reason)}.`}
      </Text>
    </Stack>
  );
}

function sentenceOf(plan: PlanWithLog, timeline: Timeline, nowMs: number): string {
  const past = timeline.points.filter(({ isPast }) => isPast);
  const percent = percentAt({ ...timeline, points: past }, nowMs);
  const next = timeline.points.find(({ isPast }) => !isPast);
  const ahead = next ? `, next ${percentText(next.percent)}` : "";
  return `${statusOf(plan).label} at step ${plan.appliedSteps} of ${plan.steps.length}: ${percentText(percent)} get ${plan.variant}${ahead}.`;
}

function Steps({
  plan,
  timeline,
  timeZone,
}: {
  readonly plan: PlanWithLog;
  readonly timeline: Timeline;
  readonly timeZone: string;
}) {
  return (
    <ScrolledTable label="Steps of the plan">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Step</Table.Th>
          <Table.Th>When</Table.Th>
          <Table.Th>Share</Table.Th>
          <Table.Th>Audience</Table.Th>
          <Table.Th>Then it</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {plan.steps.map(({ share, audience, hold }, index) => {
          const step = index + 1;
          const point = timeline.points.findLast((each) => each.step === step);
          return (
            <Table.Tr
              key={step}
              aria-current={step === plan.appliedSteps ? "step" : undefined}
              fw={step === plan.appliedSteps ? 600 : undefined}
            >
              <Table.Td>{step}</Table.Td>
              <Table.Td>
                {point
                  ? `${point.isEarliest ? "at the earliest " : ""}${momentText(point.atMs, timeZone)}`
                  : "not by itself"}
              </Table.Td>
              <Table.Td>{shareText(share)}</Table.Td>
              <Table.Td>{audience ?? "everybody"}</Table.Td>
              <Table.Td>{holdText(hold, (at) => momentText(at, timeZone))}</Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </ScrolledTable>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        {title}
      </Title>
      {children}
    </Stack>
  );
}
