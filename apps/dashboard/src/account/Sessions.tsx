import { Badge, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type Outputs, useTRPC } from "../api/trpc.ts";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import { tell, tellProblem } from "../design/tell-undo.tsx";
import { browserOf } from "./browser-of.ts";

type Session = Outputs["sessions"]["list"][number];

export function Sessions() {
  const trpc = useTRPC();
  const sessions = useQuery(trpc.sessions.list.queryOptions());
  return (
    <section aria-labelledby="sessions">
      <Group justify="space-between" mb="md">
        <Title order={2} size="h4" id="sessions">
          Sessions
        </Title>
        {(sessions.data?.length ?? 0) > 1 && <EndOthers />}
      </Group>
      {sessions.isPending && <SkeletonRows rows={2} height={52} />}
      {sessions.isError && <ProblemPanel error={sessions.error} onRetry={() => void sessions.refetch()} />}
      {sessions.data && (
        <Stack gap="sm">
          {sessions.data.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </Stack>
      )}
    </section>
  );
}

function SessionRow({ session }: { readonly session: Session }) {
  const trpc = useTRPC();
  const refresh = useRefresh();
  const end = useMutation(trpc.sessions.revoke.mutationOptions({ onSuccess: refresh, onError: tellProblem }));
  const { id, userAgent, isCurrent, createdAt, lastSeenAt } = session;
  const browser = browserOf(userAgent);
  return (
    <Group justify="space-between" wrap="nowrap">
      <div>
        <Group gap="xs">
          <Text size="sm" fw={500}>
            {browser}
          </Text>
          {isCurrent && (
            <Badge size="sm" variant="light">
              this one
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed">
          Seen <TimeAgo at={lastSeenAt} />, begun <TimeAgo at={createdAt} />
        </Text>
      </div>
      {!isCurrent && (
        <Button
          size="xs"
          variant="default"
          loading={end.isPending}
          aria-label={`End the session in ${browser}`}
          onClick={() => end.mutate({ id })}
        >
          End
        </Button>
      )}
    </Group>
  );
}

function EndOthers() {
  const trpc = useTRPC();
  const refresh = useRefresh();
  const end = useMutation(
    trpc.sessions.revokeOthers.mutationOptions({
      onSuccess: async () => {
        tell("Your other sessions have ended.");
        await refresh();
      },
      onError: tellProblem,
    }),
  );
  return (
    <Button size="xs" variant="default" loading={end.isPending} onClick={() => end.mutate()}>
      End all others
    </Button>
  );
}

function useRefresh() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries(trpc.sessions.list.queryFilter());
}
