"""All the wrong maps written by hand."""

from verify.audit.power.arrays import ARRAYS
from verify.audit.power.numbers import NUMBERS
from verify.audit.power.peers import PEERS
from verify.audit.power.slips import SLIPS

KNOWN = [*SLIPS, *NUMBERS, *ARRAYS, *PEERS]
