"""The conventions of the API contract §1 that hold for every operation."""


def test_an_unknown_address_of_the_api_is_a_404(api):
    assert api().get("/v1/webinar/nowhere").status_code == 404
