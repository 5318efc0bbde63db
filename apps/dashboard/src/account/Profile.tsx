import { Stack, Table } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { useSession, useTenants } from "../shell/place.ts";
import { tenantSlug } from "../shell/tenant-slug.ts";
import { AccountTabs } from "./AccountTabs.tsx";

/** Who they are, and where they belong. */
export function Profile() {
  const { user } = useSession();
  const tenants = useTenants();
  return (
    <Stack gap={0} maw={720}>
      <ScreenTitle title="Account" />
      <AccountTabs />
      <Table withRowBorders={false} mb="lg">
        <Table.Tbody>
          <Table.Tr>
            <Table.Th scope="row" w={140}>
              Name
            </Table.Th>
            <Table.Td>{user.name}</Table.Td>
          </Table.Tr>
          <Table.Tr>
            <Table.Th scope="row">Email</Table.Th>
            <Table.Td>{user.email}</Table.Td>
          </Table.Tr>
        </Table.Tbody>
      </Table>
      <Table captionSide="top">
        <Table.Caption>The tenants that you belong to</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Tenant</Table.Th>
            <Table.Th>Your role</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tenants.map((tenant) => (
            <Table.Tr key={tenant.tenantId}>
              <Table.Td>
                <Link to="/t/$tenant" params={{ tenant: tenantSlug(tenant, tenants) }}>
                  {tenant.name}
                </Link>
              </Table.Td>
              <Table.Td>{tenant.role}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
