"""Invented names of artists and songs: words show the genre, and no two artists share a name."""

from math import gcd
from typing import NamedTuple


class Genre(NamedTuple):
    """The words of a genre.

    No two genres share a thing or a surname, so no artist can belong to two genres.
    """

    qualities: tuple[str, ...]
    things: tuple[str, ...]
    surname_ends: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _genre(qualities: str, things: str, surname_ends: str) -> Genre:
    return Genre(_words(qualities), _words(things), _words(surname_ends))


GENRES = (
    _genre(
        "Smoky Blue Crooked Velvet Late Cool Brass Uptown Mellow Sleepless Elegant Lone Half-Lit "
        "Ivory Borrowed Slim",
        "Cellars Taxis Barstools Trombones Cadillacs Umbrellas Staircases Papers Lobbies Fedoras "
        "Clarinets Rooftops Alleys Pianos Ashtrays Streetlamps Lamps Saxophones Midnights "
        "Quarters Doormen Balconies Cufflinks Avenues",
        "ington bury well man more ford",
    ),
    _genre(
        "Wooden Misty Gentle Barefoot Northern Mossy Wandering Quiet Winding Copper Oak Early "
        "Amber Rainy Faithful Old",
        "Meadows Rivers Swallows Orchards Lanterns Hedgerows Foxes Haystacks Kettles Fiddles "
        "Shepherds Valleys Thistles Sparrows Wagons Brooks Candles Mills Hollows Harvests Ravens "
        "Ferries Fences Acorns",
        "dóttir sen ström lund berg vik",
    ),
    _genre(
        "Digital Chrome Binary Ultraviolet Magnetic Parallel Hyper Silent Infrared Modular "
        "Automatic Zero Fluorescent Analogue Orbital Synthetic",
        "Circuits Signals Satellites Lasers Antennas Machines Pixels Voltages Robots Oscillators "
        "Frequencies Mirrors Tunnels Grids Strobes Modems Capsules Escalators Prisms Turbines "
        "Datelines Airports Motorways Transistors",
        "ko ov tek yx ín ić",
    ),
    _genre(
        "Electric Wild Broken Loud Rusty Black Burning Restless Heavy Reckless Iron Savage Dusty "
        "Crimson Feral Fast",
        "Engines Wolves Highways Thunderstorms Rattlesnakes Jackets Amplifiers Motels Hammers "
        "Tigers Pistons Bandits Scars Bonfires Guitars Outlaws Chains Avalanches Volcanoes "
        "Renegades Mustangs Vultures Dynamos Boulders",
        "son ker stone ard ley ax",
    ),
    _genre(
        "Sunny Slow Tropical Golden Salty Lazy Warm Drowsy Turquoise Coral Southern Idle Sweet "
        "Ripe Tender Weightless",
        "Beaches Waves Parrots Hammocks Mangoes Kites Sandals Palms Lagoons Saudades "
        "Terraces Orchids Coconuts Sailboats Carnivals Pandeiros Toucans Hillsides Breezes "
        "Islands Melodies Limes Seashells Corações",
        "eira ão inho osa uçá elho",
    ),
    _genre(
        "Parisian Petite Forgotten Scarlet Lovely Melancholy Folded Secret Nonchalant Powdered "
        "Left-Bank Pale Charming Faded Whispered Naïve",
        "Cafés Boulevards Letters Bicycles Gloves Accordions Bakeries Pigeons Bouquets Postcards "
        "Theatres Rendezvous Attics Bridges Carousels Perfumes Ballerinas Chansons Chandeliers "
        "Croissants Poets Raindrops Scarves Métros",
        "eau ier elle oux ète aud",
    ),
    _genre(
        "Silver Deep Righteous True Satin Bittersweet Soulful Holy Proud Steady Smooth Mighty "
        "Patient Glorious Joyful Humble",
        "Sundays Promises Choirs Kitchens Preachers Sisters Heartbeats Telephones Tambourines "
        "Ribbons Blessings Stairs Grooves Sweethearts Teardrops Neighbours Rhythms Daydreams "
        "Lovers Cousins Diamonds Kisses Handclaps Jukeboxes",
        "ins erson field ton wood by",
    ),
    _genre(
        "Distant Frozen Endless Translucent Floating Lunar Soft Vanishing Arctic Luminous Hidden "
        "Nameless Sleeping Invisible White Dissolving",
        "Glaciers Clouds Tides Auroras Horizons Snowfields Moons Observatories Fjords Shadows "
        "Echoes Constellations Lighthouses Feathers Deserts Nebulae Pauses Reflections Fogbanks "
        "Gardens Crystals Currents Dunes Silences",
        "øy ås nen la ai une",
    ),
)
FIRST_NAMES = _words(
    "Ada Bruno Clara Dario Elif Felix Greta Hugo Inés Jonas Kaya Leo Mira Nils Odette Pablo Quinn "
    "Rosa Søren Tove Umberto Vera Wanda Xavier Yara Zoë Anouk Björn Carmen Dmitri Edith Florian "
    "Gwen Hana Ivo José Kofi Lúcia Mateo Noor Otis Petra Ravi Simone Théo Ursula Viggo Winnie"
)
SURNAME_STARTS = _words(
    "Al Bar Bel Cal Car Dal Del El Fal Fer Gal Gar Hal Har Il Jar Kal Kel Lam Lor Mar Mel Mor Nor "
    "Ol Per Pol Quill Ram Ros Sal Sor Tam Tor Ul Val Ver Wil O'Mal D'Al"
)
WORDS_BEFORE = (
    *(
        "Follow the",
        "Leave the",
        "Count the",
        "Forget the",
        "Chase the",
        "Wake the",
        "Paint the",
        "Ask the",
    ),
    *(
        "Waiting for",
        "Dancing with",
        "Dreaming of",
        "Somewhere beyond",
        "Back to",
        "Between",
        "Far from",
        "Made of",
    ),
)
WORDS_AFTER = (
    *(
        "at Midnight",
        "in the Rain",
        "by the Sea",
        "without You",
        "before Dawn",
        "under Glass",
        "for Two",
        "and I",
    ),
    *("in Slow Motion", "on the Radio", "after Closing Time", "of My Youth", "in December"),
    *("Don't Lie", "Never Sleep", "Say Goodnight"),
)
CALLS = (
    *(
        "Goodbye",
        "Hello",
        "Oh",
        "Sorry",
        "Come On",
        "Listen",
        "Good Morning",
        "Thank You",
        "Please",
        "Farewell",
    ),
    *("C'est la vie", "Dear", "Easy Now", "Wait", "Don't Cry", "Hush"),
)
AMOUNTS = (
    *(
        "Two",
        "Three",
        "Seven",
        "Nine",
        "A Hundred",
        "A Thousand",
        "No",
        "All These",
        "Your",
        "My",
        "Our",
        "Some",
    ),
    *("Other People's", "Too Many", "Tomorrow's", "Last Year's"),
)

TITLES = 5 * 16 * 24
"""Different titles in a genre."""


def title(genre: int, number: int) -> str:
    """Return a title of a genre by number, from 0.

    `TITLES` consecutive numbers have different titles. Titles of neighbouring numbers do not look
    alike.
    """
    number, pattern = divmod(_scattered(number, TITLES), 5)
    before, after = divmod(number, 24)
    qualities, things, _ = GENRES[genre]
    thing = things[after]
    if pattern == 0:
        return f"{qualities[before]} {thing}"
    if pattern == 1:
        return f"{WORDS_BEFORE[before]} {thing}"
    if pattern == 2:
        return f"{thing} {WORDS_AFTER[before]}"
    if pattern == 3:
        return f"{CALLS[before]}, {thing}"
    return f"{AMOUNTS[before]} {thing}"


def artist_name(genre: int, number: int, shift: int) -> str:
    """Return an artist of a genre by number, from 0: soloist, band, and soloist with band in turn.

    With the same `shift` for all artists of a genre, all names of all genres differ: when the words
    are used up, a number in brackets tells namesakes apart. Another `shift`, 0 or more, gives other
    names.
    """
    qualities, things, ends = GENRES[genre]
    kind, number = number % 3, number // 3
    size = (
        len(FIRST_NAMES) * len(SURNAME_STARTS) * len(ends),
        len(qualities) * len(things),
        len(FIRST_NAMES) * len(things),
    )
    namesakes, number = divmod(number, size[kind])
    place = _scattered(number + shift, size[kind])
    if kind == 0:
        first, surname = divmod(place, len(SURNAME_STARTS) * len(ends))
        start, end = divmod(surname, len(ends))
        name = f"{FIRST_NAMES[first]} {SURNAME_STARTS[start]}{ends[end]}"
    elif kind == 1:
        name = f"The {qualities[place // len(things)]} {things[place % len(things)]}"
    else:
        name = f"{FIRST_NAMES[place // len(things)]} & the {things[place % len(things)]}"
    return f"{name} ({namesakes + 1})" if namesakes else name


def _scattered(number: int, size: int) -> int:
    """Return the place of a number in a permutation of 0 … size - 1 with neighbours far apart.

    A larger number is taken modulo `size`.
    """
    step = next(step for step in range(size * 5 // 13, size) if gcd(step, size) == 1)
    return number * step % size
