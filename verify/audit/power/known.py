"""All the wrong maps written by hand."""

from verify.audit.power.arrays import ARRAYS
from verify.audit.power.numbers import NUMBERS
from verify.audit.power.peer_arrays import PEER_ARRAYS
from verify.audit.power.peer_numbers import PEER_NUMBERS
from verify.audit.power.sets import SETS
from verify.audit.power.slips import SLIPS

KNOWN = [*SLIPS, *NUMBERS, *ARRAYS, *SETS, *PEER_NUMBERS, *PEER_ARRAYS]
