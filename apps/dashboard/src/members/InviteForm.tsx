import { Button, Code, Group, List, NativeSelect, Paper, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { problemOf } from "../api/problem.ts";
import type { Outputs } from "../api/trpc.ts";
import { CopyButton } from "../design/CopyButton.tsx";
import { addressesIn } from "./addresses-in.ts";
import { usePeopleMutations, useRoles } from "./use-people.ts";

type Invited = Outputs["invitations"]["create"];

interface Told {
  readonly email: string;
  readonly invited?: Invited;
  readonly problem?: string;
}

/** Many at once: each gets a link of its own, by mail where mail is set up, else to be handed on. */
export function InviteForm({ onDone }: { readonly onDone: () => void }) {
  const { data: roles = [] } = useRoles();
  const { invite } = usePeopleMutations();
  const [text, setText] = useState("");
  const [role, setRole] = useState("viewer");
  const [told, setTold] = useState<readonly Told[]>([]);
  const [isSending, setSending] = useState(false);
  const addresses = addressesIn(text);

  const send = async () => {
    setSending(true);
    const results: Told[] = [];
    for (const email of addresses) {
      const answer = await invite
        .mutateAsync({ email, role })
        .then((invited): Told => ({ email, invited }))
        .catch((error: unknown): Told => ({ email, problem: problemOf(error).detail }));
      results.push(answer);
      setTold([...results]);
    }
    setSending(false);
    setText(
      results
        .filter(({ problem }) => problem !== undefined)
        .map(({ email }) => email)
        .join("\n"),
    );
  };
  return (
    <Paper withBorder p="md" maw={640}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (addresses.length > 0) void send();
        }}
      >
        <Stack gap="sm">
          <Textarea
            label="Addresses"
            description="One a line, or with commas."
            autosize
            minRows={2}
            maxRows={8}
            autoFocus
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
          />
          <NativeSelect
            label="Role in the tenant"
            data={roles.map(({ key, name }) => ({ value: key, label: name }))}
            value={role}
            onChange={({ currentTarget }) => setRole(currentTarget.value)}
          />
          <Group>
            <Button type="submit" size="xs" loading={isSending} disabled={addresses.length === 0}>
              {addresses.length > 1 ? `Invite ${addresses.length} people` : "Invite"}
            </Button>
            <Button size="xs" variant="default" onClick={onDone}>
              Close
            </Button>
          </Group>
          {told.length > 0 && (
            <List size="sm" spacing="xs" role="status">
              {told.map((each) => (
                <List.Item key={each.email}>
                  <Answer told={each} />
                </List.Item>
              ))}
            </List>
          )}
        </Stack>
      </form>
    </Paper>
  );
}

function Answer({ told: { email, invited, problem } }: { readonly told: Told }) {
  if (!invited) {
    return (
      <Text size="sm" c="var(--mantine-color-error)">
        {email}: {problem}
      </Text>
    );
  }
  if (invited.link === null) return <>{email}: the invitation went out by mail.</>;
  return (
    <Group gap={4}>
      {email}: hand on this link <Code style={{ overflowWrap: "anywhere" }}>{invited.link}</Code>
      <CopyButton value={invited.link} label={`Copy the link for ${email}`} />
    </Group>
  );
}
