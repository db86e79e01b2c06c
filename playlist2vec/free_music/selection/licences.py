"""The free licences offered to uploaders by SoundCloud, by name in SoundCloud's api."""

from typing import NamedTuple


class Licence(NamedTuple):
    """A licence.

    `name`: common name. `address`: address of the text. `asks`: conditions for sharing the track.
    """

    name: str
    address: str
    asks: str


_CC = "https://creativecommons.org/licenses"
_NAMED = "name the uploader and the title, link the licence, and say what was changed"
_ALIKE = "share what you make of it under the same licence"
_NOT_SOLD = "do not use it for money"
_AS_IT_IS = "do not share changed versions"
FREE = {
    "no-rights-reserved": Licence(
        "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/", "nothing"
    ),
    "cc-by": Licence("CC BY 3.0", f"{_CC}/by/3.0/", _NAMED),
    "cc-by-sa": Licence("CC BY-SA 3.0", f"{_CC}/by-sa/3.0/", f"{_NAMED}; {_ALIKE}"),
    "cc-by-nd": Licence("CC BY-ND 3.0", f"{_CC}/by-nd/3.0/", f"{_NAMED}; {_AS_IT_IS}"),
    "cc-by-nc": Licence("CC BY-NC 3.0", f"{_CC}/by-nc/3.0/", f"{_NAMED}; {_NOT_SOLD}"),
    "cc-by-nc-sa": Licence(
        "CC BY-NC-SA 3.0", f"{_CC}/by-nc-sa/3.0/", f"{_NAMED}; {_NOT_SOLD}; {_ALIKE}"
    ),
    "cc-by-nc-nd": Licence(
        "CC BY-NC-ND 3.0", f"{_CC}/by-nc-nd/3.0/", f"{_NAMED}; {_NOT_SOLD}; {_AS_IT_IS}"
    ),
}
"""The api names no version: 3.0 is assumed here, and was not verified at SoundCloud."""
GROUPS = {
    "to_share": frozenset(FREE),
    "to_use_commercially": frozenset(each for each in FREE if "-nc" not in each),
    "to_modify_commercially": frozenset(
        each for each in FREE if "-nc" not in each and "-nd" not in each
    ),
}
"""Groups of licences, the same as in the parameter `soundcloud.licence`."""
