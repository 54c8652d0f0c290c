// Threads that compute a token together: all run the same function, and meet at barriers.
//
// A token takes some tens of microseconds, so threads that wait spin; between tokens they spin for a while, then sleep.

#pragma once

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

class Team {
public:
    static constexpr unsigned MOST = 255;

    // A thread of those that compute the present token.
    struct Member {
        Team& team;
        const int number, count;

        // This thread's part of `items`: from first to last - 1.
        int first(int items) const { return static_cast<int>(static_cast<long>(items) * number / count); }
        int last(int items) const { return static_cast<int>(static_cast<long>(items) * (number + 1) / count); }

        // Returns when all have arrived; what they have written is then visible.
        void meet() const {
            if (count == 1) return;
            const unsigned phase = team.phase.load(std::memory_order_relaxed);
            if (team.arrived.fetch_add(1, std::memory_order_acq_rel) == count - 1) {
                team.arrived.store(0, std::memory_order_relaxed);
                team.phase.store(phase + 1, std::memory_order_release);
                return;
            }
            for (int spins = 0; team.phase.load(std::memory_order_acquire) == phase; ++spins) pause(spins);
        }
    };

    using Work = std::function<void(const Member&)>;

    explicit Team(int most) : most(most) {
        for (int number = 1; number < most; ++number) helpers.emplace_back([this, number] { serve(number); });
    }

    ~Team() {
        work = nullptr;
        announce(most);
        for (auto& helper : helpers) helper.join();
    }

    // Runs a function in `count` threads, the calling one included.
    void run(int count, const Work& function) {
        work = &function;
        running.store(count - 1, std::memory_order_relaxed);
        if (count > 1) announce(count);
        function({*this, 0, count});
        for (int spins = 0; running.load(std::memory_order_acquire); ++spins) pause(spins);
    }

private:
    // Where more threads than cores wait, the one that they wait for needs a core.
    static constexpr int SPINS_BEFORE_YIELD = 2'000, SPINS_BEFORE_SLEEP = 4'000;

    const int most;
    std::vector<std::thread> helpers;
    const Work* work = nullptr;
    alignas(64) std::atomic<unsigned> token{0};  // its number x 256 + how many threads compute it
    std::atomic<int> sleepers{0};
    alignas(64) std::atomic<unsigned> phase{0};
    alignas(64) std::atomic<int> arrived{0};
    alignas(64) std::atomic<int> running{0};

    static void pause(int spins) {
#if defined(__x86_64__) || defined(__i386__)
        __builtin_ia32_pause();
#elif defined(__aarch64__)
        asm volatile("isb");
#endif
        if (spins > SPINS_BEFORE_YIELD) std::this_thread::yield();
    }

    void announce(int count) {
        token.store((token.load() / 256 + 1) * 256 + static_cast<unsigned>(count));
        if (sleepers.load()) token.notify_all();
    }

    void serve(int number) {
        unsigned seen = 0;
        while (true) {
            for (int spins = 0; token.load(std::memory_order_acquire) == seen; ++spins) {
                if (spins < SPINS_BEFORE_SLEEP) {
                    pause(0);
                } else {
                    sleepers.fetch_add(1);
                    token.wait(seen);
                    sleepers.fetch_sub(1);
                }
            }
            seen = token.load(std::memory_order_acquire);
            const int count = static_cast<int>(seen % 256);
            if (number >= count) continue;
            if (!work) return;
            (*work)({*this, number, count});
            running.fetch_sub(1, std::memory_order_release);
        }
    }
};
