import { Alert, Card, Code, Group, Stack, Tabs, Title } from "@mantine/core";
import { CopyButton } from "../design/CopyButton.tsx";
import { snippetsFor } from "./snippets.ts";
import { type Connection, FIRST_TOGGLE } from "./use-connect.ts";

export function SnippetTabs({ connection: { sdkKey } }: { readonly connection: Connection }) {
  const snippets = snippetsFor({ url: window.location.origin, sdkKey, toggle: FIRST_TOGGLE });
  return (
    <Card withBorder>
      <Stack>
        <Title order={2} size="h4">
          2. Run this
        </Title>
        <Alert variant="light" color="indigo">
          The key stands in the snippet this one time. Keep it where your program reads its secrets.
        </Alert>
        <Tabs defaultValue="node">
          <Tabs.List aria-label="Kind of program">
            {snippets.map(({ id, label }) => (
              <Tabs.Tab key={id} value={id}>
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {snippets.map(({ id, label, install, code }) => (
            <Tabs.Panel key={id} value={id} pt="sm">
              <Stack gap="xs">
                {install !== undefined && <Copied text={install} label={`Copy the command for ${label}`} />}
                <Copied text={code} label={`Copy the snippet for ${label}`} />
              </Stack>
            </Tabs.Panel>
          ))}
        </Tabs>
      </Stack>
    </Card>
  );
}

function Copied({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <Group gap={4} wrap="nowrap" align="flex-start">
      <Code block tabIndex={0} style={{ flex: 1, minWidth: 0 }}>
        {text}
      </Code>
      <CopyButton value={text} label={label} />
    </Group>
  );
}
