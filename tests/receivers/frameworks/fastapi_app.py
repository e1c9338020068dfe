import uvicorn
from fastapi import FastAPI, Request, Response

from alo import answer, listening_socket

app = FastAPI()


@app.post("/")
async def receive(request: Request):
    status, content_type, text = answer(request.headers.get("x-alo-request-timestamp"), request.headers.get("x-alo-signature"), await request.body())
    return Response(text, status, media_type=content_type)


uvicorn.Server(uvicorn.Config(app, log_level="critical")).run(sockets=[listening_socket()])
