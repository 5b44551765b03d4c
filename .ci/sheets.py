"""Compares workbooks, read from their XML, with what an office program has made of each of their sheets as CSV."""

import csv
import pathlib
import posixpath
import re
import sys
import zipfile
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
csv.field_size_limit(1 << 24)


def parts(book):
    """Every part is XML where it says so, is named by the content types, and every link leads to one that is there."""
    names = set(book.namelist())
    assert len(names) == len(book.namelist()), "a part stands twice"
    assert book.testzip() is None
    types = ElementTree.fromstring(book.read("[Content_Types].xml"))
    known = {t.get("PartName") or "." + t.get("Extension") for t in types}
    for name in names:
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(book.read(name))
        kind = "." + name.rsplit(".", 1)[-1]
        assert name == "[Content_Types].xml" or "/" + name in known or kind in known, f"{name} has no type"
        if name.endswith(".rels"):
            base = posixpath.dirname(posixpath.dirname(name))
            for link in ElementTree.fromstring(book.read(name)):
                if link.get("TargetMode") != "External":
                    target = link.get("Target")
                    target = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(base, target))
                    assert target in names, f"{name} leads to {target}, which is not there"


def text(node):
    if node is None:
        return ""
    return "".join(t.text or "" for t in node.iter(MAIN + "t"))


def sheets(book):
    """The texts and numbers of each sheet, by row and column."""
    shared = []
    if "xl/sharedStrings.xml" in book.namelist():
        shared = [text(s) for s in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
    links = {r.get("Id"): r.get("Target") for r in ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))}
    for sheet in ElementTree.fromstring(book.read("xl/workbook.xml")).find(MAIN + "sheets"):
        target = links[sheet.get(REL + "id")]
        path = target.lstrip("/") if target.startswith("/") else "xl/" + target
        cells = {}
        for cell in ElementTree.fromstring(book.read(path)).iter(MAIN + "c"):
            assert cell.find(MAIN + "f") is None, f"{cell.get('r')} is a formula"
            value, kind = cell.find(MAIN + "v"), cell.get("t")
            if kind == "s":
                said = shared[int(value.text)]
            elif kind == "inlineStr":
                said = text(cell)
            else:
                said = value.text if value is not None else ""
            if said:
                letters, row = re.fullmatch(r"([A-Z]+)(\d+)", cell.get("r")).groups()
                column = 0
                for letter in letters:
                    column = column * 26 + ord(letter) - 64
                cells[int(row), column] = (said, kind in ("s", "inlineStr", "str"))
        yield sheet.get("name"), cells


def same(ours, is_text, theirs):
    if is_text:
        # Excel writes characters that XML cannot hold as _x000D_; line ends are those of the office program.
        plain = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), ours)
        return " ".join(plain.split()) == " ".join(theirs.split())
    # Numbers are shown as their format asks: dates, signs, percent. That something is shown is what matters, and for plain
    # numbers that it is the same.
    try:
        return float(ours) == float(theirs)
    except ValueError:
        return theirs != ""


def main(books, made):
    compared = 0
    for path in sorted(pathlib.Path(books).glob("*.xlsx")):
        with zipfile.ZipFile(path) as book:
            parts(book)
            all_sheets = list(sheets(book))
        assert all_sheets, path.name
        for name, cells in all_sheets:
            file = pathlib.Path(made) / f"{path.stem}-{name}.csv"
            assert file.exists(), f"{path.name}: LibreOffice shows no sheet {name}"
            with open(file, encoding="utf-8-sig", newline="") as rows:
                shown = list(csv.reader(rows))
            for (row, column), (said, is_text) in cells.items():
                theirs = shown[row - 1][column - 1] if row <= len(shown) and column <= len(shown[row - 1]) else ""
                assert same(said, is_text, theirs), f"{path.name} {name} R{row}C{column}: {said!r} became {theirs!r}"
                compared += 1
        print(f"{path.name}: {', '.join(f'{n} ({len(c)})' for n, c in all_sheets)}")
    assert compared
    print(f"{compared} cells as they were written")


main(*sys.argv[1:])
