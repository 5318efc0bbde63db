/**
 * The reads of `npm run bench:server` for k6, against a Burgee of yours:
 *
 *   k6 run -e BURGEE_URL=http://localhost:4000 -e BURGEE_SDK_KEY=bg_srv_… -e TOGGLE=new_checkout_ui bench/k6/reads.js
 *
 * RATE is requests a second of each kind (500), SECONDS for how long each kind is asked (30). Mind the bounds of a key
 * (docs/security.md#how-much-may-be-asked): beyond them the answer is 429, and this script fails.
 */
import { check } from "k6";
import exec from "k6/execution";
import http from "k6/http";

const url = __ENV.BURGEE_URL || "http://localhost:4000";
const toggle = __ENV.TOGGLE || "new_checkout_ui";
const rate = Number(__ENV.RATE || 500);
const seconds = Number(__ENV.SECONDS || 30);
const headers = { authorization: `Bearer ${__ENV.BURGEE_SDK_KEY}` };

const kinds = ["single", "bulk", "ruleset", "current"];

export const options = {
  scenarios: Object.fromEntries(
    kinds.map((kind, at) => [
      kind,
      {
        executor: "constant-arrival-rate",
        exec: kind,
        rate,
        timeUnit: "1s",
        duration: `${seconds}s`,
        startTime: `${at * (seconds + 2)}s`,
        preAllocatedVUs: 64,
        maxVUs: 256,
      },
    ]),
  ),
  thresholds: {
    checks: ["rate==1"],
    ...Object.fromEntries(kinds.map((kind) => [`http_req_duration{scenario:${kind}}`, ["p(99)<25"]])),
  },
  summaryTrendStats: ["med", "p(95)", "p(99)", "max"],
};

export function setup() {
  const answer = http.get(`${url}/v1/ruleset`, { headers });
  if (answer.status !== 200) throw new Error(`${url} answers ${answer.status}: ${answer.body}`);
  return { etag: answer.headers.Etag };
}

export function single() {
  const { userId, region, plan, appVersion } = contextNow();
  const query = `userId=${userId}&region=${region}&plan=${plan}&appVersion=${appVersion}`;
  expectStatus(http.get(`${url}/v1/toggles/${toggle}?${query}`, { headers, tags: { name: "single" } }), 200);
}

export function bulk() {
  const body = JSON.stringify({ context: contextNow() });
  const posted = { headers: { ...headers, "content-type": "application/json" } };
  expectStatus(http.post(`${url}/v1/evaluate`, body, posted), 200);
}

export function ruleset() {
  expectStatus(
    http.get(`${url}/v1/ruleset`, { headers: { ...headers, "accept-encoding": "gzip, br" } }),
    200,
  );
}

export function current({ etag }) {
  expectStatus(http.get(`${url}/v1/ruleset`, { headers: { ...headers, "if-none-match": etag } }), 304);
}

/** Of 64 users, one after the other. */
function contextNow() {
  const at = exec.scenario.iterationInTest % 64;
  return {
    userId: `user-${at}`,
    region: at % 3 === 0 ? "IN" : "NO",
    plan: at % 4 === 0 ? "pro" : "free",
    appVersion: `1.${at % 40}.0`,
  };
}

function expectStatus(response, status) {
  check(response, { [`is ${status}`]: (answer) => answer.status === status });
}
