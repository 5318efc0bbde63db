import { BUCKETS, bucketOf } from "@burgee/engine";
import { Box, Card, Group, Slider, Stack, Switch, Text, Title } from "@mantine/core";
import { useId, useState } from "react";

const USERS = 1_000;
const COLUMNS = 50;
const STEP = 10;
const RADIUS = 3.6;
const SALT = "simulator";

/** Where each made-up user stands, from 0 to 1: by the engine's own hash, so they stand still while the percentage moves. */
const places = Array.from(
  { length: USERS },
  (_, index) => bucketOf(SALT, "rollout", `user-${index}`) / BUCKETS,
);

/** A rollout without an app: a thousand made-up users, decided in this page as an SDK would. */
export function Simulator() {
  const [isOn, setOn] = useState(true);
  const [percent, setPercent] = useState(25);
  const labelId = useId();
  const served = isOn ? places.filter((place) => place < percent / 100).length : 0;
  return (
    <Card withBorder>
      <Stack gap="sm">
        <Title order={2} size="h4">
          No app at hand? Try it here
        </Title>
        <Text size="sm" c="dimmed">
          {USERS.toLocaleString("en")} made-up users, decided by the same code as in an SDK. Nothing leaves
          this page.
        </Text>
        <Group>
          <Switch
            label={isOn ? "On" : "Off"}
            checked={isOn}
            onChange={({ currentTarget }) => setOn(currentTarget.checked)}
          />
          <Box style={{ flex: 1, minWidth: 160 }}>
            <Text size="xs" id={labelId}>
              Rollout: {percent} %
            </Text>
            <Slider
              value={percent}
              onChange={setPercent}
              disabled={!isOn}
              label={(value) => `${value} %`}
              thumbProps={{ "aria-labelledby": labelId }}
            />
          </Box>
        </Group>
        <svg
          viewBox={`0 0 ${COLUMNS * STEP} ${(USERS / COLUMNS) * STEP}`}
          role="img"
          aria-label={`${served} of ${USERS} made-up users get the new banner.`}
        >
          {places.map((place, index) => (
            <circle
              // biome-ignore lint/suspicious/noArrayIndexKey: a constant list
              key={index}
              cx={(index % COLUMNS) * STEP + STEP / 2}
              cy={Math.floor(index / COLUMNS) * STEP + STEP / 2}
              r={RADIUS}
              fill={
                isOn && place < percent / 100
                  ? "var(--mantine-primary-color-filled)"
                  : "var(--mantine-color-default-border)"
              }
            />
          ))}
        </svg>
        <Text size="sm" aria-live="polite">
          {served} of {USERS} get the new banner. A larger percentage only adds users: nobody loses it again.
        </Text>
      </Stack>
    </Card>
  );
}
