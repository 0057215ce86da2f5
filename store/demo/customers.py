"""Customers: where they come from, what they like, how often they buy and how they leave."""

from dataclasses import dataclass

import numpy as np

from store.demo.draws import Flags, Floats, Ints, choose, choose_many, lognormal, stream
from store.demo.process import ACQUIRED, AGE_BANDS, LANGUAGES
from store.demo.season import CHINA, DAY, WEST
from store.demo.world import World


@dataclass(frozen=True)
class Customers:
    """One block of customers; arrays run over them. Moments in seconds of the window, rates per day."""

    number: Ints  # from 1, through the whole shop, in order of sign-up
    signup: Ints
    active: Ints  # when buying can start: at sign-up, or with the window
    country: Ints
    language: Ints
    region: Ints
    age_band: Ints
    acquired: Ints
    card: Flags
    rate: Floats
    hazard: Floats
    leaves: Floats  # when the customer would leave for no particular reason
    sensitivity: Floats  # to incidents, about 1
    mood: Floats  # how kindly they write
    verbosity: Floats  # how often they write
    thrift: Floats  # sensitivity to price, mean 0
    browse: Floats  # idle visits per day
    tastes: Floats  # (customers, categories)
    group: Ints  # taste group
    channels: Floats  # (customers, channels)

    def __len__(self) -> int:
        return len(self.number)


def customer_id(number: int) -> str:
    """The public id of a customer."""
    return f"c{number:06d}"


def draw_customers(world: World, block: int) -> Customers:
    """The customers of a block, numbered from `block * process.block + 1`."""
    process = world.process
    rng = stream(world.seed, block, "customers")
    number = np.arange(block * process.block, min((block + 1) * process.block, world.customers)) + 1
    size = len(number)
    signup = _signups(world, rng, number)
    country = choose_many(rng, [c.share for c in process.countries], size)
    acquired = choose_many(rng, [share for share, _ in ACQUIRED.values()], size)
    card = rng.random(size) < process.loyalty_card
    rate = rng.gamma(process.rate_shape, process.rate_mean / process.rate_shape, size)
    rate = np.minimum(rate * np.where(card, 1.15, 0.88), process.rate_cap)
    hazard = rng.gamma(process.hazard_shape, process.hazard_mean / process.hazard_shape, size)
    hazard *= np.array([factor for _, factor in ACQUIRED.values()])[acquired]
    hazard = np.maximum(hazard * np.where(card, process.loyalty_hazard, 1.2), 1e-5)
    names = [c.name for c in process.countries]
    return Customers(
        number=number,
        signup=signup,
        active=np.maximum(signup, 0),
        country=country,
        language=_languages(world, rng, country),
        region=np.where(country == names.index("China"), CHINA, WEST),
        age_band=choose_many(rng, list(AGE_BANDS.values()), size),
        acquired=acquired,
        card=card,
        rate=rate,
        hazard=hazard,
        leaves=_leaving(world, rng, signup, hazard),
        sensitivity=_sensitivity(world, rng, rate),
        mood=rng.normal(0, 0.35, size),
        verbosity=lognormal(rng, 0.7, size),
        thrift=rng.normal(0, 1, size) + 0.8 * (acquired == list(ACQUIRED).index("voucher_site")) - 0.11,
        browse=rate * process.browse_per_order * lognormal(rng, 0.6, size) + 0.004,
        tastes=rng.dirichlet(world.catalogue.weights * 0.7, size) + 0.004,
        group=rng.integers(0, process.taste_groups, size),
        channels=_channels(world, rng, country),
    )


def _signups(world: World, rng: np.random.Generator, number: Ints) -> Ints:
    """Sorted by number: each customer has a slice of the cumulative distribution."""
    process = world.process
    place = (number - 1 + rng.random(len(number))) / world.customers
    before = place < process.before_share
    share = np.where(before, place / process.before_share, 0)
    early = -process.before_days * (1 - share) ** 1.5
    later = np.clip((place - process.before_share) / (1 - process.before_share), 0, 1)
    days = np.where(before, early, world.calendar.days * later**0.93)
    return np.minimum((days * DAY).astype(np.int64), world.calendar.end - DAY // 2)


def _leaving(world: World, rng: np.random.Generator, signup: Ints, hazard: Floats) -> Floats:
    process = world.process
    wait = rng.exponential(1, len(signup)) / hazard * DAY
    gone = (signup < 0) & (rng.random(len(signup)) < process.gone_before)
    return np.where(gone, signup * rng.random(len(signup)), np.maximum(signup, 0) + wait)


def _sensitivity(world: World, rng: np.random.Generator, rate: Floats) -> Floats:
    process = world.process
    familiar = np.clip((process.rate_mean / rate) ** process.forgiving, 0.2, 2.0)
    return familiar * lognormal(rng, process.sensitivity_sigma, len(rate))


def _languages(world: World, rng: np.random.Generator, country: Ints) -> Ints:
    spoken = np.array([[c.languages.get(name, 0.0) for name in LANGUAGES] for c in world.process.countries])
    return choose(rng, spoken[country])


def _channels(world: World, rng: np.random.Generator, country: Ints) -> Floats:
    """Each customer leans to one or two of the channels that their country has."""
    habits = np.array([c.channels for c in world.process.countries])[country]
    return habits * rng.gamma(0.8, 1.0, habits.shape) + 1e-6 * habits
