import { Group, Stack, Text } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import { useTRPC } from "../api/trpc.ts";
import { SkeletonRows } from "../design/skeletons.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import { HomeCard } from "./HomeCard.tsx";
import { useAllPlaces } from "./use-all-places.ts";

const MOST_SHOWN = 6;

/** Toggles that should be looked at: never seen, settled for long, or past their end. */
export function StaleToggles() {
  const trpc = useTRPC();
  const { places = [] } = useAllPlaces();
  const lives = useQueries({
    queries: places.map(({ key: project }) =>
      trpc.toggles.lifecycle.queryOptions({ project, stale: true, limit: MOST_SHOWN }),
    ),
  });
  const isPending = places.length === 0 || lives.some((each) => each.isPending);
  const stale = places.flatMap(({ name }, index) =>
    (lives[index]?.data?.items ?? []).map((item) => ({ ...item, project: name })),
  );
  return (
    <HomeCard title="Stale toggles">
      {isPending && <SkeletonRows rows={2} height={24} />}
      {!isPending && stale.length === 0 && (
        <Text size="sm" c="dimmed">
          None: every toggle is in use, or young.
        </Text>
      )}
      {!isPending && stale.length > 0 && (
        <Stack gap={6}>
          {stale.slice(0, MOST_SHOWN).map(({ key, project, life }) => (
            <Group key={`${project}/${key}`} justify="space-between" wrap="nowrap">
              <Text size="sm" truncate>
                {key}{" "}
                <Text span size="xs" c="dimmed">
                  {project}
                </Text>
              </Text>
              {life?.staleSince && (
                <Text size="xs" c="dimmed" component="div">
                  <TimeAgo at={life.staleSince} />
                </Text>
              )}
            </Group>
          ))}
        </Stack>
      )}
    </HomeCard>
  );
}
