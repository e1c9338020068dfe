// NestJS in plain JavaScript: decorators are functions. Its option `rawBody` preserves the bytes that were signed.
require("reflect-metadata");
const { Controller, Module, Post, Req, Res } = require("@nestjs/common");
const { NestFactory } = require("@nestjs/core");
const { answer, port, ready } = require("./alo.js");

class Webhook {
  receive(request, response) {
    const body = request.rawBody ?? Buffer.alloc(0);
    const [status, value] = answer(request.get("X-ALO-Request-Timestamp"), request.get("X-ALO-Signature"), body);
    if (typeof value === "string") response.type("text");
    response.status(status).send(value);
  }
}
Post()(Webhook.prototype, "receive", Object.getOwnPropertyDescriptor(Webhook.prototype, "receive"));
Req()(Webhook.prototype, "receive", 0);
Res()(Webhook.prototype, "receive", 1);
Controller()(Webhook);

class Application {}
Module({ controllers: [Webhook] })(Application);

NestFactory.create(Application, { rawBody: true, bodyParser: false, logger: false }).then(async (application) => {
  application.useBodyParser("raw", { type: () => true, limit: "1mb" });
  await application.listen(port, "127.0.0.1");
  ready(application.getHttpServer().address().port);
});
