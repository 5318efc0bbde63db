import { Divider, Stack } from "@mantine/core";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { AccountTabs } from "./AccountTabs.tsx";
import { ChangePassword } from "./ChangePassword.tsx";
import { SecondFactor } from "./SecondFactor.tsx";
import { Sessions } from "./Sessions.tsx";

/** What keeps others out of the account. */
export function Security() {
  return (
    <Stack gap={0} maw={720}>
      <ScreenTitle title="Account" />
      <AccountTabs />
      <Stack gap="xl">
        <SecondFactor />
        <Divider />
        <ChangePassword />
        <Divider />
        <Sessions />
      </Stack>
    </Stack>
  );
}
