import { Badge, Button, Code, Group, Stack, Table, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { IconKey } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type Outputs, useTRPC } from "../api/trpc.ts";
import { confirmDanger } from "../design/confirm-danger.tsx";
import { EmptyState } from "../design/EmptyState.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import { tell, tellProblem } from "../design/tell-undo.tsx";
import { useSession, useTenants } from "../shell/place.ts";
import { AccountTabs } from "./AccountTabs.tsx";
import { IssuePersonalKey } from "./IssuePersonalKey.tsx";

type Key = Outputs["sdkKeys"]["listOwn"][number];

/** Keys by which programs act as this person, in the tenant that they work in. */
export function PersonalKeys() {
  const trpc = useTRPC();
  const { tenantId } = useSession();
  const tenant = useTenants().find((each) => each.tenantId === tenantId);
  const keys = useQuery(trpc.sdkKeys.listOwn.queryOptions());
  const issue = () => {
    const id = modals.open({
      title: "New personal key",
      size: "lg",
      children: <IssuePersonalKey onDone={() => modals.close(id)} />,
    });
  };
  return (
    <Stack gap={0} maw={900}>
      <ScreenTitle title="Account" />
      <AccountTabs />
      <Group justify="space-between" mb="md">
        <Text size="sm" c="dimmed" maw={560}>
          Programs that send one of these act as you in {tenant?.name ?? "your tenant"}: the REST API, the
          tRPC client, the command line.
        </Text>
        <Button onClick={issue}>New key</Button>
      </Group>
      {keys.isPending && <SkeletonRows rows={3} />}
      {keys.isError && <ProblemPanel error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.data?.length === 0 && (
        <EmptyState icon={IconKey} title="No personal key yet">
          Make one for a program that changes toggles for you.
        </EmptyState>
      )}
      {keys.data && keys.data.length > 0 && <KeyTable keys={keys.data} />}
    </Stack>
  );
}

function KeyTable({ keys }: { readonly keys: readonly Key[] }) {
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Key</Table.Th>
            <Table.Th>Used</Table.Th>
            <Table.Th>Ends</Table.Th>
            <Table.Th aria-label="Actions" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {keys.map((key) => (
            <KeyRow key={key.id} sdkKey={key} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function KeyRow({
  sdkKey: { id, name, display, lastUsedAt, expiresAt, revokedAt },
}: {
  readonly sdkKey: Key;
}) {
  const revoke = useRevoke(name);
  const ask = async () => {
    const isWanted = await confirmDanger({
      title: `Revoke ${name}?`,
      consequences: "Programs that send it are refused within seconds. It can't be taken back.",
      confirm: "Revoke",
    });
    if (isWanted) revoke.mutate({ id });
  };
  return (
    <Table.Tr>
      <Table.Td>{name}</Table.Td>
      <Table.Td>
        <Code>{display}</Code>
      </Table.Td>
      <Table.Td>{lastUsedAt === null ? "Never" : <TimeAgo at={lastUsedAt} />}</Table.Td>
      <Table.Td>{expiresAt === null ? "Never" : <TimeAgo at={expiresAt} />}</Table.Td>
      <Table.Td align="right">
        {revokedAt === null ? (
          <Button
            size="xs"
            variant="default"
            loading={revoke.isPending}
            aria-label={`Revoke ${name}`}
            onClick={() => void ask()}
          >
            Revoke
          </Button>
        ) : (
          <Badge variant="light" color="gray">
            Revoked
          </Badge>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function useRevoke(name: string) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return useMutation(
    trpc.sdkKeys.revokeOwn.mutationOptions({
      onError: tellProblem,
      onSuccess: async () => {
        tell(`${name} is revoked.`);
        await queryClient.invalidateQueries(trpc.sdkKeys.listOwn.queryFilter());
      },
    }),
  );
}
