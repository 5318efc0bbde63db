import { Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useEnvironments } from "../shell/place.ts";
import classes from "./environment-states.module.css";
import { OnOff } from "./OnOff.tsx";
import { useToggle } from "./use-toggle.ts";

/** Where it is on, environment by environment; a click makes the page be about that one. */
export function EnvironmentStates() {
  const { settings, environment: here } = useToggle();
  const environments = useEnvironments();
  return (
    <nav aria-label="Environments of this toggle" className={classes.states}>
      {environments.flatMap(({ key, name }) => {
        const setting = settings.find(({ environment }) => environment === key);
        if (!setting) return [];
        return (
          <Link
            key={key}
            to="."
            search={(before) => ({ ...before, env: key })}
            className={classes.state}
            aria-current={key === here ? "true" : undefined}
          >
            <Group gap={6} wrap="nowrap">
              <Text span size="sm">
                {name}
              </Text>
              <OnOff isOn={setting.enabled} />
            </Group>
          </Link>
        );
      })}
    </nav>
  );
}
