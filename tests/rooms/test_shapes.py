"""What is published of presets, beyond what their operations show."""

from rooms.models import PRESET_FLAGS, Preset
from rooms.shapes import Preset as PublishedPreset
from sessions.lifecycle import frozen


def test_every_permission_of_a_preset_is_published_in_the_contracts_order():
    published = [name for name in PublishedPreset.model_fields if name in PRESET_FLAGS]
    assert published == list(PRESET_FLAGS)


def test_a_frozen_copy_stands_before_the_row_and_what_it_has_beyond_the_contract_is_left_out(session):
    preset = Preset.objects.get(pk=session.preset_id)
    copy = frozen(preset) | {"name": "As it was", "recording_enabled": True, "gone_since": True}
    shown = PublishedPreset.of(preset, copy)
    assert (shown.name, shown.recording_enabled, preset.recording_enabled) == ("As it was", True, False)
    assert "gone_since" not in shown.as_json()
    assert PublishedPreset.of(preset, copy, is_named=False).name is None
