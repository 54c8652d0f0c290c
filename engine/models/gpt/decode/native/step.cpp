// One token of a GPT for one or more texts of one length on a CPU: every layer, in all threads together.
//
// The arithmetic is that of qwen3.py and gpt2.py up to rounding. Letters in comments: W width, D head width, I inner
// width, V vocabulary. Buffers are padded to whole groups of columns.

#include <algorithm>
#include <cmath>
#include <memory>

#include "matrix.hpp"
#include "team.hpp"

// What decoder.py passes; it owns all memory that is pointed to.

struct Layer {
    Matrix queries, keys, values, attention_out;
    Matrix gate;  // without weights in gpt2
    Matrix feed_forward_in, feed_forward_out;
    const float *attention_norm, *attention_norm_bias;  // (W); biases are null in qwen3
    const float *feed_forward_norm, *feed_forward_norm_bias;
    const float *query_norm, *key_norm;  // (D), null in gpt2
};

struct Network {
    int layer_count, width, heads, kv_heads, head_width, inner_width, capacity;
    int format;
    float epsilon;
    const float* embedding;          // (V, W)
    const float* positions;          // (capacity, W), null in qwen3
    const float *cosines, *sines;    // (capacity, D), null in gpt2
    const float *norm, *norm_bias;   // (W)
    Matrix output;
    const Layer* layers;
};

struct Cache {
    float *keys, *values;  // (layers, texts, kv_heads, capacity, D)
    int texts;
};

namespace {

int padded(int columns) { return (columns + GROUP - 1) / GROUP * GROUP; }

float dot(const float* a, const float* b, int size) {
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int i = 0; i < size; ++i) sum += a[i] * b[i];
    return sum;
}

// RMSNorm, or with a bias LayerNorm.
void normalize(const float* x, const float* weight, const float* bias, float epsilon, int width, float* out) {
    float mean = 0;
    if (bias) {
#pragma omp simd reduction(+ : mean)
        for (int i = 0; i < width; ++i) mean += x[i];
        mean /= width;
    }
    float squares = 0;
#pragma omp simd reduction(+ : squares)
    for (int i = 0; i < width; ++i) squares += (x[i] - mean) * (x[i] - mean);
    const float scale = 1 / std::sqrt(squares / width + epsilon);
#pragma omp simd
    for (int i = 0; i < width; ++i) out[i] = (x[i] - mean) * scale * weight[i] + (bias ? bias[i] : 0);
}

// QK-norm and RoPE of one head, in place.
void normalize_and_rotate(float* head, const float* weight, const float* cosines, const float* sines,
                          float epsilon, int width) {
    const int half = width / 2;
    normalize(head, weight, nullptr, epsilon, width, head);
#pragma omp simd
    for (int i = 0; i < half; ++i) {
        const float left = head[i], right = head[i + half];
        head[i] = left * cosines[i] - right * sines[i];
        head[i + half] = right * cosines[i + half] + left * sines[i + half];
    }
}

// Attention of one query over `length` keys and values. `weights` has room for the length, padded to whole vectors.
void attend(const float* query, const float* keys, const float* values, int length, int width, float* weights,
            float* out) {
    const float scale = 1 / std::sqrt(static_cast<float>(width));
    float largest = -INFINITY;
    for (int at = 0; at < length; ++at) {
        weights[at] = dot(query, keys + static_cast<long>(at) * width, width) * scale;
        largest = std::max(largest, weights[at]);
    }
    std::fill(weights + length, weights + (length + LANES - 1) / LANES * LANES, -INFINITY);
    for (int at = 0; at < length; at += LANES)
        store(weights + at, exponential(load<Floats>(weights + at) - largest));
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int at = 0; at < length; ++at) sum += weights[at];
    std::fill(out, out + width, 0.0f);
    for (int at = 0; at < length; ++at) {
        const float weight = weights[at] / sum, *value = values + static_cast<long>(at) * width;
#pragma omp simd
        for (int i = 0; i < width; ++i) out[i] += weight * value[i];
    }
}

}  // namespace

class Decoder {
public:
    Decoder(const Network& network, int threads) : team(threads), network(network) {}

    // Appends a token to each text at a position and writes the logits of each, padded to whole tiles.
    void step(const Cache& cache, const int* tokens, int position, int threads, float* logits) {
        const int texts = cache.texts;
        x.resize(texts * x_size);
        heads.resize(texts * heads_size);
        attended.resize(texts * x_size);
        activated.resize(texts * activated_size);
        team.run(threads, [&](const Team::Member& member) {
            switch (network.format) {
                case 0: return compute<Float32>(member, cache, tokens, position, logits);
                case 1: return compute<BFloat16>(member, cache, tokens, position, logits);
                case 2: return compute<Int8>(member, cache, tokens, position, logits);
                default: return compute<Int4>(member, cache, tokens, position, logits);
            }
        });
    }

private:
    Team team;
    const Network network;
    const int kv_width = network.kv_heads * network.head_width;
    const int x_size = padded(network.width), heads_size = x_size + 2 * padded(kv_width);
    const int activated_size = padded(network.inner_width), logits_size = network.output.tiles() * LANES;
    // One text behind the other.
    std::vector<float> x;      // the residual stream
    std::vector<float> heads;  // queries, keys and values of the token
    std::vector<float> attended, activated;

    template <class Format>
    void compute(const Team::Member& member, const Cache& cache, const int* tokens, int position, float* logits) {
        // Each thread normalizes for itself: that takes less time than to meet.
        thread_local std::vector<float> normed, weights;
        normed.assign(cache.texts * x_size, 0);
        weights.resize(network.capacity + LANES);
        const auto normalize_all = [&](const float* weight, const float* bias) {
            for (int text = 0; text < cache.texts; ++text)
                normalize(&x[text * x_size], weight, bias, network.epsilon, network.width, &normed[text * x_size]);
        };
        for (int text = member.first(cache.texts); text < member.last(cache.texts); ++text)
            embed(tokens[text], position, &x[text * x_size]);
        member.meet();
        for (int index = 0; index < network.layer_count; ++index) {
            const Layer& layer = network.layers[index];
            normalize_all(layer.attention_norm, layer.attention_norm_bias);
            project<Format>(member, cache.texts, layer, normed.data());
            member.meet();
            attend_heads(member, layer, cache, index, position, weights.data());
            member.meet();
            add<Format>(member, cache.texts, layer.attention_out, attended.data(), x_size);
            member.meet();
            normalize_all(layer.feed_forward_norm, layer.feed_forward_norm_bias);
            activate<Format>(member, cache.texts, layer, normed.data());
            member.meet();
            add<Format>(member, cache.texts, layer.feed_forward_out, activated.data(), activated_size);
            member.meet();
        }
        normalize_all(network.norm, network.norm_bias);
        each(member, network.output, cache.texts, [&](int tile, int text) {
            store(logits + text * logits_size + LANES * tile,
                  network.output.multiply<Format>(tile, &normed[text * x_size]));
        });
    }

    // Calls a function with each tile of this thread's, and each text: a tile is in the cache for all but the first.
    template <class Function>
    static void each(const Team::Member& member, const Matrix& matrix, int texts, Function function) {
        for (int tile = member.first(matrix.tiles()); tile < member.last(matrix.tiles()); ++tile)
            for (int text = 0; text < texts; ++text) function(tile, text);
    }

    void embed(int token, int position, float* out) {
        const long width = network.width;
        std::copy_n(network.embedding + token * width, width, out);
        if (network.positions)
            for (int i = 0; i < width; ++i) out[i] += network.positions[position * width + i];
    }

    template <class Format>
    void project(const Team::Member& member, int texts, const Layer& layer, const float* normed) {
        float* out = heads.data();
        for (const Matrix* matrix : {&layer.queries, &layer.keys, &layer.values}) {
            each(member, *matrix, texts, [&](int tile, int text) {
                store(out + text * heads_size + LANES * tile, matrix->multiply<Format>(tile, normed + text * x_size));
            });
            out += padded(matrix->rows);
        }
    }

    void attend_heads(const Team::Member& member, const Layer& layer, const Cache& cache, int index, int position,
                      float* weights) {
        const int width = network.head_width, group = network.heads / network.kv_heads;
        const float *cosines = network.cosines + position * width, *sines = network.sines + position * width;
        const int all = cache.texts * network.kv_heads;
        for (int item = member.first(all); item < member.last(all); ++item) {
            const int text = item / network.kv_heads, head = item % network.kv_heads;
            const long offset = (static_cast<long>(index) * all + item) * network.capacity * width;
            float *keys = cache.keys + offset, *values = cache.values + offset;
            float* queries = &heads[text * heads_size];
            float* key = queries + x_size + head * width;
            if (layer.key_norm) normalize_and_rotate(key, layer.key_norm, cosines, sines, network.epsilon, width);
            std::copy_n(key, width, keys + static_cast<long>(position) * width);
            std::copy_n(key + padded(kv_width), width, values + static_cast<long>(position) * width);
            for (int at = head * group; at < (head + 1) * group; ++at) {
                float* query = queries + at * width;
                if (layer.query_norm)
                    normalize_and_rotate(query, layer.query_norm, cosines, sines, network.epsilon, width);
                attend(query, keys, values, position + 1, width, weights, &attended[text * x_size + at * width]);
            }
        }
    }

    template <class Format>
    void activate(const Team::Member& member, int texts, const Layer& layer, const float* normed) {
        const bool is_gated = layer.gate.weights;
        each(member, layer.feed_forward_in, texts, [&](int tile, int text) {
            const float* input = normed + text * x_size;
            const Floats value = layer.feed_forward_in.multiply<Format>(tile, input);
            store(&activated[text * activated_size + LANES * tile],
                  is_gated ? silu(layer.gate.multiply<Format>(tile, input)) * value : gelu(value));
        });
    }

    template <class Format>
    void add(const Team::Member& member, int texts, const Matrix& matrix, const float* inputs, int input_size) {
        each(member, matrix, texts, [&](int tile, int text) {
            float* out = &x[text * x_size + LANES * tile];
            store(out, load<Floats>(out) + matrix.multiply<Format>(tile, inputs + text * input_size));
        });
    }
};

extern "C" {

Decoder* decoder_new(const Network* network, int threads) { return new Decoder(*network, threads); }

void decoder_step(Decoder* decoder, const Cache* cache, const int* tokens, int position, int threads, float* logits) {
    decoder->step(*cache, tokens, position, threads, logits);
}

void decoder_delete(Decoder* decoder) { delete decoder; }
}
