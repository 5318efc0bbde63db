import { expect, test } from "vitest";
import { createMetrics } from "./create-metrics.ts";
import { createHttpDuration } from "./http-duration.ts";

const build = { service: "api", version: "1.2.3" };

test("says what runs, and how the process does", async () => {
  const text = await createMetrics(build).expose();

  expect(text).toContain(`burgee_build_info{service="api",version="1.2.3",node="${process.version}"} 1`);
  expect(text).toContain("burgee_process_cpu_seconds_total");
});

test("keeps the metrics of two processes apart", async () => {
  const [one, other] = [createMetrics(build), createMetrics(build)];
  one.counter({ name: "burgee_publishes_total", help: "Publishes." }).inc();

  expect(await one.expose()).toContain("burgee_publishes_total 1");
  expect(await other.expose()).not.toContain("burgee_publishes_total");
});

test("asks for a gauge's value when it is asked itself", async () => {
  const metrics = createMetrics(build);
  let age = 1;
  metrics.gauge({ name: "burgee_age_seconds", help: "Age.", read: () => age });

  expect(await metrics.expose()).toContain("burgee_age_seconds 1");
  age = 7;
  expect(await metrics.expose()).toContain("burgee_age_seconds 7");
});

test("tells all that was tallied, each time that it is asked", async () => {
  const metrics = createMetrics(build);
  const count = metrics.tally({ name: "burgee_answers_total", help: "Answers.", label: "reason" });

  for (const reason of ["SPLIT", "STATIC", "SPLIT"]) count(reason);
  expect(await metrics.expose()).toContain('burgee_answers_total{reason="SPLIT"} 2');
  count("SPLIT");
  expect(await metrics.expose()).toContain('burgee_answers_total{reason="SPLIT"} 3');
  expect(await metrics.expose()).toContain('burgee_answers_total{reason="STATIC"} 1');
});

test("measures requests in seconds, by route, method and class of status", async () => {
  const metrics = createMetrics(build);
  const observe = createHttpDuration(metrics);

  observe({ route: "/v1/toggles/:toggleKey", method: "GET", status: 404, durationMs: 20 });
  observe({ route: "/v1/toggles/:toggleKey", method: "BREW", status: 200, durationMs: 20 });

  const text = await metrics.expose();
  expect(text).toContain(
    'burgee_http_request_duration_seconds_sum{route="/v1/toggles/:toggleKey",method="GET",status_class="4xx"} 0.02',
  );
  expect(text).toContain('method="other",status_class="2xx"');
});

test.each(["tenant", "tenant_id", "toggleKey", "userId"])(
  "refuses the label %s, which has no bound",
  (label) => {
    const metrics = createMetrics(build);

    expect(() => metrics.counter({ name: "burgee_x_total", help: "X.", labels: [label] })).toThrow(TypeError);
  },
);
