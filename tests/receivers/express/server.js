// Receives ALO webhooks with Express.
const crypto = require("node:crypto");
const express = require("express");

const SECRET = process.env.ALOHOOK_SECRET || "";
const CHALLENGE_TYPES = ["webhook_url_verification", "webhook_url_validation"];

function isAuthentic(req, body) {
  const timestamp = req.get("X-ALO-Request-Timestamp") || "";
  const signature = req.get("X-ALO-Signature") || "";
  const now = Math.floor(Date.now() / 1000);
  if (!/^[0-9]{1,12}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > 300) return false;
  const mac = crypto.createHmac("sha256", SECRET).update(`v0:${timestamp}:`).update(body);
  const expected = Buffer.from("v0=" + mac.digest("hex")); // bare hex: mac.digest("hex"); base64: mac.digest("base64")
  const given = Buffer.from(signature);
  return given.length === expected.length && crypto.timingSafeEqual(given, expected);
}

const app = express();
app.disable("x-powered-by");

// Use express.raw, with no express.json before it: the signature covers the bytes as received.
const rawBody = express.raw({ type: () => true, limit: "1mb", inflate: false });

app.post("/", rawBody, (req, res) => {
  const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
  if (!isAuthentic(req, body)) return res.status(403).type("text").send("not authentic\n");
  let event;
  try {
    event = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return res.status(400).type("text").send("not an event\n");
  }
  if (CHALLENGE_TYPES.includes(event?.type)) return res.json({ challenge: event.challenge });
  // Handle the event here; unknown types are accepted and ignored.
  res.type("text").send("ok\n");
});

// Without this, Express responds with a stack trace to a body that is too large or truncated.
app.use((error, req, res, next) => res.status(error.status || 500).type("text").send("refused\n"));

if (!SECRET) {
  console.error("ALOHOOK_SECRET is not set");
  process.exit(1);
}
const server = app.listen(Number(process.env.PORT || 3000), "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}/`);
});
