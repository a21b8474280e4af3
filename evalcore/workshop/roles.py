"""Who may do what: viewers look, reviewers answer, facilitators decide.

Roles come from configuration. Where something is saved, its stream and kind are looked up in one
table; what is not in the table is refused, so that a new kind of record needs a line there.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self, get_args

from evalcore.errors import RolesError, StoreRefused, did_you_mean, shorten

__all__ = ["NEEDED", "ROLES", "Person", "Role", "Roles", "digest_of_code"]

Role = Literal["nobody", "viewer", "reviewer", "facilitator"]
SHORTEST_CODE = 6
ROLES: tuple[Role, ...] = get_args(Role)
"""From who may not even look to who may do everything; each may do what those before may."""

NEEDED: Mapping[tuple[str, str], Role] = {
    ("truth", "vote"): "reviewer",
    ("truth", "withdrawn"): "reviewer",
    ("truth", "settled"): "facilitator",
    ("truth", "reopened"): "facilitator",
    ("truth", "defined"): "facilitator",
    ("truth", "exampled"): "facilitator",
    ("truth", "rule"): "facilitator",
    ("truth", "audit"): "facilitator",
    ("truth", "assigned"): "facilitator",
    ("decision", "recorded"): "facilitator",
    ("decision", "superseded"): "facilitator",
    ("decision", "withdrawn"): "facilitator",
    ("findings", "finding"): "reviewer",
    ("workshop", "opened"): "facilitator",
    ("workshop", "polled"): "facilitator",
    ("workshop", "answered"): "reviewer",
    ("workshop", "shown"): "facilitator",
    ("workshop", "put_away"): "facilitator",
    ("workshop", "parked"): "reviewer",
    ("workshop", "done"): "facilitator",
    ("workshop", "closed"): "facilitator",
    ("draft", "name of the voter"): "viewer",
    ("draft", "tour seen"): "viewer",
    ("upload", "kept"): "reviewer",
    ("upload", "removed"): "reviewer",
    ("reading", "set"): "reviewer",
}
"""First word of the stream and kind of the record -> who may save it."""
DOING: Mapping[str, str] = {
    "vote": "vote",
    "withdrawn": "withdraw that",
    "settled": "settle disputes",
    "reopened": "reopen disputes",
    "defined": "write definitions",
    "exampled": "choose examples",
    "rule": "choose how votes count",
    "audit": "draw audits",
    "recorded": "record decisions",
    "superseded": "replace decisions",
    "finding": "handle findings",
    "opened": "open a workshop",
    "polled": "ask the room",
    "answered": "answer polls",
    "parked": "park questions",
    "kept": "upload runs",
    "removed": "remove uploads",
    "set": "set how a run is read",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who is here.

    Parameters
    ----------
    name
        ``""`` before anybody said it; of who signed in, what the provider vouches for.
    verified
        Whether a login vouches for the name.
    """

    name: str = ""
    role: Role = "nobody"
    verified: bool = False

    def may(self, role: Role) -> bool:
        """Return whether this person has a role, or one above it."""
        return ROLES.index(self.role) >= ROLES.index(role)

    def require(self, area: str, kind: str) -> None:
        """Refuse what this person's role does not allow.

        Raises
        ------
        StoreRefused
            When the role is too low, or :data:`NEEDED` has no line for this.
        """
        needed = NEEDED.get((area, kind))
        if needed is None:
            msg = f"Nobody may save {shorten(kind)} in {shorten(area)}: no role is set for it."
            raise StoreRefused(msg)
        self._require(needed, DOING.get(kind, "do this"))

    def _require(self, needed: Role, doing: str) -> None:
        if self.may(needed):
            return
        who = "Only facilitators" if needed == "facilitator" else f"Only {needed}s and facilitators"
        here = "not admitted" if self.role == "nobody" else f"here as a {self.role}"
        msg = f"{who} may {doing}; you are {here}. Hint: ask a facilitator for the role."
        raise StoreRefused(msg)

    def event(self, said: Mapping[str, Any], *, among_many: bool) -> dict[str, Any]:
        """Let pass what this person says, marked as theirs where a login vouches for them.

        Raises
        ------
        StoreRefused
            When they may not say it, or say it under another name.
        """
        kind = str(said["kind"])
        self.require(str(said["stream"]).partition("/")[0], kind)
        is_own = said["author"] == self.name
        if among_many and not is_own:
            self._require("facilitator", "bring in what others have said")
            return dict(said)
        if not self.verified:
            return dict(said)
        if not is_own:
            msg = (
                f"You are signed in as {shorten(self.name)}, and this is said by "
                f"{shorten(said['author'])}. Nothing was saved."
            )
            raise StoreRefused(msg)
        return {**said, "trust": "verified"}

    def draft(self, name: str) -> None:
        """Let pass what this person types and has not saved.

        Raises
        ------
        StoreRefused
            When they may save nothing that it could become.
        """
        if ("draft", name) in NEEDED:
            self.require("draft", name)
        else:
            self._require("reviewer", "type what is to be saved")


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Who has which role.

    Parameters
    ----------
    everyone
        Who is neither named nor signed in, and has typed no code.
    signed_in
        Who is signed in and not named; as everyone where left open.
    named
        Address or subject of a login, in lower case, to the role.
    codes
        Digest of a code that is told in the room to the role of who types it.
    """

    everyone: Role = "facilitator"
    signed_in: Role | None = None
    named: Mapping[str, Role] = field(default_factory=dict)
    codes: Mapping[str, Role] = field(default_factory=dict)

    @classmethod
    def of(cls, given: Mapping[str, Any], *, everyone: str | None = None) -> Self:
        """Read the table ``[roles]`` of the configuration.

        Parameters
        ----------
        everyone
            Of the command line; it stands above the table.

        Raises
        ------
        RolesError
            When something in it is not understood: nobody has a role by mistake.
        """
        lists = [role for role in ROLES if role != "nobody"]
        known = ("everyone", "signed_in", "codes", *lists)
        for name in given:
            if name not in known:
                msg = f"[roles] has no entry {shorten(name)}.{did_you_mean(str(name), known)}"
                raise RolesError(msg)
        named: dict[str, Role] = {}
        for role in lists:
            named |= dict.fromkeys(map(str.casefold, _names(given, role)), role)
        signed_in = given.get("signed_in")
        return cls(
            everyone=_role(everyone or given.get("everyone", "facilitator")),
            signed_in=None if signed_in is None else _role(signed_in),
            named=named,
            codes=_codes(given.get("codes", {})),
        )

    def of_login(self, identities: Iterable[str]) -> Role:
        """Return the role of who is signed in, by their address or subject; the highest found."""
        base = self.everyone if self.signed_in is None else self.signed_in
        found = [self.named[one.casefold()] for one in identities if one.casefold() in self.named]
        return max([*found] or [base], key=ROLES.index)

    def of_code(self, digest: str) -> Role:
        """Return the role of who typed a code, by its digest; that of everyone for a wrong one."""
        found = [role for code, role in self.codes.items() if hmac.compare_digest(code, digest)]
        return max([*found, self.everyone], key=ROLES.index)


def digest_of_code(code: str) -> str:
    """Return what is kept of a code that somebody typed."""
    return hashlib.sha256(f"threshold-workshop code {code.strip()}".encode()).hexdigest()


def _role(value: object) -> Role:
    for role in ROLES:
        if value == role:
            return role
    hint = did_you_mean(str(value), ROLES)
    msg = f"A role is one of {', '.join(ROLES)}, got {shorten(value)}.{hint}"
    raise RolesError(msg)


def _names(given: Mapping[str, Any], role: str) -> Sequence[str]:
    found = given.get(role, [])
    if not isinstance(found, list | tuple) or not all(isinstance(one, str) for one in found):
        msg = (
            f'[roles] {role} must be a list of addresses or subjects, such as ["ada@example.org"], '
            f"got {shorten(found)}."
        )
        raise RolesError(msg)
    return found


def _codes(given: object) -> dict[str, Role]:
    if not isinstance(given, Mapping):
        msg = f"[roles.codes] must be a table of roles and codes, got {shorten(given)}."
        raise RolesError(msg)
    found: dict[str, Role] = {}
    for name, code in given.items():
        if not isinstance(code, str) or len(code.strip()) < SHORTEST_CODE:
            msg = f"[roles.codes] {shorten(name)} must have at least {SHORTEST_CODE} letters."
            raise RolesError(msg)
        found[digest_of_code(code)] = _role(name)
    return found
