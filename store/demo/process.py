"""The parameters of the demo shop's process, and who its customers are. docs/demo-shop.md explains them."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Incident:
    """One kind of thing that goes wrong.

    `chance` is per order for what happens to a parcel or a person, per line for what is wrong with a product.
    `harm` is the hazard of leaving that it adds in total, for a customer of average sensitivity.
    """

    kind: str
    aspect: str
    chance: float
    harm: float
    refund: float
    per_order: bool


INCIDENTS = (
    Incident("late_delivery", "delivery", 0.030, 0.22, 0.08, True),
    Incident("damaged_parcel", "packaging", 0.010, 0.22, 0.20, True),
    Incident("defective_product", "quality", 0.007, 0.50, 0.50, False),
    Incident("wrong_size", "fit", 0.022, 0.28, 0.60, False),
    Incident("rude_support", "service", 0.008, 0.80, 0.15, True),
    Incident("price_error", "price", 0.002, 0.45, 0.25, False),
)
KINDS = tuple(incident.kind for incident in INCIDENTS)


@dataclass(frozen=True)
class Country:
    """A country, its share of customers, the languages spoken and the channels bought through."""

    name: str
    code: str
    share: float
    languages: dict[str, float]
    channels: tuple[float, float, float, float]  # web, app, store, marketplace


_ONLINE = (0.56, 0.32, 0.0, 0.12)
COUNTRIES = (
    Country("United Kingdom", "GB", 0.36, {"en": 94, "zh": 3, "es": 1.5, "fr": 1.5}, (0.46, 0.30, 0.17, 0.07)),
    Country("China", "CN", 0.17, {"zh": 97, "en": 3}, (0.16, 0.60, 0.0, 0.24)),
    Country("Germany", "DE", 0.12, {"de": 94, "en": 6}, _ONLINE),
    Country("United States", "US", 0.10, {"en": 84, "es": 12, "zh": 4}, _ONLINE),
    Country("France", "FR", 0.08, {"fr": 95, "en": 5}, _ONLINE),
    Country("Netherlands", "NL", 0.05, {"nl": 90, "en": 10}, _ONLINE),
    Country("Spain", "ES", 0.05, {"es": 96, "en": 4}, _ONLINE),
    Country("Ireland", "IE", 0.04, {"en": 100}, (0.50, 0.31, 0.12, 0.07)),
    Country("Belgium", "BE", 0.02, {"nl": 57, "fr": 40, "en": 3}, _ONLINE),
    Country("Singapore", "SG", 0.01, {"en": 60, "zh": 40}, _ONLINE),
)
LANGUAGES = ("en", "zh", "de", "fr", "es", "nl")
CHANNELS = ("web", "app", "store", "marketplace")
AGE_BANDS = {"18-24": 0.11, "25-34": 0.27, "35-44": 0.25, "45-54": 0.18, "55-64": 0.12, "65+": 0.07}
# how a customer came, its share, and what it does to the hazard of leaving
ACQUIRED = {
    "search": (0.34, 1.0),
    "friend": (0.17, 0.65),
    "social": (0.22, 1.2),
    "voucher_site": (0.14, 1.7),
    "store_visit": (0.13, 0.8),
}


@dataclass(frozen=True)
class Planted:
    """A surge of one kind of incident that somebody should notice.

    `scope` is "all", a country's name, a category, or "category#rank" for a product by popularity in it.
    """

    surge_id: str
    kind: str
    scope: str
    weeks_before_end: int
    weeks: int
    chance: float


SURGES = (
    Planted("s01", "wrong_size", "fashion#0", 41, 4, 0.45),
    Planted("s02", "rude_support", "all", 27, 2, 0.10),
    Planted("s03", "late_delivery", "Germany", 21, 3, 0.50),
    Planted("s04", "damaged_parcel", "beauty", 12, 2, 0.35),
    Planted("s05", "price_error", "electronics#0", 8, 2, 0.60),
    Planted("s06", "defective_product", "kitchen#0", 4, 3, 0.60),
)


@dataclass(frozen=True)
class Process:
    """How customers come, buy, browse, complain and leave. Times in days unless a name says otherwise."""

    block: int = 1000  # customers drawn together; part of the process, since every block has its own streams
    future_days: int = 180  # simulated after the end, for the truth alone
    before_share: float = 0.38  # customers who signed up before the window
    before_days: int = 900
    gone_before: float = 0.12  # of those, the share that had left before the window opened
    rate_shape: float = 1.15  # gamma: orders per day while a customer
    rate_mean: float = 0.056
    rate_cap: float = 0.5
    hazard_shape: float = 1.5  # gamma: chance per day of leaving for no particular reason
    hazard_mean: float = 1 / 640
    loyalty_card: float = 0.45
    loyalty_hazard: float = 0.7
    incident_days: float = 25.0  # an incident's added hazard decays with this time constant
    sensitivity_sigma: float = 0.6
    forgiving: float = 0.9  # regulars forgive more: sensitivity falls with the rate to this power
    first_order: float = 0.8  # who sign up and buy on the same day
    lines_mean: float = 1.35  # lines of an order beyond the first, Poisson
    lines_cap: int = 8
    taste_groups: int = 6
    zipf: float = 0.6
    anonymous_in_store: float = 0.25  # orders at a till without the loyalty card shown
    cancelled: float = 0.028
    refunded: float = 0.022  # besides refunds that follow an incident
    browse_per_order: float = 3.2  # visits that end without an order, per order
    fade_days: float = 21.0  # browsing fades with this time constant before the customer leaves
    fade_depth: float = 0.9
    stray: float = 0.03  # browsing that goes on after leaving
    views_mean: float = 1.8
    review_chance: float = 0.215
    review_after_incident: float = 0.55
    review_foreign: float = 0.6  # factor for customers who speak neither English nor Chinese
    contradiction: float = 0.025
    sarcasm: float = 0.11  # of negative reviews
    injection: float = 0.0014
    incidents: tuple[Incident, ...] = INCIDENTS
    countries: tuple[Country, ...] = COUNTRIES
    surges: tuple[Planted, ...] = field(default=SURGES)
