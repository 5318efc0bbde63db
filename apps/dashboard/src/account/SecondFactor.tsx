import { Badge, Button, Group, Text, Title } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTRPC, useTRPCClient } from "../api/trpc.ts";
import { confirmDanger } from "../design/confirm-danger.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { tell, tellProblem } from "../design/tell-undo.tsx";
import { EnrolSecondFactor } from "./EnrolSecondFactor.tsx";
import { RecoveryCodes } from "./RecoveryCodes.tsx";
import { withProof } from "./with-proof.tsx";

const FEW = 3;

/** A code of an authenticator besides the password. */
export function SecondFactor() {
  const trpc = useTRPC();
  const factor = useQuery(trpc.secondFactor.get.queryOptions());
  return (
    <section aria-labelledby="second-factor">
      <Group gap="xs" mb={4}>
        <Title order={2} size="h4" id="second-factor">
          Second factor
        </Title>
        {factor.data && (
          <Badge variant="light" color={factor.data.enabled ? "green" : "gray"}>
            {factor.data.enabled ? "On" : "Off"}
          </Badge>
        )}
      </Group>
      <Text size="sm" c="dimmed" mb="md">
        A code of an authenticator app, asked for after the password.
      </Text>
      {factor.isPending && <SkeletonRows rows={1} />}
      {factor.isError && <ProblemPanel error={factor.error} onRetry={() => void factor.refetch()} />}
      {factor.data && !factor.data.enabled && <SwitchOn />}
      {factor.data?.enabled && <Enabled codesLeft={factor.data.recoveryCodesLeft} />}
    </section>
  );
}

function SwitchOn() {
  const client = useTRPCClient();
  const refresh = useRefresh();
  const begin = useMutation({
    mutationFn: () => withProof(() => client.secondFactor.begin.mutate()),
    onError: tellProblem,
    onSuccess: (seed) => {
      const id = modals.open({
        title: "Set up your authenticator",
        size: "lg",
        onClose: () => void refresh(),
        children: <EnrolSecondFactor seed={seed} onDone={() => modals.close(id)} />,
      });
    },
  });
  return (
    <Button loading={begin.isPending} onClick={() => begin.mutate()}>
      Set it up
    </Button>
  );
}

function Enabled({ codesLeft }: { readonly codesLeft: number }) {
  const client = useTRPCClient();
  const refresh = useRefresh();
  const renew = useMutation({
    mutationFn: () => withProof(() => client.secondFactor.renewRecoveryCodes.mutate()),
    onError: tellProblem,
    onSuccess: ({ recoveryCodes }) => {
      const id = modals.open({
        title: "Your recovery codes",
        onClose: () => void refresh(),
        children: <RecoveryCodes codes={recoveryCodes} onDone={() => modals.close(id)} />,
      });
    },
  });
  const disable = useMutation({
    mutationFn: () => withProof(() => client.secondFactor.disable.mutate()),
    onError: tellProblem,
    onSuccess: async () => {
      tell("The second factor is off.");
      await refresh();
    },
  });
  const askToDisable = async () => {
    const isWanted = await confirmDanger({
      title: "Switch the second factor off?",
      consequences: "Whoever has your password gets in by it alone.",
      confirm: "Switch it off",
    });
    if (isWanted) disable.mutate();
  };
  return (
    <Group>
      <Text size="sm" c={codesLeft < FEW ? "red" : undefined}>
        {codesLeft} recovery {codesLeft === 1 ? "code is" : "codes are"} left.
      </Text>
      <Button size="xs" variant="default" loading={renew.isPending} onClick={() => renew.mutate()}>
        New recovery codes
      </Button>
      <Button size="xs" variant="default" loading={disable.isPending} onClick={() => void askToDisable()}>
        Switch it off
      </Button>
    </Group>
  );
}

function useRefresh() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries(trpc.secondFactor.get.queryFilter());
}
