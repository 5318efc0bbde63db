import { Group, Stack, Text } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import { useTRPC } from "../api/trpc.ts";
import { SkeletonRows } from "../design/skeletons.tsx";
import { HomeCard } from "./HomeCard.tsx";
import { useAllPlaces } from "./use-all-places.ts";

/** Whether the SDKs of each environment have the newest ruleset, as far as they told within the last hour. */
export function SdkHealth() {
  const trpc = useTRPC();
  const { places = [] } = useAllPlaces();
  const environments = places.flatMap(({ key: project, name, environments: each = [] }) =>
    each.map((environment) => ({ project, projectName: name, environment })),
  );
  const deliveries = useQueries({
    queries: environments.map(({ project, environment }) =>
      trpc.environments.delivery.queryOptions({ project, environment: environment.key }),
    ),
  });
  const told = environments.flatMap((place, index) => {
    const sdks = deliveries[index]?.data?.sdks ?? [];
    return sdks.length > 0
      ? [{ ...place, all: sdks.length, current: sdks.filter((sdk) => sdk.isCurrent).length }]
      : [];
  });
  const isPending = places.length === 0 || deliveries.some((each) => each.isPending);
  return (
    <HomeCard title="SDKs">
      {isPending && <SkeletonRows rows={2} height={24} />}
      {!isPending && told.length === 0 && (
        <Text size="sm" c="dimmed">
          None told of itself within the last hour.
        </Text>
      )}
      {!isPending && told.length > 0 && (
        <Stack gap={6}>
          {told.map(({ project, projectName, environment, all, current }) => (
            <Group key={`${project}/${environment.key}`} justify="space-between" wrap="nowrap">
              <Text size="sm" truncate>
                {projectName}, {environment.name}
              </Text>
              <Text size="sm" c={current === all ? "dimmed" : undefined}>
                {current === all ? `all ${all} up to date` : `${current} of ${all} up to date`}
              </Text>
            </Group>
          ))}
        </Stack>
      )}
    </HomeCard>
  );
}
