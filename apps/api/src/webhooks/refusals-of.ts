import { type Egress, EgressError } from "@burgee/runtime";

/** Tells of an address why it would not be called: where its name leads to is looked at when it is. */
export function refusalsOf(egress: Egress): (url: string) => string | undefined {
  return (url) => {
    try {
      egress.demandAllowed(url);
      return undefined;
    } catch (error) {
      if (error instanceof EgressError) return error.message;
      throw error;
    }
  };
}
