"""No page makes the stage open a connection: neither newspaper3k's images, nor a suffix list, nor an entity."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"

_SCRIPT = """
import sys
opened = []
WATCHED = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg", "urllib.Request")
sys.addaudithook(lambda event, args: opened.append((event, args)) if event in WATCHED else None)
from datetime import UTC, datetime
from pathlib import Path
from pipelines.context import RunContext
from pipelines.normalize import normalize
from pipelines.normalize.markup import parse
from pipelines.normalize.voices import newspaper_text
from schemas import Document, Locator, MediaType
context = RunContext(run_id="r", now=datetime(2026, 11, 24, tzinfo=UTC))
image = b'<meta property="og:image" content="http://192.0.2.1/a.jpg"><img src="http://192.0.2.1/b.jpg"><p>'
for path in sorted(Path(sys.argv[1]).glob("*.html"))[:12]:
    page = path.read_bytes().replace(b"<p>", image, 1)
    locator = Locator(kind="file", uri="x")
    url = "https://news.example.co.uk/a-1"
    normalize(Document(locator=locator, input="x", content=page, media_type=MediaType.HTML, url=url), context)
    assert newspaper_text(parse(page.decode("utf8", "replace")))
print(opened)
"""


def test_no_connection_is_opened() -> None:
    done = subprocess.run([sys.executable, "-c", _SCRIPT, str(GOLDEN)], capture_output=True, text=True, timeout=300, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
