"""What the power runs found, as a page in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from verify.audit.power.run import Outcome
from verify.report.numbers import count

HEAD = """# Power of check_prox

How many wrong prox maps does `check_prox` find wrong, and does it ever call a right one wrong? Written by
`{command}`.

"""
WRONG = """## Wrong maps

The known ones are classical slips, and the maps that the audit found wrong in other libraries, written anew
(`verify/audit/power`). The mutants are our own right maps with one mistake put into their source, drawn by seed {seed}: the
operators and the drawing are those of `proxproof power`. Each is checked beside the right value with the default settings and
round parameters.

{summary}.

"""
RIGHT = """## Right maps

Ours, and the maps of other libraries that the audit found right, each with {seeds}: {versions}. Every finding is a false alarm.

{summary}.

"""

LIMITS = """
## What it does not find

- Which minimiser is returned at a tie: the value does not say.
- Last digits. A point is called wrong when another is better beyond what inputs changed by a relative 1e-9 explain (in float32
  4e-6).
- A mistake in a vanishing share of the inputs. One mutant above is such a mistake, set aside by a count: it changes about one
  result in 100,000.
- A mistake at a few entries of a large array: of more than 40 entries the search moves 40, drawn for each input. Soft
  thresholding with a larger threshold at one of 2,000 entries was called right. Check a map at a small shape too, where the
  search is thorough, and takes a second where 10,000 entries take ten.
- A point that a map onto few points never returns. Its results, negated and in reverse order, are tried against each other; a
  level that is none of these is not found.
- What the parameters hide. With a = 1 alone the factor a can be forgotten unseen; give each parameter two values
  that are not 1.
"""


def page(wrong: Sequence[Outcome], right: Sequence[Outcome], *, command: str, seed: int, versions: Mapping[str, str]) -> str:
    """The whole page; a part without outcomes is left out."""
    parts = [HEAD.format(command=command)]
    if wrong:
        parts += [WRONG.format(seed=seed, summary=summary_of_wrong(wrong)), _wrong_table(wrong)]
    if right:
        named = ", ".join(f"{name} {number}" for name, number in versions.items())
        seeds = count(len({outcome.mistake for outcome in right}), "seed")
        parts += [RIGHT.format(seeds=seeds, versions=named, summary=summary_of_right(right)), _right_table(right)]
    return "".join([*parts, LIMITS])


def summary_of_wrong(wrong: Sequence[Outcome]) -> str:
    counted = [outcome for outcome in wrong if not outcome.reason]
    found = sum(bool(outcome.found) for outcome in counted)
    argued = len(wrong) - len(counted)
    rest = f"; {count(argued, 'mutant')} more set aside, each with its reason" if argued else ""
    return f"{found} of {count(len(counted), 'wrong map')} found wrong{rest}"


def summary_of_right(right: Sequence[Outcome]) -> str:
    alarms = sum(bool(outcome.found) for outcome in right)
    maps = len({outcome.name for outcome in right})
    return f"{count(alarms, 'false alarm')} in {count(len(right), 'check')} of {count(maps, 'right map')}"


def _wrong_table(wrong: Sequence[Outcome]) -> str:
    lines = ["| map | mistake | found | s |", "|---|---|---|---|"]
    for outcome in wrong:
        found = ", ".join(outcome.found) or (f"no mistake: {outcome.reason}" if outcome.reason else "**NOT FOUND**")
        lines.append(f"| {_cell(outcome.name)} | {_cell(outcome.mistake)} | {found} | {outcome.seconds:.1f} |")
    return "\n".join(lines) + "\n\n"


def _right_table(right: Sequence[Outcome]) -> str:
    lines = ["| map | checks | false alarms | median s |", "|---|---|---|---|"]
    for name in dict.fromkeys(outcome.name for outcome in right):
        mine = [outcome for outcome in right if outcome.name == name]
        middle = sorted(outcome.seconds for outcome in mine)[len(mine) // 2]
        lines.append(f"| {_cell(name)} | {len(mine)} | {sum(bool(outcome.found) for outcome in mine)} | {middle:.1f} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
