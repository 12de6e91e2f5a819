"""Write the golden pages: invented stories in the templates of eight kinds of site, beside what a person would read off them.

    python tests/normalize/make_golden.py

The expectations come from the stories, never from the extractor; a changed page shows in the diff together with its expectation.
"""

# ruff: noqa: E501  (stories and templates read better unbroken)
from __future__ import annotations

import html
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parent / "golden"


@dataclass(frozen=True)
class Story:
    """What a page tells."""

    slug: str
    title: str
    paragraphs: tuple[str, ...]
    authors: tuple[str, ...]
    outlet: str
    domain: str
    published: datetime
    section: str
    place: str | None
    agency: str | None

    @property
    def url(self) -> str:
        return f"https://www.{self.domain}/{self.section.lower()}/{self.published:%Y}/{self.slug}"

    @property
    def told(self) -> tuple[str, ...]:
        """The paragraphs as printed, with their dateline."""
        if not self.place:
            return self.paragraphs
        line = f"{self.place} ({self.agency}) — " if self.agency else f"{self.place} — "
        return (line + self.paragraphs[0], *self.paragraphs[1:])


def story(slug: str, title: str, who: str, outlet: str, domain: str, when: str, section: str, dateline: str, *paragraphs: str) -> Story:
    place, _, agency = dateline.partition("/")
    return Story(
        slug,
        title,
        paragraphs,
        tuple(filter(None, who.split(";"))),
        outlet,
        domain,
        datetime.fromisoformat(when),
        section,
        place or None,
        agency or None,
    )


STORIES = (
    story("salt-route", "Chad and Niger reopen the old salt route", "Amina Dosso", "Sahel Observer", "sahelobserver.example", "2026-02-11T09:30:00+01:00", "Africa", "AGADEZ/AFP",
        "Chad and Niger reopened the salt route across the desert on Tuesday, eleven years after the last caravan of lorries had used it.",
        "Ministers of both countries cut a ribbon of camel leather at the post, and the first forty lorries left before noon.",
        "“We lost a decade of trade to fear,” said the Nigerien minister of transport, who had come with two battalions of guards.",
        "Drivers pay one toll in place of seven, and the two armies share the wells along the way."),
    story("lake-fishing", "Kenya seizes Ugandan boats on Lake Victoria", "Peter Otieno;Grace Nakato", "Lakeshore Standard", "lakeshorestandard.example", "2026-03-02T18:05:00+03:00", "News", "KISUMU",
        "Kenyan patrols seized nine Ugandan fishing boats on Lake Victoria on Monday and towed them to the pier of Kisumu.",
        "Uganda called the seizure unlawful and demanded that the crews be let go before the end of the week.",
        "The two neighbours have argued for years over a rock that is no larger than a football field and holds four hundred people.",
        "A commission of surveyors is to measure the border again, as both governments had promised in January."),
    story("grain-corridor", "Romania offers Moldova a corridor for its grain", "Ioana Petrescu", "Danube Gazette", "danubegazette.example", "2026-04-17T07:15:00+03:00", "Economy", "BUCHAREST/Reuters",
        "Romania offered Moldova a corridor for its grain on Friday, with trains that need not stop at the border.",
        "The offer came after a week of queues at the crossings, where lorries waited for as long as three days.",
        "Moldovan farmers welcomed it, but said that the price of a wagon was twice what they could pay.",
        "Both governments want to sign the agreement in May, when the harvest of early barley begins."),
    story("island-cable", "Fiji and Tonga share the cost of a second cable", "Mele Taufa", "Pacific Lantern", "pacificlantern.example", "2026-05-20T22:40:00+12:00", "Technology", "",
        "Fiji and Tonga will share the cost of a second cable under the sea, their prime ministers announced on Wednesday.",
        "Tonga was cut off for five weeks when an eruption tore the only cable, and has not forgotten it.",
        "The cable will cost 41 million dollars, of which Fiji pays a third and a development bank the rest.",
        "Divers will begin to look for a path between the reefs as soon as the season of storms has ended."),
    story("river-dam", "Vietnam presses Laos over the new dam", "Tran Minh Chau", "Mekong Ledger", "mekongledger.example", "2026-06-08T11:00:00+07:00", "World", "VIENTIANE/Xinhua",
        "Vietnam pressed Laos on Monday to halt the building of a dam on the upper river until its effects are known.",
        "A delegation of twelve engineers handed over a study that foresees a loss of silt in the delta of one part in five.",
        "Laos replied that the turbines were ordered and that no water would be kept back in the dry months.",
        "The commission of the river states will hear both sides in July, though it cannot forbid what a member builds."),
    story("honey-tariff", "Argentina answers Chile’s duty on honey", "Lucía Ferreyra", "Diario del Sur", "diariodelsur.example", "2026-07-01T15:20:00-03:00", "Business", "BUENOS AIRES",
        "Argentina answered Chile’s duty on honey with one of its own on Wednesday, and put walnuts and wine on the list.",
        "The Chilean measure had surprised beekeepers in three provinces, whose barrels stood at the pass for nine days.",
        "“A quarrel over honey is still a quarrel,” the Argentine minister of trade told reporters, and smiled at nobody.",
        "Officials of both countries will meet in Mendoza next week to look for a way back."),
    story("mountain-road", "Georgia and Armenia begin to widen the mountain road", "Nino Beridze;Aram Sarkisian;Lela Gogua", "Caucasus Courier", "caucasuscourier.example", "2026-08-12T08:00:00+04:00", "Region", "TBILISI/Interfax",
        "Georgia and Armenia began on Wednesday to widen the mountain road that carries most of the trade between them.",
        "The work will take three summers, and for two of them lorries will have to wait for one another at the tunnels.",
        "Armenia lends half of the money, and Georgia gives the stone, from a quarry that it had closed in the nineties.",
        "Villagers along the road asked both governments for a bus, which neither of them had thought of."),
    story("herring-quota", "Norway and Iceland settle their quarrel over herring", "Sigrid Halvorsen", "North Sea Herald", "northseaherald.example", "2026-09-09T13:45:00+02:00", "Environment", "OSLO",
        "Norway and Iceland settled their quarrel over herring on Wednesday, after two seasons without a common quota.",
        "Each of them gives up a tenth of what it had claimed, and observers will sail with every fifth boat.",
        "Scientists who had warned of a collapse of the stock called the agreement late, but better than another season of guesses.",
        "The fishermen of the Faroes were not asked, and said so to everybody who would hear them."),
    story("border-clinic", "Jordan lets Syrian patients cross to the border clinic", "Rana Haddad", "Levant Dispatch", "levantdispatch.example", "2026-10-03T10:10:00+03:00", "Health", "AMMAN/Petra",
        "Jordan has let Syrian patients cross to a clinic on its side of the border since Saturday, for the first time in a decade.",
        "Thirty people came on the first morning, most of them with children, and a doctor from Irbid saw all of them.",
        "Syria had asked for the crossing in spring, when the hospital of the nearest town lost its power for a month.",
        "The clinic has six beds, and the two ministries of health divide the cost between them."),
    story("tea-auction", "Sri Lanka sells tea to Iran for oil once more", "Nimal Perera", "Colombo Ledger", "colomboledger.example", "2026-10-19T19:30:00+05:30", "Markets", "COLOMBO/AP",
        "Sri Lanka will sell tea to Iran for oil once more, the board that runs the auctions said on Monday.",
        "The barter had stopped in March, when a bank in a third country refused to keep the accounts.",
        "Iran owes the island 250 million dollars for oil’s sake, as a broker put it, and the island has more tea than buyers.",
        "A first shipment of four thousand tons is to leave in November, if the two central banks agree on a rate."),
    story("rail-gauge", "Poland and Ukraine lay a track of one gauge", "Oksana Bilyk;Jan Wrona", "Vistula Post", "vistulapost.example", "2026-11-02T06:55:00+01:00", "Europe", "LVIV/Ukrinform",
        "Poland and Ukraine have begun to lay a track of one gauge from the border to the yards of the western city.",
        "Trains will no longer have to be lifted from one set of wheels to another, which takes four hours a train.",
        "The first nine kilometres are to be ready before Christmas, the Ukrainian minister of transport promised on Sunday.",
        "Poland pays for the rails, and a bridge that stood in the way has already been taken down by its engineers."),
    story("desert-water", "Egypt and Sudan count the wells of the western desert", "Mariam Fouad", "Nile Chronicle", "nilechronicle.example", "2026-11-15T16:00:00+02:00", "Climate", "CAIRO/MENA",
        "Egypt and Sudan will count the wells of the western desert together, their ministers of water agreed on Sunday.",
        "Nobody knows how many there are, or how much is pumped from the old water below the two countries.",
        "Sudan asked for help with its maps, of which half were burnt, and Egypt offered copies of its own.",
        "Teams on camels and in cars will set out in January, when the nights are cold and the days can be borne."),
)  # fmt: skip

_NAV = '<nav class="main-nav"><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li><li><a href="/sport">Sport</a></li></ul></nav>'
_COOKIES = '<div class="cookie-banner"><p>We use cookies to remember you. <button>Fine</button></p></div>'
_RELATED = (
    '<div class="related-articles"><h3>Related stories</h3><ul><li><a href="/a-1">Ministers meet in the rain</a></li>'
    '<li><a href="/a-2">A bridge too many</a></li></ul></div>'
)
_FOOTER = '<footer><p>© 2026 The publishers. All rights reserved.</p><a href="/terms">Terms</a> <a href="/privacy">Privacy</a></footer>'
_NEWSLETTER = '<div class="newsletter-signup"><p>Sign up for our morning letter.</p><form><input name="mail"></form></div>'


def _by(story: Story) -> str:
    *first, last = story.authors
    return f"{', '.join(first)} and {last}" if first else last


def _p(story: Story, between: str = "") -> str:
    blocks = [f"<p>{html.escape(text, quote=False)}</p>" for text in story.told]
    return "\n".join([*blocks[:2], between, *blocks[2:]])


def _page(head: str, body: str, attributes: str = ' lang="en"') -> str:
    return f"<!DOCTYPE html>\n<html{attributes}>\n<head>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n"


def json_ld_graph(s: Story) -> str:
    """A large publisher: everything in a JSON-LD graph."""
    data = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": s.outlet, "url": f"https://www.{s.domain}/"},
            {
                "@type": "NewsArticle", "headline": s.title, "datePublished": s.published.isoformat(), "articleSection": s.section,
                "author": [{"@type": "Person", "name": name} for name in s.authors], "publisher": {"@type": "Organization", "name": s.outlet},
                "mainEntityOfPage": {"@id": s.url},
            },
        ],
    }  # fmt: skip
    head = (
        f'<meta charset="utf-8">\n<title>{s.title} | {s.outlet}</title>\n<link rel="canonical" href="{s.url}?utm_medium=feed">\n'
        f'<script type="application/ld+json">{json.dumps(data)}</script>\n<script>var a = "<p>no text</p>";</script>'
    )
    body = f"{_COOKIES}<header>{_NAV}</header><main><article><h1>{s.title}</h1>{_p(s, _NEWSLETTER)}</article>{_RELATED}</main>{_FOOTER}"
    return _page(head, body)


def open_graph(s: Story) -> str:
    """A blog system: OpenGraph, a byline with a link, a time element."""
    head = (
        f'<meta charset="utf-8"><title>{s.title} - {s.outlet}</title><meta property="og:title" content="{s.title}">'
        f'<meta property="og:site_name" content="{s.outlet}"><meta property="og:type" content="article"><meta property="og:url" content="{s.url}">'
        f'<meta property="article:published_time" content="{s.published.isoformat()}"><meta property="article:section" content="{s.section}">'
    )
    names = " and ".join(f'<a rel="author" href="/people/{i}">{name}</a>' for i, name in enumerate(s.authors))
    body = (
        f'{_NAV}<div id="content" class="post"><h1 class="entry-title">{s.title}</h1><div class="byline">By {names}</div>'
        f'<div class="entry-content">{_p(s)}</div><div class="share-buttons"><a href="#">Tweet</a><a href="#">Share</a></div></div>{_RELATED}{_FOOTER}'
    )
    return _page(head, body)


def plain_meta(s: Story) -> str:
    """A regional paper: old meta names, the date in words."""
    utc = s.published.astimezone(UTC)
    head = (
        f'<meta charset="utf-8"><title>{s.outlet}: {s.title}</title><link rel="canonical" href="/{s.section.lower()}/{s.published:%Y}/{s.slug}">'
        f'<meta name="author" content="{_by(s)}"><meta name="application-name" content="{s.outlet}">'
    )
    body = (
        f'<div class="top">{_NAV}</div><div class="story"><h1>{s.title}</h1><p class="date">Published {utc:%d %B %Y} at {utc:%H:%M} UTC</p>{_p(s)}'
        f'<p>Read more: <a href="/x">What the ministers ate</a></p></div>{_FOOTER}'
    )
    return _page(head, body, "")


def layout_table(s: Story) -> str:
    """A site of the nineties: tables, upper-case tags, no description but the title, in windows-1252."""
    head = (
        f'<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=windows-1252"><TITLE>{s.title} | {s.outlet}</TITLE>'
        f'<META NAME="DC.date.issued" CONTENT="{s.published.isoformat()}"><META NAME="DC.creator" CONTENT="{_by(s)}"><META NAME="DC.publisher" CONTENT="{s.outlet}">'
        f'<LINK REL="canonical" HREF="{s.url}">'
    )
    links = "<BR>".join(f'<A HREF="/{i}.html">{name}</A>' for i, name in enumerate(("Front", "World", "Sport", "Weather")))
    body = (
        f'<TABLE WIDTH="100%"><TR><TD WIDTH="120">{links}</TD><TD><H1>{s.title}</H1>{_p(s)}<P><A HREF="/more.html">More stories from this desk</A></TD></TR></TABLE>'
        f"<CENTER>© 2026 {s.outlet}</CENTER>"
    )
    return _page(head, body, "").replace("<p>", "<P>").replace("</p>", "")


def amp(s: Story) -> str:
    """The AMP page of a site, whose canonical is the main page."""
    data = {
        "@context": "http://schema.org", "@type": "ReportageNewsArticle", "headline": s.title, "datePublished": s.published.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "author": {"@type": "Person", "name": list(s.authors)} if len(s.authors) > 1 else {"@type": "Person", "name": s.authors[0]},
        "publisher": {"@type": "NewsMediaOrganization", "name": s.outlet}, "articleBody": "\n\n".join(s.told),
    }  # fmt: skip
    head = (
        f'<meta charset="utf-8"><title>{s.title}</title><link rel="canonical" href="{s.url}"><script type="application/ld+json">{json.dumps(data)}</script>'
        "<style amp-boilerplate>body{-webkit-animation:none}</style>"
    )
    body = f'<amp-sidebar hidden>{_NAV}</amp-sidebar><article><h1>{s.title}</h1><amp-img src="a.jpg"></amp-img>{_p(s, "<amp-ad></amp-ad>")}</article>{_FOOTER}'
    return _page(head, body, " ⚡")


def microdata(s: Story) -> str:
    """A publisher with microdata, a caption and a pull quote list."""
    head = f'<meta charset="utf-8"><title>{s.title} – {s.section} – {s.outlet}</title><meta property="og:site_name" content="{s.outlet}"><link rel="canonical" href="{s.url}">'
    names = ", ".join(f'<span itemprop="author">{name}</span>' for name in s.authors)
    body = (
        f'{_NAV}<article itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">{s.title}</h1>'
        f'<time itemprop="datePublished" datetime="{s.published.isoformat()}">{s.published:%d.%m.%Y}</time><p class="credits">{names}</p>'
        f'<figure><img src="x.jpg" alt=""><figcaption>A view of the place, some years ago.</figcaption></figure>'
        f'<div itemprop="articleBody">{_p(s)}</div></article>{_RELATED}{_FOOTER}'
    )
    return _page(head, body)


def mobile(s: Story) -> str:
    """A mobile page with the app's banners and teasers between the paragraphs."""
    head = (
        f'<meta charset="utf-8"><title>{s.title}</title><meta name="parsely-title" content="{s.title}"><meta name="parsely-pub-date" content="{s.published.isoformat()}">'
        f'<meta name="parsely-author" content="{"; ".join(s.authors)}"><meta name="parsely-section" content="{s.section}">'
        f'<meta property="og:site_name" content="{s.outlet}"><meta property="og:url" content="{s.url}?ref=app">'
    )
    teaser = '<p><a href="/b-7">ALSO HERE: A STORM THAT NOBODY SAW</a></p><div class="ad-slot">Advertisement</div>'
    body = f'<div class="app-banner"><a href="#">Open in the app</a></div><div class="article-body"><h1>{s.title}</h1>{_p(s, teaser)}<p>Follow us on Twitter for more.</p></div>{_RELATED}'
    return _page(head, body)


def broken(s: Story) -> str:
    """A page cut off in the middle of its footer, with unclosed tags and a date of tomorrow's template in its meta."""
    head = (
        f'<meta charset="utf-8"><title>{s.title} :: {s.outlet}</title><meta property="og:site_name" content="{s.outlet}"><link rel="canonical" href="{s.url}">'
        f'<meta name="date" content="2099-01-01"><meta name="byl" content="By {_by(s)}">'
    )
    body = f'<div class=wrap><div class=nav><a href=/>Home<a href=/world>World</div><h1>{s.title}<div class=text><time datetime="{s.published.isoformat()}">then</time>{_p(s)}'
    return f"<html><head>{head}</head><body>{body}<div class=foot><p>© 20"


TEMPLATES: tuple[Callable[[Story], str], ...] = (json_ld_graph, open_graph, plain_meta, layout_table, amp, microdata, mobile, broken)


def expected(s: Story) -> dict[str, Any]:
    """What a person reads off the page, whatever its template."""
    return {
        "url": None,
        "title": s.title,
        "authors": list(s.authors),
        "published_at": s.published.astimezone(UTC).isoformat(),
        "canonical_url": s.url,
        "outlet": s.outlet,
        "dateline_place": s.place,
        "agency": s.agency,
        "text": "\n\n".join(s.paragraphs),
    }


def pages() -> dict[str, tuple[bytes, dict[str, Any]]]:
    """Sixty pages: each story in five of the templates."""
    result = {}
    for i, s in enumerate(STORIES):
        for j in range(5):
            template = TEMPLATES[(5 * i + j) % len(TEMPLATES)]
            url = f"https://m.{s.domain}/amp/{s.slug}?utm_source=x" if template in (amp, mobile) else f"{s.url}?utm_source=x"
            encoding = "windows-1252" if template is layout_table else "utf-8"
            result[f"{s.slug}.{template.__name__}"] = template(s).encode(encoding, "xmlcharrefreplace"), expected(s) | {"url": url}
    return result


def main() -> None:
    """Write all pages and expectations, and remove those that are no more."""
    GOLDEN.mkdir(exist_ok=True)
    wanted = pages()
    for old in GOLDEN.iterdir():
        if old.name.rsplit(".", 1)[0] not in wanted:
            old.unlink()
    for name, (page, facts) in wanted.items():
        (GOLDEN / f"{name}.html").write_bytes(page)
        (GOLDEN / f"{name}.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf8")
    print(f"{len(wanted)} pages in {GOLDEN}")


if __name__ == "__main__":
    main()
