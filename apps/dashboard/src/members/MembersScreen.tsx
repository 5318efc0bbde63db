/** Who belongs to the tenant, with which role, and who is invited. */
import {
  ActionIcon,
  Badge,
  Button,
  Group,
  Menu,
  NativeSelect,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDots, IconUserPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { codeOf } from "../api/problem.ts";
import { useTRPC } from "../api/trpc.ts";
import { Allowed } from "../design/Allowed.tsx";
import { confirmDanger } from "../design/confirm-danger.tsx";
import { FilteredToNothing } from "../design/FilteredToNothing.tsx";
import { MenuItemLink } from "../design/links.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { ScreenTitle } from "../design/ScreenTitle.tsx";
import { ScrolledTable } from "../design/ScrolledTable.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import { tellUndo } from "../design/tell-undo.tsx";
import { useIsAllowed } from "../shell/permissions.ts";
import { useSession } from "../shell/place.ts";
import { InviteForm } from "./InviteForm.tsx";
import { MemberGrants } from "./MemberGrants.tsx";
import { PeopleTabs } from "./PeopleTabs.tsx";
import { type Member, useMembers, usePeopleMutations, useRoles } from "./use-people.ts";

export function MembersScreen() {
  const [isInviting, { toggle, close }] = useDisclosure(false);
  return (
    <>
      <ScreenTitle
        title="Members"
        actions={
          <Allowed permission="member.write">
            <Button
              size="xs"
              leftSection={<IconUserPlus size={14} aria-hidden />}
              aria-expanded={isInviting}
              onClick={toggle}
            >
              Invite people
            </Button>
          </Allowed>
        }
      />
      <PeopleTabs />
      <Stack gap="xl">
        {isInviting && <InviteForm onDone={close} />}
        <Members />
        <Invitations />
      </Stack>
    </>
  );
}

function Members() {
  const members = useMembers();
  const { find } = useSearch({ from: "/signed-in/t/$tenant/settings/members" });
  const navigate = useNavigate();
  const search = (text: string) =>
    void navigate({ to: ".", search: { find: text || undefined }, replace: true });
  if (members.isPending) return <SkeletonRows />;
  if (members.isError) return <ProblemPanel error={members.error} onRetry={() => void members.refetch()} />;
  const all = members.data.pages.flatMap(({ items }) => items);
  const asked = find?.toLowerCase() ?? "";
  const shown = all.filter(({ name, email }) => `${name} ${email}`.toLowerCase().includes(asked));
  return (
    <Stack gap="sm">
      <TextInput
        aria-label="Find members"
        placeholder="Find by name or address"
        size="xs"
        maw={280}
        value={find ?? ""}
        onChange={({ currentTarget }) => search(currentTarget.value)}
      />
      {shown.length === 0 ? (
        <FilteredToNothing what="members" filters={[find ?? ""]} onClear={() => search("")} />
      ) : (
        <ScrolledTable label="Members" minWidth={640}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Person</Table.Th>
              <Table.Th>Role in the tenant</Table.Th>
              <Table.Th>Joined</Table.Th>
              <Table.Th>
                <Text span size="sm" c="dimmed">
                  More
                </Text>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((member) => (
              <MemberRow key={member.userId} member={member} />
            ))}
          </Table.Tbody>
        </ScrolledTable>
      )}
      {members.hasNextPage && (
        <Group>
          <Button
            size="xs"
            variant="default"
            loading={members.isFetchingNextPage}
            onClick={() => void members.fetchNextPage()}
          >
            More members
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function MemberRow({ member }: { readonly member: Member }) {
  const { tenant = "" } = useParams({ strict: false });
  const { user } = useSession();
  const [isOpen, { toggle }] = useDisclosure(false);
  const { remove } = usePeopleMutations();
  const canWrite = useIsAllowed("member.write");
  const { userId, name, email, joinedAt } = member;
  return (
    <>
      <Table.Tr>
        <Table.Td>
          <Text size="sm" fw={600}>
            {name}{" "}
            {email === user.email && (
              <Badge size="xs" variant="light">
                you
              </Badge>
            )}
          </Text>
          <Text size="xs" c="dimmed">
            {email}
          </Text>
        </Table.Td>
        <Table.Td>
          <RoleSelect member={member} />
        </Table.Td>
        <Table.Td>
          <TimeAgo at={joinedAt} />
        </Table.Td>
        <Table.Td>
          <Group gap={4} wrap="nowrap">
            <Button
              size="compact-xs"
              variant="default"
              aria-expanded={isOpen}
              aria-label={`Roles of ${name} by project`}
              onClick={toggle}
            >
              By project
            </Button>
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" size={26} aria-label={`More about ${name}`}>
                  <IconDots size={16} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <MenuItemLink to="/t/$tenant/settings/access" params={{ tenant }} search={{ user: userId }}>
                  What may they do?
                </MenuItemLink>
                <Menu.Item
                  color="red"
                  disabled={!canWrite}
                  onClick={async () => {
                    const isSure = await confirmDanger({
                      title: `Remove ${name}?`,
                      consequences:
                        "They lose all that they may do here at once, and their keys with it. What they did stays in the log.",
                      typed: email,
                      confirm: "Remove",
                    });
                    if (isSure) remove.mutate({ userId });
                  }}
                >
                  Remove from the tenant
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </Group>
        </Table.Td>
      </Table.Tr>
      {isOpen && (
        <Table.Tr>
          <Table.Td colSpan={4}>
            <MemberGrants member={member} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}

function RoleSelect({ member: { userId, name, role } }: { readonly member: Member }) {
  const { data: roles = [] } = useRoles();
  const { setRole } = usePeopleMutations();
  const shown = setRole.isPending ? setRole.variables.role : role;
  return (
    <Allowed permission="member.write">
      <NativeSelect
        aria-label={`Role of ${name}`}
        size="xs"
        data={roles.map(({ key, name: label }) => ({ value: key, label }))}
        value={shown}
        onChange={({ currentTarget }) => {
          const next = currentTarget.value;
          setRole.mutate(
            { userId, role: next },
            {
              onSuccess: () =>
                tellUndo({
                  done: `${name} is ${roles.find(({ key }) => key === next)?.name ?? next} now.`,
                  undo: () => setRole.mutateAsync({ userId, role }),
                }),
            },
          );
        }}
      />
    </Allowed>
  );
}

/** Those that nobody has accepted yet; only who may invite is told of them. */
function Invitations() {
  const trpc = useTRPC();
  const { revoke } = usePeopleMutations();
  const invitations = useQuery(trpc.invitations.list.queryOptions());
  if (invitations.isPending || (invitations.isError && codeOf(invitations.error) === "forbidden"))
    return null;
  if (invitations.isError)
    return <ProblemPanel error={invitations.error} onRetry={() => void invitations.refetch()} />;
  if (invitations.data.length === 0) return null;
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        Invited
      </Title>
      <ScrolledTable label="Invitations" minWidth={480}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Address</Table.Th>
            <Table.Th>Role</Table.Th>
            <Table.Th>Ends</Table.Th>
            <Table.Th>
              <Text span size="sm" c="dimmed">
                More
              </Text>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {invitations.data.map(({ id, email, role, expiresAt }) => (
            <Table.Tr key={id}>
              <Table.Td>{email}</Table.Td>
              <Table.Td>{role}</Table.Td>
              <Table.Td>
                <TimeAgo at={expiresAt} />
              </Table.Td>
              <Table.Td>
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={`Revoke the invitation of ${email}`}
                  onClick={() => revoke.mutate({ id })}
                >
                  Revoke
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </ScrolledTable>
    </Stack>
  );
}
