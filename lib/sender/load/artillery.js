// Sends webhook events to {URL} with Artillery 2.0.22 or later, and signs each when it is sent.
// Written by alohook {VERSION}. Change rate, duration and events below. "alohook help load" explains them.
//
// Save it as load.ts, then run it
//   here:           ALOHOOK_SECRET="$(alohook secret --show)" npx artillery run --output report.json load.ts
//   on 10 machines: npx artillery run-fargate --region eu-central-1 --count 10 --dotenv secret.env load.ts
//                   secret.env has the line ALOHOOK_SECRET=… and each machine sends at this rate.
// Result: http.response_time is in milliseconds, vusers.failed and errors.* count events that were not accepted, and
// vusers.skipped counts events that were not sent because too many were under way.

import { createHmac } from 'node:crypto';

const plan = PLAN;

const events = EVENTS;

const { ALOHOOK_SECRET, ALOHOOK_SECRET_BASE64 } = process.env;
if (!ALOHOOK_SECRET && !ALOHOOK_SECRET_BASE64) {
  throw new Error('ALOHOOK_SECRET is not set: export the signing secret, or its Base64 as ALOHOOK_SECRET_BASE64');
}
const secret = ALOHOOK_SECRET ? Buffer.from(ALOHOOK_SECRET) : Buffer.from(ALOHOOK_SECRET_BASE64, 'base64');

export const config = {
  target: plan.origin,
  processor: __filename, // this file has the functions that the scenario names
  phases: [plan.phase],
  http: { pool: plan.connections, timeout: plan.timeout_s },
  tls: { rejectUnauthorized: plan.verify_tls },
  plugins: { ensure: {} },
  ensure: { maxErrorRate: 0 }, // the exit code is 1 unless every event is accepted
};

export const scenarios = [
  {
    name: 'webhooks',
    flow: [{ post: { url: '/', gzip: false, followRedirect: false, beforeRequest: 'prepare', afterResponse: 'examine' } }],
  },
];

let sent = 0;

export function prepare(request, context, emitter, done) {
  const event = events[sent++ % events.length];
  const body = Buffer.from(freshBody(event, Date.now()));
  request.method = event.method;
  request.url = plan.origin + event.target;
  request.body = body;
  request.headers = {};
  for (const [name, value] of signedHeaders(event, body)) {
    const bytes = Buffer.from(value).toString('latin1'); // what Node sends byte for byte
    const key = name.toLowerCase();
    request.headers[key] = key in request.headers ? [request.headers[key], bytes].flat() : bytes;
  }
  done();
}

export function examine(request, response, context, emitter, done) {
  const status = String(response.statusCode);
  const isAccepted = plan.accepted.includes(status) || plan.accepted.includes(`${status[0]}xx`);
  done(isAccepted ? undefined : new Error(`status ${status}`));
}

function hmac(timestamp, body, encoding) {
  return createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest(encoding);
}

function bytesOf(event) {
  return event.body === undefined ? Buffer.from(event.body_base64, 'base64') : Buffer.from(event.body);
}
