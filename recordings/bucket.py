"""An S3-compatible bucket as a storage; imported only if one is configured."""

import contextlib
from collections.abc import Iterator
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage


class BucketError(OSError):
    """The bucket failed; its libraries' errors have no common base class."""


@contextlib.contextmanager
def _asked() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, Boto3Error, ClientError) as error:
        raise BucketError(f"{type(error).__name__}: {error}") from error


class RecordingsBucket(S3Storage):
    """The bucket; reading needs a signed address. Options as in ``settings.RECORDINGS_S3``.

    Errors are OSErrors.
    """

    def __init__(self, **options: Any) -> None:
        # Servers other than Amazon's rarely have a host name for each bucket.
        style = "path" if options.get("endpoint_url") else "auto"
        config = Config(
            s3={"addressing_style": style},
            signature_version="s3v4",
            connect_timeout=10,
            read_timeout=60,
            retries={"max_attempts": 3, "mode": "standard"},
        )
        super().__init__(
            **options,
            client_config=config,
            # Without threads of its own: progress callbacks use the database on the worker's thread.
            transfer_config=TransferConfig(use_threads=False),
            default_acl=None,
            file_overwrite=True,  # once the new one is whole
            querystring_auth=True,
        )

    def _save(self, name: str, content: Any) -> str:
        with _asked():
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        """Delete a file. Harmless if it does not exist."""
        with _asked():
            super().delete(name)

    def exists(self, name: str) -> bool:
        """Whether the file exists."""
        with _asked():
            return bool(super().exists(name))

    def size(self, name: str) -> int:
        """Its size in bytes."""
        with _asked():
            return int(super().size(name))

    @contextlib.contextmanager
    def stream(self, name: str) -> Iterator[Any]:
        """A stream to read it piece by piece; ``open`` would load all of it into memory or to the disk."""
        with _asked(), contextlib.closing(self.bucket.Object(name).get()["Body"]) as body:
            yield body

    def list_all(self) -> Iterator[tuple[str, int, float]]:
        """Key, bytes and time (Unix seconds) of each file."""
        with _asked():
            for each in self.bucket.objects.all():
                yield each.key, each.size, each.last_modified.timestamp()
