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
  const deciders = [
    ...(rules.length > 0 ? [`${rules.length} ${rules.length === 1 ? "rule" : "rules"}`] : []),
    ...(rollout ? ["a rollout"] : []),
  ];
  const decide = deciders.length === 1 && rules.length <= 1 ? "decides" : "decide";
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
                  deciders.length === 0
                    ? "Everyone gets "
                    : `${capitalised(deciders.join(" and then "))} ${decide}; everyone else gets `,
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

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
