import { Link, useLocation, useNavigate, useParams } from "@tanstack/react-router";
import { useShortcut } from "../shell/shortcuts.ts";
import classes from "./toggle-tabs.module.css";
import { TOGGLE_TABS } from "./toggle-tabs.ts";

/** The way between the tabs of one toggle; the environment goes along. */
export function ToggleTabs() {
  const params = useParams({ from: "/signed-in/t/$tenant/p/$project/toggles/$toggle" });
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const here = TOGGLE_TABS.findIndex(({ to }) =>
    pathname.includes(`/toggles/${params.toggle}/${lastOf(to)}`),
  );
  const go = (step: number) => {
    const tab = TOGGLE_TABS[(here + step + TOGGLE_TABS.length) % TOGGLE_TABS.length];
    if (tab) void navigate({ to: tab.to, params });
  };
  useShortcut({ keys: "[", does: "The tab to the left", section: "Toggle", run: () => go(-1) });
  useShortcut({ keys: "]", does: "The tab to the right", section: "Toggle", run: () => go(1) });
  return (
    <nav aria-label="Of this toggle" className={classes.tabs}>
      {TOGGLE_TABS.map(({ label, to }, index) => (
        <Link
          key={label}
          to={to}
          params={params}
          className={classes.tab}
          aria-current={index === here ? "page" : undefined}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}

function lastOf(to: string): string {
  return to.split("/").at(-1) ?? "";
}
