import { Container, Stack, Text, Title } from "@mantine/core";
import { useEffect } from "react";
import { ButtonLink } from "../design/links.tsx";

/** There is no such page, or none that this person may know of. */
export function NotFound() {
  useEffect(() => {
    document.title = "Not found · Burgee";
  }, []);
  return (
    <Container size="xs" py="xl">
      <Stack align="flex-start">
        <Title order={1}>There is nothing here</Title>
        <Text>
          The address may be mistyped, what it led to may be gone, or it belongs to a tenant or a project that
          you are no member of.
        </Text>
        <ButtonLink to="/">Go to the start</ButtonLink>
      </Stack>
    </Container>
  );
}
