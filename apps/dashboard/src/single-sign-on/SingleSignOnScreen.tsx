import { Button, Paper, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useSearch } from "@tanstack/react-router";
import { Allowed } from "../design/Allowed.tsx";
import { EmptyState } from "../design/EmptyState.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { SkeletonCards } from "../design/skeletons.tsx";
import { PeopleTabs } from "../members/PeopleTabs.tsx";
import { ConnectionCard } from "./ConnectionCard.tsx";
import { ConnectionForm } from "./ConnectionForm.tsx";
import { useConnections } from "./use-connections.ts";

/** The tenant's own OpenID providers, by which its people sign in. */
export function SingleSignOnScreen() {
  const connections = useConnections();
  const { tried } = useSearch({ from: "/signed-in/t/$tenant/settings/single-sign-on" });
  const [isAdding, { open, close }] = useDisclosure(false);
  const add = (
    <Allowed permission="single_sign_on.write">
      <Button size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={open}>
        Add a provider
      </Button>
    </Allowed>
  );
  const isEmpty = connections.data?.length === 0 && !isAdding;
  return (
    <>
      <ScreenTitle title="Single sign-on" actions={connections.isSuccess && !isEmpty && !isAdding && add} />
      <PeopleTabs />
      {connections.isPending ? (
        <SkeletonCards cards={1} height={320} />
      ) : connections.isError ? (
        <ProblemPanel error={connections.error} onRetry={() => void connections.refetch()} />
      ) : (
        <Stack gap="lg" maw={860}>
          {isAdding && (
            <Paper withBorder p="md">
              <ConnectionForm connection={undefined} onDone={close} />
            </Paper>
          )}
          {isEmpty && (
            <EmptyState icon={IconKey} title="No provider yet" action={add}>
              With a provider of OpenID Connect your people sign in as they do everywhere else, and get their
              role by what it says of them.
            </EmptyState>
          )}
          {connections.data.map((connection) => (
            <ConnectionCard
              key={`${connection.id} ${connection.version}`}
              connection={connection}
              isTried={tried === connection.id}
            />
          ))}
        </Stack>
      )}
    </>
  );
}
