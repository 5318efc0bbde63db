import { ScrollArea, Stack, Text } from "@mantine/core";
import { useLocation } from "@tanstack/react-router";
import { NavLinkLink } from "../design/links.tsx";
import { NAVIGATION, type NavigationEntry } from "../navigation.ts";
import { isReachable } from "./palette-actions.ts";
import { useMaybePlace } from "./place.ts";

const SECTIONS = [
  { of: "project", title: "Project" },
  { of: "tenant", title: "Tenant" },
  { of: "account", title: "You" },
] as const;

/** The left column: what there is in the project, in the tenant, and of the person. */
export function Navigation() {
  const place = useMaybePlace();
  return (
    <ScrollArea>
      {SECTIONS.filter(({ of }) => isReachable(of, place)).map(({ of, title }) => {
        const entries = NAVIGATION.filter((entry) => entry.of === of);
        if (entries.length === 0) return null;
        return (
          <Stack key={of} gap={2} mb="md">
            <Text size="xs" fw={600} c="dimmed" px="sm" pb={4}>
              {title}
            </Text>
            {entries.map((entry) => (
              <Entry key={entry.label} entry={entry} />
            ))}
          </Stack>
        );
      })}
    </ScrollArea>
  );
}

function Entry({ entry: { label, to, icon: Icon, isExact = false } }: { readonly entry: NavigationEntry }) {
  const { tenant = "", project = "" } = useMaybePlace();
  const path = useLocation({ select: ({ pathname }) => pathname.replace(/\/$/, "") });
  const own = to.replace("$tenant", tenant).replace("$project", project);
  const isHere = path === own || (!isExact && path.startsWith(`${own}/`));
  return (
    <NavLinkLink
      to={to}
      params={true}
      label={label}
      leftSection={<Icon size={18} stroke={1.7} aria-hidden />}
      active={isHere}
      activeOptions={{ exact: isExact }}
      aria-current={isHere ? "page" : undefined}
      style={{ borderRadius: "var(--mantine-radius-sm)" }}
    />
  );
}
