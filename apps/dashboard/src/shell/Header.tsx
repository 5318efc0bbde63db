import { ActionIcon, Box, Burger, Button, Group, Text, Tooltip } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { KeyboardHint } from "../design/KeyboardHint.tsx";
import { AnchorLink } from "../design/links.tsx";
import { HEADER_SLOTS } from "../header-slots.ts";
import { AccountMenu } from "./AccountMenu.tsx";
import { EnvironmentSwitch } from "./EnvironmentSwitch.tsx";
import { LiveDot } from "./LiveDot.tsx";
import { PlaceSwitch } from "./PlaceSwitch.tsx";
import { palette } from "./palette.ts";

export interface HeaderProps {
  readonly isNavigationOpen: boolean;
  readonly onToggleNavigation: () => void;
}

export function Header({ isNavigationOpen, onToggleNavigation }: HeaderProps) {
  return (
    <Group h="100%" px="sm" gap="xs" wrap="nowrap" justify="space-between">
      <Group gap={6} wrap="nowrap" miw={0}>
        <Burger
          size="sm"
          hiddenFrom="sm"
          // In a narrow header it would give way to what stands beside it.
          style={{ flexShrink: 0 }}
          opened={isNavigationOpen}
          onClick={onToggleNavigation}
          aria-label={isNavigationOpen ? "Close the navigation" : "Open the navigation"}
        />
        <AnchorLink to="/" underline="never" c="var(--mantine-color-text)" visibleFrom="xs">
          <Group gap={6} wrap="nowrap">
            <img src="/favicon.svg" alt="" width={24} height={24} />
            <Text span fw={700}>
              Burgee
            </Text>
          </Group>
        </AnchorLink>
        <PlaceSwitch />
      </Group>
      <Group gap={4} wrap="nowrap" style={{ flexShrink: 0 }}>
        <Button
          size="xs"
          variant="default"
          visibleFrom="md"
          leftSection={<IconSearch size={14} aria-hidden />}
          rightSection={<KeyboardHint keys="Mod+K" />}
          onClick={palette.open}
        >
          Go to, or do
        </Button>
        <Tooltip label="Go to, or do">
          <ActionIcon
            variant="subtle"
            color="gray"
            size={30}
            hiddenFrom="md"
            aria-label="Go to, or do"
            onClick={palette.open}
          >
            <IconSearch size={18} />
          </ActionIcon>
        </Tooltip>
        <Box visibleFrom="xs">
          <LiveDot />
        </Box>
        <EnvironmentSwitch />
        {HEADER_SLOTS.map((Slot, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a constant list
          <Slot key={index} />
        ))}
        <AccountMenu />
      </Group>
    </Group>
  );
}
