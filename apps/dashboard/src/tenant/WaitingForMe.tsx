import { List, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../api/trpc.ts";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import { useIsAllowed } from "../shell/permissions.ts";
import { HomeCard } from "./HomeCard.tsx";

const SOON_MS = 14 * 24 * 60 * 60 * 1_000;

/** Keys that end soon: the person's own, and those of the tenant for who looks after them. */
export function WaitingForMe() {
  const trpc = useTRPC();
  const isKeeper = useIsAllowed("sdk_key.read");
  const own = useQuery(trpc.sdkKeys.listOwn.queryOptions(undefined, { enabled: !isKeeper }));
  const all = useQuery(trpc.sdkKeys.list.queryOptions(undefined, { enabled: isKeeper }));
  const keys = isKeeper ? all : own;
  const ending = keys.data?.filter(({ expiresAt, revokedAt }) => {
    const leftMs = expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt) - Date.now();
    return revokedAt === null && leftMs > 0 && leftMs < SOON_MS;
  });
  return (
    <HomeCard title="Waiting for me">
      {keys.isPending && <SkeletonRows rows={1} height={24} />}
      {keys.isError && <ProblemPanel error={keys.error} onRetry={() => void keys.refetch()} />}
      {ending?.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing: no key ends within two weeks.
        </Text>
      )}
      {ending && ending.length > 0 && (
        <List size="sm" spacing={4}>
          {ending.map(({ id, name, expiresAt }) => (
            <List.Item key={id}>
              The key {name} ends <TimeAgo at={expiresAt ?? ""} />
            </List.Item>
          ))}
        </List>
      )}
    </HomeCard>
  );
}
