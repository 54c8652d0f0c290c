// Vectors of 16 numbers, which GCC and Clang turn into the widest instructions of the processor they compile for.

#pragma once

#include <cstdint>
#include <cstring>

constexpr int LANES = 16;

typedef float Floats __attribute__((vector_size(4 * LANES)));
typedef int32_t Ints __attribute__((vector_size(4 * LANES)));

template <class Vector>
inline Vector load(const void* from) {
    Vector vector;
    std::memcpy(&vector, from, sizeof vector);
    return vector;
}

inline void store(float* to, Floats vector) { std::memcpy(to, &vector, sizeof vector); }

inline Floats splat(float number) { return Floats{} + number; }

template <class To, class From>
inline To bits(From from) {
    static_assert(sizeof(To) == sizeof(From));
    To to;
    std::memcpy(&to, &from, sizeof to);
    return to;
}

// e^x to 2 units in the last place; the polynomial of Cephes (Moshier 1989).
inline Floats exponential(Floats x) {
    x = x < -87.0f ? splat(-87.0f) : x > 88.0f ? splat(88.0f) : x;
    const Floats shifted = x * 1.44269504f + 12582912.0f;  // 1.5 x 2^23 rounds to whole numbers
    const Floats whole = shifted - 12582912.0f;
    const Floats rest = x - whole * 0.693359375f + whole * 2.12194440e-4f;
    Floats sum = rest * 1.9875691500e-4f + 1.3981999507e-3f;
    sum = sum * rest + 8.3334519073e-3f;
    sum = sum * rest + 4.1665795894e-2f;
    sum = sum * rest + 1.6666665459e-1f;
    sum = sum * rest + 5.0000001201e-1f;
    sum = sum * rest * rest + rest + 1.0f;
    return sum * bits<Floats>((__builtin_convertvector(whole, Ints) + 127) << 23);
}

inline Floats silu(Floats x) { return x / (1.0f + exponential(-x)); }

// The exact GELU, by an approximation of erf with an error of 1.5e-7 (Abramowitz and Stegun 1964, 7.1.26).
inline Floats gelu(Floats x) {
    const Floats scaled = (x < 0.0f ? -x : x) * 0.70710678f;
    const Floats t = 1.0f / (1.0f + scaled * 0.3275911f);
    Floats sum = t * 1.061405429f - 1.453152027f;
    sum = sum * t + 1.421413741f;
    sum = sum * t - 0.284496736f;
    sum = (sum * t + 0.254829592f) * t;
    const Floats erf = 1.0f - sum * exponential(-scaled * scaled);
    return 0.5f * x * (1.0f + (x < 0.0f ? -erf : erf));
}
