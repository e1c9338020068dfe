const { answer, port, ready } = require("./alo.js");
const express = require("express");

const app = express();
app.post("/", express.raw({ type: () => true, limit: "1mb" }), (request, response) => {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const [status, value] = answer(request.get("X-ALO-Request-Timestamp"), request.get("X-ALO-Signature"), body);
  if (typeof value === "string") response.type("text");
  response.status(status).send(value);
});
app.use((error, request, response, next) => response.status(error.status || 500).type("text").send("rejected\n"));
const server = app.listen(port, "127.0.0.1", () => ready(server.address().port));
