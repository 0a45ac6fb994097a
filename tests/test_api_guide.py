"""docs/api.md runs as it stands."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.product import Product

pytestmark = pytest.mark.product
GUIDE = Path(__file__).parent.parent / "docs" / "api.md"


def test_every_block_of_the_api_guide_runs(tmp_path):
    product = Product(tmp_path)
    product.start()
    try:
        blocks = re.findall(r"^```sh\n(.*?)^```", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
            env={
                "PATH": product.environment["PATH"],
                "API": f"{product.base_url}/v1/webinar",
                "HOST_EMAIL": product.host_email,
                "HOST_PASSWORD": product.host_password,
            },
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        product.stop()
    assert done.returncode == 0, done.stdout + done.stderr
    answers = done.stdout.splitlines()
    assert [line for line in answers if line in {"live", "audience", "False", "ended"}] == [
        "live",
        "audience",
        "False",
        "ended",
    ]
    assert len(blocks) == GUIDE.read_text().count("```sh")
