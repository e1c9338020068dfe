import socketserver
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from alo import answer, listening_socket

settings.configure(DEBUG=False, ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], SECRET_KEY="for this test only", DATA_UPLOAD_MAX_MEMORY_SIZE=1 << 20)


@csrf_exempt
@require_POST
def receive(request):
    status, content_type, text = answer(request.headers.get("X-ALO-Request-Timestamp"), request.headers.get("X-ALO-Signature"), request.body)
    return HttpResponse(text, status=status, content_type=content_type)


urlpatterns = [path("", receive)]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


listener = listening_socket()
server = Server(listener.getsockname(), Quiet, bind_and_activate=False)
server.socket.close()
server.socket = listener
server.server_name, server.server_port = listener.getsockname()
server.setup_environ()
server.set_app(get_wsgi_application())
server.serve_forever()
