// Reads the body as text, which drops a byte order mark before verifying and parsing: that can't be used to forge
// anything.
const { answer, port, ready } = require("./alo.js");
const { Hono } = require("hono");
const { serve } = require("@hono/node-server");

const app = new Hono();
app.post("/", async (context) => {
  const body = Buffer.from(await context.req.text());
  const [status, value] = answer(context.req.header("X-ALO-Request-Timestamp"), context.req.header("X-ALO-Signature"), body);
  return typeof value === "string" ? context.text(value, status) : context.json(value, status);
});
serve({ fetch: app.fetch, port, hostname: "127.0.0.1" }, (info) => ready(info.port));
