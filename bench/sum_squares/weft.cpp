// weft::par_iter, entered from outside the pool at every call.
#include <weft/par.hpp>

#include "problem.hpp"

int main(int argc, char** argv) {
  const auto beside_a_pool = [](unsigned threads, auto f) {
    weft::thread_pool pool(threads);
    return f(pool);
  };
  const auto sum = [](const std::vector<int>& input, weft::thread_pool& pool) {
    return pool.install([&] { return weft::par_iter(input).map([](int i) { return std::int64_t{i} * i; }).sum(); });
  };
  return race::contest(argc, argv,
                       sum_squares::entries("weft", "", race::role::weft, race::thread_counts(), beside_a_pool, sum));
}
