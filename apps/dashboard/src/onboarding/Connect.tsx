import { Button, Card, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { Allowed } from "../design/Allowed.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { useEnvironment } from "../shell/place.ts";
import { FirstSteps } from "./FirstSteps.tsx";
import { FlipCard } from "./FlipCard.tsx";
import { Signals } from "./Signals.tsx";
import { Simulator } from "./Simulator.tsx";
import { SnippetTabs } from "./SnippetTabs.tsx";
import { useBeginConnection } from "./use-connect.ts";

/** From nothing to a program that hears of a change: a key, a snippet, and a live look at what it does. */
export function Connect() {
  const environment = useEnvironment();
  const begin = useBeginConnection();
  const connection = begin.data;
  return (
    <Stack gap="lg" maw={1040}>
      <ScreenTitle
        title="Connect an app"
        description={environment && `In ${environment.name}. Your first evaluation is a minute away.`}
      />
      {!connection && environment && (
        <Card withBorder>
          <Stack align="flex-start">
            <Title order={2} size="h4">
              1. A key for your program
            </Title>
            <Text size="sm">
              It reads the toggles of {environment.name} and changes nothing. It is shown once, inside a
              snippet that is ready to run.
            </Text>
            {begin.isError && <ProblemPanel error={begin.error} />}
            <Allowed permission="sdk_key.write" environment={environment.key}>
              <Button loading={begin.isPending} onClick={() => begin.mutate(environment.key)}>
                Make the key
              </Button>
            </Allowed>
          </Stack>
        </Card>
      )}
      {connection && (
        <>
          <SnippetTabs connection={connection} />
          <SimpleGrid cols={{ base: 1, md: 2 }}>
            <Signals connection={connection} />
            <FlipCard environment={connection.environment} />
          </SimpleGrid>
        </>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Simulator />
        <FirstSteps />
      </SimpleGrid>
    </Stack>
  );
}
