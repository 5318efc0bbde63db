import { Card, Group, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { IconCheck, IconCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../api/trpc.ts";
import { useIsAllowed } from "../shell/permissions.ts";
import { useEnvironment, useProject } from "../shell/place.ts";
import { FIRST_TOGGLE } from "./use-connect.ts";

/** What is left to do on the first day; ticked by what is there, not by what was clicked. */
export function FirstSteps() {
  const steps = useSteps();
  return (
    <Card withBorder>
      <Stack gap="sm">
        <Title order={2} size="h4">
          First steps
        </Title>
        {steps.map(({ title, isDone }) => (
          <Group key={title} gap="sm" wrap="nowrap">
            <ThemeIcon
              size={22}
              radius="xl"
              variant={isDone ? "light" : "transparent"}
              color={isDone ? "green" : "gray"}
            >
              {isDone ? (
                <IconCheck size={14} aria-label="done" />
              ) : (
                <IconCircle size={16} aria-label="to do" />
              )}
            </ThemeIcon>
            <Text size="sm">{title}</Text>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}

function useSteps(): readonly { readonly title: string; readonly isDone: boolean }[] {
  const trpc = useTRPC();
  const { key: project } = useProject();
  const environment = useEnvironment();
  const place = { project, environment: environment?.key ?? "" };
  const isPlaced = environment !== undefined;
  const delivery = useQuery(
    trpc.environments.delivery.queryOptions(place, { enabled: isPlaced, refetchInterval: 10_000 }),
  );
  const toggles = useQuery(trpc.toggles.list.queryOptions(place, { enabled: isPlaced }));
  const mayReadMembers = useIsAllowed("member.read");
  const members = useQuery(trpc.members.list.queryOptions({}, { enabled: mayReadMembers }));
  const items = toggles.data?.items ?? [];
  return [
    { title: "Connect an app", isDone: (delivery.data?.sdks.length ?? 0) > 0 },
    { title: "Create a toggle of your own", isDone: items.some(({ key }) => key !== FIRST_TOGGLE) },
    { title: "Invite somebody", isDone: (members.data?.items.length ?? 0) > 1 },
  ];
}
