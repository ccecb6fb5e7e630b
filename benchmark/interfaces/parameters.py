"""The parameters of a registered class: checked against its fields, with its defaults filled in."""

from __future__ import annotations

import dataclasses
import typing
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from benchmark.interfaces.errors import ParameterError, UnknownNameError
from benchmark.interfaces.spec import Spec

if TYPE_CHECKING:
    from pydantic import TypeAdapter


def resolve(cls: type[Any], spec: Spec, kind: str, hidden: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Check the parameters of a spec against the fields of a dataclass and fill in its defaults.

    Values are converted to the field's type (pydantic's lax rules), so ``k=5`` and ``k="5"`` are the same.

    Raises
    ------
    ParameterError
        On an unknown parameter or a value of the wrong type or outside the field's bounds.
    """
    from pydantic import ValidationError

    fields = {f.name: f for f in dataclasses.fields(cls) if f.init and f.name not in hidden}
    values: dict[str, Any] = {}
    for name in spec.params:
        if name not in fields:
            try:
                raise UnknownNameError(f"parameter of {kind} {spec.name!r}", name, fields)
            except UnknownNameError as error:
                raise ParameterError(str(error)) from None
    for name, declared in fields.items():
        if name in spec.params:
            try:
                values[name] = _converted(cls, name, spec.params[name])
            except ValidationError as error:
                problem = error.errors()[0]["msg"].lower()
                raise ParameterError(
                    f"{kind} {spec.name!r}: parameter {name}={spec.params[name]!r}: {problem}"
                ) from None
        elif declared.default is not dataclasses.MISSING:
            values[name] = declared.default
        elif declared.default_factory is not dataclasses.MISSING:
            values[name] = declared.default_factory()
        else:
            raise ParameterError(f"{kind} {spec.name!r} needs the parameter {name}")
    return values


def _converted(cls: Any, name: str, value: Any) -> Any:
    """A value as the type of its field, which may have the words ``none``, ``true`` and ``false``."""
    from pydantic import ValidationError

    adapter = _adapters(cls)[name]
    try:
        return adapter.validate_python(value)
    except ValidationError:
        if value is None or isinstance(value, bool):
            with suppress(ValidationError):
                return adapter.validate_python(str(value).lower())
        raise


@cache
def _adapters(cls: Any) -> dict[str, TypeAdapter[Any]]:
    """What converts the value of each field of a class."""
    from pydantic import TypeAdapter

    hints = typing.get_type_hints(cls, include_extras=True)
    return {field.name: TypeAdapter(hints[field.name]) for field in dataclasses.fields(cls) if field.init}
