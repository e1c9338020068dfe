// What the Node receivers here share: verification, and the response to an event.
const crypto = require("node:crypto");

const SECRET = process.env.ALOHOOK_SECRET || "";
const ENCODING = process.env.ALO_ENCODING || "v0";

function isAuthentic(timestamp, signature, body) {
  const now = Math.floor(Date.now() / 1000);
  if (!/^[0-9]{1,12}$/.test(timestamp || "") || Math.abs(now - Number(timestamp)) > 300) return false;
  const mac = crypto.createHmac("sha256", SECRET).update(`v0:${timestamp}:`).update(body);
  const expected = Buffer.from(ENCODING === "base64" ? mac.digest("base64") : (ENCODING === "v0" ? "v0=" : "") + mac.digest("hex"));
  const given = Buffer.from(signature || "");
  return given.length === expected.length && crypto.timingSafeEqual(given, expected);
}

/// Returns [status, value]: an object is sent as JSON, a string as text.
function answer(timestamp, signature, body) {
  if (!isAuthentic(timestamp, signature, body)) return [403, "not authentic\n"];
  let event;
  try {
    event = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return [400, "not an event\n"];
  }
  const isChallenge = ["webhook_url_verification", "webhook_url_validation"].includes(event?.type);
  return isChallenge ? [200, { challenge: event.challenge }] : [200, "ok\n"];
}

module.exports = { answer, port: Number(process.env.PORT || 0), ready: (port) => console.log(`listening on http://127.0.0.1:${port}/`) };
