import { Grid, Stack } from "@mantine/core";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { useTenant } from "../shell/place.ts";
import { ProjectCards } from "./ProjectCards.tsx";
import { RecentChanges } from "./RecentChanges.tsx";
import { SdkHealth } from "./SdkHealth.tsx";
import { StaleToggles } from "./StaleToggles.tsx";
import { WaitingForMe } from "./WaitingForMe.tsx";

/** What happens in a tenant, and what waits to be done. */
export function TenantHome() {
  const { name } = useTenant();
  return (
    <Stack gap="lg">
      <ScreenTitle title={name} />
      <ProjectCards />
      <Grid>
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <RecentChanges />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Stack>
            <WaitingForMe />
            <SdkHealth />
            <StaleToggles />
          </Stack>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}
