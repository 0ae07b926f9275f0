/* What the generated C uses: operations of verify/arrays in `real`, float or double as defined on the command line. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#if REAL_IS_FLOAT
#define ABS fabsf
#define SQRT sqrtf
#define COPYSIGN copysignf
#define POW powf
#define SIN sinf
#define COS cosf
#define ATAN2 atan2f
#define FMA fmaf
#else
#define ABS fabs
#define SQRT sqrt
#define COPYSIGN copysign
#define POW pow
#define SIN sin
#define COS cos
#define ATAN2 atan2
#define FMA fma
#endif

/* Rows of a narrow block are short pieces far apart, which the processor does not foresee. */
enum { AHEAD = 4 };
#define FETCH(from, count) for (int64_t j = 0; j < (count); j += 64 / sizeof *(from)) __builtin_prefetch((from) + j)

#define INLINE static inline __attribute__((always_inline))

INLINE char *take(char **from, size_t bytes) {
    char *taken = *from;
    *from += (bytes + 63) / 64 * 64;
    return taken;
}
#define TAKE(type, count) (type *)take(&free_from, (size_t)(count) * sizeof(type))

/* In line: memset takes its time over a few kilobytes. */
INLINE void zero(double *restrict x, int64_t count) {
    for (int64_t j = 0; j < count; j++) x[j] = 0;
}

/* Columns and groups share an array: sums of columns become sums of groups, and numbers a group go to all its columns. */
enum { SHORT = 32 };
INLINE void fold_by(double *restrict x, int64_t groups, int64_t B) {
    for (int64_t g = 0; g < groups; g++) {
        double total = 0;
        for (int64_t b = 0; b < B; b++) total += x[g * B + b];
        x[g] = total;
    }
}
INLINE void spread_by(real *restrict x, int64_t groups, int64_t B) {
    for (int64_t g = groups - 1; g >= 0; g--) {
        const real own = x[g];
        for (int64_t b = B - 1; b >= 0; b--) x[g * B + b] = own;
    }
}
#define BY_LENGTH(work) B == 1 ? (void)0 : B == 8 ? work(x, groups, 8) : B == 9 ? work(x, groups, 9) : work(x, groups, B)
static void fold(double *x, int64_t groups, int64_t B) { BY_LENGTH(fold_by); }
static void spread(real *x, int64_t groups, int64_t B) { BY_LENGTH(spread_by); }

INLINE double larger_double(double a, double b) { return (a > b || a != a) ? a : b; }
INLINE double smaller_double(double a, double b) { return (a < b || a != a) ? a : b; }
INLINE real larger(real a, real b) { return (a > b || a != a) ? a : b; }   /* NaN wins */
INLINE real smaller(real a, real b) { return (a < b || a != a) ? a : b; }
INLINE real sign_of(real x) { return x != x ? x : (real)((x > 0) - (x < 0)); }

/* From the sums of the squares of x, 2^-600 x and 2^600 x: at least one is within the range where none of weight was lost. */
INLINE double norm(double sum, double scaled_down, double scaled_up) {
    if (sum > 1e-280 && sum < 1e300) return sqrt(sum);
    return sum >= 1 ? sqrt(scaled_down) * 0x1p600 : sqrt(scaled_up) * 0x1p-600;
}

/* Whether a group has a sum of squares that `norm` cannot take as it is. */
static int out_of_range(const double *x, int64_t groups) {
    int found = 0;
#pragma omp simd reduction(| : found)
    for (int64_t g = 0; g < groups; g++) found |= !((x[g] > 1e-280) & (x[g] < 1e300));
    return found;
}

INLINE double subtract_product_double(double a, double b, double c) {
    double high = b * c, low = fma(b, c, -high);
    return (a - high) - (low - low == 0 ? low : 0);
}

/* a - b c with (almost) one rounding: the rest of the product is exact by one fused operation. */
INLINE real subtract_product(real a, double b, double c) {
    double product = b * c, rest = fma(b, c, -product);
    real high = (real)product, low = (real)((product - (double)high) + rest);
    return (a - high) - (low - low == 0 ? low : 0);
}

/* The same where b is an entry and c = high + low a number of the tensor, without leaving `real`. */
INLINE real subtract_scaled(real a, real b, real high, real low) {
    real product = b * high, rest = FMA(b, high, -product) + b * low;
    return (a - product) - (rest - rest == 0 ? rest : 0);
}

/* x/n for the number n of a tensor, by its reciprocal and the remainder: rounded as a division is (Markstein), and faster. */
INLINE real divided(real x, real n, real reciprocal) {
    real quotient = x * reciprocal, exact = FMA(FMA(-quotient, n, x), reciprocal, quotient);
    return exact - exact == 0 ? exact : quotient;
}

#if REAL_IS_FLOAT
typedef int32_t bits;
enum { CUBE_STEPS = 2 };
static const real CUBE_START = 0x54a21d2ap0f;
static const real TINY = 0x1p-100f, UP = 0x1p48f, DOWN = 0x1p-16f;
/* cos(2/3 arccos u) for 0 <= u <= 1, to 6e-10; for float64 to 7e-19 */
#define COS_THIRD(u) \
    FMA(u, FMA(u, FMA(u, FMA(u, FMA(u, FMA(u, FMA(u, FMA(u, FMA(u, (real)0.000356832576803124426, \
    (real)-0.00224476667621225193), (real)0.00671727304294784792), (real)-0.0133677686645934393), \
    (real)0.0214679646804534075), (real)-0.0325814709883172273), (real)0.0534091939003178848), \
    (real)-0.111107417671480113), (real)0.577350159554887325), (real)0.500000000545924748)
#else
typedef int64_t bits;
enum { CUBE_STEPS = 3 };
static const real CUBE_START = 0x553ef0ff289dd796p0;
static const real TINY = 0x1p-900, UP = 0x1p150, DOWN = 0x1p-50;
#define COS_THIRD(u) \
    FMA(u, FMA(u, FMA(u, FMA(u, FMA(u, FMA(u, FMA(u, FMA(u, FMA(u, FMA(u, FMA(u, FMA(u, FMA(u, FMA(u, FMA(u, \
    FMA(u, FMA(u, FMA(u, FMA(u, FMA(u, (real)-1.64781799896888801e-6, (real)0.0000191411689274275399), \
    (real)-0.000105727603998763616), (real)0.000371623327520960753), (real)-0.000941288201816090307), \
    (real)0.00185246158502267199), (real)-0.00299899947326831511), (real)0.00420114075054640782), \
    (real)-0.00534136196505571986), (real)0.006435181420948649), (real)-0.00760131098700448378), \
    (real)0.00900353816069283305), (real)-0.0108359419334097608), (real)0.0133697194186649751), \
    (real)-0.0170705282251025026), (real)0.0228682945812033873), (real)-0.0329218105375961718), \
    (real)0.0534583582531213816), (real)-0.111111111111023086), (real)0.577350269189625167), \
    (real)0.500000000000000001)
#endif

INLINE real cube_root(real x) { /* by 1/cbrt, whose steps of third order need no division, and one step on the root itself */
    real size = ABS(x), usual = size < TINY ? size * UP : size, r;
    bits i;
    memcpy(&i, &usual, sizeof i);
    i = (bits)(CUBE_START - (real)i * ((real)1 / 3));
    memcpy(&r, &i, sizeof r);
#pragma GCC unroll 4
    for (int k = 0; k < CUBE_STEPS; k++) {
        real rest = FMA(-usual * r, r * r, 1);
        r = FMA(r * rest, FMA(rest, (real)2 / 9, (real)1 / 3), r);
    }
    real y = usual * r * r;
    y = FMA(FMA(-y * y, y, usual) * ((real)1 / 3 * r), r, y);
    y = size < TINY ? y * DOWN : y;
    return COPYSIGN(size > 0 && size < INFINITY ? y : size, x);
}

INLINE real cos_third_inside(real v) { /* -1 <= v <= 1: a polynomial in u = cos(arccos(v)/2), smooth where the root is double */
    real u = SQRT((1 + (v < -1 ? -1 : v > 1 ? 1 : v)) / 2);
    return COS_THIRD(u);
}

INLINE real cos_third(real v) { /* the root c >= 1/2 of 4 c^3 - 3 c = v; beyond 1 by Cardano: (s + 1/s)/2 */
    real beyond = v > 1 ? v : 1, s = cube_root(beyond + SQRT(beyond - 1) * SQRT(beyond + 1));
    return v > 1 ? (s + 1 / s) / 2 : cos_third_inside(v);
}

INLINE float from_bfloat16(uint16_t x) {
    uint32_t i = (uint32_t)x << 16;
    float y;
    memcpy(&y, &i, sizeof y);
    return y;
}

INLINE uint16_t to_bfloat16(float x) { /* to nearest, ties to even */
    uint32_t i;
    memcpy(&i, &x, sizeof i);
    uint32_t rounded = (i + 0x7fff + ((i >> 16) & 1)) >> 16;
    return x != x ? 0x7fc0 : (uint16_t)rounded;
}
