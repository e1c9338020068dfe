// What the listener is compared with: a receiver that uses Node's own http and verifies and parses each request.
const crypto = require("node:crypto");
const http = require("node:http");

const SECRET = process.env.ALOHOOK_SECRET;

function isAuthentic(headers, body) {
  const timestamp = headers["x-alo-request-timestamp"] || "";
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300)) return false;
  const mac = crypto.createHmac("sha256", SECRET).update(`v0:${timestamp}:`).update(body);
  const expected = Buffer.from("v0=" + mac.digest("hex"));
  const given = Buffer.from(headers["x-alo-signature"] || "");
  return given.length === expected.length && crypto.timingSafeEqual(given, expected);
}

const server = http.createServer((req, res) => {
  const chunks = [];
  req.on("data", (chunk) => chunks.push(chunk));
  req.on("end", () => {
    const body = Buffer.concat(chunks);
    if (!isAuthentic(req.headers, body)) return res.writeHead(401, { "Content-Length": 0 }).end();
    const { type } = JSON.parse(body);
    res.writeHead(type ? 200 : 400, { "Content-Type": "text/plain", "Content-Length": 3 }).end("ok\n");
  });
});

server.listen(0, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${server.address().port}/`));
