import type { PostWebhook } from "@burgee/core";
import { createEgress, EgressError, type EgressOptions } from "@burgee/runtime";

/** Calls endpoints: what is answered beyond the bound is not read, and what was said within it counts. */
export function webhookPoster(options: Omit<EgressOptions, "oversize">): PostWebhook {
  const egress = createEgress({ ...options, oversize: "cut" });
  return async (url, { headers, body }) => {
    try {
      const response = await egress.fetch(url, { method: "POST", headers, body });
      return {
        status: response.status,
        retryAfter: response.headers.get("retry-after"),
        text: await response.text(),
      };
    } catch (error) {
      if (error instanceof EgressError) return { error: `${error.code}: ${error.message}` };
      throw error;
    }
  };
}
