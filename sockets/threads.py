"""The threads in which sockets read the database: their own, so that neither pages nor other work wait for them."""

from core.threads import DatabaseThreads

in_thread = DatabaseThreads("socket", 8).run
