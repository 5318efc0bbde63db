import { Button, Checkbox, Popover, Stack, Text } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import { useEnvironments } from "../shell/place.ts";

export interface EnvironmentChoiceProps {
  readonly shown: readonly string[];
  readonly most: number;
  readonly onChoose: (keys: readonly string[]) => void;
}

/** Which environments have a column, where there are more than fit. */
export function EnvironmentChoice({ shown, most, onChoose }: EnvironmentChoiceProps) {
  const environments = useEnvironments();
  if (environments.length < 2) return null;
  const hidden = environments.length - shown.length;
  return (
    <Popover position="bottom-end" shadow="md" trapFocus>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<IconColumns3 size={14} aria-hidden />}>
          Environments{hidden > 0 && ` (+${hidden})`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          {environments.map(({ key, name }) => {
            const isShown = shown.includes(key);
            return (
              <Checkbox
                key={key}
                label={name}
                checked={isShown}
                disabled={isShown ? shown.length === 1 : shown.length >= most}
                onChange={() => onChoose(isShown ? shown.filter((each) => each !== key) : [...shown, key])}
              />
            );
          })}
          <Text size="xs" c="dimmed">
            At most {most} at a time.
          </Text>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
