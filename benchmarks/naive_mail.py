"""A report mail as one writes it first: pyplot for each picture, PdfPages, a new connection."""

from __future__ import annotations

import io
import smtplib
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt  # noqa: TID251 - the naive way
from matplotlib.backends.backend_pdf import PdfPages

mpl.use("Agg")
SIZE, SHARP = (5.92, 3.7), 192
Values = dict[int, float]


def naive_pdf(series: Sequence[tuple[str, Values]]) -> bytes:
    """One page with one picture for each series."""
    out = io.BytesIO()
    with PdfPages(out) as pages:
        for name, values in series:
            figure = _figure(name, values)
            pages.savefig(figure)
            plt.close(figure)
    return out.getvalue()


def naive_mail(host: str, port: int, series: Sequence[tuple[str, Values]]) -> None:
    """The pictures in the mail and once more in a PDF, handed over."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Report", "impact@example.se", "reader@example.se"
    message.set_content("\n".join(f"{name}: {max(values)} {values[max(values)]}" for name, values in series))
    pictures = [(make_msgid(), name, _png(name, values)) for name, values in series]
    html = "".join(f'<h2>{name}</h2><img src="cid:{number[1:-1]}">' for number, name, _ in pictures)
    message.add_alternative(html, subtype="html")
    html_part: Any = list(message.iter_parts())[1]
    for number, _, png in pictures:
        html_part.add_related(png, "image", "png", cid=number)
    message.add_attachment(naive_pdf(series), "application", "pdf", filename="report.pdf")
    with smtplib.SMTP(host, port) as client:
        client.send_message(message)


def _png(name: str, values: Values) -> bytes:
    out = io.BytesIO()
    figure = _figure(name, values)
    figure.savefig(out, format="png", dpi=SHARP)
    plt.close(figure)
    return out.getvalue()


def _figure(name: str, values: Values) -> Any:
    figure, axes = plt.subplots(figsize=SIZE)
    years = list(values)
    axes.plot(years, list(values.values()), marker="o", label=name)
    axes.axhline(65.0, linestyle="--", label="Target")
    axes.axvline(2018, linestyle=":", label="Turning point")
    axes.annotate(f"{values[years[-1]]:.1f}", (years[-1], values[years[-1]]))
    axes.set_title(name)
    axes.set_xlabel("Year")
    axes.set_ylabel("%")
    axes.grid(visible=True)
    axes.legend()
    figure.tight_layout()
    return figure
