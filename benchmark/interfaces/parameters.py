"""The parameters of a registered class: checked against its fields, with its defaults filled in."""

from __future__ import annotations

import dataclasses
import typing
from typing import Any

from benchmark.interfaces.errors import ParameterError, UnknownNameError
from benchmark.interfaces.spec import Spec


def resolve(cls: type[Any], spec: Spec, kind: str, hidden: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Check the parameters of a spec against the fields of a dataclass and fill in its defaults.

    Values are converted to the field's type (pydantic's lax rules), so ``k=5`` and ``k="5"`` are the same.

    Raises
    ------
    ParameterError
        On an unknown parameter or a value of the wrong type or outside the field's bounds.
    """
    from pydantic import TypeAdapter, ValidationError

    hints = typing.get_type_hints(cls, include_extras=True)
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
                values[name] = TypeAdapter(hints[name]).validate_python(spec.params[name])
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
