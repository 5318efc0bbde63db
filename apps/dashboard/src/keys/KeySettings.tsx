import {
  Badge,
  Button,
  Code,
  Group,
  Menu,
  Modal,
  SegmentedControl,
  Select,
  Stack,
  Table,
  TagsInput,
  Text,
  TextInput,
} from "@mantine/core";
import { IconDots, IconKey, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { problemOf } from "../api/problem.ts";
import { type Outputs, useTRPC } from "../api/trpc.ts";
import { Allowed } from "../design/Allowed.tsx";
import { confirmDanger } from "../design/confirm-danger.tsx";
import { EmptyState } from "../design/EmptyState.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { SecretOnce } from "../design/SecretOnce.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import { tell, tellProblem } from "../design/tell-undo.tsx";
import { useEnvironments, useProject } from "../shell/place.ts";
import { useShortcut } from "../shell/shortcuts.ts";

type Key = Outputs["sdkKeys"]["list"][number];

const KINDS = { srv: "Server", cli: "Client", pat: "Personal" } as const;

/** By which programs read the project's environments. */
export function KeySettings() {
  const trpc = useTRPC();
  const environments = useEnvironments();
  const names = new Map(environments.map(({ id, name }) => [id, name]));
  const [isOpen, setIsOpen] = useState(false);
  const [secret, setSecret] = useState<string>();
  const keys = useQuery(trpc.sdkKeys.list.queryOptions());
  const open = () => setIsOpen(true);
  useShortcut({ keys: "c", does: "Issue a key", section: "Settings", run: open });
  // People's own are on their account's page.
  const shown =
    keys.data?.filter(({ kind, environmentId }) => kind !== "pat" && names.has(environmentId)) ?? [];
  const button = (
    <Allowed permission="sdk_key.write">
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
        Issue key
      </Button>
    </Allowed>
  );
  return (
    <>
      {keys.isPending ? (
        <SkeletonRows rows={5} />
      ) : keys.isError ? (
        <ProblemPanel error={keys.error} onRetry={() => void keys.refetch()} />
      ) : shown.length === 0 ? (
        <EmptyState icon={IconKey} title="No key yet" action={button}>
          A program reads one environment's toggles with a key: a server's on your machines, a client's in
          browsers and apps.
        </EmptyState>
      ) : (
        <>
          <Group justify="flex-end" mb="sm">
            {button}
          </Group>
          <Table verticalSpacing="sm" aria-label="SDK keys">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Key</Table.Th>
                <Table.Th visibleFrom="sm">Environment</Table.Th>
                <Table.Th visibleFrom="md">Created</Table.Th>
                <Table.Th visibleFrom="sm">Last used</Table.Th>
                <Table.Th w={56}>
                  <span hidden>Actions</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((key) => (
                <KeyRow
                  key={key.id}
                  sdkKey={key}
                  environment={names.get(key.environmentId) ?? ""}
                  onSecret={setSecret}
                />
              ))}
            </Table.Tbody>
          </Table>
        </>
      )}
      <Modal opened={isOpen} onClose={() => setIsOpen(false)} title="Issue a key">
        <IssueForm
          onClose={() => setIsOpen(false)}
          onIssued={(key) => {
            setIsOpen(false);
            setSecret(key);
          }}
        />
      </Modal>
      <SecretOnce title="The new key" secret={secret} onClose={() => setSecret(undefined)}>
        Give it to your program as <Code>BURGEE_SDK_KEY</Code>.
      </SecretOnce>
    </>
  );
}

interface KeyRowProps {
  readonly sdkKey: Key;
  readonly environment: string;
  readonly onSecret: (key: string) => void;
}

function KeyRow({ sdkKey, environment, onSecret }: KeyRowProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { id, name, kind, display, origins, expiresAt, revokedAt, replacedBy } = sdkKey;
  const reload = () => queryClient.invalidateQueries({ queryKey: trpc.sdkKeys.pathKey() });
  const rotate = useMutation(
    trpc.sdkKeys.rotate.mutationOptions({
      onSuccess: async ({ key }) => {
        onSecret(key);
        await reload();
      },
      onError: tellProblem,
    }),
  );
  const revoke = useMutation(
    trpc.sdkKeys.revoke.mutationOptions({
      onSuccess: async () => {
        await reload();
        tell(`${name} is revoked.`);
      },
      onError: tellProblem,
    }),
  );
  const hasEnded = revokedAt !== null || (expiresAt !== null && new Date(expiresAt) <= new Date());

  async function askToRevoke() {
    const consequences = `Programs that use ${display} in ${environment} are refused within seconds. They go on with what they have, and hear of no change.`;
    const isSure = await confirmDanger({
      title: `Revoke ${name}?`,
      typed: name,
      confirm: "Revoke",
      consequences,
    });
    if (isSure) revoke.mutate({ id });
  }
  async function askToRotate() {
    const consequences = `A new key of the same scope takes its place; the old one works for another day, for programs to change over.`;
    if (await confirmDanger({ title: `Rotate ${name}?`, confirm: "Rotate", consequences }))
      rotate.mutate({ id });
  }

  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs">
          <Text size="sm" fw={550}>
            {name}
          </Text>
          <Badge size="sm" variant="default" tt="none">
            {KINDS[kind]}
          </Badge>
          <State sdkKey={sdkKey} hasEnded={hasEnded} />
        </Group>
        <Text size="xs" c="dimmed">
          <Code>{display}</Code> {origins.length > 0 && origins.join(", ")}
        </Text>
        <Text size="xs" c="dimmed" hiddenFrom="sm">
          {environment}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">{environment}</Table.Td>
      <Table.Td visibleFrom="md">
        <Text size="sm" c="dimmed">
          <TimeAgo at={sdkKey.createdAt} />
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm" c="dimmed">
          {sdkKey.lastUsedAt ? <TimeAgo at={sdkKey.lastUsedAt} /> : "Never"}
        </Text>
      </Table.Td>
      <Table.Td>
        {!hasEnded && (
          <Menu position="bottom-end" shadow="md">
            <Menu.Target>
              <Button size="xs" variant="subtle" color="gray" px={6} aria-label={`Actions of ${name}`}>
                <IconDots size={16} aria-hidden />
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {replacedBy === null && (
                <Allowed permission="sdk_key.write">
                  <Menu.Item onClick={() => void askToRotate()}>Rotate…</Menu.Item>
                </Allowed>
              )}
              <Allowed permission="sdk_key.write">
                <Menu.Item c="var(--mantine-color-error)" onClick={() => void askToRevoke()}>
                  Revoke…
                </Menu.Item>
              </Allowed>
            </Menu.Dropdown>
          </Menu>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function State({
  sdkKey: { revokedAt, expiresAt, replacedBy },
  hasEnded,
}: {
  readonly sdkKey: Key;
  readonly hasEnded: boolean;
}) {
  const badge = { size: "sm", variant: "light", color: "gray", tt: "none" } as const;
  if (revokedAt !== null) return <Badge {...badge}>Revoked</Badge>;
  if (hasEnded) return <Badge {...badge}>Expired</Badge>;
  if (expiresAt === null) return null;
  return (
    <Text size="xs" c="dimmed">
      {replacedBy === null ? "Ends " : "Replaced; works until "}
      <TimeAgo at={expiresAt} />
    </Text>
  );
}

interface IssueFormProps {
  readonly onClose: () => void;
  readonly onIssued: (key: string) => void;
}

function IssueForm({ onClose, onIssued }: IssueFormProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { key: project } = useProject();
  const environments = useEnvironments();
  const [name, setName] = useState("");
  const [kind, setKind] = useState<"srv" | "cli">("srv");
  const [environment, setEnvironment] = useState(environments[0]?.key ?? "");
  const [origins, setOrigins] = useState<string[]>([]);
  const issue = useMutation(
    trpc.sdkKeys.issue.mutationOptions({
      onSuccess: async ({ key }) => {
        await queryClient.invalidateQueries({ queryKey: trpc.sdkKeys.pathKey() });
        onIssued(key);
      },
    }),
  );
  const issues = issue.isError ? problemOf(issue.error).issues : [];
  const issueOf = (field: string) => issues.find(({ pointer }) => pointer.startsWith(`/${field}`))?.message;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        issue.mutate({ project, environment, kind, name, ...(kind === "cli" && { origins }) });
      }}
    >
      <Stack>
        <TextInput
          data-autofocus
          label="Name"
          description="Which program has it."
          required
          maxLength={100}
          value={name}
          error={issueOf("name")}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Select
          label="Environment"
          allowDeselect={false}
          data={environments.map((each) => ({ value: each.key, label: each.name }))}
          value={environment}
          onChange={(key) => setEnvironment(key ?? environment)}
        />
        <Stack gap={6}>
          <SegmentedControl
            aria-label="Kind"
            data={[
              { value: "srv", label: "Server" },
              { value: "cli", label: "Client" },
            ]}
            value={kind}
            onChange={(chosen) => setKind(chosen === "cli" ? "cli" : "srv")}
          />
          <Text size="xs" c="dimmed">
            {kind === "srv"
              ? "A secret: it reads all rules. Keep it on machines of your own."
              : "Anybody may see it: it gets values for one person at a time, and no rules."}
          </Text>
        </Stack>
        {kind === "cli" && (
          <TagsInput
            label="Origins"
            description="Whose pages may use it. Without any no page may; apps still do."
            placeholder="https://shop.example.com"
            value={origins}
            error={issueOf("origins")}
            onChange={setOrigins}
          />
        )}
        {issue.isError && issues.length === 0 && <ProblemPanel error={issue.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={issue.isPending} disabled={name.trim() === ""}>
            Issue
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
