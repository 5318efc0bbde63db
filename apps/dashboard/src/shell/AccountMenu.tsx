import { ActionIcon, Menu, SegmentedControl, Text, useMantineColorScheme } from "@mantine/core";
import { IconLogout, IconUser, IconUserCircle } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTRPC } from "../api/trpc.ts";
import { MenuItemLink } from "../design/links.tsx";
import { tellProblem } from "../design/tell-undo.tsx";
import { useSession } from "./place.ts";

const SCHEMES = [
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
  { value: "auto", label: "System" },
];

export function AccountMenu() {
  const { user } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useSignOut();
  return (
    <Menu position="bottom-end" width={240} closeOnItemClick>
      <Menu.Target>
        <ActionIcon variant="transparent" size={32} aria-label={`Account of ${user.name}`}>
          <IconUserCircle size={24} stroke={1.6} color="var(--mantine-color-text)" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" c="var(--mantine-color-text)" truncate>
            {user.name}
          </Text>
          <Text size="xs" truncate>
            {user.email}
          </Text>
        </Menu.Label>
        <MenuItemLink to="/account" leftSection={<IconUser size={16} aria-hidden />}>
          Account
        </MenuItemLink>
        <Menu.Divider />
        <Menu.Label>
          <SegmentedControl
            fullWidth
            size="xs"
            aria-label="Theme"
            data={SCHEMES}
            value={colorScheme}
            onChange={(value) => setColorScheme(schemeOf(value))}
          />
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => signOut.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function schemeOf(value: string): "light" | "dark" | "auto" {
  return value === "light" || value === "dark" ? value : "auto";
}

function useSignOut() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation(
    trpc.auth.signOut.mutationOptions({
      onSuccess: () => {
        queryClient.clear();
        void navigate({ to: "/sign-in" });
      },
      onError: tellProblem,
    }),
  );
}
