"""A plain project of Django REST Framework, as `startproject` and the tutorial make one, to hold our requests against.

A ModelViewSet of a model with 8 fields, tokens, `startproject`'s middleware, SQLite in WAL; behind the same kind of
server as the product (uvicorn, a2wsgi, 16 threads).
"""
