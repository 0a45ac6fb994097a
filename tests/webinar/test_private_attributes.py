"""What libraries do not promise and the product relies on: when it changes, one sentence says what, where and for whom.

Tests of behaviour would fail as well, but far away from the cause, or only under load.
"""

import ast
import inspect
import textwrap
from pathlib import Path

import aioice.ice
import pytest
import uvicorn
from a2wsgi import WSGIMiddleware
from allauth.account.forms import UserTokenForm
from celery.beat import PersistentScheduler, Scheduler
from celery.worker import WorkController
from celery.worker import state as worker_state
from celery.worker.loops import synloop
from channels.consumer import AsyncConsumer
from csp.middleware import CSPMiddleware
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Count
from django.http import HttpRequest
from kombu.transport import memory
from livekit import rtc
from redis import Redis
from redis.lock import Lock
from rest_framework.request import Request
from uvicorn.protocols.http import httptools_impl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets import websockets_sansio_impl
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from sessions.models import Session
from webinar.serve.acceptor import Acceptor
from webinar.serve.frames import FrameProtocol, Gate, Mailbox

ROOT = Path(__file__).resolve().parent.parent.parent
HTTP, FRAMES, RUNNER = "webinar/serve/http.py", "webinar/serve/frames.py", "webinar/serve/server.py"


async def nothing(scope, receive, send):
    """An ASGI application."""


def protocol(kind):
    config = uvicorn.Config(nothing, lifespan="off", log_config=None)
    config.load()
    return kind(config, ServerState(), {})


def named_in(source):
    """All names and attributes that the code of ``source`` reads, sets or calls."""
    nodes = list(ast.walk(ast.parse(textwrap.dedent(inspect.getsource(source)))))
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return attributes | {node.id for node in nodes if isinstance(node, ast.Name)}


def used_of(source, owner):
    """The names of the attributes of ``owner`` ("self.queue", "server") that the code of ``source`` uses."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(source)))
    return {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and ast.unparse(node.value) == owner
    }


def gone(library, file, names, there):
    """The sentences that say which of ``names`` are no longer among ``there``."""
    return [f"{library} has no {name} any more, on which {file} relies." for name in names if name not in there]


@pytest.mark.parametrize(
    ("library", "file", "owner", "names"),
    [
        (
            "uvicorn's HttpToolsProtocol",
            HTTP,
            HttpToolsProtocol,
            "connection_made connection_lost data_received on_message_begin on_url on_header on_headers_complete on_body "
            "on_message_complete on_response_complete resume_writing handle_websocket_upgrade send_400_response",
        ),
        ("uvicorn's httptools_impl", HTTP, httptools_impl, "STATUS_LINE"),
        (
            "uvicorn's WebSocketsSansIOProtocol",
            FRAMES,
            WebSocketsSansIOProtocol,
            "connection_lost data_received send_keepalive_ping handle_connect",
        ),
        ("uvicorn's Server", RUNNER, uvicorn.Server, "startup shutdown capture_signals serve main_loop on_tick"),
        ("celery's worker state", "webinar/serve/background.py", worker_state, "should_stop maybe_shutdown"),
        ("celery's WorkController", "webinar/serve/background.py", WorkController, "start"),
        ("channels' AsyncConsumer", "sockets/consumer.py", AsyncConsumer, "__call__ as_asgi"),
        ("allauth's UserTokenForm", "accounts/forms.py", UserTokenForm, "_get_user"),
        ("livekit's VideoStream", "media/engines/recorder/visit.py", rtc.VideoStream, "_create_owned_stream"),
        ("redis-py's Lock", "realtime/redis_locks.py", Lock, "reacquire acquire release"),
        ("kombu's channel in memory", "webinar/task_queue.py", memory.Channel, "_put _put_fanout"),
    ],
)
def test_the_methods_that_are_overridden_or_called_are_there(library, file, owner, names):
    assert gone(library, file, names.split(), dir(owner)) == []


@pytest.mark.parametrize(
    ("library", "file", "make", "names"),
    [
        (
            "uvicorn's HttpToolsProtocol",
            HTTP,
            lambda: protocol(HttpToolsProtocol),
            "transport loop pipeline cycle",
        ),
        (
            "uvicorn's WebSocketsSansIOProtocol",
            FRAMES,
            lambda: protocol(WebSocketsSansIOProtocol),
            "queue writable loop ping_interval ping_timer close_sent disconnected handshake_complete transport",
        ),
        (
            "uvicorn's Server",
            RUNNER,
            lambda: uvicorn.Server(uvicorn.Config(nothing)),
            "config server_state should_exit force_exit started",
        ),
        (
            "a2wsgi's WSGIMiddleware",
            "webinar/serve/pool.py",
            lambda: WSGIMiddleware(nothing, workers=1, send_queue_size=1),
            "executor",
        ),
        (
            "redis-py's Lock",
            "realtime/redis_locks.py",
            lambda: Lock(Redis(), "name", timeout=1, thread_local=False),
            "local",
        ),
        ("rest_framework's Request", "core/api, accounts, live, sockets", lambda: Request(HttpRequest()), "_request"),
    ],
)
async def test_the_attributes_that_are_set_or_read_are_there(library, file, make, names):
    assert gone(library, file, names.split(), dir(make())) == []


@pytest.mark.parametrize(
    ("library", "file", "source", "names"),
    [
        ("uvicorn's request cycle", HTTP, RequestResponseCycle, "response_complete"),
        ("uvicorn's HttpToolsProtocol", HTTP, HttpToolsProtocol.on_url, "url"),
        ("uvicorn's HttpToolsProtocol", HTTP, HttpToolsProtocol.data_received, "send_400_response feed_data"),
        ("uvicorn's HttpToolsProtocol", HTTP, HttpToolsProtocol.handle_websocket_upgrade, "set_protocol"),
        ("uvicorn's handle_connect", FRAMES, WebSocketsSansIOProtocol.handle_connect, "request response scope"),
        ("uvicorn's keep-alive", FRAMES, WebSocketsSansIOProtocol.send_keepalive_ping, "ping_timeout"),
        ("uvicorn's Server", RUNNER, uvicorn.Server.shutdown, "servers lifespan"),
        ("uvicorn's Server", RUNNER, uvicorn.Server.serve, "capture_signals"),
        ("uvicorn's Server", RUNNER, uvicorn.Server.on_tick, "should_exit"),
        ("celery's loop of the worker", "webinar/task_queue.py", synloop, "drain_events perform_pending_operations"),
        ("a2wsgi's WSGIMiddleware", "webinar/serve/pool.py", WSGIMiddleware.__call__, "executor send_queue_size"),
        ("aioice's Connection", "media/engines/gateway/whip.py", aioice.ice.Connection, "get_host_addresses"),
        (
            "livekit's VideoStream",
            "media/engines/recorder/visit.py",
            rtc.VideoStream,
            "_create_owned_stream _track _ffi_handle _format",
        ),
    ],
)
def test_the_library_still_uses_what_is_put_in_its_way(library, file, source, names):
    assert gone(library, file, names.split(), named_in(source)) == []


@pytest.mark.parametrize(
    ("owner", "source", "stand_in", "file"),
    [
        ("self.queue", websockets_sansio_impl.WebSocketsSansIOProtocol, Mailbox, FRAMES),
        ("self.writable", websockets_sansio_impl.WebSocketsSansIOProtocol, Gate, FRAMES),
        ("server", uvicorn.Server.shutdown, Acceptor, "webinar/serve/acceptor.py"),
    ],
)
def test_our_stand_ins_have_all_that_uvicorn_uses_of_the_originals(owner, source, stand_in, file):
    used = used_of(source, owner)
    assert used, f"uvicorn does not use {owner} any more, for which {file} has {stand_in.__name__}."
    lacking = [f"uvicorn uses {owner}.{name} now, which {stand_in.__name__} in {file} has not." for name in used]
    assert [sentence for name, sentence in zip(used, lacking, strict=True) if not hasattr(stand_in, name)] == []


async def test_every_attribute_that_uvicorn_sets_has_its_slot():
    names = vars(protocol(FrameProtocol))
    assert [f"uvicorn's WebSocketsSansIOProtocol sets {name}, which {FRAMES} has no slot for." for name in names] == []


def test_beats_scheduler_takes_what_it_is_given():
    taken = inspect.signature(Scheduler).parameters
    lacking = gone("celery's scheduler", "webinar/serve/beat.py", ["app", "max_interval", "lazy"], taken)
    lacking += gone("celery's scheduler", "webinar/serve/beat.py", ["tick", "sync", "close"], dir(PersistentScheduler))
    assert lacking == []


def test_the_policy_middleware_knows_when_a_nonce_comes_too_late():
    assert (
        gone("Django-CSP's CSPMiddleware", "webinar/middleware.py", ["_csp_nonce_post_response"], dir(CSPMiddleware))
        == []
    )


#: Private attributes of others that the product reads: file → names. Those of Django are documented.
def test_prepared_queries_find_what_they_read_of_django():
    rows = Session.objects.select_related("room").annotate(number=Count("pk"))
    compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
    compiler.as_sql()
    file = "core/row_reader.py"
    assert gone("Django's QuerySet", file, ["_iterable_class"], dir(rows)) == []
    assert gone("Django's QuerySet", "core/prepared.py", ["_prefetch_related_lookups"], dir(rows)) == []
    read = ["select", "klass_info", "annotation_col_map", "col_count", "get_converters"]
    assert gone("Django's SQLCompiler", file, read, dir(compiler)) == []
    known = {"model", "select_fields", "related_klass_infos"}
    assert gone("Django's klass_info", file, known, compiler.klass_info) == []
    (related,) = compiler.klass_info["related_klass_infos"]
    assert gone("Django's related klass_info", file, {"reverse", "from_parent", "local_setter"}, related) == []


KNOWN = {
    "core/api/caching.py": {"_request"},
    "core/api/docs.py": {"_request"},
    "core/api/views.py": {"_request"},
    "core/prepared.py": {"_prefetch_related_lookups"},
    "core/row_reader.py": {"_iterable_class"},
    "core/api/throttles.py": {"_request"},
    "accounts/api/views.py": {"_request"},
    "accounts/authentication.py": {"_request"},
    "live/api/views.py": {"_request"},
    "sockets/api/centrifugo.py": {"_request"},
    "media/engines/recorder/visit.py": {"_format", "_ffi_handle"},
    "webinar/middleware.py": {"_csp_nonce_post_response"},
}
DOCUMENTED = {"_meta", "_state", "_db", "_base_manager", "_default_manager", "_exit"}


def test_every_private_attribute_of_others_is_known_here():
    found = {}
    for path in product_files():
        for name in foreign(ast.parse(path.read_text())):
            found.setdefault(str(path.relative_to(ROOT)), set()).add(name)
    assert found == KNOWN, "A file reads a private attribute of a library: say so in KNOWN, and test it above."


def product_files():
    apart = {"tests", "bench", "docs", "tools", "node_modules"}
    for path in ROOT.rglob("*.py"):
        first = path.relative_to(ROOT).parts[0]
        if first not in apart and not first.startswith("."):
            yield path


def foreign(tree):
    """The private names that are read in a file, and neither defined nor set anywhere in the product's classes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__"):
            is_ours = node.attr in ours() or node.attr in DOCUMENTED
            if not is_ours:
                yield node.attr


_ours = set()


def ours():
    """Every private name that the product itself gives to something."""
    if not _ours:
        for path in product_files():
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                    _ours.add(node.attr)
                elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    _ours.add(node.name)
                elif isinstance(node, ast.AnnAssign | ast.Assign):
                    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                    _ours.update(target.id for target in targets if isinstance(target, ast.Name))
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    _ours.add(node.value)  # slots
    return _ours
