"""`record`: a frozen, slotted dataclass that is made quickly.

Every command starts by making some seventy classes. dataclasses.dataclass takes 0.4 ms for each (six functions compiled, the class built
twice), a third of the whole start of a pre-commit hook; this takes a sixth of that, and its instances are made twice as fast. To a type
checker, to `dataclasses.replace` and to pickle it is a dataclass. It has what this project uses and no more: no inheritance, no factories, no
keyword-only fields.
"""

from operator import attrgetter
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from dataclasses import field, replace
else:
    # dataclasses loads inspect, and that takes as long as reading a small file

    def replace(value: Any, /, **changes: Any) -> Any:
        """A copy of a record with other values in some fields."""
        cls = value.__class__
        fields = getattr(cls, "__dataclass_fields__", None)
        if fields.__class__ is not _Fields:
            from dataclasses import replace as replaced

            return replaced(value, **changes)
        parts, places = list(fields.values_of(value)), fields.places
        for name, part in changes.items():
            if name not in places:
                return cls(*parts, **changes)  # which says that there is no such field
            parts[places[name]] = part
        return cls(*parts)

    def field(**described: Any) -> Any:
        """For a type checker."""
        raise NotImplementedError(described)


T = TypeVar("T")


class _Fields(dict[str, Any]):
    """The fields as `dataclasses` describes them, made for who asks."""

    def __init__(self, names: tuple[str, ...], defaults: dict[str, Any]) -> None:
        super().__init__(dict.fromkeys(names))
        self.places = {name: place for place, name in enumerate(names)}
        self.values_of: Any = attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)
        self._defaults = defaults
        self._made = False

    def _make(self) -> None:
        if not self._made:
            from dataclasses import field as described

            self._made = True
            for name in self:
                made: Any = described(default=self._defaults[name]) if name in self._defaults else described()
                made.name = name
                self[name] = made

    def __getitem__(self, name: str) -> Any:
        self._make()
        return super().__getitem__(name)

    def values(self) -> Any:
        self._make()
        return super().values()

    def items(self) -> Any:
        self._make()
        return super().items()


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """The class as a frozen dataclass with slots. Defaults are shared by all instances, so they must be immutable."""
    return _made(cls, by_value=True)


@dataclass_transform(eq_default=False, frozen_default=True, field_specifiers=(field,))
def individual(cls: type[T]) -> type[T]:
    """As `record`, but each instance equals itself only."""
    return _made(cls, by_value=False)


def _made(cls: type[T], *, by_value: bool) -> type[T]:
    names = tuple(cls.__annotations__)
    space = {key: value for key, value in vars(cls).items() if key not in ("__dict__", "__weakref__")}
    defaults = {name: space.pop(name) for name in names if name in space}
    space["__slots__"] = names
    space["__match_args__"] = names
    fields = space["__dataclass_fields__"] = _Fields(names, defaults)
    made: Any = type(cls.__name__, cls.__bases__, space)
    values = fields.values_of

    def __eq__(self: Any, other: object) -> bool:  # noqa: N807
        return values(self) == values(other) if other.__class__ is made else NotImplemented

    def __hash__(self: Any) -> int:  # noqa: N807
        return hash((made, values(self)))

    def __repr__(self: Any) -> str:  # noqa: N807
        return f"{made.__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    def __reduce__(self: Any) -> tuple[Any, ...]:  # noqa: N807
        return made, values(self)

    for method in (__eq__, __hash__, __repr__, __reduce__) if by_value else (__repr__, __reduce__):
        if method.__name__ not in vars(cls) or method is __hash__:
            setattr(made, method.__name__, method)
    made.__new__ = _maker(type(cls.__name__, cls.__bases__, {"__slots__": names}), names, defaults)
    made.__setattr__ = _refuse
    made.__delattr__ = _refuse
    return made  # type: ignore[no-any-return]  # the class given, made anew


_CODE: dict[int, CodeType] = {}
"""Number of fields → a __new__ of so many: to compile one for each class would take a fifth of the start."""


def _maker(open_twin: type, names: tuple[str, ...], defaults: dict[str, Any]) -> Any:
    """A __new__ with the fields as parameters. What it makes is first of a twin of the class whose fields can be set, and then of the class itself:
    to fill the slots of a frozen class through their descriptors takes half as long again.
    """
    code = _CODE.get(len(names))
    if code is None:
        parameters = ", ".join(f"_{place}" for place in range(len(names)))
        body = "\n ".join(f"self._{place} = _{place}" for place in range(len(names)))
        text = f"def __new__(cls, {parameters}):\n self = _new(_open)\n {body}\n self.__class__ = cls\n return self"
        space: dict[str, Any] = {}
        exec(text, space)  # noqa: S102 - numbers, nothing from outside
        code = _CODE[len(names)] = space["__new__"].__code__
    fields = {f"_{place}": name for place, name in enumerate(names)}
    code = code.replace(co_varnames=("cls", *names, "self"), co_names=tuple([fields.get(name, name) for name in code.co_names]))
    values = tuple([defaults[name] for name in names if name in defaults])
    return staticmethod(FunctionType(code, {"_new": object.__new__, "_open": open_twin}, "__new__", values))


def _refuse(self: object, name: str, value: object = None) -> NoReturn:
    del value
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot assign to field {name!r} of {type(self).__name__}")


__all__ = ["individual", "record", "replace"]
