import { Center, Container, Group, Paper, Text } from "@mantine/core";
import { Outlet } from "@tanstack/react-router";

/** Around the pages of who is not signed in yet. */
export function SignedOutFrame() {
  return (
    <Center component="main" id="main" mih="100vh" py="xl">
      <Container size={440} w="100%">
        <Group justify="center" gap="xs" mb="lg">
          <img src="/favicon.svg" alt="" width={32} height={32} />
          <Text fw={700} size="xl">
            Burgee
          </Text>
        </Group>
        <Paper withBorder p="xl" radius="md">
          <Outlet />
        </Paper>
      </Container>
    </Center>
  );
}
