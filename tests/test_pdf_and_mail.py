"""PDFs and mails become articles; what cannot be read says why."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.documents import Document
from ingest.extract import extract
from ingest.pages.found import NoArticleError
from ingest.pages.mail import read_mail
from ingest.pages.pdf import read_pdf
from retrieval.domain import Article

LINES = (
    ("LE COURRIER DE LAUZAN", "Le bac de Port-Lauzan reprendra ses traver-", "sées lundi matin, a annoncé la mairie du", "bourg.",
     "La cale a coûté 212 000 euros à la commune.", "1"),
    ("LE COURRIER DE LAUZAN", "Les horaires d'hiver restent en vigueur,", "dit le patron.", "2"),
    ("LE COURRIER DE LAUZAN", "Le prochain conseil se tient en mai.", "3"),
)  # fmt: skip


def pdf(pages: tuple[tuple[str, ...], ...], info: str = "") -> bytes:
    """Write a PDF, a line a row, in the simplest way there is."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    for lines in pages:
        drawn = (
            "BT /F1 11 Tf 14 TL 72 760 Td "
            + " ".join(f"<{line.encode('cp1252').hex()}> Tj T*" for line in lines)
            + " ET"
        )
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
        font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R /Resources << /Font << /F1 {font} >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    if info:
        objects.append(info)
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    start = len(out)
    out += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    told = f"/Info {len(objects)} 0 R " if info else ""
    return (
        out
        + f"trailer\n<< /Size {len(places) + 1} /Root 1 0 R {told}>>\nstartxref\n{start}\n%%EOF\n".encode()
    )


@pytest.mark.parametrize(
    ("container", "url", "source"),
    [
        ("https://bac.example/rss.xml", "https://www.bac.example/avis.pdf", "bac.example"),
        ("/notes/avis.pdf", None, None),
    ],
)
def test_a_pdfs_source_is_the_host_it_came_from_and_no_files_name(
    container: str, url: str | None, source: str | None
) -> None:
    found = extract(Document("origin", container, "", "place", "pdf", raw=pdf(LINES), url=url))
    assert isinstance(found, Article)
    assert found.source == source


def test_a_pdf_is_its_paragraphs_without_running_heads() -> None:
    info = "<< /Title (Le bac rouvre) /Author (Nolwenn Caradec) /CreationDate (D:20250301183000+01'00') >>"
    found = read_pdf(pdf(LINES, info))
    assert found.text.split("\n\n") == [
        "Le bac de Port-Lauzan reprendra ses traversées lundi matin, a annoncé la mairie du bourg.",
        "La cale a coûté 212 000 euros à la commune.",
        "Les horaires d'hiver restent en vigueur, dit le patron.",
        "Le prochain conseil se tient en mai.",
    ]
    assert (found.about.title, found.about.author) == ("Le bac rouvre", "Nolwenn Caradec")
    assert found.about.published == "2025-03-01T18:30:00+01:00"


def test_a_title_that_a_program_gave_is_none() -> None:
    assert read_pdf(pdf(LINES, "<< /Title (Microsoft Word - bac.docx) >>")).about.title == ""


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (pdf(((),)), "a PDF of pictures"),
        (b"%PDF-1.4\nnothing at all", "a damaged PDF"),
        (pdf(LINES)[:300], "a damaged PDF"),
        (pdf((("x",),) * 301), "more than 300 pages"),
    ],
)
def test_a_pdf_that_cannot_be_read_says_why(raw: bytes, what: str) -> None:
    with pytest.raises(NoArticleError, match=what):
        read_pdf(raw)


@given(st.integers(0, 900), st.binary(min_size=1, max_size=8))
def test_a_damaged_pdf_is_read_or_says_so(place: int, bytes_: bytes) -> None:
    whole = pdf(LINES)
    try:
        read_pdf(whole[:place] + bytes_ + whole[place + len(bytes_) :])
    except NoArticleError as error:
        assert str(error)


PLAIN = "Le bac de Port-Lauzan reprendra ses traversées lundi matin, a annoncé la mairie. " * 6


def mail(plain: str | None, rich: str | None = None) -> EmailMessage:
    made = EmailMessage()
    made["From"] = "La lettre du Bac <lettre@bac.example>"
    made["Subject"] = "Le bac rouvre : tout savoir"
    made["Date"] = "Sat, 01 Mar 2025 18:30:00 +0100"
    if plain is not None:
        made.set_content(plain, charset="iso-8859-1")
    if rich is not None and plain is not None:
        made.add_alternative(rich, subtype="html")
    elif rich is not None:
        made.set_content(rich, subtype="html")
    return made


def test_a_mail_is_its_text_its_subject_and_its_date() -> None:
    found = read_mail(mail(f"{PLAIN}\n> ce que disait l'autre\n-- \nLa lettre").as_bytes())
    assert found.text.strip() == PLAIN.strip()
    assert (found.about.title, found.about.site) == ("Le bac rouvre : tout savoir", "La lettre du Bac")
    assert found.about.published == "2025-03-01T18:30:00+01:00"


def test_a_newsletter_is_its_rich_part_where_the_plain_one_says_nothing() -> None:
    rich = f"<html><body><h1>Le bac</h1><p>{PLAIN}</p><p>{PLAIN.replace('lundi', 'mardi')}</p></body></html>"
    found = read_mail(mail("Voir dans votre navigateur", rich).as_bytes())
    assert "reprendra ses traversées mardi matin" in found.text
    assert "navigateur" not in found.text
    assert "mardi" in read_mail(mail(None, rich).as_bytes()).text


def test_a_mail_without_words_says_so() -> None:
    with pytest.raises(NoArticleError, match="without text"):
        read_mail(mail("\n").as_bytes())


@given(st.binary(max_size=400))
def test_any_mail_is_read_or_says_why_not(raw: bytes) -> None:
    try:
        read_mail(
            b"From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n"
            + raw
        )
    except NoArticleError as error:
        assert str(error)
