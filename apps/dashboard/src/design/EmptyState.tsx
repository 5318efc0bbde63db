import { Anchor, Code, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";

export interface EmptyStateProps {
  readonly icon: Icon;
  /** What is not there yet, in a few words. */
  readonly title: string;
  /** One sentence: what it would be good for. */
  readonly children: ReactNode;
  /** The one thing to do about it. */
  readonly action?: ReactNode;
  readonly docs?: { readonly href: string; readonly label: string };
  /** A command that does it too. */
  readonly snippet?: string;
}

/** A list that has nothing in it yet. The same on every screen. */
export function EmptyState({ icon: Icon, title, children, action, docs, snippet }: EmptyStateProps) {
  return (
    <Stack align="center" gap="sm" py="xl" px="md" maw={560} mx="auto" ta="center">
      <ThemeIcon size={48} radius="xl" variant="light" aria-hidden>
        <Icon size={26} stroke={1.6} />
      </ThemeIcon>
      <Title order={2} size="h4">
        {title}
      </Title>
      <Text c="dimmed">{children}</Text>
      {action}
      {snippet !== undefined && (
        <Code block w="100%" ta="left" tabIndex={0}>
          {snippet}
        </Code>
      )}
      {docs && (
        <Anchor href={docs.href} size="sm">
          {docs.label}
        </Anchor>
      )}
    </Stack>
  );
}
