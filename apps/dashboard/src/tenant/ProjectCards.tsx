import { Badge, Group, SimpleGrid, Text } from "@mantine/core";
import { IconFolder } from "@tabler/icons-react";
import { EmptyState } from "../design/EmptyState.tsx";
import { CardLink } from "../design/links.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { SkeletonCards } from "../design/skeletons.tsx";
import { environmentColour } from "../shell/environment-colour.ts";
import { useTenant } from "../shell/place.ts";
import { useAllPlaces } from "./use-all-places.ts";

export function ProjectCards() {
  const { slug } = useTenant();
  const { projects, places } = useAllPlaces();
  if (projects.isPending) return <SkeletonCards cards={3} height={88} />;
  if (projects.isError)
    return <ProblemPanel error={projects.error} onRetry={() => void projects.refetch()} />;
  if (places?.length === 0) {
    return (
      <EmptyState icon={IconFolder} title="No project yet">
        A project holds the toggles of one product, in each of its environments.
      </EmptyState>
    );
  }
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
      {places?.map(({ key, name, environments = [] }) => (
        <CardLink
          key={key}
          withBorder
          to="/t/$tenant/p/$project"
          params={{ tenant: slug, project: key }}
          c="var(--mantine-color-text)"
        >
          <Group justify="space-between" wrap="nowrap">
            <Text fw={600} truncate>
              {name}
            </Text>
            <Text size="sm" c="dimmed" truncate>
              {key}
            </Text>
          </Group>
          <Group gap={6} mt="sm" mih={20}>
            {environments.map((environment) => (
              <Badge
                key={environment.key}
                size="sm"
                variant="dot"
                tt="none"
                color={environmentColour(environment, environments)}
              >
                {environment.name}
              </Badge>
            ))}
          </Group>
        </CardLink>
      ))}
    </SimpleGrid>
  );
}
