"""`make audit`: the answers of three programs, in the form in which each prints them.

What they print without a connection was printed by them; what they print where there is an advisory follows their
documentation, since their data cannot be reached from everywhere.
"""

import json

import pytest

from tools import audit
from tools.setup import Failed

PIP_AUDIT = {
    "dependencies": [
        {"name": "sound", "version": "1.0", "vulns": []},
        {
            "name": "faulty",
            "version": "2.1",
            "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["2.2"], "aliases": [], "description": ""}],
        },
        {"name": "strange", "skip_reason": "Dependency not found on PyPI and could not be audited: strange (3.0)"},
    ],
    "fixes": [],
}
NPM_AUDIT = {
    "auditReportVersion": 2,
    "vulnerabilities": {
        "faulty": {
            "range": "<2.2.0",
            "via": [{"title": "It reads too much", "url": "https://github.com/advisories/GHSA-xxxx"}],
        },
        "user-of-faulty": {"range": "*", "via": ["faulty"]},
    },
    "metadata": {"dependencies": {"total": 5}},
}
SBOM = {"SBOM": {"modules": [{"path": "stdlib"}, {"path": "github.com/pion/dtls/v3"}]}}
FETCHING = {"progress": {"message": "Fetching vulnerabilities from the database..."}}
CHECKING = {"progress": {"message": "Checking the binary against the vulnerabilities..."}}
FINDING = {
    "finding": {
        "osv": "GO-2026-1",
        "fixed_version": "v3.2.0",
        "trace": [{"module": "github.com/pion/dtls/v3", "version": "v3.1.9"}],
    }
}


def streamed(*messages):
    return "\n".join(json.dumps(message, indent=2) for message in messages)


def test_an_advisory_on_a_python_package_is_told_with_the_version_that_mends_it():
    answer = audit.read_pip_audit(json.dumps(PIP_AUDIT))
    assert answer == audit.Answer(2, 1, ["faulty 2.1: PYSEC-2026-1, mended in 2.2"])


def test_python_packages_that_could_not_be_looked_up_are_not_taken_for_sound():
    with pytest.raises(Failed, match="cannot be reached"):
        audit.read_pip_audit(json.dumps({"dependencies": [PIP_AUDIT["dependencies"][2]], "fixes": []}))


def test_an_advisory_on_a_javascript_package_is_told_once():
    answer = audit.read_npm_audit(json.dumps(NPM_AUDIT))
    assert answer == audit.Answer(5, 0, ["faulty <2.2.0: It reads too much (https://github.com/advisories/GHSA-xxxx)"])


def test_an_advisory_on_a_go_module_is_told_with_the_version_that_mends_it():
    answer = audit.read_govulncheck(streamed({"config": {}}, SBOM, FETCHING, CHECKING, FINDING, FINDING))
    assert answer == audit.Answer(2, 0, ["github.com/pion/dtls/v3 v3.1.9: GO-2026-1, mended in v3.2.0"])


@pytest.mark.parametrize("printed", ["", "no such host", '{"message": "405 Method Not Allowed"}', "[]"])
@pytest.mark.parametrize("read", [audit.read_pip_audit, audit.read_npm_audit, audit.read_govulncheck])
def test_what_says_nothing_of_advisories_is_not_taken_for_a_clean_answer(read, printed):
    with pytest.raises(Failed, match="cannot be reached"):
        read(printed)


def test_go_modules_whose_advisories_were_not_fetched_are_not_taken_for_sound():
    with pytest.raises(Failed, match="cannot be reached"):
        audit.read_govulncheck(streamed({"config": {}}, SBOM, FETCHING))


@pytest.mark.parametrize(
    ("answers", "code", "said"),
    [
        ([audit.Answer(3), audit.Answer(4), audit.Answer(5)], 0, "5 asked about, 0 advisories"),
        ([audit.Answer(3), audit.Answer(4, 0, ["faulty 1: X"]), Failed("No network.")], 1, "faulty 1: X"),
        ([audit.Answer(3), Failed("npm is away."), audit.Answer(5)], 2, "NOT CHECKED. npm is away."),
        ([audit.Answer(3, 2), audit.Answer(4), audit.Answer(5)], 2, "2 NOT CHECKED"),
    ],
)
def test_the_exit_code_tells_found_from_unknown_from_nothing_found(monkeypatch, capsys, answers, code, said):
    for name, answer in zip(["ask_about_python", "ask_about_javascript", "ask_about_livekit"], answers, strict=True):

        def ask(answer=answer):
            if isinstance(answer, Failed):
                raise answer
            return answer

        monkeypatch.setattr(audit, name, ask)
    assert audit.main() == code
    assert said in capsys.readouterr().out
