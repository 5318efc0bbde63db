import { Link, useMatchRoute, useParams } from "@tanstack/react-router";
import classes from "./people-tabs.module.css";

const TABS = [
  { to: "/t/$tenant/settings/members", label: "Members" },
  { to: "/t/$tenant/settings/roles", label: "Roles" },
  { to: "/t/$tenant/settings/access", label: "Who may do what" },
  { to: "/t/$tenant/settings/single-sign-on", label: "Single sign-on" },
] as const;

/** Over each page about a tenant's people. */
export function PeopleTabs() {
  const { tenant = "" } = useParams({ strict: false });
  const isHere = useMatchRoute();
  return (
    <nav aria-label="People" className={classes.tabs}>
      {TABS.map(({ to, label }) => (
        <Link
          key={to}
          to={to}
          params={{ tenant }}
          className={classes.tab}
          aria-current={isHere({ to, fuzzy: true }) !== false ? "page" : undefined}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
