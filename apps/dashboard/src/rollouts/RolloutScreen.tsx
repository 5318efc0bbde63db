/** The rollout plans of a toggle in one environment: that which is under way, those that were, and a new one. */
import { Badge, Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconChartLine, IconPlus } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Allowed } from "../design/Allowed.tsx";
import { EmptyState } from "../design/EmptyState.tsx";
import { NavLinkLink } from "../design/links.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { SkeletonChart } from "../design/skeletons.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import { isCritical } from "../shell/environment-colour.ts";
import { useEnvironment, useProject } from "../shell/place.ts";
import { useSetting, useToggle } from "../toggles/use-toggle.ts";
import { PlanDetails } from "./PlanDetails.tsx";
import { PlanEditor } from "./PlanEditor.tsx";
import { hasEnded, type Plan } from "./plan.ts";
import { usePlans } from "./use-plans.ts";
import { shareText, statusOf } from "./wording.ts";

const UNDER_WAY: readonly Plan["status"][] = ["ready", "running", "paused", "conflict"];

export function RolloutScreen() {
  const { key: project } = useProject();
  const here = useEnvironment();
  const toggle = useToggle();
  const setting = useSetting();
  const { environment } = toggle;
  const place = { project, environment, toggle: toggle.key };
  const plans = usePlans(place);
  const navigate = useNavigate();
  const { plan: asked } = useSearch({ strict: false });
  const choose = (plan: string | undefined) =>
    void navigate({ to: ".", search: (search) => ({ ...search, plan }) });

  if (plans.isPending) return <SkeletonChart />;
  if (plans.isError) return <ProblemPanel error={plans.error} onRetry={() => void plans.refetch()} />;
  const open = plans.data.find(({ status }) => UNDER_WAY.includes(status));
  const shown = asked === "new" ? undefined : (plans.data.find(({ id }) => id === asked) ?? open);
  const isNew = asked === "new";
  if (plans.data.length === 0 && !isNew) {
    return (
      <EmptyState
        icon={IconChartLine}
        title="No rollout plan here"
        action={
          <Allowed permission="rollout.write">
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => choose("new")}>
              Plan a rollout
            </Button>
          </Allowed>
        }
      >
        A plan brings {toggle.key} to more and more people in {environment}, step by step, and stops or goes
        back when guards find that they fare worse.
      </EmptyState>
    );
  }
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <Title order={2} size="h4">
          {isNew ? "A new plan" : shown ? "The plan" : "Plans"}
        </Title>
        {isNew ? (
          <Button size="xs" variant="default" onClick={() => choose(undefined)}>
            Cancel
          </Button>
        ) : (
          <Allowed permission="rollout.write">
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlus size={14} aria-hidden />}
              onClick={() => choose("new")}
            >
              New plan
            </Button>
          </Allowed>
        )}
      </Group>
      {isNew && (
        <PlanEditor
          place={place}
          variants={Object.keys(toggle.variants)}
          defaultVariant={setting.default}
          standing={setting.rollout?.type === "percentage" ? setting.rollout.value : 0}
          isStartable={setting.enabled && !open}
          onMade={choose}
        />
      )}
      {shown && (
        <PlanDetails
          key={shown.id}
          id={shown.id}
          place={place}
          defaultVariant={setting.default}
          settingVersion={setting.version}
          typed={here && isCritical(here) ? toggle.key : undefined}
        />
      )}
      {!isNew && <Others plans={plans.data.filter(({ id }) => id !== shown?.id)} />}
    </Stack>
  );
}

function Others({ plans }: { readonly plans: readonly Plan[] }) {
  if (plans.length === 0) return null;
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        {plans.every(hasEnded) ? "Earlier plans" : "Other plans"}
      </Title>
      {plans.map((plan) => {
        const { label, color } = statusOf(plan);
        const last = plan.steps.at(-1);
        return (
          <NavLinkLink
            key={plan.id}
            from="/t/$tenant/p/$project/toggles/$toggle/rollout"
            to="."
            search={(search) => ({ ...search, plan: plan.id })}
            label={
              <Group gap="xs">
                <Badge variant="light" color={color}>
                  {label}
                </Badge>
                <Text size="sm">
                  {plan.steps.length} steps to {last ? shareText(last.share) : "nothing"} of {plan.variant}
                </Text>
              </Group>
            }
            description={
              <>
                Made <TimeAgo at={plan.createdAt} />
              </>
            }
          />
        );
      })}
    </Stack>
  );
}
