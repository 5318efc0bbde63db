import { Radio, Stack, Switch, useMantineColorScheme } from "@mantine/core";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { useSingleKeys } from "../shell/preferences.ts";
import { AccountTabs } from "./AccountTabs.tsx";

/** How the dashboard looks and listens in this browser. */
export function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [areSingleKeysOn, setSingleKeys] = useSingleKeys();
  return (
    <Stack gap={0} maw={720}>
      <ScreenTitle title="Account" />
      <AccountTabs />
      <Stack gap="xl">
        <Radio.Group
          label="Theme"
          description="In this browser."
          value={colorScheme}
          onChange={(value) => setColorScheme(value === "light" || value === "dark" ? value : "auto")}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="light" label="Light" />
            <Radio value="dark" label="Dark" />
            <Radio value="auto" label="As the system has it" />
          </Stack>
        </Radio.Group>
        <Switch
          label="Single-key shortcuts"
          description="Such as G then H. Switch them off where they get in the way of speech input."
          checked={areSingleKeysOn}
          onChange={({ currentTarget }) => setSingleKeys(currentTarget.checked)}
        />
      </Stack>
    </Stack>
  );
}
