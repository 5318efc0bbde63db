import { Button, ColorSwatch, Menu } from "@mantine/core";
import { IconCheck, IconChevronDown, IconShieldLock } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { environmentColour, isCritical } from "./environment-colour.ts";
import { useShortcut } from "./shortcuts.ts";
import { useFrameEnvironment } from "./use-frame-environment.ts";

const DIGITS = 9;

/** Which environment the page is about. Its name stands beside its colour. */
export function EnvironmentSwitch() {
  const { environment, environments } = useFrameEnvironment();
  const navigate = useNavigate();
  const choose = (key: string) => void navigate({ to: ".", search: (search) => ({ ...search, env: key }) });
  if (!environment) return null;
  return (
    <>
      {environments.slice(0, DIGITS).map(({ key, name }, index) => (
        <Digit key={key} digit={index + 1} name={name} onChoose={() => choose(key)} />
      ))}
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <Button
            size="xs"
            maw={{ base: 104, xs: 220 }}
            px={{ base: 6, xs: "sm" }}
            variant={isCritical(environment) ? "filled" : "default"}
            color={environmentColour(environment, environments)}
            leftSection={
              isCritical(environment) ? (
                <IconShieldLock size={15} aria-hidden />
              ) : (
                <ColorSwatch
                  aria-hidden
                  size={10}
                  withShadow={false}
                  color={`var(--mantine-color-${environmentColour(environment, environments)}-filled)`}
                />
              )
            }
            rightSection={<IconChevronDown size={14} aria-hidden />}
            aria-label={`Environment: ${environment.name}`}
            styles={{ label: { display: "block", textOverflow: "ellipsis" } }}
          >
            {environment.name}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Environment</Menu.Label>
          {environments.map(({ key, name, critical }) => (
            <Menu.Item
              key={key}
              leftSection={isCritical({ critical }) ? <IconShieldLock size={15} aria-hidden /> : <span />}
              rightSection={key === environment.key && <IconCheck size={15} aria-label="shown now" />}
              onClick={() => choose(key)}
            >
              {name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

interface DigitProps {
  readonly digit: number;
  readonly name: string;
  readonly onChoose: () => void;
}

function Digit({ digit, name, onChoose }: DigitProps) {
  useShortcut({ keys: String(digit), does: name, section: "Environments", run: onChoose });
  return null;
}
