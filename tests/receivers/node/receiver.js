// Receives ALO webhooks with only Node's own modules.
const crypto = require("node:crypto");
const http = require("node:http");

const ENCODING = process.env.ALO_ENCODING || "v0"; // ALO doesn't document how it encodes the MAC
const SECRET = process.env.ALOHOOK_SECRET || "";
const CHALLENGE_TYPES = ["webhook_url_verification", "webhook_url_validation"];
const LONGEST_BODY = 1024 * 1024;

function isAuthentic(headers, body) {
  const timestamp = headers["x-alo-request-timestamp"] || "";
  const signature = headers["x-alo-signature"] || "";
  const now = Math.floor(Date.now() / 1000);
  if (!/^[0-9]{1,12}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > 300) return false;
  const mac = crypto.createHmac("sha256", SECRET).update(`v0:${timestamp}:`).update(body);
  const digest = mac.digest();
  const expected = Buffer.from(
    { v0: "v0=" + digest.toString("hex"), hex: digest.toString("hex"), base64: digest.toString("base64") }[ENCODING]
  );
  const given = Buffer.from(signature);
  return given.length === expected.length && crypto.timingSafeEqual(given, expected);
}

function answerTo(headers, body) {
  if (!isAuthentic(headers, body)) return [403, "text/plain", "not authentic\n"];
  let event;
  try {
    event = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return [400, "text/plain", "not an event\n"];
  }
  if (CHALLENGE_TYPES.includes(event?.type)) {
    return [200, "application/json", JSON.stringify({ challenge: event.challenge })];
  }
  // Handle the event here; unknown types are accepted and ignored.
  return [200, "text/plain", "ok\n"];
}

const server = http.createServer((req, res) => {
  const answer = (status, type, text) => {
    res.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(text) }).end(text);
  };
  if (req.url !== "/") return answer(404, "text/plain", "not found\n");
  if (req.method !== "POST") return answer(405, "text/plain", "only POST\n");
  const chunks = [];
  let length = 0;
  req.on("data", (chunk) => {
    length += chunk.length;
    if (length <= LONGEST_BODY) chunks.push(chunk);
  });
  req.on("end", () => {
    if (length > LONGEST_BODY) return answer(413, "text/plain", "too large\n");
    answer(...answerTo(req.headers, Buffer.concat(chunks)));
  });
});

if (!SECRET) {
  console.error("ALOHOOK_SECRET is not set");
  process.exit(1);
}
server.listen(Number(process.env.PORT || 3000), "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}/`);
});
