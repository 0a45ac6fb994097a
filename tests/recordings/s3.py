"""An S3-compatible server of the tests' own: moto's, in a process of its own."""

import subprocess
import sys

import boto3
import httpx
import pytest

from tests.livekit import until
from tests.ports import free_port

BUCKET = "recordings"


class Bucket:
    """``client`` looks behind the product's back."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"
        self.options = {
            "bucket_name": BUCKET,
            "endpoint_url": self.url,
            "access_key": "key",
            "secret_key": "a secret of the tests",
            "region_name": "us-east-1",
        }
        self.client = boto3.client(
            "s3",
            endpoint_url=self.url,
            aws_access_key_id="key",
            aws_secret_access_key="a secret of the tests",
            region_name="us-east-1",
        )
        self.client.create_bucket(Bucket=BUCKET)

    def listing(self):
        return sorted(each["Key"] for each in self.client.list_objects_v2(Bucket=BUCKET).get("Contents", []))


@pytest.fixture(scope="session")
def s3_server():
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def answers():
        assert process.poll() is None
        try:
            return httpx.get(f"http://127.0.0.1:{port}/moto-api/").status_code == 200
        except httpx.TransportError:
            return False

    until(answers, "moto's server", 60)
    yield port
    process.kill()
    process.wait(30)


@pytest.fixture
def bucket(s3_server, settings, files):
    httpx.post(f"http://127.0.0.1:{s3_server}/moto-api/reset")
    made = Bucket(s3_server)
    settings.STORAGES = settings.STORAGES | {
        "recordings": {"BACKEND": "recordings.bucket.RecordingsBucket", "OPTIONS": made.options}
    }
    yield made
    made.client.close()
