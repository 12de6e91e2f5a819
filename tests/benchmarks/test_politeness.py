"""The simulation of politeness against the arithmetic of queues, and against the client's own rules."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.fetch import FetchConfig
from pipelines.fetch.hosts import Hosts
from tests.benchmarks.politeness import DAY, World, scheduled, stream

CONFIG = FetchConfig(contact="test@example.org")


def one_host(load: float, pace: float = 1.0) -> World:
    """A host that publishes `load` pages in the time that one request to it takes."""
    return World(pages=load / pace * DAY, hosts=1, patient=0.0, latency=0.1)


@pytest.mark.parametrize("load", [0.3, 0.6, 0.8])
def test_a_host_within_its_pace_waits_as_the_formula_for_one_server_and_constant_service_says(load: float) -> None:
    reached = stream(one_host(load), CONFIG, seconds=20 * DAY)

    assert reached.mean == pytest.approx(load / (2 * (1 - load)), rel=0.05)  # Pollaczek-Khinchine, service of one second
    assert reached.share > 0.999


@pytest.mark.parametrize("load", [2.0, 5.0])
def test_of_a_host_that_publishes_more_its_pace_is_what_is_reached(load: float) -> None:
    reached = stream(one_host(load), CONFIG, seconds=DAY)

    assert reached.share == pytest.approx(1 / load, rel=0.02)
    assert reached.saturated == 1


def test_all_hosts_together_reach_the_sum_of_what_each_does() -> None:
    world = World(pages=2_000_000, hosts=2000)
    rates, paces = world.rates(), world.paces(CONFIG, 1)

    reached = stream(world, CONFIG, seconds=DAY)

    assert reached.share == pytest.approx(np.minimum(rates, 1 / paces).sum() / rates.sum(), rel=0.01)
    assert reached.under_way == pytest.approx(reached.share * world.pages / DAY * world.latency, rel=0.01)  # Little's law


def test_scheduled_runs_reach_what_their_share_of_a_host_allows() -> None:
    world = World(pages=40_000, hosts=1, patient=0.0)

    assert scheduled(world, CONFIG, runs=24) == pytest.approx(24 * CONFIG.host_requests / world.pages, rel=0.02)
    assert scheduled(world, CONFIG, runs=96) > 0.98


def test_the_pace_is_the_client_s_own() -> None:
    hosts = Hosts(CONFIG)
    hosts.set_floor("news.example", 10.0)
    patient = World(pages=1, hosts=1, patient=1.0, crawl_delay=10.0)

    assert patient.paces(CONFIG, 1)[0] == hosts["news.example"].floor
    assert World(pages=1, hosts=1, patient=0.0).paces(CONFIG, 1)[0] == Hosts(CONFIG)["other.example"].floor


def test_the_same_seed_gives_the_same_world() -> None:
    world = World(pages=100_000, hosts=1000)

    assert stream(world, CONFIG, seconds=DAY, seed=3) == stream(world, CONFIG, seconds=DAY, seed=3)
    assert stream(world, CONFIG, seconds=DAY, seed=3) != stream(world, CONFIG, seconds=DAY, seed=4)
