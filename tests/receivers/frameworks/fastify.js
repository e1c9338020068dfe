const { answer, port, ready } = require("./alo.js");
const app = require("fastify")({ bodyLimit: 1 << 20 });

app.removeAllContentTypeParsers();
app.addContentTypeParser("*", { parseAs: "buffer" }, (request, body, done) => done(null, body));
app.post("/", (request, reply) => {
  const [status, value] = answer(request.headers["x-alo-request-timestamp"], request.headers["x-alo-signature"], request.body || Buffer.alloc(0));
  reply.code(status).send(value);
});
app.listen({ port, host: "127.0.0.1" }).then(() => ready(app.server.address().port));
