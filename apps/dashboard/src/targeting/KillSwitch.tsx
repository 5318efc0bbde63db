import { Badge, Card, Group, Stack, Switch, Text } from "@mantine/core";
import type { Draft } from "./draft/draft.ts";
import { Sentence } from "./sentences/Sentence.tsx";

export interface KillSwitchProps {
  readonly draft: Draft;
  readonly environment: string;
  readonly isChanged: boolean;
  readonly isEditable: boolean;
  readonly onChange: (enabled: boolean) => void;
}

/** On or off, and what that means. */
export function KillSwitch({ draft, environment, isChanged, isEditable, onChange }: KillSwitchProps) {
  const { enabled, off, rules, rollout, default: byDefault } = draft;
  const decides = [
    ...(rules.length > 0 ? [`${rules.length} ${rules.length === 1 ? "rule decides" : "rules decide"}`] : []),
    ...(rollout ? ["a rollout decides"] : []),
  ].join(", then ");
  return (
    <Card withBorder padding="md">
      <Group justify="space-between" gap="md">
        <Stack gap={2} miw={0}>
          <Group gap="xs">
            <Text fw={650} size="lg">
              {enabled ? "On" : "Off"} in {environment}
            </Text>
            {isChanged && (
              <Badge variant="light" color="yellow" tt="none">
                not published yet
              </Badge>
            )}
          </Group>
          <Text size="sm" c="dimmed" component="div">
            {enabled ? (
              <Sentence
                phrase={[
                  decides === "" ? "Everyone gets " : `First ${decides}; everyone else gets `,
                  { variant: byDefault },
                  ".",
                ]}
              />
            ) : (
              <Sentence phrase={["Everyone gets ", { variant: off }, ", whatever the rules say."]} />
            )}
          </Text>
        </Stack>
        <Switch
          size="lg"
          aria-label={`On in ${environment}`}
          checked={enabled}
          disabled={!isEditable}
          onChange={({ currentTarget: { checked } }) => onChange(checked)}
        />
      </Group>
    </Card>
  );
}
