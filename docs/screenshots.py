"""Pictures of this folder's pages: ``python docs/screenshots.py``, from the root of the repository.

The answers of ``run`` and ``claim`` are drawn as terminals (SVG). The report and three figures are opened in Chromium
at 390 and at 1,400 px (PNG, 256 colours); ``report/index.html`` has to be there, and selenium and Chromium, without
which only the terminals are drawn.
"""

from __future__ import annotations

import base64
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from PIL import Image
from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
COLUMNS = 100
PATIENCE = 600  # seconds, for a page of 10 MB on a busy machine
FIGURES = ("gan-uq/readings.real", "crl-bsad/severity.real", "extended/training-gain.real")
TERMINALS = {
    "run": "run --dataset labelled.csv --method knn,norm,trailing-norm --seeds 1 -q",
    "claim": 'claim gan-uq "GNN F1"',
}


def telemetry(path: Path) -> None:
    """Write a week of one host in steps of five minutes, with a jump of the latency and a burst of errors."""
    generator, rows = np.random.default_rng(0), 2016
    day = np.sin(2 * np.pi * np.arange(rows) / 288)
    times = np.datetime64("2026-03-01T00:00:00") + 5 * np.arange(rows).astype("timedelta64[m]")
    latency = 20 + 5 * day + generator.normal(0, 1, rows)
    errors = generator.poisson(2, rows).astype(float)
    latency[1700:1715] += 30
    errors[1850:1860] += 40
    labels = np.zeros(rows, int)
    labels[1700:1715] = labels[1850:1860] = 1
    columns = {"cpu": 0.4 + 0.2 * day + generator.normal(0, 0.02, rows), "latency": latency, "errors": errors}
    pl.DataFrame({"timestamp": [f"{time}Z" for time in times]} | columns | {"label": labels}).write_csv(path)


def terminal(name: str, command: str, folder: Path) -> None:
    """Run a command and draw what a terminal shows."""
    environment = os.environ | {"COLUMNS": str(COLUMNS), "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path[1:]])}
    environment.pop("BENCHMARK_DATA", None)
    words = ["bash", "-c", f'"{sys.executable}" -m benchmark {command}']
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    shown = f"$ cloudad-bench {command}\n{done.stdout.rstrip()}"
    width = max(COLUMNS, *map(len, shown.splitlines()))
    console = Console(record=True, width=width, file=io.StringIO())
    console.print(Text(shown), soft_wrap=True)
    text = console.export_svg(title=f"cloudad-bench {name}", unique_id=name)
    text = re.sub(r"@font-face \{.*?\}", "", text, flags=re.DOTALL)  # a font of the machine, none from the network
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    (IMAGES / f"{name}.svg").write_text("\n".join(lines) + "\n", encoding="utf-8")


def browser() -> Any:
    """Return Chromium without a window."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in ("--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    page = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    page.command_executor.client_config.timeout = PATIENCE
    page.set_page_load_timeout(PATIENCE)
    return page


def photograph(page: Any, name: str, width: int, height: int, scheme: str) -> None:
    """Write what the opened page shows at this size, in 256 colours."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    found = page.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
    image = Image.open(io.BytesIO(base64.b64decode(found["data"]))).convert("RGB").quantize(256, dither=0)
    image.save(IMAGES / f"{name}-{width}.png", optimize=True)


def figures(folder: Path) -> Path:
    """Write a page of three figures beside each other where there is room, else below each other."""
    images = "".join(f'<img src="{(ROOT / "figures" / f"{name}.svg").as_uri()}">' for name in FIGURES)
    style = "body{margin:8px;background:#fff}div{display:flex;flex-wrap:wrap;gap:8px;align-items:start}img{width:374px}"
    style += "@media(min-width:600px){img{width:calc((100% - 16px)/3)}}"
    path = folder / "figures.html"
    path.write_text(f'<meta name="viewport" content="width=device-width"><style>{style}</style><div>{images}</div>')
    return path


def main() -> None:
    """Make every picture that this machine can make."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        telemetry(folder / "labelled.csv")
        for name, command in TERMINALS.items():
            terminal(name, command, folder)
        report = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "report" / "index.html").resolve()
        if shutil.which("chromium") is None or shutil.which("chromedriver") is None or not report.is_file():
            print("no Chromium, or no report: only terminals are drawn")
            return
        page = browser()
        try:
            page.get(report.as_uri())
            photograph(page, "report", 1400, 1000, "light")
            photograph(page, "report", 390, 1000, "dark")
            page.get(figures(folder).as_uri())
            photograph(page, "figures", 1400, 1150, "light")
            photograph(page, "figures", 390, 1990, "light")
        finally:
            page.quit()


if __name__ == "__main__":
    main()
