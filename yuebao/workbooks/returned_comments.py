"""Comments put on cells and taken off again; what the clerk wrote in them stays."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from yuebao.workbooks.returned_boxes import (
    EMPTY_DRAWING,
    VML_TYPE,
    is_bare,
    with_boxes,
    without_box,
)
from yuebao.workbooks.returned_package import (
    MAIN,
    RELATION,
    Element,
    Package,
    inert,
    place_child,
    tag,
)
from yuebao.workbooks.returned_places import SHEET_ORDER, place_of
from yuebao.workbooks.returned_words import AUTHOR, COMMENT_OPENS, COMMENT_RULE

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def add_comments(package: Package, sheet: str, texts: Mapping[str, str]) -> None:
    """Put texts on cells (by address); on a cell that has a comment, below what it says."""
    if not texts:
        return
    comments = package.tree(_comments_part(package, sheet))
    author, listed = _author(comments), comments.find(tag("commentList"))
    known = {comment.get("ref"): comment for comment in listed}
    fresh: dict[str, str] = {}
    for address, text in texts.items():
        if address in known:
            _append(known[address].find(tag("text")), f"\n{COMMENT_RULE}\n{text}")
            continue
        comment = etree.SubElement(listed, tag("comment"), ref=address, authorId=str(author))
        _append(etree.SubElement(comment, tag("text")), text)
        fresh[address] = text
    listed[:] = sorted(listed, key=lambda comment: place_of(comment.get("ref")) or (0, 0))
    drawing = _drawing_part(package, sheet)
    package.put(drawing, with_boxes(package.text(drawing), fresh))


def strip_comments(package: Package, sheet: str) -> None:
    """Take off what ``add_comments`` wrote, wherever copies of it lie; the clerk's words stay."""
    for relation, part in package.related(sheet, "comments").items():
        listed = package.tree(part).find(tag("commentList"))
        bare = [c for c in (() if listed is None else tuple(listed)) if _cut(c.find(tag("text")))]
        for comment in bare:
            _erase_box(package, sheet, comment.get("ref"))
            listed.remove(comment)
        if bare and not len(listed):
            package.unrelate(sheet, relation)
            package.remove(part)
            _drop_bare_drawing(package, sheet)


def _append(text: Element, words: str) -> None:
    """A run at the end of a comment's text; bare text becomes the first run."""
    bare = text.find(tag("t"))
    if bare is not None:
        text.remove(bare)
        etree.SubElement(text, tag("r")).append(bare)
    run = etree.SubElement(etree.SubElement(text, tag("r")), tag("t"))
    run.set(_SPACE, "preserve")
    run.text = inert(words)


def _cut(text: Element) -> bool:
    """Cut our words off; whether nothing else was said."""
    if text is None:
        return False
    pieces = list(text.iter(tag("t")))
    whole = "".join(piece.text or "" for piece in pieces)
    at = whole.find(COMMENT_OPENS)
    if at < 0:
        return False
    own = whole[:at].rstrip().removesuffix(COMMENT_RULE)
    kept = len(own.removesuffix("\n"))
    for piece in pieces:
        said = piece.text or ""
        piece.text, kept = said[:kept], max(kept - len(said), 0)
        run = piece.getparent()
        if said and not piece.text and run.tag == tag("r"):
            run.getparent().remove(run)
    return not own.strip()


def _author(comments: Element) -> int:
    authors = comments.find(tag("authors"))
    for at, author in enumerate(authors):
        if author.text == AUTHOR:
            return at
    etree.SubElement(authors, tag("author")).text = AUTHOR
    return len(authors) - 1


def _comments_part(package: Package, sheet: str) -> str:
    known = next(iter(package.related(sheet, "comments").values()), "")
    if known:
        return known
    part = package.free_name("xl/comments{}.xml")
    package.put(part, f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>')
    package.declare(part, _COMMENTS_TYPE)
    package.relate(sheet, "comments", part)
    return part


def _drawing_part(package: Package, sheet: str) -> str:
    root = package.tree(sheet)
    drawings = package.related(sheet, "vmlDrawing")
    legacy = root.find(tag("legacyDrawing"))
    if legacy is not None and legacy.get(f"{{{RELATION}}}id") in drawings:
        return drawings[legacy.get(f"{{{RELATION}}}id")]
    part = package.free_name("xl/drawings/vmlDrawing{}.vml")
    package.put(part, EMPTY_DRAWING)
    package.declare_extension("vml", VML_TYPE)
    legacy = etree.Element(tag("legacyDrawing"))
    legacy.set(f"{{{RELATION}}}id", package.relate(sheet, "vmlDrawing", part))
    place_child(root, legacy, SHEET_ORDER)
    return part


def _erase_box(package: Package, sheet: str, address: str) -> None:
    for part in package.related(sheet, "vmlDrawing").values():
        drawn = package.text(part)
        left = without_box(drawn, address)
        if left != drawn:
            package.put(part, left)


def _drop_bare_drawing(package: Package, sheet: str) -> None:
    legacy = package.tree(sheet).find(tag("legacyDrawing"))
    if legacy is None:
        return
    relation = legacy.get(f"{{{RELATION}}}id")
    part = package.related(sheet, "vmlDrawing").get(relation, "")
    if part and is_bare(package.text(part)):
        package.unrelate(sheet, relation)
        package.remove(part)
        legacy.getparent().remove(legacy)
