"""Protects the natural captions and their untrue versions: what is swapped, that it is untrue, and the table."""

import json
import re
from collections import Counter

from benchmark.metrics.listener import HEARING
from benchmark.validation.captions import (
    CAPTIONS,
    MEASURING,
    SCENES,
    CaptionVerdict,
    NaturalCaption,
    UntrueCaption,
    caption_verdicts,
    clear_captions,
    natural_captions,
    untrue_captions,
)
from benchmark.validation.minimal_pairs import KINDS, swaps
from benchmark.validation.styles import (
    belief_table,
    checked_table,
    hear_styles,
    outcomes_table,
    readers_table,
    untold_table,
    untrue_table,
)
from dataset.listener import World, WorldRegion

BOX = {"y": 0.5, "top": 0.4, "bottom": 0.6, "area": 0.04}


def thing(name, category, x, color, **fields):
    box = {"x": x, "left": x - 0.1, "right": x + 0.1, **BOX}
    return WorldRegion(name, None, category, "object", **box, attributes={"color": color}, **fields)


WORLD = World((thing("1", "car", 0.2, "red"), thing("2", "car", 0.8, "blue"), thing("3", "bench", 0.5, "green")))


def test_swaps_are_untrue_of_the_picture():
    """A new colour is none that a thing of that noun has; a new owner is not in the picture."""
    made = {
        swap.kind: swap
        for seed in "abcdefgh"
        for swap in swaps("the red car to the left of the green bench", WORLD, seed)
    }
    assert set(made) <= set(KINDS)
    assert made["side"].caption == "the red car to the right of the green bench"
    assert made["color"].new not in {"red", "blue", "green"}
    assert made["owner"].old in ("car", "bench")
    assert made["owner"].new not in ("car", "bench")


def test_a_number_that_is_true_of_the_region_makes_no_pair():
    """Protects: of three legs a writer who sees two counts two, and "three" is not untrue."""
    legs = [thing(name, "leg", x, "red") for name, x in (("4", 0.2), ("5", 0.5), ("6", 0.8))]
    members = thing("7", "leg", 0.5, "red", members=("4", "5", "6"), count=3, plural="legs")
    world = World((*legs, members))
    assert [swap.new for swap in swaps("the two red legs", world, "seed") if swap.kind == "count"] == ["three"]
    assert "count" not in {swap.kind for swap in swaps("the two red legs", world, "seed", target="7")}
    assert "count" in {swap.kind for swap in swaps("the red legs. two are bent", world, "seed", target="7")}


def test_what_may_hold_all_the_same_makes_no_pair():
    """Protects: teal windows are blue to many, ground is on all sides, and no other pot is of most colours."""
    ground = WorldRegion("8", None, "lawn", "background", x=0.5, left=0.0, right=1.0, **BOX)
    world = World((*WORLD.regions, thing("9", "window", 0.5, "teal"), ground))

    def news(caption, kind, target=""):
        made = (swap for k in range(60) for swap in swaps(caption, world, f"seed {k}", target=target))
        return {swap.new for swap in made if swap.kind == kind}

    assert {"purple", "orange"} < news("the teal window", "color")
    assert "blue" not in news("the teal window", "color")
    assert news("the yellow-gold bench", "color") == news("no other car is red", "color") == set()
    assert (
        news("the strip behind the car", "relation", "8") == set() < news("the strip behind the car", "relation", "3")
    )


def test_the_same_seed_makes_the_same_pairs():
    caption = "The two red cars behind the green bench on the left."
    assert swaps(caption, WORLD, "seed") == swaps(caption, WORLD, "seed")
    assert {swap.kind for swap in swaps(caption, WORLD, "seed")} >= {"color", "side", "count", "relation"}


def test_table():
    """Every style and half has a row; true captions are heard, untrue ones are not believed."""
    rows = [NaturalCaption("scenes/s/1", "terse", "build", "the red car on the left")]
    results = hear_styles(rows, {"s": WORLD})
    result = results["terse", "build", "first"]
    assert (result.outcomes["correct"], result.captions, result.read) == (1, 1, 1.0)
    assert result.pairs.total() >= 2
    assert result.believed.total() == 0
    assert "| first | build | terse | 1 | 100.0 |" in outcomes_table(results)


def test_what_measures_is_also_shown_together():
    """Protects: the rows of all measuring collections, and the table of what readers take captions to mean."""
    rows = [
        NaturalCaption("s/1", "terse", MEASURING, "the red car on the left", "fourth"),
        NaturalCaption("s/2", "terse", MEASURING, "the car", "seventh"),
        NaturalCaption("s/3", "terse", "build", "the bench"),
    ]
    results = hear_styles(rows, {"s": WORLD})
    assert "| all | measure | terse | 2 | 50.0 | 50.0 |" in outcomes_table(results)
    assert belief_table(results).splitlines()[-1].startswith("| all | measure | terse |")
    assert re.search(r"\| 0\.0 of [1-9]\d* \|$", belief_table(results))
    assert "| color | 1 | 100.0 |" in checked_table(rows, {"s": WORLD})
    verdicts = [
        CaptionVerdict("s/1", "terse", "reader 1", 3, "s/1", ("s/1",), ""),
        CaptionVerdict("s/1", "terse", "reader 2", 3, "s/1", ("s/1",), ""),
        CaptionVerdict("s/2", "terse", "reader 1", 3, "s/2", ("s/2", "s/1"), ""),
        CaptionVerdict("s/2", "terse", "reader 2", 3, "s/1", ("s/1",), ""),
    ]
    assert "| terse | 4 | 75.0 | 50.0 | 1 | 100.0 | 0.0 |" in readers_table(rows, verdicts, {"s": WORLD})


def test_what_the_rule_of_turned_captions_costs_is_shown():
    """Protects: a caption refused for sides that nothing tells is correct without the rule, and so are its pairs."""
    rows = [
        NaturalCaption("s/1", "detailed", MEASURING, "The red car. Its shine bends to the left.", "seventh"),
        NaturalCaption("s/2", "detailed", MEASURING, "The blue car. It is a car.", "seventh"),
    ]
    results = hear_styles(rows, {"s": WORLD})
    assert (
        results["detailed", MEASURING, "seventh"].untold,
        results["detailed", MEASURING, "seventh"].untold_pairs,
    ) == (1, 1)
    assert "| all | measure | detailed | 2 | 100.0 | 50.0 |" in untold_table(results)


def test_the_captions_are_shipped():
    """Thirteen collections of three styles, whole scenes in each half; only the seventh and the tenth measure."""
    rows = natural_captions()
    sizes = {
        "first": 900,
        "second": 1125,
        "third": 750,
        "fourth": 750,
        "fifth": 1500,
        "sixth": 1120,
        "seventh": 750,
        "eighth": 1000,
        "ninth": 840,
        "tenth": 750,
        "eleventh": 1000,
        "twelfth": 560,
        "thirteenth": 599,
    }
    assert Counter(row.collection for row in rows) == sizes
    assert {row.style for row in rows} == {"terse", "annotator", "detailed"}
    halves = {
        half: {row.region_id.rpartition("/")[0] for row in rows if row.half == half}
        for half in ("build", "opened", "measure")
    }
    assert not halves["measure"] & (halves["build"] | halves["opened"])
    assert {row.collection for row in rows if row.half == "measure"} == {"seventh", "tenth"}


def test_the_scenes_that_are_loaded_hold_every_caption():
    """Protects: `validate-metrics --styles` and the table of styles find the scene of each natural caption."""
    numbers = [int(row.region_id.rpartition("/")[0].rpartition("-")[2]) for row in natural_captions()]
    assert max(numbers) < SCENES
    assert {row.half for row in natural_captions()} > {MEASURING}


def test_untrue_versions_are_counted_by_style_and_detail():
    """Protects: the table of freely changed captions, and that each one shipped changes a caption of its half."""
    true = [NaturalCaption("s/1", "terse", MEASURING, "the red car on the left", "seventh")]
    untrue = [
        UntrueCaption("s/1", "terse", MEASURING, "the red car on the right", "side", "seventh"),
        UntrueCaption("s/1", "terse", MEASURING, "the red car, at the left", "place", "seventh"),
    ]
    made = untrue_table(untrue, true, {"s": WORLD})
    assert "| measure | terse | 2 | 50.0 | 50.0 | 50.0 |" in made
    assert "| measure | side | 1 | 0.0 | 0.0 | 0.0 |" in made
    texts = {(row.region_id, row.style, row.half): row.caption for row in natural_captions()}
    shipped = untrue_captions()
    assert Counter((row.collection, row.half) for row in shipped) == {
        ("seventh", MEASURING): 750,
        ("eighth", "build"): 1000,
        ("tenth", MEASURING): 750,
        ("thirteenth", "build"): 599,
    }
    assert all(texts[row.region_id, row.style, row.half] != row.caption for row in shipped)


def test_what_is_said_of_the_listener_is_what_was_measured(repository):
    """Protects: the sentence beside the score on boards and in reports has the numbers of the results page."""
    page = (repository / "docs" / "results" / "listener.md").read_text(encoding="utf-8")
    page = page.partition("<!-- made: outcomes -->")[2]
    rows = re.findall(r"^\| all \| measure \| (\w+) \| \d+ \| ([\d.]+) ", page, re.MULTILINE)
    shares = {style: f"{round(float(share))}%" for style, share in rows}
    assert re.findall(r"\d+%", HEARING) == [shares[style] for style in ("terse", "annotator", "detailed")]


def test_readers_accept_the_captions_and_refuse_the_pairs():
    """Protects what README says of the measure itself: verdicts are of its captions, and their numbers are these."""
    texts = {(row.region_id, row.style): row.caption for row in natural_captions()}
    measuring = {(row.region_id, row.style) for row in natural_captions() if row.half == MEASURING}
    verdicts = caption_verdicts()
    assert {(row.region_id, row.style) for row in verdicts} > measuring
    assert sum(row.pick == row.region_id for row in verdicts) == 4498
    assert len(clear_captions(verdicts)) == 2223
    pairs = [json.loads(line) for line in (CAPTIONS.parent / "pair_verdicts.jsonl").open(encoding="utf-8")]
    written = {(row["region_id"], row["style"]): row["caption"] for row in pairs if row["made"] == "as written"}
    assert all(texts[key] == caption for key, caption in written.items())
    changed = {(row.region_id, row.style): row.caption for row in untrue_captions()}
    freely = [row for row in pairs if row["made"] == "changed"]
    assert all(changed[row["region_id"], row["style"]] == row["caption"] for row in freely)
    counts = Counter((row["made"], row["believed"], row["verdict"]) for row in pairs)
    assert counts["as written", False, "true"] == 770
    assert (counts["swapped", False, "untrue"], counts["swapped", True, "untrue"]) == (3415, 178)
    assert sum(row["made"] == "swapped" and (row["region_id"], row["style"]) in measuring for row in pairs) == 3341
    assert (counts["changed", False, "untrue"], counts["changed", True, "untrue"]) == (160, 207)
