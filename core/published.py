"""The base of published objects: what REST replies, events, the state of pages and exports send.

Each app has its own in ``shapes``: a closed model, filled from rows by one plain function, ``of``. A model is sent as
:meth:`Published.as_json` gives it, wherever it is sent.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, get_args

from pydantic import AwareDatetime, BaseModel, ConfigDict, PlainSerializer
from pydantic.json_schema import GenerateJsonSchema


def write_moment(moment: datetime) -> str:
    """RFC 3339 in UTC with ``Z`` and microseconds."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat(timespec="microseconds")[:-6] + "Z"


#: A time in a published object, written by :func:`write_moment`; pydantic alone would leave out zero microseconds.
Moment = Annotated[AwareDatetime, PlainSerializer(write_moment, return_type=str, when_used="json")]


class Published(BaseModel):
    """``class ChatMessage(Published, name="ChatMessageResponse")``: closed, so that no undeclared field can leak.

    ``name`` is what OpenAPI and AsyncAPI call it, by default the class's name. Times are :data:`Moment`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    component: ClassVar[str]

    def __init_subclass__(cls, *, name: str | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.component = name or cls.__name__

    @classmethod
    def __pydantic_init_subclass__(cls, *, name: str | None = None, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        cls.model_config["title"] = cls.component

    def as_json(self) -> dict[str, Any]:
        """The object as JSON values."""
        return self.model_dump(mode="json")

    def as_bytes(self, without: set[str] | None = None) -> bytes:
        """The same, written as JSON, ``without`` some of its fields. What JavaScript takes for the end of a line is
        escaped."""
        written = self.__pydantic_serializer__.to_json(self, exclude=without)
        return written.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")

    def row(self, columns: Iterable[str]) -> list[Any]:
        """The values of these fields, for ``core.tables``."""
        return [getattr(self, column) for column in columns]


def json_schema(
    model: type[Published], refs: str, generator: type[GenerateJsonSchema] = GenerateJsonSchema
) -> tuple[dict[str, Any], list[type[Published]]]:
    """The JSON schema of a model, and the models in it, which it refers to as ``{refs}{component}``.

    Choices are listed where they are used.
    """
    schema = model.model_json_schema(mode="validation", ref_template="{model}", schema_generator=generator)
    models = [part for field in model.model_fields.values() for part in _models_in(field.annotation)]
    return _with_refs(schema, schema.pop("$defs", {}), refs), models


def _models_in(kind: Any) -> Iterator[type[Published]]:
    """Of ``list[ChatMessage] | None`` ChatMessage."""
    if isinstance(kind, type) and issubclass(kind, Published):
        yield kind
    for part in get_args(kind):
        yield from _models_in(part)


def _with_refs(part: Any, defined: dict[str, Any], refs: str) -> Any:
    if isinstance(part, list):
        return [_with_refs(value, defined, refs) for value in part]
    if not isinstance(part, dict):
        return part
    if "$ref" not in part:
        return {key: _with_refs(value, defined, refs) for key, value in part.items()}
    found = defined[part["$ref"]]
    if "enum" in found:
        choices = {key: value for key, value in found.items() if key not in ("title", "description")}
        return choices | {key: value for key, value in part.items() if key != "$ref"}
    return {**part, "$ref": f"{refs}{found['title']}"}
