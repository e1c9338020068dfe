from flask import Flask, Response, request
from werkzeug.serving import make_server

from alo import answer, listening_socket

app = Flask(__name__)


@app.post("/")
def receive():
    status, content_type, text = answer(request.headers.get("X-ALO-Request-Timestamp"), request.headers.get("X-ALO-Signature"), request.get_data())
    return Response(text, status, content_type=content_type)


listener = listening_socket()
make_server("127.0.0.1", listener.getsockname()[1], app, threaded=True, fd=listener.fileno()).serve_forever()
