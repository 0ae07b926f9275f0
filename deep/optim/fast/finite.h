/* Whether all numbers of many arrays are finite: no exponent has all bits set. */
#include <stdint.h>

enum { PIECE = 65536 };

#define SCAN(type, mask)                                                              \
    {                                                                                 \
        const type *x = (const type *)pointers[t] + from;                             \
        int bad = 0;                                                                  \
        _Pragma("omp simd reduction(| : bad)")                                        \
        for (int64_t j = 0; j < length; j++) bad |= (x[j] & (type)(mask)) == (mask);  \
        found |= bad;                                                                 \
    }

int nonfinite(int64_t arrays, void *const *pointers, const int64_t *counts, const int *kinds, int threads) {
    int found = 0;
    for (int64_t t = 0; t < arrays; t++) {
        const int64_t pieces = (counts[t] + PIECE - 1) / PIECE;
#pragma omp parallel for reduction(| : found) num_threads(threads) if (threads > 1 && pieces > 1)
        for (int64_t piece = 0; piece < pieces; piece++) {
            const int64_t from = piece * PIECE, length = from + PIECE < counts[t] ? PIECE : counts[t] - from;
            if (kinds[t] == 2) SCAN(uint16_t, 0x7f80u)
            else if (kinds[t] == 4) SCAN(uint32_t, 0x7f800000u)
            else SCAN(uint64_t, 0x7ff0000000000000ull)
        }
    }
    return found;
}
