// Sends webhook events to {URL} with k6, and signs each when it is sent.
// Written by alohook {VERSION}. Change rate, duration and events below. "alohook help load" explains them.
//
// Save it as load.js, then run it
//   here:         ALOHOOK_SECRET="$(alohook secret --show)" k6 run load.js
//   on a cluster: by a TestRun of the k6 operator, with ALOHOOK_SECRET in runner.env. Its machines share this rate.
// Result: http_req_duration is how long responses took, http_req_failed the share of events that were not accepted, and
// dropped_iterations counts events that were not sent because too many were under way.

import http from 'k6/http';
import crypto from 'k6/crypto';
import encoding from 'k6/encoding';
import { scenario, test } from 'k6/execution';

const plan = PLAN;

const events = EVENTS;

const { ALOHOOK_SECRET, ALOHOOK_SECRET_BASE64 } = __ENV;
const secret = ALOHOOK_SECRET || (ALOHOOK_SECRET_BASE64 && encoding.b64decode(ALOHOOK_SECRET_BASE64, 'std'));

export const options = {
  scenarios: { webhooks: plan.scenario },
  thresholds: { http_req_failed: ['rate==0'] }, // the exit code is 99 unless every event is accepted
  insecureSkipTLSVerify: !plan.verify_tls,
  maxRedirects: 0,
  discardResponseBodies: true,
};

const ranges = plan.accepted.map((status) =>
  status.endsWith('xx') ? { min: Number(`${status[0]}00`), max: Number(`${status[0]}99`) } : Number(status),
);
http.setResponseCallback(http.expectedStatuses(...ranges));

export default function () {
  // Not earlier: `k6 inspect` and `k6 archive` read the script without the environment.
  if (!secret) {
    test.abort('ALOHOOK_SECRET is not set: export the signing secret, or its Base64 as ALOHOOK_SECRET_BASE64');
  }
  const event = events[scenario.iterationInTest % events.length];
  const body = freshBody(event, Date.now()).buffer;
  const headers = Object.fromEntries(signedHeaders(event, body));
  http.request(event.method, plan.origin + event.target, body, { headers, timeout: `${plan.timeout_s}s` });
}

function hmac(timestamp, body, outputEncoding) {
  const hasher = crypto.createHMAC('sha256', secret);
  hasher.update(`v0:${timestamp}:`);
  hasher.update(body);
  return hasher.digest(outputEncoding);
}

function bytesOf(event) {
  if (event.body === undefined) return new Uint8Array(encoding.b64decode(event.body_base64, 'std'));
  // k6 has no TextEncoder.
  return Uint8Array.from(unescape(encodeURIComponent(event.body)), (character) => character.charCodeAt(0));
}
