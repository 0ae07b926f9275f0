/* All tensors of a step: cut into blocks of whole groups, shared among threads. */

static _Thread_local char *scratch;
static _Thread_local size_t scratch_bytes;

static char *scratch_of(size_t bytes) { /* kept from step to step, so that its pages are there */
    if (bytes > scratch_bytes) {
        free(scratch);
        scratch = aligned_alloc(64, bytes);
        scratch_bytes = scratch ? bytes : 0;
    }
    return scratch;
}

enum { ALIGNED = 64 / sizeof(float) };
INLINE int64_t length_of(const int64_t *shape) { return BY_GROUP ? shape[1] : shape[0] * shape[1] * shape[2]; }

/* How many groups (or entries, where there are none) a block has: of many, a number that fills lines of the cache. Bundles of
   columns are read at the speed of memory where all columns are taken at once; else they are narrow enough for the cache. */
INLINE int64_t block_of(const int64_t *shape, int64_t total, int threads) {
    const int64_t columns = BY_GROUP ? shape[0] * shape[2] : 1, entries = columns * length_of(shape);
    const int64_t whole = 4194304, most = !BY_GROUP || shape[0] == 1 ? (shape[2] < SHORT ? BLOCK / 64 : BLOCK)
        : PASSES == 2 && entries <= whole && (threads == 1 || 2 * threads * entries <= total) ? whole : 4 * BLOCK;
    const int64_t size = columns && most > columns ? most / columns : 1;
    return size > ALIGNED ? size - size % ALIGNED : size;
}

int step(int64_t tensors, void *const *pointers, const int64_t *shapes, const double *setting, const double *weights,
         double *sums, int threads) {
    int64_t *start = calloc(tensors + 1, sizeof(int64_t));
    double *scalars = malloc((tensors * SCALARS + 1) * sizeof(double));
    size_t bytes = 64;
    int64_t total = 0;
    for (int64_t t = 0; t < tensors; t++) total += shapes[3 * t] * shapes[3 * t + 1] * shapes[3 * t + 2];
    for (int64_t t = 0; start && scalars && t < tensors; t++) {
        const int64_t *shape = shapes + 3 * t, length = length_of(shape), size = block_of(shape, total, threads);
        const int64_t here = size < length ? size : length, columns = BY_GROUP ? here * shape[2] : here;
        const size_t entries = BY_GROUP ? (shape[0] > 1 || shape[2] < SHORT ? shape[0] * columns : shape[2]) : columns;
        const size_t need = KEPT * (entries * sizeof(real) + 64) + PER_GROUP * (columns * sizeof(double) + 64) + 64;
        bytes = need > bytes ? need : bytes;
        start[t + 1] = start[t] + (length + size - 1) / size;
        for (int s = 0; s < SCALARS; s++) scalars[t * SCALARS + s] = *(double *)pointers[t * (ARRAYS + SCALARS) + ARRAYS + s];
    }
    const int64_t items = start && scalars ? start[tensors] : 0;
    double *partial = calloc(items * SUMS + 1, sizeof(double));
    int failed = !start || !scalars || !partial;
    bytes = (bytes + 63) / 64 * 64;
#pragma omp parallel num_threads(threads) if (threads > 1 && items > 1)
    {
        char *own = failed ? NULL : scratch_of(bytes);
#pragma omp for schedule(dynamic)
        for (int64_t item = 0; item < items; item++) {
            if (!own) {
                failed = 1;
                continue;
            }
            int64_t t = 0, above = tensors;
            while (above - t > 1) {
                const int64_t middle = (t + above) / 2;
                if (start[middle] <= item) t = middle; else above = middle;
            }
            const int64_t *shape = shapes + 3 * t, size = block_of(shape, total, threads), first = (item - start[t]) * size;
            const int64_t length = length_of(shape), end = first + size < length ? first + size : length;
            block(pointers + t * (ARRAYS + SCALARS), scalars + t * SCALARS, setting, weights[t], shape[0], shape[1], shape[2],
                  first, end, own, partial + item * SUMS);
        }
    }
    for (int64_t t = 0; !failed && t < tensors; t++)
        finish(pointers + t * (ARRAYS + SCALARS), scalars + t * SCALARS, setting, weights[t]);
    for (int64_t item = 0; item < items; item++)
        for (int s = 0; s < SUMS; s++) sums[s] += partial[item * SUMS + s];
    free(start);
    free(scalars);
    free(partial);
    return failed;
}
