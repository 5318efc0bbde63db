import { Button, Menu, Text } from "@mantine/core";
import { IconCheck, IconChevronDown } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../api/trpc.ts";
import { MenuItemLink } from "../design/links.tsx";
import { useMaybePlace, useSession, useTenants } from "./place.ts";
import { findTenant, tenantSlug } from "./tenant-slug.ts";

/** Which tenant, and which of its projects. */
export function PlaceSwitch() {
  const trpc = useTRPC();
  const tenants = useTenants();
  const session = useSession();
  const { tenant: slug, project: projectKey } = useMaybePlace();
  const { data: projects = [] } = useQuery(
    trpc.projects.list.queryOptions(undefined, { enabled: slug !== undefined }),
  );
  const tenant = slug === undefined ? undefined : findTenant(tenants, slug, session.tenantId);
  const project = projects.find(({ key }) => key === projectKey);
  const here = tenant ? [tenant.name, project?.name].filter(Boolean).join(" / ") : "Choose a tenant";
  return (
    <Menu position="bottom-start" width={260}>
      <Menu.Target>
        <Button
          size="xs"
          variant="subtle"
          color="gray"
          c="var(--mantine-color-text)"
          rightSection={<IconChevronDown size={14} aria-hidden />}
          aria-label={`Tenant and project: ${here}`}
          styles={{ root: { minWidth: 0, flexShrink: 1 } }}
        >
          {tenant && project && (
            <Text span c="dimmed" size="sm" mr={4} visibleFrom="md">
              {tenant.name} /
            </Text>
          )}
          <Text span size="sm" fw={600} truncate>
            {project?.name ?? tenant?.name ?? here}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {tenant && slug !== undefined && projects.length > 0 && (
          <>
            <Menu.Label>Projects of {tenant.name}</Menu.Label>
            {projects.map(({ key, name }) => (
              <MenuItemLink
                key={key}
                to="/t/$tenant/p/$project"
                params={{ tenant: slug, project: key }}
                rightSection={key === projectKey && <IconCheck size={15} aria-label="open now" />}
              >
                {name}
              </MenuItemLink>
            ))}
            <Menu.Divider />
          </>
        )}
        <Menu.Label>Tenants</Menu.Label>
        {tenants.map((each) => (
          <MenuItemLink
            key={each.tenantId}
            to="/t/$tenant"
            params={{ tenant: tenantSlug(each, tenants) }}
            rightSection={each.tenantId === tenant?.tenantId && <IconCheck size={15} aria-label="open now" />}
          >
            {each.name}
          </MenuItemLink>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
