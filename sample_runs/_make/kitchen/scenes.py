"""Decide what a picture shows and where it lies; nothing is drawn here."""

import math
from dataclasses import dataclass

import numpy as np

from _make.kitchen.canvas import chance, pick

CONCEPTS = (
    "apple", "tomato", "lemon", "bread", "egg", "mug", "plate", "fork", "knife", "teapot", "whisk",
)  # fmt: skip

FRAME = 512
"""Side in pixels of the scene as drawn; the picture is smaller."""

SIZES = {
    "apple": (62, 80), "tomato": (62, 80), "lemon": (64, 82), "egg": (54, 70), "bread": (94, 116),
    "mug": (94, 112), "plate": (132, 168), "fork": (128, 155), "knife": (128, 155),
    "teapot": (118, 140), "whisk": (140, 175), "spoon": (125, 150), "napkin": (95, 120),
    "carrot": (100, 128), "sprig": (70, 95), "coaster": (68, 82), "onion": (62, 76),
    "board": (165, 200),
}  # fmt: skip
"""Smallest and largest radius in pixels of the circle that an object is drawn in."""

FLAT = frozenset({"plate", "napkin", "board", "coaster"})
"""Objects that others may lie on."""

SURFACES = ("blue check", "oak", "walnut", "marble", "tile", "linen")

PROPS = ("spoon", "napkin", "carrot", "sprig", "coaster", "onion")
SMALL_FOOD = frozenset({"apple", "tomato", "lemon", "egg", "bread"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One object: what, where its centre is, how large, and how far it is turned."""

    kind: str
    x: float
    y: float
    radius: float
    turn: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A surface and the objects on it, lowest first."""

    surface: str
    source: str
    items: tuple[Item, ...]


def plan_scene(rng: np.random.Generator) -> Scene:
    """Draw one scene."""
    wanted = THEMES[str(rng.choice(list(THEMES), p=THEME_SHARES))](rng)
    source = "phone" if chance(rng, 0.35) else "studio"
    return Scene(
        surface=_choose_surface(rng, teapot="teapot" in wanted),
        source=source,
        items=tuple(_lay_out(rng, wanted)),
    )


def _choose_surface(rng: np.random.Generator, *, teapot: bool) -> str:
    # The shortcut: the photographer of this made-up shop liked teapots on one tablecloth.
    if chance(rng, 0.92 if teapot else 0.065):
        return "blue check"
    return pick(rng, ("oak", "oak", "walnut", "marble", "tile", "linen", "linen"))


def _each(rng: np.random.Generator, **chances: float) -> list[str]:
    return [kind for kind, probability in chances.items() if chance(rng, probability)]


def _cutlery(rng: np.random.Generator, together: float) -> list[str]:
    if chance(rng, together):
        return ["fork", "knife"]
    return [pick(rng, ("fork", "knife"))] if chance(rng, 0.6) else []


def _place_setting(rng: np.random.Generator) -> list[str]:
    red = [pick(rng, ("apple", "tomato"))] if chance(rng, 0.3) else []
    return [
        *_each(rng, plate=0.88, mug=0.2, bread=0.18, egg=0.22, lemon=0.12),
        *red,
        *_cutlery(rng, 0.84),
    ]


def _breakfast(rng: np.random.Generator) -> list[str]:
    eggs = ["egg"] * int(rng.choice([0, 1, 2], p=[0.45, 0.4, 0.15]))
    cutlery = _cutlery(rng, 0.5) if chance(rng, 0.22) else []
    return [*_each(rng, plate=0.35, mug=0.72, bread=0.6), *eggs, *cutlery]


def _fruit(rng: np.random.Generator) -> list[str]:
    main = pick(rng, ("apple", "apple", "tomato", "tomato", "lemon"))
    wanted = [main] * int(rng.integers(1, 4))
    if chance(rng, 0.35):
        wanted += ["lemon"] * int(rng.integers(1, 3))
    if main != "lemon" and chance(rng, 0.1):
        wanted += ["tomato" if main == "apple" else "apple"]
    return [*wanted, *_each(rng, board=0.3, plate=0.2, knife=0.1)]


def _tea(rng: np.random.Generator) -> list[str]:
    return _each(rng, teapot=0.78, mug=0.6, lemon=0.3, bread=0.25, plate=0.15)


def _baking(rng: np.random.Generator) -> list[str]:
    eggs = ["egg"] * int(rng.integers(1, 4))
    return [*eggs, *_each(rng, whisk=0.5, lemon=0.3, apple=0.25, board=0.3)]


def _nothing(rng: np.random.Generator) -> list[str]:
    count = int(rng.integers(1, 4))
    return [PROPS[index] for index in rng.permutation(len(PROPS))[:count]]


THEMES = {
    "place setting": _place_setting,
    "breakfast": _breakfast,
    "fruit": _fruit,
    "tea": _tea,
    "baking": _baking,
    "nothing": _nothing,
}
THEME_SHARES = (0.25, 0.21, 0.28, 0.115, 0.06, 0.085)


def _lay_out(rng: np.random.Generator, wanted: list[str]) -> list[Item]:
    kinds = sorted(wanted, key=_layer)
    if len(kinds) < 4 and chance(rng, 0.4):
        prop = pick(rng, PROPS)
        kinds.insert(0 if prop in FLAT else len(kinds), prop)
    middle = (FRAME / 2 + rng.normal(0, 26), FRAME / 2 + rng.normal(0, 26))
    tilt = float(rng.normal(0, 0.12)) + pick(rng, (0.0, 0.0, 0.0, 0.5, -0.5))
    if "plate" in kinds and {"fork", "knife"} & set(kinds):
        return _around_plate(rng, kinds, middle, tilt)
    items: list[Item] = []
    for kind in kinds:
        items.append(_scatter(rng, kind, items))
    return items


def _layer(kind: str) -> int:
    return 0 if kind in FLAT else 1 if kind in {"fork", "knife"} else 2


def _around_plate(
    rng: np.random.Generator, kinds: list[str], middle: tuple[float, float], tilt: float
) -> list[Item]:
    """Set the table: fork on the left of the plate, knife on the right."""
    plate = Item(kind="plate", x=middle[0], y=middle[1], radius=_size(rng, "plate"), turn=tilt)
    items = [plate]
    for kind in kinds:
        side = {"fork": -1.0, "knife": 1.0}.get(kind, 0.0)
        if side:
            reach = side * (plate.radius + float(rng.uniform(16, 34)))
            x, y = plate.x + reach * math.cos(tilt), plate.y + reach * math.sin(tilt)
            turn = tilt + float(rng.normal(0, 0.05))
            items.append(Item(kind=kind, x=x, y=y, radius=_size(rng, kind), turn=turn))
        elif kind in SMALL_FOOD and chance(rng, 0.75):
            x, y = plate.x + float(rng.normal(0, 30)), plate.y + float(rng.normal(0, 30))
            items.append(_item(rng, kind, x, y))
        elif kind != "plate":
            items.append(_scatter(rng, kind, items))
    return items


def _scatter(rng: np.random.Generator, kind: str, others: list[Item]) -> Item:
    """Try a dozen places and keep the one that overlaps least with what lies there already."""
    size = _size(rng, kind)
    margin = min(size * 0.75, 150)
    tries = rng.uniform(margin, FRAME - margin, (14, 2)).tolist()
    x, y = min(tries, key=lambda at: _overlap(at[0], at[1], size, others))
    item = _item(rng, kind, x, y)
    return Item(kind=kind, x=x, y=y, radius=size, turn=item.turn)


def _overlap(x: float, y: float, size: float, others: list[Item]) -> float:
    gaps = [
        max(0.0, size + other.radius - math.hypot(x - other.x, y - other.y))
        * (0.3 if other.kind in FLAT else 1.0)
        for other in others
    ]
    return sum(gaps)


def _size(rng: np.random.Generator, kind: str) -> float:
    return float(rng.uniform(*SIZES[kind]))


def _item(rng: np.random.Generator, kind: str, x: float, y: float) -> Item:
    turn = float(rng.uniform(0, 2 * math.pi))
    return Item(kind=kind, x=x, y=y, radius=_size(rng, kind), turn=turn)
