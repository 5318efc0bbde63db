/** What each guard says, in its own words, with how that came. */
import { Badge, Group, List, Paper, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconHelpCircle } from "@tabler/icons-react";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import { GuardLine } from "./GuardLine.tsx";
import type { Guards, GuardView, Plan } from "./plan.ts";
import { useGuards } from "./use-plans.ts";
import { guardText } from "./wording.ts";

const VERDICTS = {
  healthy: { label: "Healthy", color: "green", icon: IconCircleCheck },
  breach: { label: "Breach", color: "red", icon: IconAlertTriangle },
  unknown: { label: "Not known", color: "gray", icon: IconHelpCircle },
} as const;

export function GuardPanel({ plan }: { readonly plan: Plan }) {
  const guards = useGuards(plan);
  if (plan.guards.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing watches this plan: it goes on by its holds alone.
      </Text>
    );
  }
  if (guards.isPending) return <SkeletonRows rows={2} height={72} />;
  if (guards.isError) return <ProblemPanel error={guards.error} onRetry={() => void guards.refetch()} />;
  return (
    <Stack gap="sm">
      <LastLook guards={guards.data} />
      {guards.data.guards.map((guard) => (
        <GuardCard key={guard.key} guard={guard} />
      ))}
    </Stack>
  );
}

function LastLook({ guards: { lookedAt, step, verdict } }: { readonly guards: Guards }) {
  return (
    <Group gap="xs">
      <Verdict verdict={verdict} />
      <Text size="sm" c="dimmed" component="div">
        {lookedAt === null ? (
          "Nobody has looked yet."
        ) : (
          <>
            Looked at step {step} <TimeAgo at={lookedAt} />. What is not known lets no plan go on.
          </>
        )}
      </Text>
    </Group>
  );
}

function GuardCard({ guard: { key, definition, last, series } }: { readonly guard: GuardView }) {
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={4} style={{ flex: "1 1 260px" }}>
          <Group gap="xs">
            <Text fw={600} size="sm">
              {key}
            </Text>
            <Verdict verdict={last?.verdict ?? "unknown"} />
          </Group>
          <Text size="sm" c="dimmed">
            {guardText(definition)}
          </Text>
          {last && (
            <List size="sm" spacing={2}>
              {last.checks.map(({ check, text }) => (
                <List.Item key={check}>{text}</List.Item>
              ))}
            </List>
          )}
        </Stack>
        {series.length > 1 && <GuardLine points={series} name={key} />}
      </Group>
    </Paper>
  );
}

function Verdict({ verdict }: { readonly verdict: Guards["verdict"] }) {
  const { label, color, icon: Icon } = VERDICTS[verdict];
  return (
    <Badge variant="light" color={color} leftSection={<Icon size={12} aria-hidden />}>
      {label}
    </Badge>
  );
}
