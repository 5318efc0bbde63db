import { Card, Code, Stack, Switch, Text, Title } from "@mantine/core";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { SkeletonForm } from "../design/skeletons.tsx";
import { tellProblem } from "../design/tell-undo.tsx";
import { FIRST_TOGGLE, useFirstToggle } from "./use-connect.ts";

/** The first toggle, to be flipped while the program runs. */
export function FlipCard({ environment }: { readonly environment: string }) {
  const { toggle, isOn, flip } = useFirstToggle(environment);
  const shown = flip.isPending ? flip.variables : isOn;
  return (
    <Card withBorder>
      <Stack align="flex-start">
        <Title order={2} size="h4">
          4. Flip it
        </Title>
        <Text size="sm">
          Watch your program while you switch <Code>{FIRST_TOGGLE}</Code>: it hears of it within moments.
        </Text>
        {toggle.isPending && <SkeletonForm fields={1} />}
        {toggle.isError && <ProblemPanel error={toggle.error} onRetry={() => void toggle.refetch()} />}
        {toggle.data && (
          <Switch
            size="lg"
            label={`${FIRST_TOGGLE} is ${shown ? "on" : "off"}`}
            checked={shown}
            onChange={({ currentTarget }) => flip.mutate(currentTarget.checked, { onError: tellProblem })}
          />
        )}
      </Stack>
    </Card>
  );
}
