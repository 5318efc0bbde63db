import { Tabs } from "@mantine/core";
import { useLocation, useNavigate } from "@tanstack/react-router";

const TABS = [
  { to: "/account", label: "Profile" },
  { to: "/account/security", label: "Security" },
  { to: "/account/keys", label: "Personal keys" },
  { to: "/account/appearance", label: "Appearance" },
] as const;

/** Over each page of a person's own. */
export function AccountTabs() {
  const navigate = useNavigate();
  const path = useLocation({ select: ({ pathname }) => pathname.replace(/\/$/, "") });
  return (
    <Tabs
      value={path}
      mb="lg"
      onChange={(to) => {
        const tab = TABS.find((each) => each.to === to);
        if (tab) void navigate({ to: tab.to });
      }}
    >
      <Tabs.List aria-label="Account">
        {TABS.map(({ to, label }) => (
          <Tabs.Tab key={to} value={to}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  );
}
