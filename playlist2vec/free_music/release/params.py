"""Parameters of the card: names, version and permission of the data set."""

import re
from dataclasses import dataclass
from typing import ClassVar

from playlist2vec.base.rules import RefusedError, parameter, text

_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
_DATE = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_ADDRESS = re.compile(r"https?://[!-~]+")


@dataclass(frozen=True)
class CardParams:
    """Section `soundcloud_set.card`.

    `published`: a date, because no stage reads the clock. `permission`: the words of SoundCloud's
    permission to save sound, quoted on the card; empty where only metadata, and files offered by
    uploaders, were saved. `contact`: the contact for removing a track.
    """

    SECTION: ClassVar[str] = "soundcloud_set.card"

    name: str = parameter(text(empty=False))
    description: str = parameter(text(empty=False))
    version: str = parameter(text(empty=False))
    published: str = parameter(text(empty=False))
    address: str = parameter(text(empty=False))
    contact: str = parameter(text(empty=False))
    permission: str = parameter(text(empty=True))

    def check(self) -> None:
        """Raise RefusedError for an invalid version, date or address."""
        forms = {
            "version": (_VERSION, "three numbers with dots between, such as 1.0.0"),
            "published": (_DATE, "a date such as 2026-05-09"),
            "address": (_ADDRESS, "an address that begins with http:// or https://"),
        }
        for name, (form, expected) in forms.items():
            if not form.fullmatch(value := getattr(self, name)):
                raise RefusedError(f"soundcloud_set.card.{name} = {value}: expected {expected}")
