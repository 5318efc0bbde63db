import { Button, Group, Menu } from "@mantine/core";
import {
  IconArrowBackUp,
  IconCheck,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipForward,
  IconPlayerStop,
} from "@tabler/icons-react";
import { useTRPCClient } from "../api/trpc.ts";
import { Allowed } from "../design/Allowed.tsx";
import { confirmDanger } from "../design/confirm-danger.tsx";
import { useIsAllowed } from "../shell/permissions.ts";
import { hasEnded, type PlanWithLog } from "./plan.ts";
import { type TogglePlace, usePlanMutations } from "./use-plans.ts";
import { shareText } from "./wording.ts";

export interface PlanControlsProps {
  readonly place: TogglePlace;
  readonly plan: PlanWithLog;
  /** Of the setting that stands now. */
  readonly settingVersion: number;
  /** Typed before what hurts where mistakes hurt customers. */
  readonly typed: string | undefined;
}

/** All that can be done to a plan as it stands; what can't be done now is not offered. */
export function PlanControls({ place, plan, settingVersion, typed }: PlanControlsProps) {
  const { rollouts } = useTRPCClient();
  const { start, command } = usePlanMutations(place);
  const { id, version: expectedVersion, status } = plan;
  const target = { id, expectedVersion };
  const isBusy = command.isPending || start.isPending;
  const run = (work: () => Promise<unknown>) => command.mutate(work);
  const ask = async (title: string, consequences: string, confirm: string, work: () => Promise<unknown>) => {
    if (await confirmDanger({ title, consequences, confirm, typed })) run(work);
  };
  if (hasEnded(plan)) return null;

  const isRunning = status === "running" || status === "ready";
  const isStopped = status === "paused" || status === "conflict";
  return (
    <Group gap="xs">
      {status === "pending" && (
        <Allowed permission="rollout.write">
          <Button
            size="xs"
            leftSection={<IconPlayerPlay size={14} aria-hidden />}
            loading={isBusy}
            onClick={() => start.mutate(plan)}
          >
            Start
          </Button>
        </Allowed>
      )}
      {plan.waitsFor === "approval" && status === "running" && (
        <Allowed permission="rollout.write">
          <Button
            size="xs"
            leftSection={<IconCheck size={14} aria-hidden />}
            loading={isBusy}
            onClick={() => run(() => rollouts.approve.mutate(target))}
          >
            Approve
          </Button>
        </Allowed>
      )}
      {isRunning && (
        <Allowed permission="rollout.write">
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlayerPause size={14} aria-hidden />}
            disabled={isBusy}
            onClick={() => run(() => rollouts.pause.mutate(target))}
          >
            Pause
          </Button>
        </Allowed>
      )}
      {isStopped && (
        <Allowed permission="rollout.write">
          <Button
            size="xs"
            leftSection={<IconPlayerPlay size={14} aria-hidden />}
            loading={isBusy}
            onClick={() =>
              run(() =>
                rollouts.resume.mutate({ ...target, ...(status === "conflict" && { settingVersion }) }),
              )
            }
          >
            Resume
          </Button>
        </Allowed>
      )}
      {status === "running" && plan.appliedSteps < plan.steps.length && (
        <Allowed permission="rollout.write">
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlayerSkipForward size={14} aria-hidden />}
            disabled={isBusy}
            onClick={() =>
              void ask(
                "Go on at once?",
                "The next step is applied now. Its hold, its hours and its guards are not asked.",
                "Skip the hold",
                () => rollouts.skip.mutate(target),
              )
            }
          >
            Skip the hold
          </Button>
        </Allowed>
      )}
      {(status === "running" || status === "paused") && plan.appliedSteps > 0 && (
        <RollBackMenu
          plan={plan}
          onChoose={(toStep) =>
            void ask(
              toStep === 0 ? "Roll back to what stood before?" : `Roll back to step ${toStep}?`,
              toStep === 0
                ? "In one change everybody gets what they had before the plan, and the plan is over."
                : "In one change the share goes back, and the plan is paused there.",
              "Roll back",
              () => rollouts.rollBack.mutate({ ...target, toStep }),
            )
          }
        />
      )}
      <Allowed permission="rollout.write">
        <Button
          size="xs"
          variant="subtle"
          color="red"
          leftSection={<IconPlayerStop size={14} aria-hidden />}
          disabled={isBusy}
          onClick={() =>
            void ask(
              "End the plan here?",
              "The share stays as it is now, and nothing more happens by itself.",
              "Abort",
              () => rollouts.abort.mutate(target),
            )
          }
        >
          Abort
        </Button>
      </Allowed>
    </Group>
  );
}

function RollBackMenu({
  plan,
  onChoose,
}: {
  readonly plan: PlanWithLog;
  readonly onChoose: (toStep: number) => void;
}) {
  const stood = new Set(plan.log.filter(({ kind }) => kind === "applied").map(({ step }) => step));
  const steps = plan.steps.flatMap(({ share }, index) =>
    stood.has(index + 1) && index + 1 < plan.appliedSteps ? [{ step: index + 1, share }] : [],
  );
  const button = (
    <Button size="xs" variant="default" leftSection={<IconArrowBackUp size={14} aria-hidden />}>
      Roll back
    </Button>
  );
  if (!useIsAllowed("rollout.write")) return <Allowed permission="rollout.write">{button}</Allowed>;
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown>
        {steps.toReversed().map(({ step, share }) => (
          <Menu.Item key={step} onClick={() => onChoose(step)}>
            To step {step}: {shareText(share)}
          </Menu.Item>
        ))}
        <Menu.Item color="red" onClick={() => onChoose(0)}>
          To what stood before the plan
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
