const { answer, port, ready } = require("./alo.js");
const Koa = require("koa");

const app = new Koa();
app.silent = true;
app.use(async (context) => {
  if (context.method !== "POST") return (context.status = 405);
  const chunks = [];
  for await (const chunk of context.req) chunks.push(chunk);
  const [status, value] = answer(context.get("X-ALO-Request-Timestamp"), context.get("X-ALO-Signature"), Buffer.concat(chunks));
  context.status = status;
  context.body = value;
});
const server = app.listen(port, "127.0.0.1", () => ready(server.address().port));
