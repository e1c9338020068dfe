from aiohttp import web

from alo import answer, listening_socket


async def receive(request):
    status, content_type, text = answer(request.headers.get("X-ALO-Request-Timestamp"), request.headers.get("X-ALO-Signature"), await request.read())
    return web.Response(status=status, content_type=content_type, text=text)


app = web.Application(client_max_size=1 << 20)
app.router.add_post("/", receive)
web.run_app(app, sock=listening_socket(), print=None)
