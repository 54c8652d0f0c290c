// Products of a matrix and one vector, with weights in one of four formats.
//
// A matrix lies in tiles of 16 rows. A lane of a vector has 32 bits of a row: 1, 2, 4 or 8 neighboring columns, which
// shifts unpack. Every sum is of numbers in one order, whatever the number of threads. Columns come in groups of 32;
// what is missing is zero.

#pragma once

#include "vectors.hpp"

constexpr int GROUP = 32;
constexpr int VECTOR = 4 * LANES;  // bytes
constexpr int AHEAD = 4096;        // bytes from a load to the prefetch beside it: the hardware's own stop at a page

template <class Vector>
Vector stream(const uint8_t* from) {
    __builtin_prefetch(from + AHEAD);
    return load<Vector>(from);
}

// Each format adds the products of a tile's group of columns, which begins at `group`, and x to four sums.

struct Float32 {
    static constexpr int GROUP_BYTES = GROUP * VECTOR;
    static void add(const uint8_t* group, const float* x, Floats sums[4]) {
        for (int i = 0; i < GROUP; ++i) sums[i % 4] += stream<Floats>(group + i * VECTOR) * x[i];
    }
};

struct BFloat16 {
    static constexpr int GROUP_BYTES = GROUP / 2 * VECTOR;
    static void add(const uint8_t* group, const float* x, Floats sums[4]) {
        for (int i = 0; i < GROUP; i += 2) {
            const Ints words = stream<Ints>(group + i / 2 * VECTOR);
            sums[i % 4] += bits<Floats>(words << 16) * x[i];
            sums[i % 4 + 1] += bits<Floats>(words & ~0xffff) * x[i + 1];
        }
    }
};

// Whole numbers of BITS bits with a sign.
template <int BITS>
void add_numbers(const uint8_t* group, const float* x, Floats sums[4]) {
    constexpr int COLUMNS = 32 / BITS;
    for (int i = 0; i < GROUP / COLUMNS; ++i) {
        const Ints words = stream<Ints>(group + i * VECTOR);
        for (int column = 0; column < COLUMNS; ++column) {
            const Ints numbers = words << (32 - BITS * (column + 1)) >> (32 - BITS);
            sums[column % 4] += __builtin_convertvector(numbers, Floats) * x[i * COLUMNS + column];
        }
    }
}

// The scales of rows are multiplied by in the end.
struct Int8 {
    static constexpr int GROUP_BYTES = GROUP / 4 * VECTOR;
    static void add(const uint8_t* group, const float* x, Floats sums[4]) { add_numbers<8>(group, x, sums); }
};

// A vector of scales, one for each row of the group, lies before its weights.
struct Int4 {
    static constexpr int GROUP_BYTES = VECTOR + GROUP / 8 * VECTOR;
    static void add(const uint8_t* group, const float* x, Floats sums[4]) {
        Floats own[4] = {};
        add_numbers<4>(group + VECTOR, x, own);
        sums[0] += (own[0] + own[1] + own[2] + own[3]) * load<Floats>(group);
    }
};

struct Matrix {
    const uint8_t* weights;
    const float* scales;  // of rows, or null
    const float* bias;    // or null
    int rows, columns;

    int tiles() const { return (rows + LANES - 1) / LANES; }

    // Rows of one tile times x, which is padded with zeros to whole groups.
    template <class Format>
    Floats multiply(int tile, const float* x) const {
        const int groups = (columns + GROUP - 1) / GROUP;
        const uint8_t* group = weights + static_cast<long>(tile) * groups * Format::GROUP_BYTES;
        Floats sums[4] = {};
        for (int i = 0; i < groups; ++i, group += Format::GROUP_BYTES) Format::add(group, x + GROUP * i, sums);
        Floats sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
        if (scales) sum *= load<Floats>(scales + LANES * tile);
        if (bias) sum += load<Floats>(bias + LANES * tile);
        return sum;
    }
};
